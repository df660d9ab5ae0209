"""Whom a name means: among the speakers that the stream has shown so far, or nobody among them."""

from __future__ import annotations

from dataclasses import dataclass

from processors.ids import name_key
from processors.steps.speakers.bodies import generic
from processors.steps.speakers.items import Said
from processors.steps.speakers.parts import Parts, agree, within
from processors.steps.speakers.reading import Reading
from processors.steps.speakers.roles import (
    NO_ROLE,
    Role,
    agrees,
    apart,
    contradicts,
    covers,
    office_keys,
    proves,
    role_in,
)
from processors.steps.speakers.speaker import Speaker
from processors.steps.speakers.spelling import plain
from processors.steps.speakers.state import SpeakerState, bare

DOMINANT = 4.0
"""Of several whom a surname or an office may mean, one is meant who was named so many times as often as the next."""
_ESTABLISHED = 3
"""Articles with a role after which a clearly other walk of life makes a namesake."""
_HEARD = 0.5
"""Articles, fading, in which somebody was heard before a surname that several have can mean them."""
_KNOWN_HOLDER = 1.5
"""Articles that call somebody by an office before the bare office means them."""


@dataclass(frozen=True, slots=True)
class Match:
    """An answer: a speaker and why, or none; ``scoped`` says that the name must not become a speaker of its own."""

    speaker: Speaker | None
    reason: str = ""
    scoped: bool = False


NEW = Match(None)
SCOPED = Match(None, scoped=True)


def role_for(said: Said, reading: Reading) -> Role:
    """What is known of the role: what the article says, else the title in the name."""
    role = role_in(said.role) if said.role else NO_ROLE
    return role if role.heads else reading.title


def find_full(state: SpeakerState, said: Said, parts: Parts, role: Role) -> Match:
    """The person with this full name, or with another spelling or form of it."""
    same = [
        one for one in state.under(f"name {parts.key}")
        if not one.namesake and suffixes_fit(one, parts, role) and not _namesake(one, said, role)
    ]  # fmt: skip
    if same:
        return Match(max(same, key=lambda one: (_fits(one, role), _weight(one, said), -one.order)))
    found = variants(state, parts, role, said.outlet)
    if len(found) > 1:
        found = [one for one in found if _fits(one[0], role) > 0] or [
            one for one in found if said.outlet in one[0].outlets
        ]  # fmt: skip
    return Match(*found[0]) if len(found) == 1 else NEW


def find_titled(state: SpeakerState, said: Said, reading: Reading, found: Match) -> Match:
    """Correct a given name that the mention does not have: its title is of another person with this surname.

    ``PRESIDENT BIDEN`` is the one who is called president in this outlet, also where the article names a wife first.
    """
    if reading.parts is None or not reading.title.heads:
        return found
    if found.speaker is not None and _fits(found.speaker, reading.title) > 0:
        return found
    office = f"{said.outlet}|{office_keys(reading.title)[0]}"
    people = [one for one in state.under(f"surname {reading.parts.light}") if one is not found.speaker]
    holders = [one for one in people if one.full and office in one.offices and _fits(one, reading.title) > 0]
    return Match(holders[0]) if len(holders) == 1 else found


def variants(state: SpeakerState, parts: Parts, role: Role, outlet: str) -> list[tuple[Speaker, str]]:
    """People whose names can be other forms of this one, with the reason for readers."""
    near = {one.id: one for one in state.under(f"sounds {parts.skeleton}")}
    near |= {one.id: one for one in state.under(f"surname {parts.light}")}
    found = []
    for one in near.values():
        reason = _one_person(one, parts)
        if not reason or one.namesake or kept_apart(state, one, parts) or not suffixes_fit(one, parts, role):
            continue
        fits = _fits(one, role)
        weak = parts.common or "initial" in reason
        if fits > 0 or (fits == 0 and (not weak or outlet in one.outlets)) or (not weak and not _other_walk(one, role)):
            found.append((one, reason))
    return found


