"""Themes: stories that belong together over weeks, rebuilt on a schedule with ids that are kept by overlap.

A theme is a cut through the tree that average link makes of the stories, far below where stories themselves would be
merged, and time plays no part in it. A story alone is no theme. Vectors and words count alike here: what stories of a
theme share is the kind of thing that happens, which words alone miss.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array  # type: ignore[import-untyped]

from processors.ids import digest
from processors.settings import ClusterSettings
from processors.steps.average_link import AverageLink
from processors.steps.columns import Columns
from processors.steps.label import choose_chips
from processors.steps.topic import Sample, ThemeRow, Topic
from processors.steps.topics import TopicState
from processors.steps.words import SLOTS

MOST_STORIES = 1_000
"""Largest stories that themes are built of, the newer of two as large; all others keep the theme that they have."""
EVERY = 500
"""Statements between two times that themes are built, rounded up to a pass."""
NEAR = 0.28
"""Mean similarity from which stories are one theme."""
WORDS = 0.5
"""How much words count beside vectors."""
NAMING = 20
"""Stories that give a theme its name."""


class Rebuilt(NamedTuple):
    """Ids of topics that are in another theme now, and the themes that are new, changed or over."""

    changed: set[str]
    themes: list[ThemeRow]


class _Story(NamedTuple):
    topic: Topic
    columns: Columns
    row: int


def are_due(items: int, settings: ClusterSettings) -> bool:
    """Whether themes are built at the pass after so many statements."""
    return items % (-(-EVERY // settings.merge_every) * settings.merge_every) == 0


def rebuild_themes(state: TopicState) -> Rebuilt:
    """Group the stories anew, and write each one's theme into its topic."""
    before = dict(state.themes)
    changed: set[str] = set()
    state.themes = {}
    groups, alone = _groups(_stories(state))
    for id_, group in [*zip(_ids(groups, before), groups, strict=True), ("", alone)]:
        for story in group:
            if story.topic.theme != id_:
                story.topic.theme = id_
                changed.add(story.topic.id)
        if id_:
            state.themes[id_] = _describe(state, id_, group)
    themes = [theme for theme in state.themes.values() if before.get(theme.id) != theme]
    themes += [theme._replace(stories=0) for theme in before.values() if theme.id not in state.themes]
    return Rebuilt(changed, themes)


def _stories(state: TopicState) -> list[_Story]:
    """The largest active and faded topics, the oldest first."""
    parts: list[tuple[list[Topic], Columns]] = []
    if state.active:
        parts.append((state.topics, state.cells()))
    if state.faded.count:
        parts.append((state.faded.topics, state.faded.cells()))
    found: list[_Story] = []
    for topics, columns in parts:
        numbers = np.fromiter((topic.number for topic in topics), dtype=np.int64, count=len(topics))
        largest = np.lexsort((-numbers, -columns.counts[: len(topics)]))[:MOST_STORIES]
        found += [_Story(topics[row], columns, row) for row in largest.tolist()]
    found.sort(key=lambda story: (-int(story.columns.counts[story.row]), -story.topic.number))
    return sorted(found[:MOST_STORIES], key=lambda story: story.topic.number)


def _groups(stories: Sequence[_Story]) -> tuple[list[list[_Story]], list[_Story]]:
    """Stories that belong together, each group and the groups by their oldest story; and those that stand alone."""
    if len(stories) < 2:
        return [], list(stories)
    numbers = AverageLink(_similarities(stories)).groups(NEAR)
    groups: dict[int, list[_Story]] = {}
    for number, story in zip(numbers.tolist(), stories, strict=True):
        groups.setdefault(number, []).append(story)
    ordered = sorted(groups.values(), key=lambda group: group[0].topic.number)
    return [group for group in ordered if len(group) > 1], [group[0] for group in ordered if len(group) == 1]


def _similarities(stories: Sequence[_Story]) -> NDArray[np.float64]:
    """Similarity of each story's centre with each other's, rounded, shape (stories, stories)."""
    sums = np.array([story.columns.sums[story.row] for story in stories], dtype=np.float64)
    sums /= np.maximum(np.sqrt((sums * sums).sum(axis=1, keepdims=True)), 1e-9)
    words = [story.columns.words_of(story.row) for story in stories]
    ends = np.cumsum([0, *(slots.size for slots, _ in words)])
    weights = np.concatenate(
        [heavy / story.columns.word_lengths[story.row] for (_, heavy), story in zip(words, stories, strict=True)]
    )
    table = csr_array((weights, np.concatenate([slots for slots, _ in words]), ends), shape=(len(stories), SLOTS))
    sparse = (table @ table.T).toarray()
    together = np.round((1.0 - WORDS) * (sums @ sums.T) + WORDS * sparse, 9)
    similar: NDArray[np.float64] = (together + together.T) / 2
    return similar


def _ids(groups: Sequence[Sequence[_Story]], before: dict[str, ThemeRow]) -> list[str]:
    """The theme that most of a group's statements were in goes on; each theme goes on once, in its largest part."""
    shares: list[tuple[int, int, str]] = []
    for number, group in enumerate(groups):
        had: Counter[str] = Counter()
        for story in group:
            if story.topic.theme in before:
                had[story.topic.theme] += int(story.columns.counts[story.row])
        shares += [(-count, number, theme) for theme, count in had.items()]
    ids: dict[int, str] = {}
    for _, number, theme in sorted(shares):
        if number not in ids and theme not in ids.values():
            ids[number] = theme
    for number, group in enumerate(groups):
        if number not in ids:
            ids[number] = _new_id(group[0].topic, {*ids.values(), *before})
    return [ids[number] for number in range(len(groups))]


def _new_id(oldest: Topic, taken: set[str]) -> str:
    """A theme's id comes from its oldest story; where that began another theme before, from how many it did."""
    number, id_ = 0, ""
    while not id_ or id_ in taken:
        id_ = "h" + digest("theme", oldest.id, str(number), size=12)
        number += 1
    return id_


def _describe(state: TopicState, id_: str, group: Sequence[_Story]) -> ThemeRow:
    """Name a theme by the words of its largest stories' headlines."""
    largest = sorted(group, key=lambda story: (-int(story.columns.counts[story.row]), story.topic.number))
    headlines = [sample.headline for story in largest[:NAMING] for sample in story.topic.samples[:3]]
    chips = choose_chips([Sample(line, line) for line in dict.fromkeys(headlines)], state.frequencies)
    return ThemeRow(id_, ", ".join(chips[:3]) or largest[0].topic.title, chips, len(group))
