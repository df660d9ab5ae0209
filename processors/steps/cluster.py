"""Topics as statements arrive: a single pass with strict assignment, then merging, splitting and letting go.

A statement joins the active topic that it is most similar to, if it is similar enough, else it brings back a topic that
faded, or founds one. Every so often topics whose centres and whose members on average are similar become one
(``merge``), and a topic whose statements fall apart becomes two (``split``). No statement ever changes topic on its
own: what a reader saw stays, or moves with its topic or with the part of it that leaves, which is an event.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from processors.ids import digest
from processors.settings import ClusterSettings
from processors.steps.columns import Columns
from processors.steps.faded import CLEARER
from processors.steps.items import Item, items_from
from processors.steps.merge import merge_topics
from processors.steps.naming import keep_sample, name_topic, sample_of
from processors.steps.recent import Member
from processors.steps.similarity import Features, decay, features, fuse, fused_vectors, highest, rough_decay
from processors.steps.split import apply_split, find_splits
from processors.steps.themes import are_due, rebuild_themes
from processors.steps.topic import Moved, ThemeRow, TopicEvent
from processors.steps.topics import TopicState

CANDIDATES = 32
"""Topics nearest by vector and time that are compared exactly."""
ROUGH = 1e-3
"""More than products of unit vectors in float32 can be wrong by (384 times 6e-8, and more in larger models)."""
BLOCK = 64
"""Statements that share one matrix product: 64 read the topics' matrix from memory once instead of 64 times."""

__all__ = ["Assigned", "Item", "TopicEvent", "TopicState", "assign", "build_themes", "items_from"]


@dataclass(slots=True)
class Assigned:
    """Topic on arrival of each item, what happened, and which topics have to be saved.

    ``moved`` are the statements that splits took along, in order; ``themes`` those that are new, changed or over.
    """

    topics: list[str] = field(default_factory=list)
    events: list[TopicEvent] = field(default_factory=list)
    changed: set[str] = field(default_factory=set)
    moved: list[Moved] = field(default_factory=list)
    themes: list[ThemeRow] = field(default_factory=list)


def assign(
    state: TopicState, items: Sequence[Item], settings: ClusterSettings, *, merges_only: bool = False
) -> Assigned:
    """Put each item into a topic, in order, and move ``state`` forward.

    The outcome depends on the order of the items alone, not on where the stream is cut into calls. ``merges_only``: no
    topic is split and no themes are built, for a caller that cannot keep them.
    """
    done = Assigned()
    for block in _blocks(state, items, settings):
        scout = _Scout(state, fused_vectors(block))
        for index, item in enumerate(block):
            _put(state, item, index, scout, settings, done)
        if state.items % settings.merge_every == 0:
            _tidy(state, settings, done, merges_only=merges_only)
    return done


def _blocks(state: TopicState, items: Sequence[Item], settings: ClusterSettings) -> Iterator[Sequence[Item]]:
    """The items in blocks; one ends wherever topics are due to be merged."""
    start = 0
    while start < len(items):
        size = min(BLOCK, settings.merge_every - state.items % settings.merge_every)
        yield items[start : start + size]
        start += size


class _Scout:
    """Rough similarities, from one matrix product for a block of items, kept right for topics that change meanwhile."""

    def __init__(self, state: TopicState, vectors: list[NDArray[np.float64]]) -> None:
        self.vectors = vectors
        self._state = state
        self._known = state.active
        self._touched: list[int] = []
        for size in {vector.size for vector in vectors}:
            state.check_dims(size)
        if self._known:
            stacked = np.array(vectors, dtype=np.float32)
            self._products = stacked @ state.cells().sums[: self._known].T

    def products(self, index: int) -> NDArray[np.float32]:
        """Products of an item's vector with the sums of all active topics, shape (topics,)."""
        rough = np.empty(self._state.active, dtype=np.float32)
        if self._known:
            rough[: self._known] = self._products[index]
        if self._touched:
            sums = self._state.cells().sums.take(self._touched, axis=0)
            rough[self._touched] = sums @ self.vectors[index].astype(np.float32)
        return rough

    def exact(self, index: int, rows: NDArray[np.intp]) -> NDArray[np.float64]:
        """The same for a few topics, in float64 and summed in a fixed order."""
        products: NDArray[np.float64] = (self._state.cells().sums.take(rows, axis=0) * self.vectors[index]).sum(axis=1)
        return products

    def touch(self, row: int) -> None:
        """A topic has changed or is new."""
        if row not in self._touched:
            self._touched.append(row)


