"""Supervision, with small real processes: order, readiness, restarts, the end."""

from __future__ import annotations

import itertools
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest

from processors.clock import ManualClock
from processors.errors import OnRecordError
from processors.supervise.part import Part
from processors.supervise.state import PartState
from processors.supervise.supervisor import (
    FIRST_BACKOFF,
    HEALTHY_SECONDS,
    LONGEST_BACKOFF,
    MOST_FAILED_STARTS,
    Supervisor,
)

READY = "12:00:00Z info    ready stage=x"
# Says that it is ready, and ends when its standard input does or it is told to.
WORKS = f"import sys; print({READY!r}, flush=True); sys.stdin.read()"


def part(name: str, code: str = WORKS, **options: object) -> Part:
    return Part(name, (sys.executable, "-S", "-c", code), **options)  # type: ignore[arg-type]


class Scene:
    """A supervisor on a clock that only moves when it is told to, with everything that it said."""

    def __init__(self, *parts: Part, clock: ManualClock) -> None:
        self.clock = clock
        self.said: list[tuple[str, str]] = []
        self.history: list[tuple[PartState, ...]] = []
        self.supervisor = Supervisor(parts, clock, lambda name, line: self.said.append((name, line)), self.changed)

    def changed(self, states: tuple[PartState, ...]) -> None:
        self.history.append(states)

    def state(self, name: str) -> str:
        return next(state.state for state in self.supervisor.states() if state.name == name)

    def pid(self, name: str) -> int:
        pid = next(state.pid for state in self.supervisor.states() if state.name == name)
        assert pid is not None
        return pid

    def until(self, holds: Callable[[], bool]) -> None:
        """Tick until it holds; processes take real time, the supervisor's clock does not."""
        deadline = time.monotonic() + 20
        while not holds():
            assert time.monotonic() < deadline, (self.supervisor.states(), self.said)
            self.supervisor.tick()
            self.clock.advance(0.31)
            time.sleep(0.005)

    def until_state(self, name: str, state: str) -> None:
        self.until(lambda: self.state(name) == state)

    def lines(self, name: str) -> list[str]:
        return [line for who, line in self.said if who == name]

    def order(self, state: str) -> list[str]:
        """Names in the order in which they came to a state."""
        found: list[str] = []
        for states in self.history:
            found += [one.name for one in states if one.state == state and one.name not in found]
        return found


@pytest.fixture
def scene(clock: ManualClock) -> Iterator[Callable[..., Scene]]:
    made: list[Scene] = []

    def make(*parts: Part) -> Scene:
        made.append(Scene(*parts, clock=clock))
        return made[-1]

    yield make
    for one in made:
        one.supervisor.stop_all()


def test_a_part_is_started_when_what_it_needs_works(scene: Callable[..., Scene]) -> None:
    one = scene(part("c", needs=("a", "b")), part("b", needs=("a",)), part("a"))
    one.supervisor.tick()
    assert [one.state(name) for name in "abc"] == ["starting", "waiting", "waiting"]
    one.until(one.supervisor.is_ready)
    assert one.order("starting") == one.order("ready") == ["a", "b", "c"]
    for states in one.history:
        now = {state.name: state.state for state in states}
        assert now["b"] == "waiting" or now["a"] == "ready"
        assert now["c"] == "waiting" or now["b"] == "ready"


def test_a_part_is_ready_when_its_log_says_so_and_not_before(scene: Callable[..., Scene], tmp_path: Path) -> None:
    flag = tmp_path / "go"
    talk = f"""
import os, sys, time
print("getting ready for it", flush=True)
print("12:00:00Z warning not ready yet", flush=True)
print("12:00:00Z info    already here", flush=True)
while not os.path.exists({str(flag)!r}): time.sleep(0.01)
print({READY!r}, flush=True)
sys.stdin.read()
"""
    one = scene(part("a", talk))
    one.until(lambda: len(one.lines("a")) == 3)
    one.supervisor.tick()
    one.clock.advance(1)
    one.supervisor.tick()
    assert one.state("a") == "starting"
    flag.touch()
    one.until_state("a", "ready")
    assert READY in one.lines("a")


def test_a_probe_decides_and_the_log_does_not(scene: Callable[..., Scene], clock: ManualClock) -> None:
    works = threading.Event()
    asked: list[float] = []

    def probe() -> bool:
        asked.append(clock.monotonic())
        return works.is_set()

    one = scene(part("a", probe=probe))
    one.until(lambda: READY in one.lines("a") and len(asked) > 3)
    assert one.state("a") == "starting"
    works.set()
    one.until_state("a", "ready")
    assert all(later - earlier >= 0.3 for earlier, later in itertools.pairwise(asked)), "not at every tick"


