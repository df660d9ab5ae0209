"""What a run is: a small JSON file beside its database, readable without opening that."""

from __future__ import annotations

import hashlib
import importlib.metadata
import os
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import msgspec

from processors.errors import RunError
from processors.runs import RunKind
from processors.settings import Settings
from processors.store.migrations import SCHEMA_VERSION

RunState = Literal["running", "finished"]


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """One run. ``origin`` and ``expected`` say which recording it replays and how many articles that has.

    ``settings`` are those it was started with, ``versions`` those of the program and what it is built on. ``speakers``
    is the digest of the file of speakers that was applied last, empty where there was none.
    """

    name: str
    kind: RunKind
    state: RunState
    created_at: datetime
    origin: str = ""
    expected: int | None = None
    finished_at: datetime | None = None
    settings: dict[str, Any] = {}
    versions: dict[str, str] = {}
    speakers: str = ""


def new_manifest(
    name: str, kind: RunKind, created_at: datetime, settings: Settings, origin: str = "", expected: int | None = None
) -> Manifest:
    """The manifest of a run that starts now."""
    versions = {"onrecord": _version("onrecord"), "duckdb": _version("duckdb"), "schema": str(SCHEMA_VERSION)}
    return Manifest(
        name=name,
        kind=kind,
        state="running",
        created_at=created_at,
        origin=origin,
        expected=expected,
        settings=msgspec.to_builtins(settings),
        versions=versions,
    )


def write_manifest(path: Path, manifest: Manifest) -> None:
    """Replace the file as a whole, so that a kill leaves the old one or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(".json.new")
    with beside.open("wb") as file:
        file.write(msgspec.json.format(msgspec.json.encode(manifest), indent=2) + b"\n")
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


def read_manifest(path: Path) -> Manifest:
    """Read it; raises RunError where it cannot be."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Manifest)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError) as error:
        raise RunError(
            f"{path} does not describe a run ({error}); restore it from a backup, or move it away"
        ) from error


def digest_of(path: Path) -> str:
    """Digest of a file's content; empty where it cannot be read."""
    try:
        return hashlib.blake2b(path.read_bytes(), digest_size=8).hexdigest()
    except OSError:
        return ""


def _version(package: str) -> str:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return "unknown"
