from __future__ import annotations

import contextlib
import json
import math
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.playback import COMPLETE, STOPPED, pace, play, read_ahead, read_speed
from ingest.recording import recorded_stream
from ingest.rows import read_rows
from processors.clock import ManualClock
from processors.errors import BrokerUnavailable, RunError, SettingsError, SourceError
from processors.memory_bus import MemoryBus
from processors.messages import Article, DeadLetter
from tests.ingest.fakes import START, ReadingStore, messages


def at(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


def dues(minutes: list[float | None], speed: float, ahead: datetime | None = None) -> list[float]:
    return [due for due, _ in pace([(None if m is None else at(m), m) for m in minutes], speed, ahead)]


def test_rows_are_due_as_they_happened_but_faster():
    assert dues([0, 10, 10, 30], 60) == [0, 10, 10, 30]
    assert dues([5, 15], 600) == [0, 1]


def test_max_speed_waits_for_nothing():
    assert dues([0, 10, 1_000_000], math.inf) == [0, 0, 0]


def test_rows_up_to_a_time_are_due_at_once_and_event_time_begins_there():
    assert dues([0, 10, 20, 30, 50], 60, at(25)) == [0, 0, 0, 5, 25]
    assert dues([0, 10], 60, at(10)) == [0, 0]


def test_rows_without_a_time_are_due_at_once():
    assert dues([None, None, 0, 10], 60) == [0, 0, 0, 10]


@given(
    minutes=st.lists(st.floats(0, 10_000), min_size=1).map(sorted),
    speed=st.floats(0.1, 10_000),
    ahead=st.none() | st.floats(0, 10_000),
)
def test_due_times_never_run_backwards_and_keep_the_order(minutes, speed, ahead):
    found = list(pace([(at(m), m) for m in minutes], speed, None if ahead is None else at(ahead)))
    assert [row for _, row in found] == minutes
    assert [due for due, _ in found] == sorted(due for due, _ in found)
    assert all(due >= 0 for due, _ in found)


def test_speed_and_time_as_words():
    assert read_speed("max") == math.inf
    assert read_speed("600") == 600
    assert read_ahead("") is None
    assert read_ahead("2026-03-17T12:00:00") == datetime(2026, 3, 17, 12, tzinfo=UTC)
    for wrong in ("fast", "0", "-1", "nan", ""):
        with pytest.raises(SettingsError, match="write max"):
            read_speed(wrong)
    with pytest.raises(SettingsError, match="write a time"):
        read_ahead("noon")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "a.jsonl"
    rows = [
        {"text": f"Text {i}", "url": f"https://p.example/{i}", "published_at": at(i).isoformat()} for i in range(20)
    ]
    path.write_text("\n".join([*map(json.dumps, rows), "{", ""]), encoding="utf-8")
    return path


def run_play(file, settings, clock, bus, store, *, speed=math.inf, ahead=None, stop=None, kind="replay") -> int:
    stop = stop or threading.Event()
    world = {"clock": clock, "confirmations": store, "connect": bus.reopen}
    return play(file, "r1", speed, ahead, kind, settings, stop, **world)


def test_a_file_is_played_and_every_row_accounted_for(file, settings, clock, bus):
    store = ReadingStore(bus)
    assert run_play(file, settings, clock, bus, store) == COMPLETE
    origin = read_rows(file, START).origin
    assert store.started == [("r1", "replay", origin, 21)]
    assert [a.position for a in messages(bus, "r1", "articles", Article)] == list(range(1, 21))
    (letter,) = messages(bus, "r1", "dead-letters", DeadLetter)
    assert (letter.position, letter.source.topic, letter.source.offset) == (0, "a.jsonl", 21)


def test_event_time_passes_at_the_speed(file, settings, clock, bus):
    assert run_play(file, settings, clock, bus, ReadingStore(bus), speed=60) == COMPLETE
    articles = messages(bus, "r1", "articles", Article)
    waited = [(a.observed_at - START).total_seconds() for a in articles]
    assert waited == pytest.approx(list(range(20)), abs=0.01)


class Killed(BaseException):
    """Stands for kill -9: nothing of the program runs afterwards."""


@given(kills=st.lists(st.integers(0, 12), max_size=5), most=st.integers(1, 4), lose=st.booleans())
def test_killed_at_any_moment_it_goes_on_and_the_store_gets_each_row_once(kills, most, lose):
    """The bus may have got anything; what counts is that each position comes, and is always the same row."""
    import tempfile

    from processors.settings import Settings

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.jsonl"
        rows = [{"text": f"Text {i}", "published_at": at(i).isoformat()} for i in range(10)]
        path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
        bus = MemoryBus("cluster-1")
        settings = Settings()
        settings = msgspec.structs.replace(settings, ingest=msgspec.structs.replace(settings.ingest, max_unconfirmed=4))
        store = ReadingStore(bus, most)
        for kill in kills:
            with contextlib.suppress(Killed):
                run_play(path, settings, Deadly(kill), bus, store)
            if lose:
                bus.come_back_empty(f"cluster-{kill}-{len(store.taken)}")
        assert run_play(path, settings, ManualClock(START), bus, store) == COMPLETE
        taken = [store.taken[key] for key in sorted(store.taken)]
        assert [message.text for message in taken] == [f"Text {i}" for i in range(10)]
        assert [message.position for message in taken] == list(range(10))


class Deadly(ManualClock):
    """A clock that kills the process at its n-th wait."""

    def __init__(self, waits: int) -> None:
        super().__init__(START)
        self._left = waits

    def sleep(self, seconds, wake=None):
        if self._left == 0:
            raise Killed
        self._left -= 1
        super().sleep(seconds, wake)


def test_what_the_store_has_already_is_not_published_again(file, settings, clock, bus):
    store = ReadingStore(bus)
    run_play(file, settings, clock, bus, store)
    before = len(bus.records("onrecord.r1.articles"))
    store.started.clear()
    assert run_play(file, settings, clock, bus, store) == COMPLETE
    assert len(bus.records("onrecord.r1.articles")) == before
    assert store.started == [], "a finished run cannot be started again"


def test_stopped_before_the_end_is_not_complete(file, settings, clock, bus):
    stop = threading.Event()
    stop.set()
    assert run_play(file, settings, clock, bus, ReadingStore(bus), stop=stop) == STOPPED


def test_it_waits_for_the_store_to_come(file, settings, bus):
    store = ReadingStore(bus)
    store.away = True

    class Coming(ManualClock):
        def sleep(self, seconds, wake=None):
            super().sleep(seconds, wake)
            store.away = self.monotonic() < 5

    assert run_play(file, settings, Coming(START), bus, store) == COMPLETE


def test_an_unknown_run_is_started_and_a_refusal_is_told(file, settings, clock, bus):
    class Strict(ReadingStore):
        def positions(self, run, origin):
            if not self.started:
                raise RunError(f"there is no run called {run!r}")
            return super().positions(run, origin)

    assert run_play(file, settings, clock, bus, Strict(bus)) == COMPLETE

    class Refusing(ReadingStore):
        def start_run(self, name, kind, origin="", expected=None):
            raise RunError("there is a run of that name already")

    with pytest.raises(RunError, match="already"):
        run_play(file, settings, clock, bus, Refusing(MemoryBus()))


def test_no_broker_and_no_file_are_one_sentence(file, settings, clock, bus, tmp_path):
    bus.down = True
    with pytest.raises(BrokerUnavailable):
        run_play(file, settings, clock, bus, ReadingStore(bus))
    with pytest.raises(SourceError):
        run_play(tmp_path / "gone", settings, clock, bus, ReadingStore(bus))


def test_the_recorded_stream_plays(settings, clock, bus):
    store = ReadingStore(bus)
    ahead = datetime(2026, 3, 18, 12, tzinfo=UTC)
    assert run_play(recorded_stream(), settings, clock, bus, store, speed=600, ahead=ahead, kind="demo") == COMPLETE
    assert len(store.taken) >= 60
    assert 30 < clock.monotonic() < 100
