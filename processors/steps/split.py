"""Which topics have turned out to be two.

The last statements of a topic fall into two groups by average link. Where statements of the
one are clearly less similar to those of the other than two topics may be that are merged, the smaller group leaves as a
topic of its own. It takes only statements that are still known; earlier ones stay, and none moves by itself.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from processors.ids import digest
from processors.settings import ClusterSettings
from processors.steps.average_link import AverageLink
from processors.steps.columns import Columns
from processors.steps.similarity import fuse, top_words, word_vector
from processors.steps.topics import TopicState

LEAST = 3
"""Statements that each part must have: one or two that fit badly are no topic."""
MOST = 64
"""Newest statements of a topic that are looked at."""
APART = 0.5
"""Two parts part where their average similarity is below this share of what merges two topics. The gap between the two
keeps a topic from parting and merging in turn."""


@dataclass(frozen=True, slots=True)
class Part:
    """The places in ``state.recent`` of the statements that leave a topic, and of those known to stay."""

    row: int
    leaves: NDArray[np.intp]
    stays: NDArray[np.intp]


def find_splits(state: TopicState, settings: ClusterSettings) -> list[Part]:
    """Topics that changed since the last pass and fall apart, in order of their rows."""
    columns, count = state.cells(), state.active
    changed = np.flatnonzero((columns.touched[:count] > state.passed) & (columns.counts[:count] >= 2 * LEAST))
    parts = (_part(state, int(row), settings) for row in changed)
    return [part for part in parts if part is not None]


def _part(state: TopicState, row: int, settings: ClusterSettings) -> Part | None:
    places = state.recent.places(state.topics[row].number, state.items)[-MOST:]
    if places.size < 2 * LEAST:
        return None
    similar = pairwise(state, places, settings)
    second = AverageLink(similar).halves()
    sizes = int((~second).sum()), int(second.sum())
    if min(sizes) < LEAST:
        return None
    between = round(float(similar[np.ix_(~second, second)].mean()), 9)
    if between >= APART * settings.merge_average:
        return None
    smaller = second if sizes[1] <= sizes[0] else ~second
    return Part(row, places[smaller], places[~smaller])


def pairwise(state: TopicState, places: NDArray[np.intp], settings: ClusterSettings) -> NDArray[np.float64]:
    """Fused similarity of recent statements, shape (places, places), rounded so that no sum's order decides."""
    recent = state.recent
    vectors = recent.vectors[places].astype(np.float64)
    vectors /= np.maximum(np.sqrt((vectors * vectors).sum(axis=1, keepdims=True)), 1e-9)
    weights = recent.weights[places].astype(np.float64)
    weights /= np.maximum(np.sqrt((weights * weights).sum(axis=1, keepdims=True)), 1e-9)
    known, where = np.unique(recent.slots[places], return_inverse=True)
    words = np.zeros((places.size, known.size))
    np.add.at(words, (np.arange(places.size)[:, None], where.reshape(weights.shape)), weights)
    rich = recent.richness[places]
    similar = fuse(vectors @ vectors.T, words @ words.T, np.minimum.outer(rich, rich), settings.terms_weight)
    return np.round(similar, 9)


def apply_split(state: TopicState, part: Part) -> int:
    """Found the new topic of a part and take its statements out of the old one; returns the new row."""
    old, first = state.topics[part.row], part.leaves[0]
    columns, recent = state.cells(), state.recent
    id_ = "t" + digest("split", old.id, recent.ids[first], size=12)
    row = state.birth(id_, old.title, columns.sums.shape[1], float(recent.times[part.leaves].min()))
    columns, topic = state.cells(), state.topics[row]
    count, whole = part.leaves.size, int(columns.counts[part.row])
    vectors = recent.vectors[part.leaves].astype(np.float64).sum(axis=0)
    words = _mean_words(state, part.leaves)
    columns.put_sum(row, vectors)
    columns.put_words(row, *words)
    columns.put_sum(part.row, columns.sums[part.row] - vectors)
    _take_words(columns, part.row, words, count / whole)
    for each, sign in ((row, 1), (part.row, -1)):
        columns.counts[each] += sign * count
        columns.richness[each] += sign * recent.richness[part.leaves].sum()
        columns.touched[each] = state.items
    columns.last[row] = recent.times[part.leaves].max()
    columns.last[part.row] = recent.times[part.stays].max()
    leave, stay = (set(recent.articles[places].tolist()) for places in (part.leaves, part.stays))
    topic.articles, old.articles = len(leave), max(1, old.articles - len(leave - stay))
    old.last_article = ""
    _share_samples(state, part.row, row)
    recent.move(part.leaves, topic.number)
    return row


def _mean_words(state: TopicState, places: NDArray[np.intp]) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
    weights = state.recent.weights[places].astype(np.float64)
    known = weights > 0
    slots, sums = top_words(
        [slots[has] for slots, has in zip(state.recent.slots[places], known, strict=True)],
        [values[has] for values, has in zip(weights, known, strict=True)],
    )
    return slots, sums / places.size


def _take_words(columns: Columns, row: int, words: tuple[NDArray[np.int32], NDArray[np.float64]], share: float) -> None:
    """Take a part's mean words out of a topic's, of whose statements it was this share."""
    slots, weights = columns.words_of(row)
    less = np.zeros(slots.size)
    where = np.searchsorted(words[0], slots)
    where[where == words[0].size] = 0
    same = words[0][where] == slots
    less[same] = words[1][where[same]]
    columns.put_words(row, slots, np.maximum(0.0, weights - share * less) / (1.0 - share))


def _share_samples(state: TopicState, old: int, new: int) -> None:
    """Each sample goes to the part whose words it shares; a part without any keeps the title that there was."""
    stay, leave = state.topics[old], state.topics[new]
    samples, stay.samples, leave.samples = stay.samples, [], []
    for sample in samples:
        slots, weights = word_vector(f"{sample.headline} {sample.text}", state.frequencies)
        state.scratch[slots] = weights
        columns = state.cells()
        fits = [
            round(
                float((state.scratch[columns.slots[row]] * columns.weights[row]).sum() / columns.word_lengths[row]), 9
            )
            for row in (old, new)
        ]
        state.scratch[slots] = 0.0
        (leave if fits[1] > fits[0] else stay).samples.append(sample)
