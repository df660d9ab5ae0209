"""One supervised system over one data folder: its lock, its state file and its voice."""

from __future__ import annotations

import fcntl
import os
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from processors.clock import Clock
from processors.errors import StoreError, StoreLocked
from processors.settings import Settings, web_address
from processors.supervise.part import Part
from processors.supervise.state import PartState, SystemState, lock_file, state_file, write_state
from processors.supervise.supervisor import Supervisor

_COLOURS = (36, 33, 32, 35, 34, 96, 93, 92)


Say = Callable[[str, str], None]
"""Takes the name of a part and a line."""


class Voice:
    """Prints lines under the name of the part that said them, from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._colours: dict[str, int] = {}
        self._tty = sys.stdout.isatty() and "NO_COLOR" not in os.environ

    def __call__(self, name: str, line: str) -> None:
        """Print one line."""
        with self._lock:
            colour = self._colours.setdefault(name, _COLOURS[len(self._colours) % len(_COLOURS)])
            label = f"\x1b[{colour}m{name:<10}\x1b[0m" if self._tty else f"{name:<10}"
            print(f"{label} │ {line}", flush=True)

    def plain(self, text: str) -> None:
        """Print text that is the program's own."""
        with self._lock:
            print(text, flush=True)


@contextmanager
def owning(data: Path) -> Iterator[None]:
    """Hold the folder's lock; raises StoreLocked where another system runs over it, StoreError where none can be."""
    try:
        data.mkdir(parents=True, exist_ok=True)
        lock = lock_file(data).open("a+")
    except OSError as error:
        raise StoreError(
            f"the folder {data}/ cannot hold data ({error.strerror}); name another with ONRECORD_STORE_DIRECTORY"
        ) from error
    with lock as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise StoreLocked(
                f"a system runs over the data in {data}/ already; stop it, or give this one its own folder with "
                "ONRECORD_STORE_DIRECTORY"
            ) from error
        try:
            yield
        finally:
            state_file(data).unlink(missing_ok=True)


class System:
    """Parts under supervision, with the state file kept true."""

    def __init__(self, settings: Settings, run: str, parts: Sequence[Part], clock: Clock, voice: Say) -> None:
        self.settings = settings
        self._run = run
        self._data = settings.data
        self._clock = clock
        self._started = clock.now()
        self._voice = voice
        self._dashboard = any(part.name == "dashboard" for part in parts)
        self.supervisor = Supervisor(parts, clock, voice, self._changed)

    @property
    def dashboard_url(self) -> str:
        """Where the pages are, empty where there are none."""
        dashboard = self.settings.dashboard
        return web_address(dashboard.host, dashboard.port) if self._dashboard else ""

    def until_ready(self, stop: threading.Event, and_then: Callable[[], bool] = lambda: True) -> bool:
        """Start everything and wait until all parts work and ``and_then`` holds; False where ``stop`` came first.

        Says what it waits for: at once, at each change, and every five seconds.
        """
        said, said_at = "", 0.0
        while not stop.is_set():
            self.supervisor.tick()
            if self.supervisor.is_ready() and and_then():
                return True
            waiting = [state.name for state in self.supervisor.states() if state.state not in {"ready", "done"}]
            line = f"waiting for {', '.join(waiting)}" if waiting else "everything works; waiting for first statements"
            if line != said or self._clock.monotonic() - said_at >= 5.0:
                said, said_at = line, self._clock.monotonic()
                seconds = (self._clock.now() - self._started).total_seconds()
                self._voice("onrecord", f"{line} ({seconds:.0f} s)")
            self._clock.sleep(0.1, stop)
        return False

    def _changed(self, parts: tuple[PartState, ...]) -> None:
        state = SystemState(
            pid=os.getpid(),
            run=self._run,
            started_at=self._started,
            bootstrap_servers=self.settings.kafka.bootstrap_servers,
            api_url=self.settings.api_url,
            dashboard_url=self.dashboard_url,
            parts=parts,
        )
        write_state(self._data, state)
