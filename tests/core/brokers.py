"""The two kinds of bus under one handle: what a test may do to a broker from outside."""

from __future__ import annotations

import gc
import itertools
import subprocess
import warnings
from collections.abc import Callable, Mapping
from typing import Protocol

import pytest

from processors.broker import broker_command, free_port, wait_for_port
from processors.errors import BrokerUnavailable, ClusterChanged
from processors.memory_bus import MemoryBus
from processors.settings import KafkaSettings
from processors.streams import Bus, Consumer, Producer, Record, TopicSpec

with warnings.catch_warnings():
    # kafka-python reads its schemas in a way that Python 3.11 calls deprecated.
    warnings.simplefilter("ignore", DeprecationWarning)
    from processors.bus import KafkaBus

MOST_BYTES = 100_000
SPEC = TopicSpec(partitions=3, retention_ms=-1)
_names = itertools.count()


def new_name() -> str:
    """A topic or group that no other test uses."""
    return f"test.{next(_names)}"


class Broker:
    """The embedded broker as a process; started again, it is empty, at the same address."""

    def __init__(self) -> None:
        self.port = free_port()
        self.start()

    def start(self) -> None:
        self._process = subprocess.Popen(
            broker_command(self.port), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        assert wait_for_port(self.port, 20), "the broker does not listen"

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()

    def settings(self, **changed: object) -> KafkaSettings:
        values: dict = {
            "bootstrap_servers": f"127.0.0.1:{self.port}",
            "connect_timeout_seconds": 2.0,
            "max_message_bytes": MOST_BYTES,
            # The broker waits half of a session before it first divides a group.
            "session_timeout_ms": 1_500,
            "heartbeat_ms": 300,
        }
        return KafkaSettings(**values | changed)


class Site(Protocol):
    """A cluster and the ways to reach and to break it."""

    def connect(self) -> Bus: ...
    def kill(self) -> None: ...
    def start_empty(self) -> None: ...
    def close(self) -> None: ...


class MemorySite:
    def __init__(self) -> None:
        self._bus = MemoryBus("first", MOST_BYTES)

    def connect(self) -> Bus:
        return self._bus.reopen()

    def kill(self) -> None:
        self._bus.down = True

    def start_empty(self) -> None:
        self._bus.come_back_empty("second")
        self._bus.down = False

    def close(self) -> None:
        pass


class KafkaSite:
    def __init__(self, broker: Broker) -> None:
        self._broker = broker
        self._open: list[Bus] = []

    def connect(self) -> Bus:
        self._open.append(KafkaBus(self._broker.settings()))
        return self._open[-1]

    def kill(self) -> None:
        self._broker.kill()

    def start_empty(self) -> None:
        self._broker.start()

    def close(self) -> None:
        for bus in self._open:
            bus.close()


def fill(bus: Bus, topic: str, records: Mapping[str, bytes] | list[tuple[str, bytes]]) -> None:
    """Append and flush."""
    producer = bus.producer()
    try:
        for key, value in records.items() if isinstance(records, Mapping) else records:
            producer.send(topic, key, value)
        producer.flush()
    finally:
        producer.close()


def read(consumer: Consumer, count: int, most: int = 100) -> list[Record]:
    """``count`` records, asked for until they are there."""
    found: list[Record] = []
    for _ in range(100):
        if len(found) >= count:
            break
        found += consumer.poll(most, 0.2)
    assert len(found) == count, f"{len(found)} of {count} records came"
    return found


def until_changed(ask: Callable[[], object]) -> None:
    """Ask until the answer is that the cluster has changed; a connection that is just being lost may come first."""
    for _ in range(50):
        try:
            ask()
        except ClusterChanged:
            return
        except BrokerUnavailable:
            continue
    pytest.fail("the change of the cluster was not seen")


def collect_lost_sockets() -> None:
    """A client that found no broker, or lost it, leaves sockets to the garbage collector; not to a later test's."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


def closing_quietly(*things: Consumer | Producer) -> None:
    """Let go of what was connected to a broker that is gone."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        for thing in things:
            try:
                thing.close()
            except BrokerUnavailable:
                continue