def test_a_part_that_crashes_is_started_again_later_and_later(scene: Callable[..., Scene], clock: ManualClock) -> None:
    one = scene(part("a"), part("b"))
    waits: list[float] = []
    for number in range(8):
        one.until_state("a", "ready")
        os.kill(one.pid("a"), signal.SIGKILL)
        while one.state("a") != "restarting":
            one.supervisor.tick()
            time.sleep(0.005)
        began = clock.monotonic()
        assert one.state("b") != "restarting"
        while one.state("a") == "restarting":
            one.supervisor.tick()
            clock.advance(0.25)
        waits.append(round(clock.monotonic() - 0.25 - began, 2))
        assert next(s.restarts for s in one.supervisor.states() if s.name == "a") == number + 1
    assert waits == [FIRST_BACKOFF, 1.0, 2.0, 4.0, 8.0, 16.0, LONGEST_BACKOFF, LONGEST_BACKOFF]
    assert "ended with signal 9; it is started again in 0.5 s" in one.lines("a")


def test_a_part_that_worked_for_long_is_forgiven(scene: Callable[..., Scene], clock: ManualClock) -> None:
    one = scene(part("a"))
    for _ in range(3):
        one.until_state("a", "ready")
        os.kill(one.pid("a"), signal.SIGKILL)
        one.until_state("a", "restarting")
    assert "ended with signal 9; it is started again in 2.0 s" in one.lines("a")
    one.until_state("a", "ready")
    clock.advance(HEALTHY_SECONDS)
    one.said.clear()
    os.kill(one.pid("a"), signal.SIGKILL)
    one.until_state("a", "restarting")
    assert "ended with signal 9; it is started again in 0.5 s" in one.lines("a")


def test_a_part_waits_for_what_it_needs_when_it_is_started_again_too(scene: Callable[..., Scene]) -> None:
    works = threading.Event()
    works.set()
    one = scene(part("a", probe=works.is_set), part("b", needs=("a",)))
    one.until(one.supervisor.is_ready)
    works.clear()
    for name in "ab":
        os.kill(one.pid(name), signal.SIGKILL)
    one.until_state("b", "restarting")
    one.until_state("a", "starting")
    one.clock.advance(60)
    one.supervisor.tick()
    assert one.state("b") == "restarting"
    works.set()
    one.until(one.supervisor.is_ready)


USER_ERROR = """
import sys
print("loading", flush=True)
print("onrecord: no Kafka broker answers; start one", file=sys.stderr, flush=True)
print("sys:1: ResourceWarning: something unclosed", file=sys.stderr)
sys.exit(2)
"""


def test_what_the_user_can_mend_ends_everything_with_the_parts_own_sentence(scene: Callable[..., Scene]) -> None:
    one = scene(part("a"), part("b", USER_ERROR))
    with pytest.raises(OnRecordError) as error:
        one.until(lambda: False)
    assert str(error.value) == "no Kafka broker answers; start one"


def test_exit_code_2_after_it_worked_is_a_crash_like_others(scene: Callable[..., Scene]) -> None:
    one = scene(part("a", f"import sys; print({READY!r}, flush=True); sys.stdin.readline(); sys.exit(2)"))
    one.until_state("a", "ready")
    process = one.supervisor._kept["a"].process
    assert process is not None
    assert process._process.stdin is not None
    process._process.stdin.write(b"\n")
    process._process.stdin.flush()
    one.until_state("a", "restarting")
    one.until_state("a", "ready")


def test_a_part_that_never_works_is_given_up(scene: Callable[..., Scene], clock: ManualClock) -> None:
    one = scene(part("a", "print('Traceback'); print('KeyError: 7'); raise SystemExit(1)"))
    with pytest.raises(OnRecordError) as error:
        one.until(lambda: False)
    assert str(error.value) == (
        f"a failed at {MOST_FAILED_STARTS} starts in a row; the last thing it said: KeyError: 7"
    )
    assert len([line for line in one.lines("a") if "started again" in line]) == MOST_FAILED_STARTS - 1


def test_slow_failures_at_the_start_are_not_forgiven(
    scene: Callable[..., Scene], clock: ManualClock, tmp_path: Path
) -> None:
    """A store that waits a minute for something and then fails would be started for ever."""
    code = f"""
import os, time
while not os.path.exists(f'{tmp_path}/{{os.getpid()}}'): time.sleep(0.01)
raise SystemExit(1)
"""
    one = scene(part("a", code))

    def fail_slowly() -> None:
        one.until_state("a", "starting")
        clock.advance(HEALTHY_SECONDS + 1)
        (tmp_path / str(one.pid("a"))).touch()
        one.until_state("a", "restarting")

    for _ in range(MOST_FAILED_STARTS - 1):
        fail_slowly()
    with pytest.raises(OnRecordError, match="5 starts in a row"):
        fail_slowly()


def test_a_program_that_is_not_there_is_one_sentence(scene: Callable[..., Scene]) -> None:
    one = scene(Part("broker", ("/nowhere/tansu",)))
    with pytest.raises(OnRecordError, match="broker cannot be started: /nowhere/tansu: No such file or directory; "):
        one.supervisor.tick()


