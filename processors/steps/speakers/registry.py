"""Speakers across articles: one statement at a time, in the order of storing.

The outcome depends on the order of the statements alone: every answer is made from what the stream showed before, what
it teaches is remembered in bounded form, and an article keeps within itself who each name was.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from processors import ids
from processors.steps.speakers.changes import Done, born, join, learn, merge, note, part, rename, scoped, show_as
from processors.steps.speakers.items import Resolution, Said
from processors.steps.speakers.later import explain_short, look_again
from processors.steps.speakers.match import (
    NEW,
    SCOPED,
    Match,
    find_body,
    find_full,
    find_given,
    find_holder,
    find_surname,
    find_titled,
    role_for,
)
from processors.steps.speakers.overrides import Joined
from processors.steps.speakers.read import read
from processors.steps.speakers.reading import Reading
from processors.steps.speakers.roles import NO_ROLE, Role, role_in
from processors.steps.speakers.speaker import Speaker
from processors.steps.speakers.state import SpeakerState

_HALF_OFFICES = frozenset(["vice", "deputy", "former", "prime", "foreign"])

__all__ = ["Resolution", "SpeakerState", "reconcile", "resolve"]


def resolve(state: SpeakerState, said: Sequence[Said]) -> Resolution:
    """Who each statement's speaker is, moving ``state`` forward; where the stream is cut into calls does not matter."""
    done = Done()
    for one in said:
        if one.article_id != state.article:
            done.changed |= state.turn(one.article_id)
        state.seen += 1
        done.ids.append(_one(state, one, done))
    return Resolution(done.ids, done.events, done.changed)


def _one(state: SpeakerState, said: Said, done: Done) -> str:
    """The speaker of one statement."""
    reading = read(state.overrides.name_for(said.name, said.outlet), said.mention)
    asked = _asked(said, reading)
    known = state.memo.get(asked)
    if known is not None:
        speaker = state.speakers.get(state.alive(known))
        if speaker is None:
            return scoped(state, said, reading, done)
    else:
        speaker = _who(state, said, reading, done)
        if speaker is None:
            state.memo[asked] = scoped(state, said, reading, done)
            return state.memo[asked]
        state.memo[asked] = speaker.id
    if note(state, speaker, said, reading, done):
        rename(state, speaker, said.at, done)
        look_again(state, speaker, said.at, done)
    if reading.short and speaker.kind == "organisation" and reading.short != reading.name:
        explain_short(state, speaker, reading, said.at, done)
    return state.alive(speaker.id)


def _asked(said: Said, reading: Reading) -> str:
    """What the article's memory is asked for: a surname together with the title, since two may share it."""
    alone = reading.parts is not None and not reading.parts.full
    return f"{said.name}\t{reading.title.key}" if alone or reading.aside else said.name


def _who(state: SpeakerState, said: Said, reading: Reading, done: Done) -> Speaker | None:
    """The speaker that a name of the article means, born now if need be; None where it ends with the article."""
    other = state.overrides.other_for(said.name, said.outlet)
    if other:
        return _elsewhere(state, said, reading, other, done)
    joined = state.overrides.shown.get(ids.name_key(reading.name)) if state.overrides.shown else None
    if joined is not None and joined.id in state.speakers:
        return state.speakers[joined.id]
    match = _match(state, said, reading)
    if match.scoped and joined is None:
        return None
    speaker = match.speaker
    if speaker is None:
        speaker = born(state, said, reading, done)
    elif match.reason:
        join(state, speaker, said, reading, match.reason, done)
    if joined is not None:
        _obey(state, said, speaker, joined, done)
    return speaker


def _elsewhere(state: SpeakerState, said: Said, reading: Reading, name: str, done: Done) -> Speaker:
    """The other person whom speakers.toml says that this outlet means."""
    key = f"as {ids.name_key(name)}"
    known = state.under(f"{'name' if reading.kind == 'person' else reading.kind} {key}")
    return known[0] if known else born(state, said, replace(reading, key=key), done, shown=name)


