"""Keeps the parts of the system alive: starts them in order, starts them again with backoff, stops them cleanly."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from processors.clock import Clock
from processors.errors import OnRecordError
from processors.supervise.part import Part, PartProcess
from processors.supervise.state import PartState

FIRST_BACKOFF, LONGEST_BACKOFF = 0.5, 30.0
# A part that lived this long is forgiven its earlier crashes.
HEALTHY_SECONDS = 60.0
# A part that never worked and crashed so often will not work by being started again.
MOST_FAILED_STARTS = 5
USER_ERROR = 2
# What stands before the one sentence of an error that the user can mend.
SENTENCE = "onrecord: "
_TICK = 0.1
# Probes are HTTP requests: not at every tick.
_PROBE_EVERY = 0.3


@dataclass(slots=True)
class _Kept:
    part: Part
    process: PartProcess | None = None
    state: str = "waiting"
    restarts: int = 0
    failures: int = 0
    was_ready: bool = False
    started: float = 0.0
    start_at: float = 0.0
    probed: float = 0.0
    since: datetime | None = None


class Supervisor:
    """Runs ``parts`` until told to stop.

    ``say(name, line)`` receives everything that is worth a line; ``changed(states)`` is called at each change of state.
    """

    def __init__(
        self,
        parts: Sequence[Part],
        clock: Clock,
        say: Callable[[str, str], None],
        changed: Callable[[tuple[PartState, ...]], None],
    ) -> None:
        self._kept = {part.name: _Kept(part) for part in parts}
        self._clock = clock
        self._say = say
        self._changed = changed

    def run(self, stop: threading.Event) -> None:
        """Supervise until ``stop`` is set, then stop everything.

        Raises OnRecordError with the part's own sentence where a part cannot be started at all.
        """
        try:
            while not stop.is_set():
                self.tick()
                self._clock.sleep(_TICK, stop)
        finally:
            self.stop_all()

    def states(self) -> tuple[PartState, ...]:
        """How each part is now."""
        return tuple(
            PartState(
                name=kept.part.name,
                state=kept.state,
                pid=kept.process.pid if kept.process else None,
                restarts=kept.restarts,
                since=kept.since,
            )
            for kept in self._kept.values()
        )

    def is_ready(self) -> bool:
        """Whether every part does its work, or has done it."""
        return self._works(self._kept)

    def _works(self, names: Iterable[str]) -> bool:
        return all(self._kept[name].state in {"ready", "done"} for name in names)

    def is_done(self, name: str) -> bool:
        """Whether a part that ends by itself has ended well."""
        return self._kept[name].state == "done"

    def tick(self) -> None:
        """Look at every part once and do what is due."""
        now = self._clock.monotonic()
        for kept in self._kept.values():
            if kept.process is None:
                if kept.state != "done" and now >= kept.start_at and self._works(kept.part.needs):
                    self._start(kept, now)
            elif (status := kept.process.poll()) is not None:
                self._ended(kept, status, now)
            elif kept.state == "starting" and now - kept.probed >= _PROBE_EVERY:
                kept.probed = now
                if kept.process.is_ready():
                    kept.was_ready = True
                    self._set(kept, "ready")
                    self._say(kept.part.name, f"is ready after {now - kept.started:.1f} s")

    def _start(self, kept: _Kept, now: float) -> None:
        try:
            kept.process = PartProcess(kept.part, self._say)
        except OSError as error:
            raise OnRecordError(
                f"{kept.part.name} cannot be started: {error.filename}: {error.strerror}; install onrecord again"
            ) from error
        kept.started = now
        self._set(kept, "starting")

    def _ended(self, kept: _Kept, status: int, now: float) -> None:
        process, kept.process = kept.process, None
        if kept.part.once and status == 0:
            self._set(kept, "done")
            return
        if kept.was_ready and now - kept.started >= HEALTHY_SECONDS:
            kept.failures = 0
        wait = min(LONGEST_BACKOFF, FIRST_BACKOFF * 2 ** min(kept.failures, 10))
        kept.failures += 1
        if not kept.was_ready:
            _check_start(kept, status, [line for line in process.last_lines if line] if process else [])
        kept.restarts += 1
        kept.start_at = now + wait
        how = f"signal {-status}" if status < 0 else f"exit status {status}"
        self._say(kept.part.name, f"ended with {how}; it is started again in {wait:.1f} s")
        self._set(kept, "restarting")

    def stop_all(self) -> None:
        """Stop the parts, last started first, so that nothing is cut off from what it still needs."""
        for kept in reversed(self._kept.values()):
            if kept.process is not None:
                kept.process.stop()
                kept.process = None
            if kept.state != "done":
                self._set(kept, "stopped")

    def _set(self, kept: _Kept, state: str) -> None:
        if kept.state != state:
            kept.state = state
            kept.since = self._clock.now()
            self._changed(self.states())


def _check_start(kept: _Kept, status: int, lines: list[str]) -> None:
    """Raise OnRecordError where starting a part again that has not worked yet would not help."""
    name = kept.part.name
    if status == USER_ERROR:
        said = [line.removeprefix(SENTENCE) for line in lines if line.startswith(SENTENCE)] or lines
        raise OnRecordError(said[-1] if said else f"{name} cannot start")
    if kept.failures >= MOST_FAILED_STARTS:
        last = f"; the last thing it said: {lines[-1]}" if lines else ""
        raise OnRecordError(f"{name} failed at {kept.failures} starts in a row{last}")
