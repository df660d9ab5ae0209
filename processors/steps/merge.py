"""Which topics have become one.

Two topics are merged when their centres are similar and their members are similar on average. The centres alone would
chain large topics together, since a centre that averages much is a little similar to everything.
"""

from __future__ import annotations

import numpy as np

from processors.settings import ClusterSettings
from processors.steps.label import SAMPLES
from processors.steps.similarity import decay, fuse, highest
from processors.steps.topics import TopicState

NEIGHBOURS = 12
"""Topics nearest by vector that a changed topic is compared with."""

BLOCK = 64


def merge_topics(state: TopicState, settings: ClusterSettings) -> dict[int, int]:
    """Merge, best pair first, topics that changed since the last pass with their neighbours.

    The larger topic goes on, the older one where both are as large. Returns for each row that went the row that it went
    into (which may have gone further itself); the rows stay in place until ``TopicState.leave``.
    """
    nearest = _neighbours(state)
    near: dict[int, set[int]] = {}
    links: dict[tuple[int, int], float] = {}
    for row, others in nearest.items():
        _link(state, row, others, settings, links)
        for other in others:
            near.setdefault(row, set()).add(other)
            near.setdefault(other, set()).add(row)
    gone: dict[int, int] = {}
    while links:
        a, b = min(links, key=lambda pair: (-links[pair], pair))
        counts = state.cells().counts
        into, row = (b, a) if counts[b] > counts[a] else (a, b)
        _unite(state, row, into)
        gone[row] = into
        around = (near.pop(row, set()) | near.pop(into, set())) - {row, into} - gone.keys()
        near[into] = around
        for other in around:
            near[other] = (near.get(other, set()) | {into}) - {row}
        links = {pair: link for pair, link in links.items() if not {row, into} & set(pair)}
        _link(state, into, around, settings, links)
    return gone


def _neighbours(state: TopicState) -> dict[int, set[int]]:
    """For each topic that changed since the last pass, the topics nearest by vector."""
    columns, count = state.cells(), state.active
    changed = np.flatnonzero(columns.touched[:count] > state.passed)
    near: dict[int, set[int]] = {}
    if count < 2:
        return near
    for start in range(0, changed.size, BLOCK):
        block = changed[start : start + BLOCK]
        rough = columns.sums[block] @ columns.sums[:count].T
        rough *= columns.inverses[:count]
        rough[np.arange(block.size), block] = -np.inf
        for row, products in zip(block.tolist(), rough, strict=True):
            near[row] = set(highest(products, min(NEIGHBOURS, count - 1)).tolist()) - {row}
    return near
    for start in range(0, changed.size, BLOCK):
        block = changed[start : start + BLOCK]
        rough = columns.sums[block] @ columns.sums[:count].T
        rough *= -columns.inverses[:count]  # the nearest have the least
        rough[np.arange(block.size), block] = np.inf
        top = np.argpartition(rough, min(NEIGHBOURS, count - 1) - 1, axis=1)[:, :NEIGHBOURS]
        for row, others in zip(block.tolist(), top.tolist(), strict=True):
            near[row] = set(others) - {row}
    return near


def _link(
    state: TopicState, row: int, others: set[int], settings: ClusterSettings, links: dict[tuple[int, int], float]
) -> None:
    """Add the average link of a topic with others to ``links``, for those pairs that may be merged."""
    rows = np.array(sorted(others), dtype=np.intp)
    if not rows.size:
        return
    columns = state.cells()
    dense = (columns.sums[rows].astype(np.float64) * columns.sums[row].astype(np.float64)).sum(axis=1)
    slots, weights = columns.words_of(row)
    state.scratch[slots] = weights
    sparse = (state.scratch.take(columns.slots.take(rows, axis=0)) * columns.weights.take(rows, axis=0)).sum(axis=1)
    state.scratch[slots] = 0.0
    means = columns.richness[rows] / columns.counts[rows]
    richness = np.minimum(columns.richness[row] / columns.counts[row], means)
    centre = fuse(
        dense / (columns.lengths[row] * columns.lengths[rows]),
        sparse / (columns.word_lengths[row] * columns.word_lengths[rows]),
        richness,
        settings.terms_weight,
    )
    pairs = columns.counts[row] * columns.counts[rows]
    average = fuse(dense / pairs, sparse, richness, settings.terms_weight)
    apart = np.maximum(columns.first[rows] - columns.last[row], columns.first[row] - columns.last[rows])
    nearness = decay(apart, settings)
    average = np.round(average * nearness, 9)
    allowed = (np.round(centre * nearness, 9) >= settings.merge_similarity) & (average >= settings.merge_average)
    for other, link, joins in zip(rows.tolist(), average.tolist(), allowed.tolist(), strict=True):
        if joins:
            links[min(row, other), max(row, other)] = link


def _unite(state: TopicState, row: int, into: int) -> None:
    """Add everything of ``row`` to ``into``."""
    columns, topic, other = state.cells(), state.topics[into], state.topics[row]
    columns.unite(row, into)
    state.recent.move(state.recent.places(other.number, state.items), topic.number)
    columns.touched[into] = state.items
    topic.articles += other.articles - int(topic.last_article == other.last_article)
    mixed = [sample for both in zip(topic.samples, other.samples) for sample in both]  # noqa: B905
    longer = max(topic.samples, other.samples, key=len)[min(len(topic.samples), len(other.samples)) :]
    topic.samples = list(dict.fromkeys([*mixed, *longer]))[:SAMPLES]
