"""The secret that lets a process on this machine start and finish runs: whoever can read the file may."""

from __future__ import annotations

import hmac
import os
import secrets
from pathlib import Path

from processors.errors import StoreError

HEADER = "X-Onrecord-Token"


def token_path(data: Path) -> Path:
    """Where the token of a data folder lies."""
    return data / "control.token"


def ensure_token(data: Path) -> str:
    """The folder's token, made on first use in a file that only its owner can read."""
    path = token_path(data)
    try:
        data.mkdir(parents=True, exist_ok=True)
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return read_token(data) or _replace(path)
        return _write(descriptor)
    except OSError as error:
        raise StoreError(
            f"cannot write {path}: {error.strerror}; set store.directory to a folder that can be written"
        ) from error


def read_token(data: Path) -> str:
    """The token, empty where there is none yet."""
    try:
        return token_path(data).read_text("ascii").strip()
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as error:
        raise StoreError(f"cannot read {token_path(data)}: only the one who started the store can use it") from error


def same_token(given: str, wanted: str) -> bool:
    """Whether the token is right, taking as long for a wrong one."""
    return bool(wanted) and hmac.compare_digest(given.encode(), wanted.encode())


def _replace(path: Path) -> str:
    """A token for a file that a crash left empty."""
    path.unlink()
    return _write(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))


def _write(descriptor: int) -> str:
    token = secrets.token_urlsafe(32)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(token)
    return token