def kept_apart(state: SpeakerState, one: Speaker, parts: Parts) -> bool:
    """Whether speakers.toml says that a name is not this person."""
    if not state.overrides.apart:
        return False
    return state.overrides.kept_apart(
        [name_key(" ".join((*parts.given, *parts.surname)))], list(map(name_key, one.full))
    )


def _one_person(one: Speaker, parts: Parts) -> str:
    """Why a name agrees with every full name of somebody; '' if it does not."""
    reason = ""
    for known in one.names():
        why = agree(parts, known)
        if not why:
            return ""
        if not reason or "initial" in reason:
            reason = why
    return reason


def suffixes_fit(one: Speaker, parts: Parts, role: Role) -> bool:
    """Whether Jr, Sr, II allow that it is one person: never two different ones, and one alone only with a reason.

    Press and signatures write ``Joseph R. Biden Jr.`` of one man, in full; a short name with a suffix (``Don Fox Jr.``)
    is chosen to tell a son from the father.
    """
    for known in one.names():
        if known.suffix == parts.suffix:
            return True
    known = one.names()[0] if one.full else parts
    if known.suffix and parts.suffix:
        return False
    with_suffix = known if known.suffix else parts
    formal = len(with_suffix.given) > 1
    return _fits(one, role) > 0 or (formal and _fits(one, role) == 0)


def find_surname(state: SpeakerState, said: Said, reading: Reading, role: Role) -> Match:
    """Whom a surname alone means; the name stays with the article where several come into question."""
    parts = reading.parts
    if parts is None:
        return SCOPED
    if parts.suffix:  # a son or a father, of whom only the surname is known
        people = state.under(f"surname {parts.light}")
        same = [one for one in people if any(known.suffix == parts.suffix for known in one.names())]
        return Match(same[0]) if len(same) == 1 else SCOPED
    words = tuple(plain(word) for word in parts.surname)
    least = 1 if role.heads else 0
    here = [one for one in state.here() if _named(one, words) and _possible(one, reading, role, least)]
    if len(here) == 1:
        return Match(here[0])
    people = [one for one in state.under(f"surname {parts.light}") if one.kind == "person"]
    full = [one for one in people if one.full and _named(one, words) and _possible(one, reading, role)]
    fitting = [one for one in full if _fits(one, role) > 0]
    alone = [one for one in people if not one.full and _possible(one, reading, role)]
    chosen = _chosen(fitting or ([] if role.heads else full), parts, said, role) or _alone(alone, parts, said, role)
    if chosen is not None:
        return Match(chosen)
    unproven = parts.common and not (reading.sure or role.heads)
    several = len(full) > 1 or bool(full and not role.heads) or bool(alone and parts.common)
    return SCOPED if unproven or several else NEW


def _chosen(people: list[Speaker], parts: Parts, said: Said, role: Role) -> Speaker | None:
    """The one of some people whom a surname means in this outlet, at this time."""
    now = said.at.timestamp()
    if len(people) == 1:
        one = people[0]
        known = (
            not parts.common or said.outlet in one.outlets or any(proves(known, role) for known in one.known_roles())
        )
        return one if known else None
    for weights in (
        {one.id: one.outlets[said.outlet].at(now) if said.outlet in one.outlets else 0.0 for one in people},
        {one.id: one.weight.at(now) / 2 for one in people},
    ):
        ranked = sorted(people, key=lambda one: (-weights[one.id], one.order))
        if not ranked or weights[ranked[0].id] < _HEARD:
            continue
        best, second = weights[ranked[0].id], weights[ranked[1].id]
        return ranked[0] if best >= DOMINANT * second else None
    return None


def _alone(people: list[Speaker], parts: Parts, said: Said, role: Role) -> Speaker | None:
    """The speaker so far known by this surname only, where outlet, role or the rarity of the name says so."""
    fits = [
        one for one in people
        if _fits(one, role) > 0 or said.outlet in one.outlets or (not parts.common and _fits(one, role) == 0)
    ]  # fmt: skip
    return max(fits, key=lambda one: (_fits(one, role), said.outlet in one.outlets, -one.order), default=None)


