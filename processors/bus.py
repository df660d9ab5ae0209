"""The bus on Kafka: the only module that imports a Kafka client.

What was chosen, and why: acks=all and the idempotent producer are kafka-python 3's own defaults; lz4 and crc32c are
C libraries without which producing is four times slower; ``linger_ms`` fills batches. Offsets are committed by hand,
after what was made of the records is safely on the broker. The embedded broker keeps its log in memory only, so every
answer is checked against the cluster id under which this bus was opened: when it changes, ``ClusterChanged`` ends the
process's work before an old offset is taken for a new one.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from kafka import (
    ConsumerRebalanceListener,
    KafkaAdminClient,
    KafkaConsumer,
    KafkaProducer,
    OffsetAndMetadata,
    TopicPartition,
)
from kafka import errors as kafka_errors

from processors.errors import BrokerUnavailable, ClusterChanged, MessageError, SettingsError
from processors.settings import KafkaSettings
from processors.streams import Consumer, Position, Producer, Record, TopicSpec

# The client logs every failed attempt of a loop that it repeats by itself; what matters comes as an error.
logging.getLogger("kafka").setLevel(logging.CRITICAL)

# A commit refused for one of these means that the group was re-divided: the records come again, to their new owner.
_GROUP_MOVED = (
    kafka_errors.CommitFailedError,
    kafka_errors.RebalanceInProgressError,
    kafka_errors.IllegalGenerationError,
    kafka_errors.UnknownMemberIdError,
)
_ALREADY_EXISTS = 36
# A longer record is fetched all the same, alone; this keeps one partition from being read far ahead of the others.
_FETCH_BYTES = 500_000
# What the client may give at once, what is held here at most, and how long a partition that lags is waited for.
_READ_AHEAD = 1_000
_READ_AHEAD_BYTES = 32_000_000
_CATCH_UP_SECONDS = 0.02
# How often a partition's end is asked for before the broker's first answer is taken.
_FETCHES = 20


class KafkaBus:
    """A Kafka-protocol cluster; raises BrokerUnavailable where none answers within the settings' time."""

    def __init__(self, settings: KafkaSettings) -> None:
        self._settings = settings
        # kafka-python's clients are not to be shared between threads; the admin client is, so it gets a lock.
        self._lock = threading.Lock()
        try:
            self._admin: Any = KafkaAdminClient(
                bootstrap_servers=settings.bootstrap_servers,
                bootstrap_timeout_ms=int(settings.connect_timeout_seconds * 1000),
            )
            self._cluster_id = str(self._admin.describe_cluster()["cluster_id"])
        except (kafka_errors.KafkaError, OSError, ValueError) as error:
            raise BrokerUnavailable(
                f"no Kafka broker answers at {settings.bootstrap_servers!r} ({_reason(error)}); start one, or correct "
                "kafka.bootstrap_servers (ONRECORD_KAFKA_BOOTSTRAP_SERVERS)"
            ) from error

    @property
    def cluster_id(self) -> str:
        """The cluster that answered when this bus was opened."""
        return self._cluster_id

    def check_cluster(self) -> None:
        """Raise ClusterChanged where another cluster answers now."""
        with self._lock, self._translated():
            now = str(self._admin.describe_cluster()["cluster_id"])
        if now != self._cluster_id:
            raise ClusterChanged(f"the broker came back as cluster {now} with an empty log; reading starts afresh")

    def ensure_topics(self, topics: Mapping[str, TopicSpec]) -> None:
        """Create the topics that do not exist, and wait until they can be written."""
        wanted = {name: self._topic_options(spec) for name, spec in topics.items()}
        with self._lock, self._translated():
            answer = self._admin.create_topics(wanted, raise_errors=False, wait_for_metadata=False)
            for made in answer["topics"]:
                if made["error_code"] not in {0, _ALREADY_EXISTS}:
                    raise BrokerUnavailable(
                        f"the broker did not create the topic {made['name']}: "
                        f"{made['error_message'] or 'error ' + str(made['error_code'])}"
                    )
            self._admin.wait_for_topics(list(wanted))

    def _topic_options(self, spec: TopicSpec) -> dict[str, Any]:
        return {
            "num_partitions": spec.partitions,
            "replication_factor": self._settings.replication_factor,
            "configs": {
                "retention.ms": str(spec.retention_ms),
                "max.message.bytes": str(self._settings.max_message_bytes),
                # Articles carry their own times; without this, records of a replay are "old" and deleted at once.
                "message.timestamp.type": "LogAppendTime",
            },
        }

    def delete_topics(self, topics: Iterable[str]) -> None:
        """Remove topics with everything in them; those that do not exist are passed over."""
        with self._lock, self._translated():
            existing = sorted(set(topics) & set(self._admin.list_topics()))
            if existing:
                self._admin.delete_topics(existing, raise_errors=False)

    def producer(self) -> Producer:
        """A new producer."""
        with self._translated():
            return _KafkaProducer(self, self._settings)

    def group_consumer(self, topics: Iterable[str], group: str) -> Consumer:
        """A member of a consumer group, from the group's committed offsets or the start."""
        with self._translated():
            consumer = _KafkaConsumer(self, KafkaConsumer(**self._consumer_options(), group_id=group))
            consumer.subscribe(topics)
            return consumer

    def consumer(self, start: Mapping[Position, int]) -> Consumer:
        """A consumer of exactly these partitions from these offsets."""
        with self._translated():
            consumer = KafkaConsumer(**self._consumer_options(), group_id=None)
            consumer.assign([TopicPartition(*position) for position in sorted(start)])
            for position, offset in start.items():
                consumer.seek(TopicPartition(*position), offset)
            return _KafkaConsumer(self, consumer)

    def _consumer_options(self) -> dict[str, Any]:
        settings = self._settings
        return {
            "bootstrap_servers": settings.bootstrap_servers,
            "bootstrap_timeout_ms": int(settings.connect_timeout_seconds * 1000),
            "enable_auto_commit": False,
            "auto_offset_reset": "earliest",
            "allow_auto_create_topics": False,
            "heartbeat_interval_ms": settings.heartbeat_ms,
            "session_timeout_ms": settings.session_timeout_ms,
            "max_poll_interval_ms": settings.max_poll_interval_ms,
            "max_partition_fetch_bytes": _FETCH_BYTES,
            "fetch_max_wait_ms": 100,
        }

    def partitions(self, topics: Iterable[str]) -> list[Position]:
        """All partitions of the topics that exist."""
        with self._lock, self._translated():
            existing = sorted(set(topics) & set(self._admin.list_topics()))
            described = self._admin.describe_topics(existing) if existing else []
        return sorted((row["name"], part["partition_index"]) for row in described for part in row["partitions"])

    def end_offsets(self, topics: Iterable[str]) -> dict[Position, int]:
        """The offset that the next record of each partition will get."""
        positions = [TopicPartition(*position) for position in self.partitions(topics)]
        if not positions:
            return {}
        with self._translated():
            consumer = KafkaConsumer(**self._consumer_options(), group_id=None)
            try:
                return _high_watermarks(consumer, positions)
            finally:
                consumer.close(autocommit=False)

    def committed(self, topics: Iterable[str], group: str) -> dict[Position, int]:
        """The next offset that the group will read, where it has committed one."""
        wanted = set(topics)
        with self._lock, self._translated():
            try:
                offsets = self._admin.list_group_offsets({group: None}).get(group, {})
            except kafka_errors.GroupIdNotFoundError:
                offsets = {}
        return {
            (at.topic, at.partition): int(o.offset) for at, o in offsets.items() if at.topic in wanted and o.offset >= 0
        }

    def close(self) -> None:
        """Let go of the admin connection."""
        with self._lock:
            self._admin.close()

    @contextmanager
    def _translated(self) -> Iterator[None]:
        """Kafka's errors as ours; anything that is no Kafka error passes through."""
        try:
            yield
        except kafka_errors.KafkaError as error:
            raise BrokerUnavailable(
                f"the broker at {self._settings.bootstrap_servers} did not answer as it should ({_reason(error)})"
            ) from error