def _put(state: TopicState, item: Item, index: int, scout: _Scout, settings: ClusterSettings, done: Assigned) -> None:
    """One item into its topic."""
    if not state.frequencies.counted(item.article_id):  # its words count once, however many statements it has
        state.frequencies.add(item.terms, item.article_id)
    state.times.append(item.at.timestamp())
    vector, found = scout.vectors[index], features(item, state.frequencies, state.article_words)
    row = _nearest(state, item, index, found, scout, settings) if state.active else None
    if row is None:
        row = _come_back(state, item, index, found, scout, settings, done)
    if row is None:
        row = _found_topic(state, item, vector.size, done)
    _join(state, row, item, vector, found)
    scout.touch(row)
    done.events.extend(name_topic(state, row, item.at))
    done.topics.append(state.topics[row].id)
    done.changed.add(state.topics[row].id)
    state.items += 1


def _nearest(
    state: TopicState,
    item: Item,
    index: int,
    found: Features,
    scout: _Scout,
    settings: ClusterSettings,
) -> int | None:
    """Row of the topic to join, or None. Of topics that are equally near, the oldest."""
    columns, count, at = state.cells(), state.active, item.at.timestamp()
    rough = scout.products(index) * columns.inverses[:count]
    rows = np.arange(count)
    if count > CANDIDATES:
        gaps = np.maximum(at - columns.last[:count], columns.first[:count] - at)
        rows = np.sort(highest(rough * rough_decay(gaps, settings), CANDIDATES))
    nearness = decay(np.maximum(at - columns.last[rows], columns.first[rows] - at), settings)
    sparse, richness = _shared_words(state, columns, rows, found)
    guess = fuse(rough.take(rows).astype(np.float64), sparse, richness, settings.terms_weight) * nearness
    nearest = guess.max()
    if nearest < settings.similarity - ROUGH:
        return None
    # What a rough product cannot tell apart is computed exactly, which is one or two topics.
    close = np.flatnonzero(guess >= nearest - ROUGH)
    dense = scout.exact(index, rows[close]) / columns.lengths[rows[close]]
    similar = np.round(fuse(dense, sparse[close], richness[close], settings.terms_weight) * nearness[close], 9)
    best = int(np.argmax(similar))
    return int(rows[close[best]]) if similar[best] >= settings.similarity else None


def _come_back(
    state: TopicState, item: Item, index: int, found: Features, scout: _Scout, settings: ClusterSettings, done: Assigned
) -> int | None:
    """Row of a faded topic that the item brings back, or None."""
    count = state.faded.count
    if not count:
        return None
    columns, vector = state.faded.cells(), scout.vectors[index]
    rough = columns.sums[:count] @ vector.astype(np.float32) * columns.inverses[:count]
    rows = np.sort(np.argsort(-rough, kind="stable")[:CANDIDATES])
    dense = (columns.sums.take(rows, axis=0) * vector).sum(axis=1) / columns.lengths[rows]
    sparse, richness = _shared_words(state, columns, rows, found)
    similar = np.round(fuse(dense, sparse, richness, settings.terms_weight), 9)
    best = int(np.argmax(similar))
    if similar[best] < CLEARER * settings.similarity:
        return None
    row = state.revive(int(rows[best]))
    topic = state.topics[row]
    done.events.append(TopicEvent("revived", topic.id, "", item.at, topic.title))
    return row


