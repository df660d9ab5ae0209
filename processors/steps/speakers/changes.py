"""What is done to speakers: birth, counting, merging, another name, parting."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from processors import ids
from processors.steps.speakers.items import Said, SpeakerEvent
from processors.steps.speakers.parts import Parts, initial
from processors.steps.speakers.read import read
from processors.steps.speakers.reading import Reading
from processors.steps.speakers.roles import office_keys, role_in
from processors.steps.speakers.speaker import (
    MOST_FORMS,
    MOST_OFFICES,
    MOST_OUTLETS,
    Absorbed,
    Speaker,
    count,
    give,
    take_over,
    weigh,
)
from processors.steps.speakers.state import Scoped, SpeakerState, name_keys

MOST_FULL = 12
"""Full names kept of one person."""
LONGEST_FORM = 160
"""Characters kept of a name as it is written."""
_LONGEST_ROLE = 100


@dataclass(slots=True)
class Done:
    """What a call has done so far."""

    ids: list[str] = field(default_factory=list)
    events: list[SpeakerEvent] = field(default_factory=list)
    changed: set[str] = field(default_factory=set)

    def tell(self, at: datetime, kind: str, speaker: Speaker, reason: str, into: str = "") -> None:
        """Note an event."""
        self.events.append(SpeakerEvent(at, kind, speaker.id, into, speaker.name, reason))
        self.changed.add(speaker.id)


def born(state: SpeakerState, said: Said, reading: Reading, done: Done, shown: str = "") -> Speaker:
    """Begin a speaker; ``shown`` is the name that speakers.toml gives to somebody's namesake."""
    parts = reading.parts if reading.kind == "person" else None
    speaker = Speaker(
        id=state.new_id(shown or reading.name), order=state.births, kind=reading.kind, name=shown or reading.name,
        keys=[] if parts is not None and not parts.full else [reading.key], country=reading.country,
        pinned=bool(shown), namesake=bool(shown),
    )  # fmt: skip
    if parts is not None and parts.full:
        speaker.full.append(reading.name)
    elif parts is not None:
        speaker.surname = " ".join(parts.surname)
    state.births += 1
    state.add(speaker)
    done.tell(said.at, "born", speaker, "first named")
    return speaker


def scoped(state: SpeakerState, said: Said, reading: Reading, done: Done) -> str:
    """Somebody without a name of their own: one within the article."""
    kind = "document" if reading.kind == "document" else "unnamed"
    one = ids.digest("unnamed", said.article_id, ids.name_key(reading.name) or said.name, size=12)
    if one not in state.scoped:
        state.scoped[one] = Scoped(one, reading.name, kind, said.role, {})
    count(state.scoped[one].forms, said.name[:LONGEST_FORM], MOST_FORMS)
    done.changed.add(one)
    return one


def note(state: SpeakerState, speaker: Speaker, said: Said, reading: Reading, done: Done) -> bool:
    """Count a statement; returns whether something was learnt that may join speakers."""
    speaker.statements += 1
    speaker.seen = state.seen
    corrected = reading.aside and reading.key not in speaker.keys  # the name is the extractor's, not the article's
    count(speaker.forms, (said.mention if corrected else said.name)[:LONGEST_FORM], MOST_FORMS)
    done.changed.add(speaker.id)
    learnt = False
    if said.article_id != speaker.article:
        speaker.article, speaker.counted = said.article_id, []
        speaker.articles += 1
        speaker.weight.add(said.at.timestamp())
        weigh(speaker.outlets, said.outlet, said.at.timestamp(), MOST_OUTLETS)
        learnt = speaker.articles <= 4 or speaker.articles & (speaker.articles - 1) == 0
    if reading.gender and speaker.kind == "person" and reading.gender not in speaker.genders:
        speaker.genders[reading.gender] = 1
    role = said.role or (reading.called if reading.kind == "person" else "")
    if role and role not in speaker.counted and len(role) <= _LONGEST_ROLE:
        speaker.counted.append(role)
        learnt |= _note_role(state, speaker, said, role)
    if speaker.kind == "person" and said.mention:
        _note_office(state, speaker, said)
    if reading.short not in ("", reading.name) and reading.kind == "organisation" and speaker.kind == "organisation":
        count(speaker.shorts, reading.short, MOST_OFFICES)
        state.mark(speaker, f"short {reading.short}")
    return learnt


def _note_role(state: SpeakerState, speaker: Speaker, said: Said, role: str) -> bool:
    """Count a role of this article; returns whether it is new."""
    now = said.at.timestamp()
    new = role not in speaker.roles
    give(speaker.roles, role, now, now, 1)
    inside, abroad = office_keys(role_in(role))
    keys = [f"{said.outlet}|{inside}"] if inside else []
    keys += [f"|{abroad}"] if abroad else []
    for key in keys:
        weigh(speaker.offices, key, now, MOST_OFFICES)
        state.mark(speaker, f"office {key}")
    return new