class _Forget(ConsumerRebalanceListener):  # type: ignore[misc]
    """Drops what was read ahead: after a division of the group it is read again, here or elsewhere."""

    def __init__(self, buffers: dict[Position, deque[Record]]) -> None:
        self._buffers = buffers

    def on_partitions_revoked(self, revoked: object) -> None:
        self._buffers.clear()

    def on_partitions_assigned(self, assigned: object) -> None:
        self._buffers.clear()


def connect(settings: KafkaSettings) -> KafkaBus:
    """The bus that the settings name; raises SettingsError where they name none."""
    check_named(settings)
    return KafkaBus(settings)


def check_named(settings: KafkaSettings) -> None:
    """Raise SettingsError where the settings name no broker."""
    if not settings.bootstrap_servers:
        raise SettingsError(
            "no broker is set: give ONRECORD_KAFKA_BOOTSTRAP_SERVERS=host:port, or use 'onrecord up', which starts one"
        )


class _KafkaProducer:
    def __init__(self, bus: KafkaBus, settings: KafkaSettings) -> None:
        self._bus = bus
        self._most = settings.max_message_bytes
        self._pending: list[Any] = []
        self._producer: Any = KafkaProducer(
            bootstrap_servers=settings.bootstrap_servers,
            bootstrap_timeout_ms=int(settings.connect_timeout_seconds * 1000),
            compression_type="lz4",
            linger_ms=settings.linger_ms,
            batch_size=settings.batch_bytes,
            max_request_size=settings.max_message_bytes + 100_000,
            max_block_ms=int(settings.connect_timeout_seconds * 1000),
            allow_auto_create_topics=False,
        )

    def send(self, topic: str, key: str, value: bytes) -> None:
        name = key.encode()
        if (size := len(name) + len(value)) > self._most:
            raise MessageError(
                f"the message has {size:,} bytes; the bus takes {self._most:,} (kafka.max_message_bytes)"
            )
        with self._bus._translated():
            self._pending.append(self._producer.send(topic, key=name, value=value))

    def flush(self) -> None:
        pending, self._pending = self._pending, []
        with self._bus._translated():
            self._producer.flush(timeout=60)
            for future in pending:
                future.get(timeout=60)

    def close(self) -> None:
        self._producer.close(timeout=0)


