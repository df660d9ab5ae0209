"""One process under supervision: starting, listening to it, seeing it end."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from processors.logs import READY

_PR_SET_PDEATHSIG = 1
# Loaded here: between fork and exec, another thread's lock on the loader might be held for ever.
_LIBC = ctypes.CDLL(None)
# Of a process that failed, the last lines are shown to say why.
_LINES_KEPT = 30


@dataclass(frozen=True, slots=True)
class Part:
    """What to run and how to see that it works.

    ``probe`` is asked until it answers True; without one the part says by itself that it is ready, in its log.
    A ``command`` that is a function is asked at every start: the broker gets a new cluster id each time.
    ``needs`` are the parts that must be ready before this one is started. ``foreign`` marks a program that is not ours,
    whose own output means nothing to a user and which cannot watch its supervisor.
    """

    name: str
    command: tuple[str, ...] | Callable[[], tuple[str, ...]]
    needs: tuple[str, ...] = ()
    probe: Callable[[], bool] | None = None
    environ: Mapping[str, str] = field(default_factory=dict)
    foreign: bool = False
    grace_seconds: float = 20.0
    once: bool = False
    """Ends by itself when its work is done; an exit with 0 is not repeated."""


class PartProcess:
    """A started part. Its output goes line by line to ``say(name, line)``."""

    def __init__(self, part: Part, say: Callable[[str, str], None]) -> None:
        self.part = part
        self.said_ready = threading.Event()
        self.last_lines: deque[str] = deque(maxlen=_LINES_KEPT)
        self._say = say
        self._process = subprocess.Popen(
            part.command() if callable(part.command) else part.command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env={**os.environ, **part.environ},
            # Ctrl-C in a terminal goes to the whole foreground group; the supervisor alone decides who stops when.
            start_new_session=True,
            preexec_fn=_die_with_parent if part.foreign and sys.platform == "linux" else None,  # noqa: PLW1509
        )
        self._reader = threading.Thread(target=self._read, name=f"{part.name}-output", daemon=True)
        self._reader.start()

    @property
    def pid(self) -> int:
        """Process id."""
        return self._process.pid

    def poll(self) -> int | None:
        """Exit status, negative for a signal, or None while it runs."""
        status = self._process.poll()
        if status is not None:
            self._let_go()
        return status

    def is_ready(self) -> bool:
        """Whether it does its work."""
        return self.part.probe() if self.part.probe is not None else self.said_ready.is_set()

    def stop(self) -> None:
        """Ask it to end; at the end of its grace it is killed."""
        if self._process.poll() is None:
            self._process.terminate()
        try:
            self._process.wait(self.part.grace_seconds)
        except subprocess.TimeoutExpired:
            self._say(self.part.name, f"did not stop within {self.part.grace_seconds:g} s and is killed")
            self._process.send_signal(signal.SIGKILL)
            self._process.wait()
        self._let_go()

    def _let_go(self) -> None:
        # Not longer: a grandchild may hold the output open.
        self._reader.join(timeout=2)
        if self._process.stdin:
            self._process.stdin.close()

    def _read(self) -> None:
        assert self._process.stdout is not None  # noqa: S101 - it was asked for as a pipe
        with self._process.stdout as output:
            for raw in output:
                line = raw.decode("utf-8", "replace").rstrip()
                self.last_lines.append(line)
                if f" {READY} " in f"{line} " and " info " in line:
                    self.said_ready.set()
                if not self.part.foreign:
                    self._say(self.part.name, line)


def _die_with_parent() -> None:
    """Between fork and exec: have the kernel end this process with its supervisor, however that ends."""
    _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
