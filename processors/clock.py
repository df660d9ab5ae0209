"""The one way to ask for the time, so that tests and replays can bring their own."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """A clock: aware UTC time, a monotonic count of seconds, and a way to wait."""

    def now(self) -> datetime:
        """Current time, timezone-aware, UTC."""
        ...

    def monotonic(self) -> float:
        """Seconds that never run backwards; only differences mean anything."""
        ...

    def sleep(self, seconds: float, wake: threading.Event | None = None) -> None:
        """Wait for ``seconds``, or until ``wake`` is set."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Current time, timezone-aware, UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds since an arbitrary moment."""
        return time.monotonic()

    def sleep(self, seconds: float, wake: threading.Event | None = None) -> None:
        """Wait for ``seconds``, or until ``wake`` is set."""
        if seconds <= 0:
            return
        if wake is None:
            time.sleep(seconds)
        else:
            wake.wait(seconds)


class ManualClock:
    """A fake clock for tests: it moves only when told to, and sleeping moves it at once."""

    def __init__(self, start: datetime) -> None:
        self._now = start.astimezone(UTC)
        self._seconds = 0.0

    def now(self) -> datetime:
        """The time that was set, plus what was slept."""
        return self._now

    def monotonic(self) -> float:
        """Seconds since this clock was made."""
        return self._seconds

    def sleep(self, seconds: float, wake: threading.Event | None = None) -> None:
        """Advance without waiting; does nothing when ``wake`` is already set."""
        if wake is None or not wake.is_set():
            self.advance(seconds)

    def advance(self, seconds: float) -> None:
        """Move forward by ``seconds`` (negative values are ignored)."""
        self._now += timedelta(seconds=max(0.0, seconds))
        self._seconds += max(0.0, seconds)
