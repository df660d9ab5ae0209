"""What the rest of the program knows of the bus: records, positions, and three things one can do with them.

``processors.bus`` implements this on Kafka, ``processors.memory_bus`` in memory for tests. Nothing else may differ.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

Position = tuple[str, int]
"""A topic and a partition."""


@dataclass(frozen=True, slots=True)
class Record:
    """One record as it stands in the log."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None

    @property
    def at(self) -> Position:
        """Topic and partition."""
        return (self.topic, self.partition)


@dataclass(frozen=True, slots=True)
class TopicSpec:
    """How a topic is created: partitions, and how long it is kept (milliseconds; -1 for ever)."""

    partitions: int
    retention_ms: int


class Producer(Protocol):
    """Appends records; what was sent counts only after ``flush`` came back."""

    def send(self, topic: str, key: str, value: bytes) -> None:
        """Queue one record. Raises MessageError where it is longer than the bus takes."""
        ...

    def flush(self) -> None:
        """Wait until the broker has everything; raises BrokerUnavailable where it has not."""
        ...

    def close(self) -> None:
        """Let go of the connection, without waiting for what was not flushed."""
        ...


class Consumer(Protocol):
    """Reads records, each partition in order."""

    def poll(self, most: int, seconds: float) -> list[Record]:
        """Up to ``most`` records, after waiting at most ``seconds`` for the first."""
        ...

    def commit(self, positions: Mapping[Position, int]) -> bool:
        """Tell the group what to read next; False where the group was re-divided meanwhile (records come again)."""
        ...

    def seek(self, position: Position, offset: int) -> None:
        """Read on from ``offset``."""
        ...

    def close(self) -> None:
        """Leave the group."""
        ...


class Bus(Protocol):
    """A Kafka-protocol cluster."""

    @property
    def cluster_id(self) -> str:
        """Identifies this log: offsets mean nothing under another cluster id."""
        ...

    def check_cluster(self) -> None:
        """Raise ClusterChanged where another log answers than the one that this bus was opened on."""
        ...

    def ensure_topics(self, topics: Mapping[str, TopicSpec]) -> None:
        """Create the topics that do not exist; wait until they can be written."""
        ...

    def delete_topics(self, topics: Iterable[str]) -> None:
        """Remove topics with everything in them; those that do not exist are passed over."""
        ...

    def producer(self) -> Producer:
        """A new producer."""
        ...

    def group_consumer(self, topics: Iterable[str], group: str) -> Consumer:
        """Share the topics' partitions with the other members of ``group``, from its committed offsets or the start."""
        ...

    def consumer(self, start: Mapping[Position, int]) -> Consumer:
        """Read exactly these partitions from these offsets, in no group."""
        ...

    def partitions(self, topics: Iterable[str]) -> list[Position]:
        """All partitions of the topics that exist."""
        ...

    def end_offsets(self, topics: Iterable[str]) -> dict[Position, int]:
        """The offset that the next record of each partition will get."""
        ...

    def committed(self, topics: Iterable[str], group: str) -> dict[Position, int]:
        """The next offset that the group will read, where it has committed one."""
        ...

    def close(self) -> None:
        """Let go of every connection of the bus itself (producers and consumers close themselves)."""
        ...