def _shared_words(
    state: TopicState, columns: Columns, rows: NDArray[np.intp], found: Features
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Cosines of an item's words with those of topics, and how much they count."""
    # take is up to three times as quick as an index by an array
    state.scratch[found.slots] = found.weights
    shared = state.scratch.take(columns.slots.take(rows, axis=0))
    state.scratch[found.slots] = 0.0
    shared *= columns.weights.take(rows, axis=0)
    richness = np.minimum(found.richness, columns.richness.take(rows) / columns.counts.take(rows))
    return shared.sum(axis=1) / columns.word_lengths.take(rows), richness


def _found_topic(state: TopicState, item: Item, dims: int, done: Assigned) -> int:
    """Begin a topic; its id comes from the statement that began it."""
    id_, title = "t" + digest("topic", item.id, size=12), sample_of(item).headline
    done.events.append(TopicEvent("born", id_, "", item.at, title))
    return state.birth(id_, title, dims, item.at.timestamp())


def _join(state: TopicState, row: int, item: Item, vector: NDArray[np.float64], found: Features) -> None:
    """Add an item to its topic's numbers."""
    columns, topic, at = state.cells(), state.topics[row], item.at.timestamp()
    columns.add(row, vector, found.slots, found.weights)
    columns.counts[row] += 1
    columns.richness[row] += found.richness
    columns.first[row] = min(columns.first[row], at)
    columns.last[row] = max(columns.last[row], at)
    columns.touched[row] = state.items + 1
    if item.article_id != topic.last_article:
        topic.articles += 1
        topic.last_article = item.article_id
    keep_sample(topic, sample_of(item))
    member = Member(item.id, topic.number, item.article_id, at, found.richness)
    state.recent.put(state.items, member, vector, found.slots, found.weights)


def _tidy(state: TopicState, settings: ClusterSettings, done: Assigned, *, merges_only: bool) -> None:
    """Merge and split what belongs together and apart, then let go of topics that the window has left behind."""
    now = state.now()
    at = datetime.fromtimestamp(now, UTC)
    gone = merge_topics(state, settings)
    for row, into in gone.items():
        goes, stays = state.topics[row], state.topics[into]
        done.events.append(TopicEvent("merged", goes.id, stays.id, at, stays.title))
        done.changed.add(stays.id)
    for row in sorted(set(gone.values()) - gone.keys()):
        done.events.extend(name_topic(state, row, at, merged=True))
    if gone:
        done.changed |= state.leave({row: state.topics[into].id for row, into in gone.items()}, ())
    if not merges_only:
        _split(state, settings, at, done)
    last = state.cells().last[: state.active]
    quiet = set(np.flatnonzero(last < now - settings.window_hours * 3600.0).tolist())
    if state.active > settings.most_topics:
        quiet.update(np.argsort(last, kind="stable")[: state.active - settings.most_topics].tolist())
    if quiet:
        done.changed |= state.leave({}, quiet)
    done.changed |= state.forget()
    state.passed = state.items
    if not merges_only and are_due(state.items, settings):
        build_themes(state, done)


def build_themes(state: TopicState, done: Assigned) -> None:
    """Group the topics into themes; ``assign`` does so on a schedule, and the end of a stream is one more occasion."""
    rebuilt = rebuild_themes(state)
    done.changed |= rebuilt.changed
    done.themes.extend(rebuilt.themes)


def _split(state: TopicState, settings: ClusterSettings, at: datetime, done: Assigned) -> None:
    """Take topics apart, and name both parts."""
    for part in find_splits(state, settings):
        row = apply_split(state, part)
        old, new = state.topics[part.row], state.topics[row]
        done.moved.extend(Moved(state.recent.ids[place], new.id) for place in part.leaves)
        done.changed |= {old.id, new.id}
        renamed = [event for each in (part.row, row) for event in name_topic(state, each, at, merged=True)]
        done.events.append(TopicEvent("split", new.id, old.id, at, new.title))
        done.events.extend(event for event in renamed if event.topic == old.id)
