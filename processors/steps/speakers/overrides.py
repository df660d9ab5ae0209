"""``speakers.toml``: what people say about speakers, which goes before what the stream says.

::

    [[speaker]]                      # these forms are one speaker, shown under this name
    name = "Mira Castell"
    aliases = ["M. Castell", "Castell of Veldmark"]
    role = "Minister of Ports of Veldmark"     # optional: shown instead of what articles give

    [[merge]]                        # these are one; the first name is shown
    names = ["Harbour Board", "Board of the Harbours"]
    reason = "renamed in May"

    [[split]]                        # these are never one
    names = ["Jon Ash", "Jonathan Ash"]

    [[split]]                        # what these outlets call by this name is somebody else
    name = "Ann Lee"
    outlets = ["calder.example"]
    as = "Ann Lee (Calder)"
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import Path
from typing import ClassVar

import msgspec

from processors.errors import SettingsError
from processors.ids import name_key

FROM_FILE = "speakers.toml"


class _Speaker(msgspec.Struct, forbid_unknown_fields=True):
    name: str
    aliases: list[str] = []
    role: str = ""
    id: str = ""


class _Merge(msgspec.Struct, forbid_unknown_fields=True):
    names: list[str]
    reason: str = ""


class _Split(msgspec.Struct, forbid_unknown_fields=True):
    names: list[str] = []
    name: str = ""
    outlets: list[str] = []
    as_: str = msgspec.field(name="as", default="")
    reason: str = ""


class _File(msgspec.Struct, forbid_unknown_fields=True):
    speaker: list[_Speaker] = []
    merge: list[_Merge] = []
    split: list[_Split] = []


@dataclass(frozen=True, slots=True)
class Joined:
    """Names that are one speaker: the first is shown; ``id`` picks one of several speakers of that name."""

    names: tuple[str, ...]
    reason: str
    role: str = ""
    id: str = ""


@dataclass(frozen=True, slots=True)
class Overrides:
    """The file, ready to be asked; keys are ``ids.name_key`` of names."""

    EMPTY: ClassVar[Overrides]

    joined: tuple[Joined, ...] = ()
    shown: dict[str, Joined] = field(default_factory=dict)
    """Which joined speaker a name belongs to."""
    apart: dict[frozenset[str], str] = field(default_factory=dict)
    """Pairs of names that are never one, with the reason."""
    elsewhere: dict[tuple[str, str], str] = field(default_factory=dict)
    """(name, outlet) to the name of the other person whom this outlet means."""

    def name_for(self, name: str, outlet: str) -> str:
        """The name under which the file wants a name of an outlet to be resolved; the name where it is silent."""
        joined = self.shown.get(name_key(name)) if self.shown and not self.other_for(name, outlet) else None
        return joined.names[0] if joined is not None else name

    def other_for(self, name: str, outlet: str) -> str:
        """The name of the other person whom an outlet means by a name; '' where it means nobody else."""
        return self.elsewhere.get((name_key(name), outlet.casefold()), "") if self.elsewhere else ""

    def kept_apart(self, one: Sequence[str], other: Sequence[str]) -> bool:
        """Whether any of one speaker's names may not be one with any of another's; both are keys."""
        return bool(self.apart) and any(frozenset((a, b)) in self.apart for a in one for b in other if a != b)


EMPTY = Overrides()
"""Of a run without the file."""
Overrides.EMPTY = EMPTY


def read_overrides(path: Path) -> Overrides:
    """Read ``speakers.toml``; nothing where there is no such file. Raises SettingsError where it cannot be used."""
    try:
        with path.open("rb") as file:
            read = msgspec.convert(tomllib.load(file), _File)
    except FileNotFoundError:
        return EMPTY
    except OSError as error:
        raise SettingsError(f"cannot read {path}: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, msgspec.ValidationError) as error:
        raise SettingsError(f"{path} cannot be used: {error}; see docs/speakers.md for its form") from error
    try:
        return _checked(read)
    except ValueError as error:
        raise SettingsError(f"{path} cannot be used: {error}") from error


def _checked(read: _File) -> Overrides:
    """The file as it is asked; raises ValueError where it contradicts itself."""
    joined = [Joined((one.name, *one.aliases), FROM_FILE, one.role, one.id) for one in read.speaker]
    for merge in read.merge:
        if len(merge.names) < 2:
            raise ValueError("a [[merge]] needs two names or more")
        joined.append(Joined(tuple(merge.names), _reason(merge.reason)))
    shown: dict[str, Joined] = {}
    for one in _together(joined):
        for name in one.names:
            shown[_key(name)] = one
    apart: dict[frozenset[str], str] = {}
    elsewhere: dict[tuple[str, str], str] = {}
    for split in read.split:
        if split.names and not (split.name or split.outlets):
            if len(split.names) < 2:
                raise ValueError("a [[split]] by names needs two names or more")
            apart |= {frozenset(pair): _reason(split.reason) for pair in combinations(map(_key, split.names), 2)}
        elif split.name and split.outlets and not split.names:
            other = split.as_ or f"{split.name} ({split.outlets[0]})"
            elsewhere |= {(_key(split.name), outlet.casefold()): other for outlet in split.outlets}
        else:
            raise ValueError("a [[split]] needs either names, or name and outlets")
    for pair in apart:
        if len(pair) < 2:
            raise ValueError("a [[split]] names the same name twice; to part namesakes give name and outlets")
        together = [shown[key] for key in pair if key in shown]
        if len(together) == 2 and together[0] is together[1]:
            raise ValueError(f"“{together[0].names[0]}” is both joined and split")
    return Overrides(tuple(dict.fromkeys(shown.values())), shown, apart, elsewhere)


def _together(joined: list[Joined]) -> list[Joined]:
    """Entries that share a name are one speaker: the earlier one's name is shown."""
    found: list[Joined] = []
    for entry in joined:
        one, keys = entry, set(map(_key, entry.names))
        for other in [other for other in found if keys & set(map(_key, other.names))]:
            found.remove(other)
            names = tuple(dict.fromkeys((*other.names, *one.names)))
            reason = one.reason if other.reason == FROM_FILE else other.reason
            one = Joined(names, reason, other.role or one.role, other.id or one.id)
            keys |= set(map(_key, names))
        found.append(one)
    return found


def _reason(words: str) -> str:
    return f"{FROM_FILE}: {words}" if words else FROM_FILE


def _key(name: str) -> str:
    key = name_key(name)
    if not key:
        raise ValueError(f"“{name}” is no name")
    return key