def test_a_part_that_ends_by_itself_is_done_and_stays_so(scene: Callable[..., Scene]) -> None:
    one = scene(part("a", "pass", once=True), part("b", needs=("a",)))
    one.until_state("a", "done")
    one.until(one.supervisor.is_ready)
    assert one.supervisor.is_done("a")
    assert not one.supervisor.is_done("b")
    assert len([line for line in one.said if "started again" in line[1]]) == 0
    one.supervisor.stop_all()
    assert one.supervisor.is_done("a")
    assert one.state("b") == "stopped"


def test_a_part_that_should_end_by_itself_but_crashes_is_started_again(
    scene: Callable[..., Scene], tmp_path: Path
) -> None:
    flag = str(tmp_path / "tried")
    code = f"import os, sys\nif not os.path.exists({flag!r}):\n open({flag!r}, 'w').close(); sys.exit(1)"
    one = scene(part("a", code, once=True))
    one.until_state("a", "done")
    assert next(iter(one.supervisor.states())).restarts == 1


def test_a_part_that_ends_well_but_should_not_is_started_again(scene: Callable[..., Scene]) -> None:
    one = scene(part("a", f"print({READY!r}, flush=True); import time; time.sleep(0.1)"))
    one.until_state("a", "restarting")
    assert any(line.startswith("ended with exit status 0; it is started again") for line in one.lines("a"))


def test_everything_stops_in_reverse_order(scene: Callable[..., Scene], tmp_path: Path) -> None:
    log = tmp_path / "log"
    code = f"""
import signal, sys
def end(*_):
    with open({str(log)!r}, "a") as file: file.write(sys.argv[1])
    sys.exit(0)
signal.signal(signal.SIGTERM, end)
print({READY!r}, flush=True)
signal.pause()
"""
    parts = [Part(name, (sys.executable, "-S", "-c", code, name)) for name in "abc"]
    one = scene(*parts)
    one.until(one.supervisor.is_ready)
    one.supervisor.stop_all()
    assert log.read_text() == "cba"
    assert {state.state for state in one.supervisor.states()} == {"stopped"}
    assert {state.pid for state in one.supervisor.states()} == {None}


def test_a_part_that_does_not_stop_in_its_time_is_killed(scene: Callable[..., Scene]) -> None:
    code = f"""
import signal
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print({READY!r}, flush=True)
while True: signal.pause()
"""
    one = scene(part("a", code, grace_seconds=0.1))
    one.until_state("a", "ready")
    pid = one.pid("a")
    one.supervisor.stop_all()
    assert "did not stop within 0.1 s and is killed" in one.lines("a")
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_run_stops_everything_however_it_ends(scene: Callable[..., Scene], clock: ManualClock) -> None:
    one = scene(part("a"))
    one.until_state("a", "ready")
    pid = one.pid("a")
    stop = threading.Event()
    stop.set()
    one.supervisor.run(stop)
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    two = scene(part("a"), part("b", USER_ERROR, needs=("a",)))
    two.clock.sleep = lambda seconds, wake=None: (clock.advance(seconds), time.sleep(0.005))[0]  # type: ignore[method-assign]
    with pytest.raises(OnRecordError):
        two.supervisor.run(threading.Event())
    assert {state.state for state in two.supervisor.states()} == {"stopped"}


def test_what_a_foreign_program_prints_is_kept_for_its_last_words_only(scene: Callable[..., Scene]) -> None:
    one = scene(part("broker", "print('panicked at main.rs'); raise SystemExit(101)", foreign=True))
    with pytest.raises(OnRecordError, match=r"the last thing it said: panicked at main\.rs"):
        one.until(lambda: False)
    assert all("panicked" not in line for line in one.lines("broker"))


def test_output_that_is_no_text_harms_nothing(scene: Callable[..., Scene]) -> None:
    code = "import os, sys; os.write(1, b'\\xff\\xfe bad\\nno end'); sys.stdin.read()"
    one = scene(part("a", code))
    one.until(lambda: len(one.lines("a")) >= 1)
    assert one.lines("a") == ["\ufffd\ufffd bad"]
    one.supervisor.stop_all()
    assert one.lines("a") == ["\ufffd\ufffd bad", "no end"]


def test_states_say_when(scene: Callable[..., Scene], clock: ManualClock) -> None:
    one = scene(part("a"))
    assert one.supervisor.states() == (PartState(name="a", state="waiting"),)
    before: datetime = clock.now()
    one.until_state("a", "ready")
    (state,) = one.supervisor.states()
    assert state.since is not None
    assert before < state.since <= clock.now()


def test_a_part_has_its_own_variables_and_no_terminal_signals(scene: Callable[..., Scene]) -> None:
    code = "import os; print(os.environ['GREETING'], 'PATH' in os.environ, os.getsid(0) == os.getpid())"
    one = scene(part("a", code, environ={"GREETING": "hello"}, once=True))
    one.until_state("a", "done")
    assert one.lines("a") == ["hello True True"]
