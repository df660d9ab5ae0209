"""What a running system tells of itself: a small file beside the data, replaced whole at each change."""

from __future__ import annotations

import fcntl
import os
from datetime import datetime
from pathlib import Path

import msgspec

from processors.errors import StoreUnavailable


class PartState(msgspec.Struct, frozen=True, kw_only=True):
    """One process of the system."""

    name: str
    state: str
    """``waiting``, ``starting``, ``ready``, ``restarting``, ``done`` or ``stopped``."""
    pid: int | None = None
    restarts: int = 0
    since: datetime | None = None


class SystemState(msgspec.Struct, frozen=True, kw_only=True):
    """The supervisor, its addresses and its parts."""

    pid: int
    run: str
    started_at: datetime
    bootstrap_servers: str
    api_url: str
    dashboard_url: str
    parts: tuple[PartState, ...] = ()


def state_file(data: Path) -> Path:
    """Where the state of the system over this data folder lies."""
    return data / "system.json"


def lock_file(data: Path) -> Path:
    """What the system over this data folder holds locked as long as it runs."""
    return data / "onrecord.lock"


def write_state(data: Path, state: SystemState) -> None:
    """Replace the state file; a reader sees the old or the new one, never half of one."""
    data.mkdir(parents=True, exist_ok=True)
    path = state_file(data)
    temporary = path.with_suffix(f".{os.getpid()}.tmp")
    temporary.write_bytes(msgspec.json.format(msgspec.json.encode(state), indent=1))
    temporary.replace(path)


def read_state(data: Path) -> SystemState | None:
    """The state of the running system, or None where none runs over this folder."""
    try:
        state = msgspec.json.decode(state_file(data).read_bytes(), type=SystemState)
    except (OSError, msgspec.MsgspecError):
        return None
    # A system that was killed leaves its file behind, and its process id may be somebody else's by now.
    return state if is_alive(state.pid) and _is_locked(data) else None


def require_state(data: Path) -> SystemState:
    """The state of the running system; raises StoreUnavailable where none runs."""
    state = read_state(data)
    if state is None:
        raise StoreUnavailable(f"nothing runs over the data in {data}/; start it with: onrecord up")
    return state


def is_alive(pid: int) -> bool:
    """Whether a process with this id exists."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _is_locked(data: Path) -> bool:
    try:
        with lock_file(data).open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except OSError:
        return True
    return False
