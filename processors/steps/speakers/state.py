"""All speakers that are remembered, and the indexes under which they are found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import msgspec

from processors import ids
from processors.errors import StoreError
from processors.steps.speakers.items import SpeakerRow
from processors.steps.speakers.overrides import Overrides
from processors.steps.speakers.parts import Parts
from processors.steps.speakers.speaker import FORMAT, Speaker
from processors.steps.speakers.spelling import light, skeleton

MOST_SPEAKERS = 50_000
"""Speakers that are remembered; beyond, those named longest ago are let go, and begin anew when named again."""
_LET_GO = 20
"""One in so many is let go at a time."""
_REPLAY = "replay the stream into a new run"


class Scoped(msgspec.Struct):
    """Somebody without a name of their own, who ends with the article."""

    id: str
    name: str
    kind: str
    role: str
    forms: dict[str, int]


class _Shared(msgspec.Struct):
    format: int
    births: int
    seen: int
    article: str
    memo: dict[str, str]
    scoped: list[Scoped]


@dataclass(slots=True)
class SpeakerState:
    """Everything that speaker resolution knows; ``resolve`` moves it forward, the store saves what has changed.

    ``memo`` says for the article at hand who each name was, ``scoped`` who in it has no name. ``redirects`` leads from
    merged speakers to those that they are now, ``left`` holds rows that are written once more and then forgotten.
    """

    overrides: Overrides
    speakers: dict[str, Speaker] = field(default_factory=dict)
    redirects: dict[str, str] = field(default_factory=dict)
    births: int = 0
    seen: int = 0
    article: str = ""
    memo: dict[str, str] = field(default_factory=dict)
    scoped: dict[str, Scoped] = field(default_factory=dict)
    left: dict[str, SpeakerRow] = field(default_factory=dict)
    _index: dict[str, set[str]] = field(default_factory=dict)

    @classmethod
    def empty(cls, overrides: Overrides) -> SpeakerState:
        """The state before the first statement."""
        return cls(overrides)

    @classmethod
    def restore(
        cls, overrides: Overrides, rows: Iterable[SpeakerRow], shared: Mapping[str, bytes]
    ) -> SpeakerState:  # fmt: skip
        """Go on where ``rows`` (each speaker's newest) and ``shared`` were taken; raises StoreError where damaged."""
        state = cls(overrides)
        if not shared:
            return state
        try:
            saved = msgspec.msgpack.decode(shared["speakers"], type=_Shared)
            found = [msgspec.msgpack.decode(row.state, type=Speaker) for row in rows if row.state]
        except (KeyError, ValueError, msgspec.DecodeError) as error:
            raise StoreError(f"the saved state of the speakers is damaged ({error}); {_REPLAY}") from error
        if saved.format != FORMAT:
            raise StoreError("the saved state of the speakers is of another version; " + _REPLAY)
        state.births, state.seen, state.article, state.memo = saved.births, saved.seen, saved.article, saved.memo
        state.scoped = {one.id: one for one in saved.scoped}
        for speaker in sorted(found, key=lambda one: one.order):
            state.add(speaker)
        return state

    def rows(self, changed: Iterable[str]) -> list[SpeakerRow]:
        """Rows of those who changed since the last call, to be saved; who has left the memory is then forgotten."""
        found = []
        for one in sorted(changed):
            if one in self.speakers:
                found.append(self.speakers[one].row())
            elif one in self.left:
                found.append(self.left[one])
            elif one in self.scoped:
                found.append(_scoped_row(self.scoped[one]))
        self.left.clear()  # also those who were saved before they left
        return found

    def global_rows(self) -> dict[str, bytes]:
        """What belongs to no single speaker, to be saved with the rows."""
        shared = _Shared(FORMAT, self.births, self.seen, self.article, self.memo, list(self.scoped.values()))
        return {"speakers": msgspec.msgpack.encode(shared)}

    def turn(self, article: str) -> set[str]:
        """Begin an article: those without a name are let go, and so are speakers beyond the most; returns these."""
        for scoped in self.scoped.values():
            self.left[scoped.id] = _scoped_row(scoped)
        self.article, self.memo, self.scoped = article, {}, {}
        if len(self.speakers) <= MOST_SPEAKERS:
            return set()
        oldest = sorted(self.speakers.values(), key=lambda one: (one.seen, one.order))[: len(self.speakers) // _LET_GO]
        for speaker in oldest:
            self.remove(speaker)
            for gone in speaker.absorbed:
                self.redirects.pop(gone.id, None)
            row = speaker.row()
            self.left[speaker.id] = _without_state(row)
        return {speaker.id for speaker in oldest}

    def alive(self, speaker: str) -> str:
        """The speaker that one is now."""
        return self.redirects.get(speaker, speaker)

    def new_id(self, name: str) -> str:
        """An id for a speaker of this name that is born in the article at hand."""
        plain = ids.speaker_id(name) or ids.digest("speaker", name, size=12)
        if plain not in self.speakers and plain not in self.redirects:
            return plain
        return f"{plain}-{ids.digest('namesake', self.article, name, str(self.births), size=6)}"

    def add(self, speaker: Speaker) -> None:
        """Remember a speaker, and what was merged into it."""
        self.speakers[speaker.id] = speaker
        for gone in speaker.absorbed:
            self.redirects[gone.id] = speaker.id
        for key in _index_keys(speaker):
            self._index.setdefault(key, set()).add(speaker.id)

    def remove(self, speaker: Speaker) -> None:
        """Forget a speaker."""
        del self.speakers[speaker.id]
        for key in _index_keys(speaker):
            found = self._index.get(key, set())
            found.discard(speaker.id)
            if not found:
                self._index.pop(key, None)

    def mark(self, speaker: Speaker, key: str) -> None:
        """Let a speaker be found under one more key, which it now has."""
        self._index.setdefault(key, set()).add(speaker.id)

    def unmark(self, speaker: Speaker, key: str) -> None:
        """Undo ``mark``."""
        found = self._index.get(key)
        if found is not None:
            found.discard(speaker.id)

    def under(self, key: str) -> list[Speaker]:
        """Speakers under a key, the oldest first."""
        found = self._index.get(key)
        if not found:
            return []
        if len(found) == 1:
            return [self.speakers[next(iter(found))]]
        return sorted((self.speakers[one] for one in found), key=lambda one: one.order)

    def here(self) -> list[Speaker]:
        """Persons who spoke in the article at hand, in the order in which they did."""
        ids_here = dict.fromkeys(self.alive(one) for one in self.memo.values())
        return [self.speakers[one] for one in ids_here if one in self.speakers and self.speakers[one].kind == "person"]


def name_keys(parts: Parts) -> list[str]:
    """Index keys of a full name: the name, its surname's spellings, and the family name where that stands first."""
    keys = [f"name {parts.key}", f"sounds {parts.skeleton}", f"surname {parts.light}"]
    if parts.family:
        keys += [f"surname {parts.family}", f"sounds {skeleton(parts.given[0])}"]
    return keys


def _index_keys(speaker: Speaker) -> set[str]:
    """Every key under which a speaker is found."""
    found = {f"name {key}" if speaker.kind == "person" else f"{speaker.kind} {key}" for key in speaker.keys}
    for parts in speaker.names():
        found.update(name_keys(parts))
    if speaker.surname:
        found.add(f"surname {light(speaker.surname.split()[-1])}")
    found.update(f"office {key}" for key in speaker.offices)
    found.update(f"short {short}" for short in speaker.shorts)
    if speaker.country and speaker.kind == "organisation":
        found.update(f"bare {bare(key)}" for key in speaker.keys)
    return found


def bare(key: str) -> str:
    """An organisation's key without its country."""
    return " ".join(word for word in key.split() if not word.startswith("@"))


def _without_state(row: SpeakerRow) -> SpeakerRow:
    return SpeakerRow(row.id, row.name, row.kind, row.role, row.terms, row.aliases, row.merged_into, b"")


def _scoped_row(one: Scoped) -> SpeakerRow:
    return SpeakerRow(one.id, one.name, one.kind, one.role, (), tuple(one.forms.items()), "", b"")