def _match(state: SpeakerState, said: Said, reading: Reading) -> Match:
    role = role_for(said, reading)
    if reading.kind == "person":
        return _person(state, said, reading, role)
    if reading.kind == "office":
        return _office(state, said, reading)
    if reading.kind == "document":
        same = state.under(f"document {reading.key}") if reading.key else []
        return Match(same[0]) if same else NEW if reading.key else SCOPED
    known = find_given(state, reading) if reading.kind == "unnamed" else SCOPED
    if known.speaker is None and reading.parts is not None:
        known = find_surname(state, said, reading, role)
        if reading.kind == "unnamed" and known.speaker is not None and said.outlet not in known.speaker.outlets:
            return SCOPED  # Paul is a given name, unless this outlet knows a Senator Paul
    if known.speaker is None:
        return find_body(state, said, reading) if reading.kind == "organisation" else SCOPED
    return known


def _person(state: SpeakerState, said: Said, reading: Reading, role: Role) -> Match:
    if reading.parts is None or not reading.parts.full:
        return find_surname(state, said, reading, role)
    found = find_full(state, said, reading.parts, role)
    return find_titled(state, said, reading, found) if reading.aside else found


def _office(state: SpeakerState, said: Said, reading: Reading) -> Match:
    if reading.parts is not None and said.mention[:4].casefold() != "the ":  # King, in the outlet of one King
        named = find_surname(state, said, replace(reading, title=NO_ROLE), role_in(said.role))
        if named.speaker is not None:
            return named
    half = ids.name_key(said.role) in _HALF_OFFICES  # the article's "Vice", and the name "President"
    return find_holder(state, said, role_in(f"{said.role} {reading.name}") if half else reading.title)


def _obey(state: SpeakerState, said: Said, speaker: Speaker, joined: Joined, done: Done) -> None:
    """Show a speaker as speakers.toml says, and tell readers once of each form that the file joins."""
    show_as(speaker, joined.names[0], joined.role, said.at, joined.reason, done)
    if ids.name_key(said.name) != ids.name_key(joined.names[0]):
        join(state, speaker, said, read(said.name, ""), joined.reason, done)


def reconcile(state: SpeakerState, at: datetime) -> Resolution:
    """Apply what speakers.toml says to the speakers that are there; what it no longer says is not undone."""
    done = Done()
    for joined in state.overrides.joined:
        found: dict[str, Speaker] = {}
        for name in joined.names:
            found |= {one.id: one for one in _called(state, name)}
        if joined.id in state.speakers:
            found = {joined.id: state.speakers[joined.id], **found}
        if not found:
            continue
        stays, *others = found.values()
        for other in others:
            merge(state, other, stays, at, joined.reason, done)
        learn(state, stays, read(joined.names[0], ""))
        show_as(stays, joined.names[0], joined.role, at, joined.reason, done)
    for pair, reason in state.overrides.apart.items():
        kept, leaves = sorted(pair)
        for speaker in [one for one in state.speakers.values() if _holds(one, kept) and _holds(one, leaves)]:
            first = ids.speaker_id(leaves) == speaker.id  # the name under which the speaker was born stays
            part(state, speaker, kept if first else leaves, at, reason, done)
    return Resolution(done.ids, done.events, done.changed)


def _called(state: SpeakerState, name: str) -> list[Speaker]:
    """Speakers that are known by exactly this name."""
    reading = read(name, "")
    kind = "name" if reading.kind == "person" else reading.kind
    found = state.under(f"{kind} {reading.key}") if reading.key else []
    known = state.speakers.get(state.alive(ids.speaker_id(name)))
    return found or ([known] if known is not None else [])


def _holds(speaker: Speaker, key: str) -> bool:
    """Whether a name is one of a speaker's."""
    names = (speaker.name, *speaker.forms, *speaker.full, *(one.name for one in speaker.absorbed))
    return any(ids.name_key(name) == key for name in names)
