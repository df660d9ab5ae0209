"""What is remembered of one speaker, and how it is saved.

Everything is bounded: counts of forms, roles, outlets and offices keep the strongest entries, so that a speaker takes
at most some 10 kB in memory, 3.4 kB on average, however long the stream runs.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import UTC, datetime

import msgspec

from processors.steps.speakers.items import SpeakerRow, Term
from processors.steps.speakers.parts import Parts, parts_named
from processors.steps.speakers.roles import NO_ROLE, Role, role_in

MOST_FORMS = 24
MOST_ROLES = 12
MOST_OUTLETS = 16
MOST_OFFICES = 16
RARELY = 6
"""A role that is given so many times less often than the most frequent one proves nothing."""
HALF_LIFE = 45 * 86_400.0
"""Seconds in which what was said of somebody loses half its weight: offices change hands, prominence fades."""
FORMAT = 1


class Given(msgspec.Struct, array_like=True):
    """A role as it was given: when first and last (seconds since 1970), and by how many articles."""

    first: float
    last: float
    articles: int


class Weight(msgspec.Struct, array_like=True):
    """A count of articles that fades with time."""

    value: float = 0.0
    last: float = 0.0

    def at(self, now: float) -> float:
        """What it weighs at a time (seconds since 1970)."""
        return self.value * math.exp2(-max(0.0, now - self.last) / HALF_LIFE)

    def add(self, now: float, amount: float = 1.0) -> None:
        """Count something at a time."""
        self.value = self.at(now) + amount
        self.last = max(self.last, now)


class Absorbed(msgspec.Struct, array_like=True):
    """A speaker that was merged into this one."""

    id: str
    name: str


class Speaker(msgspec.Struct, kw_only=True):
    """A speaker that can be met again. ``order`` counts births; ``seen`` is the count of statements when last named.

    ``full`` are the distinct full names, as shown; none for a surname alone. ``counted`` are the roles counted in
    ``article``, the last in which it spoke, since each article counts once. ``namesake`` is somebody whom
    only the outlets mean that speakers.toml names.
    """

    id: str
    order: int
    kind: str
    name: str
    keys: list[str]
    seen: int = 0
    full: list[str] = []
    surname: str = ""
    forms: dict[str, int] = {}
    roles: dict[str, Given] = {}
    outlets: dict[str, Weight] = {}
    offices: dict[str, Weight] = {}
    shorts: dict[str, int] = {}
    genders: dict[str, int] = {}
    absorbed: list[Absorbed] = []
    weight: Weight = msgspec.field(default_factory=Weight)
    articles: int = 0
    statements: int = 0
    article: str = ""
    counted: list[str] = []
    country: str = ""
    said_role: str = ""
    pinned: bool = False
    namesake: bool = False

    def role(self) -> str:
        """The role that most articles give; of equals the latest."""
        if self.said_role:
            return self.said_role
        return max(self.roles, key=lambda role: (self.roles[role].articles, self.roles[role].last, role), default="")

    def known_roles(self) -> list[Role]:
        """What the roles say; those that few articles give are misread too often to prove anything."""
        most = max((given.articles for given in self.roles.values()), default=0)
        often = (role for role, given in self.roles.items() if given.articles * RARELY >= most)
        return [role for role in map(role_in, often) if role is not NO_ROLE]

    def names(self) -> list[Parts]:
        """The full names in their parts."""
        return [parts_named(name) for name in self.full]

    def gender(self) -> str:
        """``f`` or ``m`` where nothing contradicts it, else ''."""
        return next(iter(self.genders)) if len(self.genders) == 1 else ""

    def row(self, *, merged_into: str = "") -> SpeakerRow:
        """What is written of this speaker; one that was merged needs no state."""
        terms = tuple(
            Term(role, _time(given.first), _time(given.last), given.articles)
            for role, given in sorted(self.roles.items(), key=lambda item: (-item[1].articles, item[1].first, item[0]))
        )
        aliases = tuple(sorted(self.forms.items(), key=lambda item: (-item[1], item[0])))
        state = b"" if merged_into else msgspec.msgpack.encode(self)
        return SpeakerRow(self.id, self.name, self.kind, self.role(), terms, aliases, merged_into, state)


def count(counts: dict[str, int], key: str, most: int, amount: int = 1) -> None:
    """Count a key; where there are too many, the least leaves (of equals the last that came)."""
    counts[key] = counts.get(key, 0) + amount
    if len(counts) > most:
        del counts[min(reversed(counts), key=counts.__getitem__)]


def weigh(weights: dict[str, Weight], key: str, now: float, most: int) -> None:
    """The same for counts that fade."""
    weights.setdefault(key, Weight(0.0, now)).add(now)
    if len(weights) > most:
        del weights[min(reversed(weights), key=lambda one: weights[one].at(now))]


def give(roles: dict[str, Given], role: str, first: float, last: float, articles: int) -> None:
    """Note a role; where there are too many, the one leaves that fewest articles gave."""
    known = roles.get(role)
    if known is None:
        roles[role] = Given(first, last, articles)
    else:
        known.first, known.last, known.articles = (
            min(known.first, first),
            max(known.last, last),
            known.articles + articles,
        )
    if len(roles) > MOST_ROLES:
        del roles[min(reversed(roles), key=lambda one: roles[one].articles)]


def take_over(stays: Speaker, goes: Speaker) -> None:
    """Add what is known of one speaker to another."""
    for form, number in goes.forms.items():
        count(stays.forms, form, MOST_FORMS, number)
    for role, given in goes.roles.items():
        give(stays.roles, role, given.first, given.last, given.articles)
    for mine, theirs, most in (
        (stays.outlets, goes.outlets, MOST_OUTLETS), (stays.offices, goes.offices, MOST_OFFICES),
    ):  # fmt: skip
        for key, weight in theirs.items():
            _blend(mine.setdefault(key, Weight(0.0, weight.last)), weight)
        while len(mine) > most:
            del mine[min(reversed(mine), key=lambda one: mine[one].value)]
    for short, number in goes.shorts.items():
        count(stays.shorts, short, MOST_OFFICES, number)
    for gender, number in goes.genders.items():
        stays.genders[gender] = stays.genders.get(gender, 0) + number
    _blend(stays.weight, goes.weight)
    stays.absorbed += [Absorbed(goes.id, goes.name), *goes.absorbed]
    stays.full += [name for name in goes.full if name not in stays.full]
    stays.keys += [key for key in goes.keys if key not in stays.keys]
    stays.articles += goes.articles
    stays.statements += goes.statements
    stays.seen = max(stays.seen, goes.seen)
    if goes.article == stays.article:
        stays.counted += [role for role in goes.counted if role not in stays.counted]


def _blend(mine: Weight, theirs: Weight) -> None:
    now = max(mine.last, theirs.last)
    mine.value, mine.last = mine.at(now) + theirs.at(now), now


def strongest(counts: dict[str, int], among: Iterable[str]) -> str:
    """Of some keys the one counted most; of equals the first."""
    return max(among, key=lambda key: counts.get(key, 0), default="")


def _time(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
