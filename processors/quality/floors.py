"""Figures, and the floors below which the build fails.

A floor belongs to the data that it was measured on: floors.toml holds, beside each, the digest of that data. A floor
that is lowered, or data that changed, is therefore an edit of that file which a reader of the history sees.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from processors.errors import SourceError

FLOORS = Path(__file__).with_name("floors.toml")


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured number. ``data`` is the digest of what it was measured on, ``command`` what measures it again."""

    name: str
    value: float
    unit: str
    data: str
    command: str


@dataclass(frozen=True, slots=True)
class Skipped:
    """Something that could not be measured here, and why."""

    name: str
    reason: str
    command: str


class Floor(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The least, or the most, that a figure may be, and the digest of the data that it was set on."""

    data: str
    floor: float | None = None
    ceiling: float | None = None


def read_floors(path: Path = FLOORS) -> dict[str, Floor]:
    """The floors by name of figure; raises SourceError where the file cannot be read."""
    try:
        with path.open("rb") as file:
            return msgspec.convert(tomllib.load(file), dict[str, Floor])
    except OSError as error:
        raise SourceError(f"cannot read the floors {path}: {error.strerror}; give a TOML file that exists") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, msgspec.ValidationError) as error:
        raise SourceError(f"{path} is no file of floors: {error}; each needs data and a floor or a ceiling") from error


def judged(result: Figure | Skipped, floors: Mapping[str, Floor]) -> dict[str, Any]:
    """A result as it is printed; ``ok`` is there where a floor is, and False where it is broken or set on other data.

    A figure whose data changed is not compared: its floor has to be set again.
    """
    if isinstance(result, Skipped):
        return {"name": result.name, "skipped": result.reason, "command": result.command}
    row: dict[str, Any] = {"name": result.name, "value": result.value, "unit": result.unit}
    limit = floors.get(result.name)
    if limit is not None:
        row |= {key: value for key in ("floor", "ceiling") if (value := getattr(limit, key)) is not None}
        changed = limit.data != result.data
        low = limit.floor is not None and result.value < limit.floor
        high = limit.ceiling is not None and result.value > limit.ceiling
        row["ok"] = not (changed or low or high)
        if changed:
            row["problem"] = f"the data changed since the floor was set on {limit.data}; measure, and set it again"
    return {**row, "data": result.data, "command": result.command}


def digest_of(*parts: bytes) -> str:
    """Digest of evaluation data, 16 hexadecimal characters; unambiguous about where one part ends."""
    hashed = hashlib.sha256()
    for part in parts:
        hashed.update(len(part).to_bytes(8, "little"))
        hashed.update(part)
    return hashed.hexdigest()[:16]


def digest_of_files(paths: Iterable[Path]) -> str:
    """Digest of files' bytes, in this order; raises SourceError where one cannot be read."""
    parts = []
    for path in paths:
        try:
            parts.append(path.read_bytes())
        except OSError as error:
            raise SourceError(f"cannot read {path}: {error.strerror}; evaluation data must be whole") from error
    return digest_of(*parts)
