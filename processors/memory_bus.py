"""A bus in memory with the same interface as the one on Kafka, for tests and for steps run without a broker."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from zlib import crc32

from processors.errors import BrokerUnavailable, ClusterChanged, MessageError
from processors.streams import Consumer, Position, Producer, Record, TopicSpec


class MemoryBus:
    """Topics as lists. Groups have one member: the last consumer that joined reads everything."""

    def __init__(self, cluster_id: str = "memory", max_message_bytes: int = 8_000_000) -> None:
        self._cluster_id = self._answering = cluster_id
        self.max_message_bytes = max_message_bytes
        self.down = False
        self._logs: dict[str, list[list[Record]]] = {}
        self._groups: dict[str, dict[Position, int]] = defaultdict(dict)
        self._arrived = threading.Condition()

    @property
    def cluster_id(self) -> str:
        """The name that was given."""
        return self._cluster_id

    def come_back_empty(self, cluster_id: str) -> None:
        """Do what a memory-only broker does that is started again: another log answers at the same address."""
        self._answering = cluster_id
        self._logs.clear()
        self._groups.clear()

    def reopen(self) -> MemoryBus:
        """The bus as one sees it who connects now."""
        self._check_up()
        self._cluster_id = self._answering
        return self

    def check_cluster(self) -> None:
        """Raise ClusterChanged after ``come_back_empty``, until ``reopen``."""
        self._check_up()
        if self._answering != self._cluster_id:
            raise ClusterChanged(f"the broker came back as cluster {self._answering} with an empty log")

    def _check_up(self) -> None:
        if self.down:
            raise BrokerUnavailable("the broker is down")

    def ensure_topics(self, topics: Mapping[str, TopicSpec]) -> None:
        """Create the topics that do not exist."""
        self._check_up()
        for name, spec in topics.items():
            self._logs.setdefault(name, [[] for _ in range(spec.partitions)])

    def delete_topics(self, topics: Iterable[str]) -> None:
        """Remove topics."""
        self._check_up()
        for name in topics:
            self._logs.pop(name, None)

    def producer(self) -> Producer:
        """A producer whose records appear when it is flushed."""
        return _MemoryProducer(self)

    def group_consumer(self, topics: Iterable[str], group: str) -> Consumer:
        """A consumer that starts where the group's last commit left it."""
        start = {at: self._groups[group].get(at, 0) for at in self.partitions(topics)}
        return _MemoryConsumer(self, start, group)

    def consumer(self, start: Mapping[Position, int]) -> Consumer:
        """A consumer of exactly these partitions."""
        return _MemoryConsumer(self, dict(start), None)

    def partitions(self, topics: Iterable[str]) -> list[Position]:
        """All partitions of the topics that exist."""
        self._check_up()
        return [(name, i) for name in topics for i in range(len(self._logs.get(name, [])))]

    def end_offsets(self, topics: Iterable[str]) -> dict[Position, int]:
        """Length of each partition."""
        return {(name, i): len(self._logs[name][i]) for name, i in self.partitions(topics)}

    def committed(self, topics: Iterable[str], group: str) -> dict[Position, int]:
        """What the group committed."""
        self._check_up()
        wanted = set(topics)
        return {at: offset for at, offset in self._groups[group].items() if at[0] in wanted}

    def close(self) -> None:
        """Nothing to let go of."""

    def append(self, topic: str, key: str, value: bytes | None) -> None:
        """Put a record into the log, by the key's partition; also what tests use for malformed input."""
        self._check_up()
        if topic not in self._logs:
            raise BrokerUnavailable(f"there is no topic {topic}")
        with self._arrived:
            partitions = self._logs[topic]
            partition = crc32(key.encode()) % len(partitions)
            log = partitions[partition]
            log.append(Record(topic, partition, len(log), key.encode(), value))
            self._arrived.notify_all()

    def read(self, position: Position, offset: int) -> Record | None:
        """The record at an offset, if it is there already."""
        self.check_cluster()
        log = self._logs.get(position[0], [])
        return log[position[1]][offset] if log and offset < len(log[position[1]]) else None

    def records(self, topic: str) -> list[Record]:
        """Everything in a topic, partition by partition."""
        return [record for log in self._logs[topic] for record in log]

    def wait(self, seconds: float, arrived: Callable[[], bool]) -> None:
        """Wait until something has arrived; asked at each record that arrives anywhere."""
        with self._arrived:
            self._arrived.wait_for(arrived, seconds)

    def commit(self, group: str, positions: Mapping[Position, int]) -> None:
        """Remember the group's offsets."""
        self.check_cluster()
        self._groups[group].update(positions)


class _MemoryProducer:
    def __init__(self, bus: MemoryBus) -> None:
        self._bus = bus
        self._queued: list[tuple[str, str, bytes]] = []

    def send(self, topic: str, key: str, value: bytes) -> None:
        if (size := len(key.encode()) + len(value)) > self._bus.max_message_bytes:
            raise MessageError(f"the message has {size:,} bytes; the bus takes {self._bus.max_message_bytes:,}")
        self._queued.append((topic, key, value))

    def flush(self) -> None:
        while self._queued:
            self._bus.append(*self._queued[0])
            self._queued.pop(0)

    def close(self) -> None:
        self._queued.clear()


class _MemoryConsumer:
    def __init__(self, bus: MemoryBus, start: dict[Position, int], group: str | None) -> None:
        self._bus = bus
        self._next = start
        self._group = group

    def poll(self, most: int, seconds: float) -> list[Record]:
        found: list[Record] = []

        def arrived() -> bool:
            found.extend(self._read(most))
            return bool(found)

        self._bus.wait(seconds, arrived)
        return found

    def _read(self, most: int) -> list[Record]:
        """Records of all partitions in turn, as the bus on Kafka hands them out."""
        found: list[Record] = []
        waiting = sorted(self._next)
        while waiting and len(found) < most:
            position = waiting.pop(0)
            record = self._bus.read(position, self._next[position])
            if record is not None:
                found.append(record)
                self._next[position] += 1
                waiting.append(position)
        return found

    def commit(self, positions: Mapping[Position, int]) -> bool:
        if self._group is None:
            raise ValueError("a consumer without a group has nothing to commit to")
        self._bus.commit(self._group, positions)
        return True

    def seek(self, position: Position, offset: int) -> None:
        self._next[position] = offset

    def close(self) -> None:
        self._next = {}
