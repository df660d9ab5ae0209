"""The small modules: clock, logs, pipeline names, the embedded broker's command, and the tree of errors."""

from __future__ import annotations

import io
import threading
import time
from collections.abc import Iterator
from datetime import UTC, timedelta

import pytest
import structlog

from processors import errors
from processors.broker import broker_command
from processors.clock import ManualClock, SystemClock
from processors.errors import ClusterChanged, OnRecordError, RunError
from processors.logs import configure_logs
from processors.pipeline import EMBED, EXTRACT, LIVE, STREAMS, check_run_name, group, run_topics, topic
from processors.settings import KafkaSettings
from tests.core.conftest import START


def test_a_manual_clock_moves_only_when_it_is_told_to(clock: ManualClock) -> None:
    clock.sleep(1.5)
    clock.advance(-3)
    assert clock.now() == START + timedelta(seconds=1.5)
    assert clock.monotonic() == 1.5
    wake = threading.Event()
    clock.sleep(1, wake)
    assert clock.monotonic() == 2.5
    wake.set()
    clock.sleep(1, wake)
    assert clock.monotonic() == 2.5


def test_the_systems_clock_is_aware_and_wakes() -> None:
    clock, wake = SystemClock(), threading.Event()
    wake.set()
    began = time.monotonic()
    clock.sleep(60, wake)
    clock.sleep(-1)
    assert time.monotonic() - began < 30
    assert clock.now().tzinfo is UTC
    assert clock.monotonic() <= clock.monotonic()


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    written = io.StringIO()
    monkeypatch.setattr("sys.stderr", written)
    before = structlog.get_config()
    configure_logs()
    yield written
    structlog.configure(**before)


def test_an_event_is_one_line_whatever_is_in_it(lines: io.StringIO) -> None:
    log = structlog.get_logger()
    log.info("ready", stage="store", runs=2)
    log.warning("dead letter", reason="two words\nand a line", url="\x1b[31mred\x1b[0m", name="Jürgen", none=None)
    log.debug("not shown")
    found = lines.getvalue().splitlines()
    assert [line.partition("Z ")[2] for line in found] == [
        "info    ready stage=store runs=2",
        r"warning dead letter reason='two words\nand a line' url='\x1b[31mred\x1b[0m' name=Jürgen none=None",
    ]


def test_a_defect_is_logged_with_its_traceback(lines: io.StringIO) -> None:
    try:
        raise KeyError("seven")
    except KeyError:
        structlog.get_logger().exception("the step failed", stage="extract")
    first, *trace = lines.getvalue().splitlines()
    assert first.endswith("error   the step failed stage=extract")
    assert trace[0] == "Traceback (most recent call last):"
    assert trace[-1] == "KeyError: 'seven'"


@pytest.mark.parametrize("name", ["live", "a", "R2-x_1", "x" * 60])
def test_a_name_that_can_name_topics_and_files_is_taken(name: str) -> None:
    assert check_run_name(name) == name


@pytest.mark.parametrize("name", ["", "-a", "_a", "a.b", "a/b", "..", "a b", "ä", "x" * 61, "a\n", "²"])
def test_another_name_is_refused(name: str) -> None:
    with pytest.raises(RunError, match="use up to 60 letters"):
        check_run_name(name)


def test_each_stage_reads_what_the_one_before_it_writes() -> None:
    assert (EXTRACT.reads, EXTRACT.writes) == ("articles", "statements")
    assert (EMBED.reads, EMBED.writes) == ("statements", "embedded")
    assert {stage.reads for stage in (EXTRACT, EMBED)} | {EMBED.writes, "dead-letters"} == set(STREAMS)


def test_only_live_streams_expire() -> None:
    settings = KafkaSettings(topic_prefix="p", partitions=7, retention_hours=2)
    live, replay = run_topics(settings, LIVE), run_topics(settings, "r1")
    assert {spec.retention_ms for spec in live.values()} == {7_200_000}
    assert {spec.retention_ms for spec in replay.values()} == {-1}
    assert {spec.partitions for spec in (live | replay).values()} == {7}
    assert topic("p", "r1", "articles") in replay
    assert group("p", "r1", "extract") != group("p", "live", "extract")


def test_each_start_of_the_broker_is_another_cluster_on_the_loopback_only() -> None:
    one, two = broker_command(9), broker_command(9)
    assert one[one.index("--cluster-id") + 1] != two[two.index("--cluster-id") + 1]
    assert [part for part in one if part.startswith("tcp:")] == ["tcp://127.0.0.1:9"] * 2


def test_every_expected_error_has_one_root() -> None:
    found = [value for value in vars(errors).values() if isinstance(value, type) and issubclass(value, Exception)]
    assert len(found) >= 12
    assert all(issubclass(error, OnRecordError) for error in found)
    assert all(f"{error.__name__} " in (errors.__doc__ or "") for error in found)
    assert issubclass(ClusterChanged, errors.BrokerUnavailable)
