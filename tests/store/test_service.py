from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import duckdb
import pytest
from store_fakes import NOON, FakeEngine, bundle, content, letter, open_store
from store_fakes import settings as store_settings

from processors.clock import ManualClock
from processors.errors import BrokerUnavailable, ClusterChanged
from processors.memory_bus import MemoryBus
from processors.messages import DeadLetter, Embedded, encode
from processors.pipeline import run_topics
from processors.store.service import RunService
from processors.store.writer import RunStore
from processors.streams import Bus, Consumer, Position, Record

EMBEDDED, DEAD = "onrecord.r.embedded", "onrecord.r.dead-letters"


def new_bus(folder: Path, cluster: str = "memory") -> MemoryBus:
    bus = MemoryBus(cluster)
    bus.ensure_topics(run_topics(store_settings(folder).kafka, "r"))
    return bus


def publish(bus: MemoryBus, *messages: Embedded | DeadLetter) -> None:
    for message in messages:
        bundled = isinstance(message, Embedded)
        key = message.article.id if bundled else message.article_id
        bus.append(EMBEDDED if bundled else DEAD, key, encode(message))


def service_of(store: RunStore, bus: Bus, folder: Path, *, live: bool = False) -> RunService:
    return RunService(store, lambda: bus, store_settings(folder), store._clock, live=live)


def drain(service: RunService) -> None:
    """Read everything there is, and write it."""
    with service.reading() as consumer:
        while service.step(consumer, 0.0):
            pass
        service.flush()


def test_reads_both_streams_from_where_the_file_says(tmp_path: Path) -> None:
    bus, store = new_bus(tmp_path), open_store(tmp_path)
    publish(bus, *(bundle(i) for i in range(6)), letter(6, "o"), letter(offset=5))
    service = service_of(store, bus, tmp_path)
    drain(service)
    assert store.positions("o").next == 7
    ends = {at: end for at, end in bus.end_offsets([EMBEDDED, DEAD]).items() if end}
    assert store.offsets("memory") == ends
    started: list[Mapping[Position, int]] = []
    original = bus.consumer
    bus.consumer = lambda start: (started.append(dict(start)), original(start))[1]  # type: ignore[method-assign]
    publish(bus, bundle(7))
    drain(service)
    assert {at: offset for at, offset in started[0].items() if offset} == ends
    assert store.positions("o").next == 8
    store.close()


def test_another_log_under_the_same_cluster_id_is_read_from_its_start(tmp_path: Path) -> None:
    # A broker that lost its disk, or was started again with the id that it had.
    bus, store = new_bus(tmp_path), open_store(tmp_path)
    publish(bus, *(bundle(i) for i in range(30)))
    drain(service_of(store, bus, tmp_path))
    assert store.positions("o").next == 30
    emptied = new_bus(tmp_path)
    publish(emptied, *(bundle(i) for i in range(28, 36)))
    drain(service_of(store, emptied, tmp_path))
    assert store.positions("o").next == 36
    assert store.accounting().stored == 36
    assert store.offsets("memory") == {at: end for at, end in emptied.end_offsets([EMBEDDED, DEAD]).items() if end}
    publish(emptied, bundle(36))
    drain(service_of(store, emptied, tmp_path))
    assert store.positions("o").next == 37
    store.close()


def test_a_poisoned_record_is_accounted_and_the_rest_goes_on(tmp_path: Path) -> None:
    bus, store = new_bus(tmp_path), open_store(tmp_path)
    bus.append(EMBEDDED, "k", b"{broken")
    bus.append(EMBEDDED, "k", None)
    bus.append(DEAD, "k", b"{broken too")
    bus.append(EMBEDDED, "k", b'{"article": {"origin": "o", "position": 0}}')
    publish(bus, bundle(1))
    service = service_of(store, bus, tmp_path)
    drain(service)
    drain(service)
    sums = store.accounting()
    assert (sums.received, sums.stored, sums.dead_letters, sums.missing) == (5, 1, 4, 0)
    with store.cursor() as cursor:
        rows = cursor.execute(
            "SELECT stage, cluster, stream, \"offset\" >= 0, reason <> '' FROM dead_letters"
        ).fetchall()
    assert sorted(rows) == [("store", "memory", DEAD, True, True), *[("store", "memory", EMBEDDED, True, True)] * 3]
    store.close()


def test_a_batch_is_written_when_it_is_old_or_full(tmp_path: Path) -> None:
    clock = ManualClock(NOON)
    bus, store = new_bus(tmp_path), open_store(tmp_path, clock, batch_statements=4)
    service = service_of(store, bus, tmp_path)
    with service.reading() as consumer:
        publish(bus, bundle(0))
        service.step(consumer, 0.0)
        assert store.accounting().waiting == 1
        clock.advance(0.31)
        service.step(consumer, 0.0)
        assert store.accounting().stored == 1
        publish(bus, bundle(1), bundle(2))
        service.step(consumer, 0.0)
        assert store.accounting().stored == 3
    store.close()


def test_a_live_run_gives_up_waiting_and_a_replay_does_not(tmp_path: Path) -> None:
    for live in (True, False):
        clock = ManualClock(NOON)
        folder = tmp_path / str(live)
        bus, store = new_bus(folder), open_store(folder, clock)
        service = service_of(store, bus, folder, live=live)
        publish(bus, bundle(1))
        with service.reading() as consumer:
            service.step(consumer, 0.0)
            clock.advance(9.9)
            service.step(consumer, 0.0)
            assert store.counts == (0, 0)
            clock.advance(0.2)
            service.step(consumer, 0.0)
            assert store.counts == ((1, 2) if live else (0, 0))
        store.close()


