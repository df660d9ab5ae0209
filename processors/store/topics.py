"""The clustering step in the shape that the writer needs: statements in, topics and the rows to save out.

The step's whole state lies in the tables ``topics`` and ``topic_state``: a row for each topic, a few for all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from processors.settings import ClusterSettings
from processors.steps.cluster import Item, TopicEvent, TopicState, assign
from processors.steps.topics import TopicRow


@dataclass(frozen=True, slots=True)
class Outcome:
    """One topic id an item, what happened on the way, the topics that are different now, and what belongs to none."""

    topics: Sequence[str]
    events: Sequence[TopicEvent]
    rows: Sequence[TopicRow]
    shared: Mapping[str, bytes]


class TopicEngine(Protocol):
    """Gives statements topics, in order; where the stream is cut into batches must make no difference."""

    def assign(self, items: Sequence[Item]) -> Outcome:
        """Topics of the next statements. Where it raises, or its outcome is not written, the engine is thrown away."""
        ...


EngineFactory = Callable[[Iterable[TopicRow], Mapping[str, bytes]], TopicEngine]
"""Makes an engine from the rows that were written last (none at first)."""


def cluster_engine(settings: ClusterSettings) -> EngineFactory:
    """The factory of the real engine."""

    def restore(rows: Iterable[TopicRow], shared: Mapping[str, bytes]) -> TopicEngine:
        return _ClusterEngine(TopicState.restore(settings, rows, shared), settings)

    return restore


class _ClusterEngine:
    def __init__(self, state: TopicState, settings: ClusterSettings) -> None:
        self._state = state
        self._settings = settings

    def assign(self, items: Sequence[Item]) -> Outcome:
        # No table says yet that a topic was split under its statements, and none holds themes.
        assigned = assign(self._state, items, self._settings, merges_only=True)
        rows = self._state.topic_rows(assigned.changed)
        return Outcome(assigned.topics, assigned.events, rows, self._state.global_rows())