def _note_office(state: SpeakerState, speaker: Speaker, said: Said) -> None:
    """Count that the article calls this person by an office alone: ``the Head of State``."""
    if said.mention[:4].casefold() != "the ":
        return
    called = read(said.mention, "")
    inside = office_keys(called.title)[0] if called.kind == "office" else ""
    key = f"{said.outlet}|{inside}"
    if inside and key not in speaker.counted:
        speaker.counted.append(key)
        weigh(speaker.offices, key, said.at.timestamp(), MOST_OFFICES)
        state.mark(speaker, f"office {key}")


def join(state: SpeakerState, speaker: Speaker, said: Said, reading: Reading, reason: str, done: Done) -> None:
    """Another form of a speaker's name: it is known from now on, and readers are told why it is the same."""
    known = f"{reading.key}" in speaker.keys
    if known or not reason or len(speaker.full) >= MOST_FULL:
        return
    one = ids.speaker_id(reading.name)
    learn(state, speaker, reading)
    if not one or one == speaker.id or one in state.speakers or one in state.redirects:
        return
    form = Speaker(id=one, order=state.births, kind=speaker.kind, name=reading.name, keys=[])
    state.births += 1
    speaker.absorbed.append(Absorbed(one, reading.name))
    state.redirects[one] = speaker.id
    state.left[one] = form.row(merged_into=speaker.id)
    done.tell(said.at, "merged", form, reason, speaker.id)


def learn(state: SpeakerState, speaker: Speaker, reading: Reading) -> None:
    """Let a speaker be found under the form of the name that was read."""
    if reading.key and reading.key not in speaker.keys:
        speaker.keys.append(reading.key)
        state.mark(speaker, f"{'name' if speaker.kind == 'person' else speaker.kind} {reading.key}")
    if reading.kind == "person" and reading.parts is not None and reading.parts.full:
        if reading.name not in speaker.full:
            speaker.full.append(reading.name)
        _mark_names(state, speaker, reading.parts)


def _mark_names(state: SpeakerState, speaker: Speaker, parts: Parts) -> None:
    for key in name_keys(parts):
        state.mark(speaker, key)


def merge(state: SpeakerState, goes: Speaker, stays: Speaker, at: datetime, reason: str, done: Done) -> None:
    """Make two speakers one from now on; who asks for the one that goes is led on."""
    state.remove(goes)
    state.remove(stays)
    state.left[goes.id] = goes.row(merged_into=stays.id)
    take_over(stays, goes)
    state.add(stays)
    done.tell(at, "merged", goes, reason, stays.id)
    done.changed.add(stays.id)


def rename(state: SpeakerState, speaker: Speaker, at: datetime, done: Done) -> None:
    """Show a person under the full name that is used most, a plain one (two words) counting double."""
    if speaker.pinned or not speaker.full or speaker.kind != "person":
        return

    def used(name: str) -> int:
        return speaker.forms.get(name, 0) * (2 if len(name.split()) == 2 and "." not in name else 1)

    whole = [
        name for name in speaker.full
        if not any(other.endswith(f" {name}") and not initial(other.split()[0]) for other in speaker.full)
    ]  # fmt: skip
    best = max(whole, key=used)
    if best == speaker.name or (speaker.name in whole and used(best) < 1.5 * used(speaker.name)):
        return
    was, speaker.name = speaker.name, best
    done.tell(at, "renamed", speaker, f"named so more often than {was}" if was in speaker.full else "the full name")


def show_as(speaker: Speaker, name: str, role: str, at: datetime, reason: str, done: Done) -> None:
    """Show a speaker as speakers.toml says."""
    speaker.pinned = True
    if role:
        speaker.said_role = role
    if speaker.name != name:
        speaker.name = name
        done.tell(at, "renamed", speaker, reason)
    done.changed.add(speaker.id)


def part(state: SpeakerState, speaker: Speaker, key: str, at: datetime, reason: str, done: Done) -> None:
    """Take one name out of a speaker again, under the id that it had."""
    gone = [one for one in speaker.absorbed if ids.name_key(one.name) == key]
    names = [form for form in (*speaker.forms, *speaker.full) if ids.name_key(form) == key]
    if not names and not gone:
        return
    name = gone[0].name if gone else names[0]
    reading = read(name, "")
    state.remove(speaker)
    speaker.absorbed = [one for one in speaker.absorbed if one not in gone]
    for one in gone:
        state.redirects.pop(one.id, None)
    new = Speaker(
        id=gone[0].id if gone else "", order=state.births, kind=speaker.kind, name=name, keys=[reading.key],
        seen=speaker.seen, absorbed=gone[1:],
        forms={form: number for form, number in speaker.forms.items() if ids.name_key(form) == key},
    )  # fmt: skip
    state.births += 1
    new.statements = sum(new.forms.values())
    speaker.forms = {form: number for form, number in speaker.forms.items() if form not in new.forms}
    speaker.full = [one for one in speaker.full if ids.name_key(one) != key]
    speaker.keys = [one for one in speaker.keys if one not in (reading.key, key)]
    if speaker.name == name and speaker.full:
        speaker.name = speaker.full[0]
    state.add(speaker)
    new.id = new.id or state.new_id(name)
    if reading.kind == "person" and reading.parts is not None and reading.parts.full:
        new.full = [reading.name]
    state.add(new)
    state.left.pop(new.id, None)
    done.tell(at, "parted", new, reason, speaker.id)
    done.changed.add(speaker.id)