class _KafkaConsumer:
    """A consumer that hands out its partitions' records in turn.

    The client empties one partition's fetch before it begins the next; a reader that restores an order over all
    partitions, as the store does, would then hold back nearly everything that it gets.
    """

    def __init__(self, bus: KafkaBus, consumer: Any) -> None:
        self._bus = bus
        self._consumer = consumer
        self._buffers: dict[Position, deque[Record]] = {}

    def subscribe(self, topics: Iterable[str]) -> None:
        """Join the group; what was read ahead is forgotten whenever the group is divided anew."""
        self._consumer.subscribe(sorted(topics), listener=_Forget(self._buffers))

    def poll(self, most: int, seconds: float) -> list[Record]:
        with self._bus._translated():
            self._read_ahead(seconds)
        # A memory-only broker that came back empty would be read on from the old offset, passing over what is new.
        self._bus.check_cluster()
        return self._take(most)

    def _read_ahead(self, seconds: float) -> None:
        """Ask the client for more while a partition lacks records and not too many of the others are held."""
        held = [record for buffer in self._buffers.values() for record in buffer]
        behind = len(self._consumer.assignment()) - sum(1 for buffer in self._buffers.values() if buffer)
        if held and (not behind or sum(len(record.value or b"") for record in held) >= _READ_AHEAD_BYTES):
            return
        # Pausing the partitions that are ahead would be the obvious way; with it, kafka-python 3.0.12 on the embedded
        # broker stopped getting records of them after they were resumed.
        wait = min(seconds, _CATCH_UP_SECONDS) if held else seconds
        for at, found in self._consumer.poll(timeout_ms=int(wait * 1000), max_records=_READ_AHEAD).items():
            buffer = self._buffers.setdefault((at.topic, at.partition), deque())
            buffer.extend(Record(at.topic, at.partition, raw.offset, raw.key, raw.value) for raw in found)

    def _take(self, most: int) -> list[Record]:
        taken: list[Record] = []
        while len(taken) < most and any(self._buffers.values()):
            for buffer in self._buffers.values():
                if buffer and len(taken) < most:
                    taken.append(buffer.popleft())
        return taken

    def commit(self, positions: Mapping[Position, int]) -> bool:
        self._bus.check_cluster()
        offsets = {TopicPartition(*at): OffsetAndMetadata(offset, "", -1) for at, offset in positions.items()}
        try:
            self._consumer.commit(offsets)
        except _GROUP_MOVED:
            return False
        except kafka_errors.KafkaError as error:
            raise BrokerUnavailable(f"the broker did not take the group's offsets ({_reason(error)})") from error
        return True

    def seek(self, position: Position, offset: int) -> None:
        self._buffers.pop(position, None)
        with self._bus._translated():
            self._consumer.seek(TopicPartition(*position), offset)

    def close(self) -> None:
        with self._bus._translated():
            self._consumer.close(autocommit=False, timeout_ms=2_000)


def _high_watermarks(consumer: Any, positions: list[Any]) -> dict[Position, int]:
    """End of each partition as a fetch reports it.

    The embedded broker answers a question for the latest offset with that of the last *batch*; what it sends with a
    fetch is right, and so is Apache Kafka's.
    """
    ends = {at: int(end) for at, end in consumer.end_offsets(positions).items()}
    asked = {at for at, end in ends.items() if end > 0}
    consumer.assign(sorted(asked))
    for at in asked:
        consumer.seek(at, ends[at])
    for _ in range(_FETCHES):
        if not asked:
            break
        consumer.poll(timeout_ms=100)
        for at in list(asked):
            mark = consumer.highwater(at)
            if mark is not None:
                ends[at] = max(ends[at], int(mark))
                asked.remove(at)
    return {(at.topic, at.partition): end for at, end in ends.items()}


def _reason(error: BaseException) -> str:
    text = str(error).strip()
    name = type(error).__name__
    # The client's errors begin with their own name.
    text = text.removeprefix(f"{name}: ").removeprefix("None")[:200]
    return f"{name}: {text}" if text else name