def test_offsets_of_redelivered_records_are_noted_after_a_while(tmp_path: Path) -> None:
    clock = ManualClock(NOON)
    bus, store = new_bus(tmp_path), open_store(tmp_path, clock)
    service = service_of(store, bus, tmp_path)
    publish(bus, bundle(0))
    drain(service)
    publish(bus, bundle(0))
    with service.reading() as consumer:
        service.step(consumer, 0.0)
        clock.advance(1.1)
        service.step(consumer, 0.0)
    assert sum(store.offsets("memory").values()) == 2
    assert store.accounting().received == 1
    store.close()


class Broken:
    """A bus whose consumer raises an error once, from the given poll on."""

    def __init__(self, bus: MemoryBus, error: Exception, at: int) -> None:
        self._bus, self._error, self._at = bus, error, at
        self.polls = 0

    def __getattr__(self, name: str) -> object:
        return getattr(self._bus, name)

    def consumer(self, start: Mapping[Position, int]) -> Consumer:
        outer, inner = self, self._bus.consumer(start)

        class Polling:
            def poll(self, most: int, seconds: float) -> list[Record]:
                outer.polls += 1
                if outer.polls == outer._at:
                    raise outer._error
                return inner.poll(1, 0.0)

            def close(self) -> None:
                inner.close()

        return Polling()  # type: ignore[return-value]


def test_another_cluster_is_read_from_its_start_and_nothing_is_stored_twice(tmp_path: Path) -> None:
    clock = ManualClock(NOON)
    old, new = new_bus(tmp_path, "old"), new_bus(tmp_path, "new")
    store = open_store(tmp_path, clock, batch_statements=1)
    publish(old, *(bundle(i) for i in range(6)))
    # Ingest publishes again what was not confirmed.
    publish(new, *(bundle(i) for i in range(2, 9)))
    buses = iter([Broken(old, ClusterChanged("another log"), 8), new])
    service = RunService(store, lambda: next(buses), store_settings(tmp_path), clock, live=False)  # type: ignore[arg-type]
    store.subscribe(lambda newest: service.finish() if newest == 18 else None)
    service.run()
    assert [row[15] for row in sorted(content(store)["articles"])] == list(range(9))
    assert {row[0] for row in content(store)["offsets"]} == {"old", "new"}
    assert {at: low for at, low in store.offsets("new").items() if low} == {
        at: end for at, end in new.end_offsets([EMBEDDED]).items() if end
    }
    store.close()


def test_an_unreachable_broker_is_waited_for_and_said(tmp_path: Path) -> None:
    troubles: list[str] = []
    bus = new_bus(tmp_path)
    publish(bus, bundle(0))

    class Waiting(ManualClock):
        def sleep(self, seconds: float, wake: object = None) -> None:
            troubles.append(service.trouble)
            self.advance(seconds)

    clock = Waiting(NOON)
    store = open_store(tmp_path, clock, batch_statements=1)
    answers = iter([BrokerUnavailable("nobody answers"), BrokerUnavailable("still nobody"), bus])

    def connect() -> Bus:
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    service = RunService(store, connect, store_settings(tmp_path), clock, live=False)
    store.subscribe(lambda newest: service.finish())
    service.run()
    assert troubles == ["nobody answers", "still nobody"]
    assert service.trouble == ""
    assert store.counts == (1, 2)
    store.close()


def test_a_full_disk_is_waited_for_and_the_batch_is_written_later(tmp_path: Path) -> None:
    troubles: list[str] = []

    class Waiting(ManualClock):
        def sleep(self, seconds: float, wake: object = None) -> None:
            troubles.append(service.trouble)
            if len(troubles) == 3:
                store._connection = good

    class Full:
        def __getattr__(self, name: str) -> object:
            return getattr(good, name)

        def commit(self) -> None:
            raise duckdb.IOException("No space left on device")

    bus, store = new_bus(tmp_path), open_store(tmp_path, Waiting(NOON), batch_statements=1)
    good = store._connection
    store._connection = Full()
    publish(bus, bundle(0))
    service = service_of(store, bus, tmp_path)
    store.subscribe(lambda newest: service.finish())
    service.run()
    assert len(troubles) == 3
    assert all("the database of run r does not take more: No space left" in trouble for trouble in troubles)
    assert store.counts == (1, 2)
    store.close()


def test_a_defect_is_not_swallowed(tmp_path: Path) -> None:
    class Defect(FakeEngine):
        def assign(self, items: object) -> object:  # type: ignore[override]
            raise ZeroDivisionError

    bus, store = new_bus(tmp_path), open_store(tmp_path, batch_statements=1)
    store._engine_factory = Defect  # type: ignore[assignment]
    publish(bus, bundle(0))
    service = service_of(store, bus, tmp_path)
    with pytest.raises(ZeroDivisionError):
        service.run()
    assert store.counts == (0, 0)
    store.close()


def test_finish_writes_what_waits_for_a_gap(tmp_path: Path) -> None:
    bus, store = new_bus(tmp_path), open_store(tmp_path)
    publish(bus, bundle(0), bundle(2))
    service = service_of(store, bus, tmp_path)
    service.finish()
    service.run()
    assert store.counts == (2, 4)
    assert store.accounting().missing == 1
    store.close()


def test_stop_ends_at_once_and_keeps_nothing_half_written(tmp_path: Path) -> None:
    bus, store = new_bus(tmp_path), open_store(tmp_path, batch_statements=2)
    publish(bus, *(bundle(i) for i in range(5)))
    service = service_of(store, bus, tmp_path)
    store.subscribe(lambda newest: service.stop())
    service.run()
    assert store.counts == (1, 2)
    drain(service_of(store, bus, tmp_path))
    assert store.counts == (5, 10)
    store.close()
