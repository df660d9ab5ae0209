"""How a process of the system ends: on Ctrl-C, on SIGTERM, and when its supervisor is gone."""

from __future__ import annotations

import os
import select
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

_STANDARD_INPUT = 0
# Without its supervisor a process has no broker either, and may be waiting for it: then it is ended. Nothing is lost,
# for what is not committed is done again.
_GRACE_SECONDS = 10.0


@contextmanager
def stopping_on_signals(*, supervised: bool = False) -> Iterator[threading.Event]:
    """An event that is set on SIGINT and SIGTERM; a second signal ends the process at once.

    A supervised process also stops when its standard input ends: the supervisor holds the other end, and the kernel
    closes it however the supervisor dies. Must be entered in the main thread.
    """
    stop = threading.Event()
    reading, writing = os.pipe()
    seen: list[int] = []

    def on_signal(number: int, _frame: FrameType | None) -> None:
        # Not stop.set(): the handler runs in the main thread, which may hold the event's lock just now.
        seen.append(number)
        if len(seen) > 1:
            sys.exit(128 + number)
        os.write(writing, b"!")

    before = {number: signal.signal(number, on_signal) for number in (signal.SIGINT, signal.SIGTERM)}
    watcher = threading.Thread(target=_call_when_readable, args=(reading, stop.set), name="stop-watch", daemon=True)
    watcher.start()
    if supervised:
        watch_supervisor(stop.set)
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        os.write(writing, b"!")
        watcher.join()
        os.close(writing)
        os.close(reading)


def watch_supervisor(on_gone: Callable[[], None]) -> None:
    """Call ``on_gone``, on a thread of its own, when standard input ends, and end the process soon after."""

    def gone() -> None:
        on_gone()
        time.sleep(_GRACE_SECONDS)
        os._exit(1)

    threading.Thread(
        target=_call_when_readable, args=(_STANDARD_INPUT, gone), name="supervisor-watch", daemon=True
    ).start()


def end_this_process() -> None:
    """Have this process stop as if it had been told to by SIGTERM."""
    os.kill(os.getpid(), signal.SIGTERM)


def _call_when_readable(descriptor: int, call: Callable[[], None]) -> None:
    # Not sys.stdin: a thread that waits in its buffer would break the interpreter's own shutdown. Nobody writes to a
    # supervised process, so that its standard input can be read means that it has ended.
    select.select([descriptor], [], [])
    call()
