"""Speakers that turn out to be one, after more was heard of them."""

from __future__ import annotations

from datetime import datetime

from processors.steps.speakers.bodies import spells
from processors.steps.speakers.changes import Done, merge
from processors.steps.speakers.match import compatible, kept_apart, suffixes_fit, variants
from processors.steps.speakers.parts import Parts, within
from processors.steps.speakers.reading import Reading
from processors.steps.speakers.roles import NO_ROLE
from processors.steps.speakers.speaker import Speaker
from processors.steps.speakers.spelling import light, plain
from processors.steps.speakers.state import SpeakerState
from processors.steps.speakers.tables import COMMON


def look_again(state: SpeakerState, speaker: Speaker, at: datetime, done: Done) -> None:
    """Join what the news of a speaker proves to be one: a surname and its full name, two forms of a name."""
    if speaker.kind != "person":
        return
    if speaker.surname and not speaker.full:
        for full in _of_surname(state, speaker.surname):
            if _adopts(state, full, speaker):
                merge(
                    state, speaker, full, at, f"the surname alone, and nobody else of it: {_why(full, speaker)}", done
                )
                return
        return
    surnames = {parts.light for parts in speaker.names()} | {parts.family for parts in speaker.names()} - {""}
    for surname in sorted(surnames):
        for other in state.under(f"surname {surname}"):
            if other.surname and not other.full and other.kind == "person" and _adopts(state, speaker, other):
                merge(
                    state, other, speaker, at, f"the surname alone, and nobody else of it: {_why(speaker, other)}", done
                )
    _spellings(state, speaker, at, done)


def _of_surname(state: SpeakerState, surname: str) -> list[Speaker]:
    words = tuple(map(plain, surname.split()))
    found = state.under(f"surname {light(words[-1])}")
    return [one for one in found if one.kind == "person" and any(within(words, parts) for parts in one.names())]


def _adopts(state: SpeakerState, full: Speaker, alone: Speaker) -> bool:
    """Whether a speaker known by the surname only is this person: alike in role, or the only one it can be."""
    people = _of_surname(state, alone.surname)
    if full not in people or full.namesake or kept_apart(state, full, Parts((), tuple(alone.surname.split()))):
        return False
    if full.gender() and alone.gender() and full.gender() != alone.gender():
        return False
    match = compatible(full, alone)
    shared = bool(full.outlets.keys() & alone.outlets.keys())
    rivals = [one for one in people if one is not full and compatible(one, alone) >= match]
    rivals = [one for one in rivals if not shared or one.outlets.keys() & alone.outlets.keys()]
    if rivals or match < 0:
        return False
    common = plain(alone.surname.split()[-1]) in COMMON
    if match > 0:
        return shared or not common
    return not alone.known_roles() and len(people) == 1 and (shared or not common)


def _why(full: Speaker, alone: Speaker) -> str:
    """For readers."""
    if compatible(full, alone) > 0:
        return f"the same role, {alone.role()}"
    return "heard in the same outlet" if full.outlets.keys() & alone.outlets.keys() else "a rare name"


def _spellings(state: SpeakerState, speaker: Speaker, at: datetime, done: Done) -> None:
    """Join another form of the name that is alone in coming into question; the older speaker stays."""
    names = speaker.names()
    if not names:
        return
    others = [
        (one, reason) for one, reason in variants(state, names[0], NO_ROLE, next(iter(speaker.outlets), ""))
        if one is not speaker and one.full and not set(one.keys) & set(speaker.keys)
    ]  # fmt: skip
    if len(others) != 1:
        return
    other, reason = others[0]
    roles = speaker.known_roles() or [NO_ROLE]
    every = all(variant is other for parts in names for variant in _also(state, speaker, parts.key, other))
    if compatible(other, speaker) < 0 or not every:
        return
    if not all(any(suffixes_fit(other, parts, role) for role in roles) for parts in names):
        return
    old, new = sorted((speaker, other), key=lambda one: one.order)
    merge(state, new, old, at, reason, done)


def _also(state: SpeakerState, speaker: Speaker, key: str, other: Speaker) -> list[Speaker]:
    """The other speaker if all forms of the name agree with it, else the speaker itself."""
    parts = next(parts for parts in speaker.names() if parts.key == key)
    found = [one for one, _ in variants(state, parts, NO_ROLE, next(iter(speaker.outlets), ""))]
    return [other if other in found else speaker]


def explain_short(state: SpeakerState, speaker: Speaker, reading: Reading, at: datetime, done: Done) -> None:
    """An article wrote an acronym out: the speaker that was known by its letters is that organisation."""
    if not spells(reading.short, reading.name) or len(state.under(f"short {reading.short}")) > 1:
        return
    for other in state.under(f"organisation {reading.short.casefold().replace('.', '')}"):
        if other is not speaker:
            merge(state, other, speaker, at, f"{reading.short} stands for {reading.name}", done)
