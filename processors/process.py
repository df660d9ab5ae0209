"""How a process of the system ends: on Ctrl-C, on SIGTERM, and when its supervisor is gone."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def stopping_on_signals(*, supervised: bool = False) -> Iterator[threading.Event]:
    """An event that is set on SIGINT and SIGTERM; a second signal ends the process at once.

    A supervised process also stops when its standard input ends: the supervisor holds the other end, and the kernel
    closes it however the supervisor dies. Must be entered in the main thread.
    """
    stop = threading.Event()

    def on_signal(number: int, _frame: FrameType | None) -> None:
        if stop.is_set():
            sys.exit(128 + number)
        stop.set()

    before = {number: signal.signal(number, on_signal) for number in (signal.SIGINT, signal.SIGTERM)}
    if supervised:
        threading.Thread(target=_stop_at_end_of_input, args=(stop,), name="supervisor-watch", daemon=True).start()
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _stop_at_end_of_input(stop: threading.Event) -> None:
    while sys.stdin.buffer.read(1):
        pass
    stop.set()