def find_given(state: SpeakerState, reading: Reading) -> Match:
    """The one person of the article with this given name."""
    parts = reading.parts
    if parts is None:
        return SCOPED
    name = plain(parts.surname[-1])
    here = [one for one in state.here() if any(plain(known.given[0]) == name for known in one.names() if known.given)]
    return Match(here[0]) if len(here) == 1 else SCOPED


def find_holder(state: SpeakerState, said: Said, role: Role) -> Match:
    """Who holds an office in the stream as of then, only where that is clear."""
    here = [one for one in state.here() if any(covers(known, role) for known in one.known_roles())]
    now = said.at.timestamp()
    inside, abroad = office_keys(role)
    for key in ([f"|{abroad}"] if abroad else []) + ([f"{said.outlet}|{inside}"] if inside else []):
        held = [(one.offices[key].at(now), one) for one in state.under(f"office {key}") if key in one.offices]
        held = [(weight, one) for weight, one in held if any(covers(known, role) for known in one.known_roles())]
        ranked = sorted(held, key=lambda pair: (-pair[0], pair[1].order))
        if ranked and ranked[0][0] >= _KNOWN_HOLDER and (
            len(ranked) == 1 or ranked[0][0] >= DOMINANT * ranked[1][0]
        ):  # fmt: skip
            return Match(ranked[0][1])
    return Match(here[0]) if len(here) == 1 else SCOPED


def find_body(state: SpeakerState, said: Said, reading: Reading) -> Match:
    """The organisation with this name; one without its country is a country's only where the outlet leaves no doubt."""
    same = state.under(f"organisation {reading.key}")
    if same:
        return Match(same[0])
    if reading.short and reading.short == reading.name:
        meant = state.under(f"short {reading.short}")
        ranked = sorted(meant, key=lambda one: -one.shorts[reading.short])
        if ranked and (
            len(ranked) == 1 or ranked[0].shorts[reading.short] >= DOMINANT * ranked[1].shorts[reading.short]
        ):
            return Match(ranked[0])
    if not reading.country:
        now = said.at.timestamp()
        lands = [(one.outlets[said.outlet].at(now), one) for one in state.under(f"bare {bare(reading.key)}")
                 if said.outlet in one.outlets]  # fmt: skip
        ranked_lands = sorted(lands, key=lambda pair: (-pair[0], pair[1].order))
        if ranked_lands and (len(lands) == 1 or ranked_lands[0][0] >= DOMINANT * ranked_lands[1][0]):
            return Match(ranked_lands[0][1])
        if generic(reading.key):
            return SCOPED
    return NEW


def _named(one: Speaker, words: tuple[str, ...]) -> bool:
    return any(within(words, parts) for parts in one.names())


def _fits(one: Speaker, role: Role) -> int:
    """1 where a role agrees with what somebody is, -1 where it contradicts all of that, 0 where nothing is known."""
    if not role.heads:
        return 0
    known = one.known_roles()
    if any(agrees(role, other) for other in known):
        return 1
    return -1 if known and all(contradicts(role, other) for other in known) else 0


def _possible(one: Speaker, reading: Reading, role: Role, least: int = 0) -> bool:
    """Whether nothing speaks against it: neither what the person is nor Mr or Ms."""
    gender = one.gender()
    return _fits(one, role) >= least and not (gender and reading.gender and gender != reading.gender)


def _weight(one: Speaker, said: Said) -> float:
    return one.outlets[said.outlet].at(said.at.timestamp()) if said.outlet in one.outlets else 0.0


def _other_walk(one: Speaker, role: Role) -> bool:
    return apart(one.known_roles(), role)


def _namesake(one: Speaker, said: Said, role: Role) -> bool:
    """Whether the same name is clearly somebody else: well known for other work, and never heard in this outlet."""
    if not role.heads or said.outlet in one.outlets:
        return False
    return sum(given.articles for given in one.roles.values()) >= _ESTABLISHED and _other_walk(one, role)


def compatible(one: Speaker, other: Speaker) -> int:
    """How two speakers' roles go together: 1 they agree, 0 one has none, -1 they do not."""
    roles = one.known_roles()
    if not roles or not other.known_roles():
        return 0
    return 1 if any(_fits(other, role) > 0 for role in roles) else -1
