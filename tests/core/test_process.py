"""How a process ends: on a signal at any moment, at once on the second, and with its supervisor."""

from __future__ import annotations

import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from processors.process import stopping_on_signals

ROOT = Path(__file__).resolve().parents[2]

WAITS = """
from processors.process import stopping_on_signals
with stopping_on_signals(supervised={supervised}) as stop:
    print("waiting", flush=True)
    stop.wait()
    print("stopping", flush=True)
    {then}
print("stopped", flush=True)
"""


@contextmanager
def program(code: str) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, "-c", code],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    ) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "waiting\n"
            yield process
        finally:
            process.kill()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_is_an_event_and_the_program_ends_as_it_likes(number: signal.Signals) -> None:
    with program(WAITS.format(supervised=False, then="pass")) as process:
        process.send_signal(number)
        out, errors = process.communicate(timeout=20)
    assert (out, errors, process.returncode) == ("stopping\nstopped\n", "", 0)


def test_the_second_signal_ends_it_at_once() -> None:
    with program(WAITS.format(supervised=False, then="__import__('time').sleep(60)")) as process:
        process.send_signal(signal.SIGINT)
        assert process.stdout is not None
        assert process.stdout.readline() == "stopping\n"
        process.send_signal(signal.SIGTERM)
        out, errors = process.communicate(timeout=20)
    assert (out, errors, process.returncode) == ("", "", 128 + signal.SIGTERM)


def test_a_supervised_program_ends_with_its_standard_input() -> None:
    with program(WAITS.format(supervised=True, then="pass")) as process:
        out, errors = process.communicate(timeout=20)
    assert (out, errors, process.returncode) == ("stopping\nstopped\n", "", 0)


def test_a_program_in_a_terminal_or_pipe_does_not() -> None:
    with program(WAITS.format(supervised=False, then="pass")) as process:
        assert process.stdin is not None
        process.stdin.close()
        process.stdin = None
        assert process.stdout is not None
        assert select.select([process.stdout], [], [], 0.3)[0] == []
        process.terminate()
        assert process.communicate(timeout=20)[0] == "stopping\nstopped\n"


# The handler runs in the main thread, between any two of its instructions: also while that holds the lock of the event
# it waits on. An event that was set there waited for itself for ever; with such a handler this hangs at once.
MANY = """
from processors.process import stopping_on_signals

print("waiting", flush=True)
for number in range(100):
    with stopping_on_signals() as stop:
        print(number, flush=True)
        while not stop.wait(0):
            pass
"""


def test_a_signal_at_any_moment_of_waiting_is_heard() -> None:
    with program(MANY) as process:
        assert process.stdout is not None
        for number in range(100):
            assert select.select([process.stdout], [], [], 20)[0], f"signal {number} was not heard"
            assert process.stdout.readline() == f"{number}\n"
            # Until its loop has begun again: the moment is then as good as random.
            time.sleep(0.0002)
            process.terminate()
        assert process.wait(timeout=20) == 0


def open_descriptors() -> int:
    """How many this process has; 0 where the system does not tell."""
    folder = Path("/proc/self/fd")
    return sum(1 for _ in folder.iterdir()) if folder.is_dir() else 0


def test_what_listened_before_listens_again_and_nothing_is_left_open() -> None:
    before = signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)
    descriptors = open_descriptors()
    for _ in range(3):
        with stopping_on_signals() as stop:
            assert signal.getsignal(signal.SIGTERM) not in before
            assert not stop.is_set()
    assert (signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)) == before
    assert not [thread for thread in threading.enumerate() if thread.name == "stop-watch"]
    assert open_descriptors() == descriptors


def test_one_that_does_not_own_the_event_loop_is_told_by_a_signal() -> None:
    code = """
import signal, sys
from processors.process import end_this_process, watch_supervisor
signal.signal(signal.SIGTERM, lambda *_: sys.exit(7))
print("waiting", flush=True)
watch_supervisor(end_this_process)
signal.pause()
"""
    with program(code) as process:
        process.communicate(timeout=20)
    assert process.returncode == 7


def test_one_that_does_not_end_with_its_supervisor_is_ended() -> None:
    code = """
import time
from processors import process
process._GRACE_SECONDS = 0.05
with process.stopping_on_signals(supervised=True):
    print("waiting", flush=True)
    time.sleep(60)
"""
    with program(code) as process:
        out, errors = process.communicate(timeout=20)
    assert (out, errors, process.returncode) == ("", "", 1)
