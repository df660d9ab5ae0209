"""Everybody whom one article names: full names, where they stand, their roles, and what abbreviations stand for."""

from __future__ import annotations

import bisect
import re
from dataclasses import dataclass, field

from processors.messages import Span
from processors.steps.extract.names import (
    ROLE_WORDS,
    Person,
    find_headline_people,
    find_people,
    fold,
    gender_of,
    is_role,
)
from processors.steps.extract.roles import role_of

_ACRONYM = re.compile(r"\((?P<short>[A-Z][A-Za-z&.]{1,9})\)")
_CAPITAL = re.compile(r"[A-ZÀ-Þ][\w’'\-]*\w")
_PLURAL = frozenset(["sens", "senators", "reps", "representatives", "congressmen"])
_OTHER_OFFICE = ("vice", "deputy", "former")
_ELSEWHERE: Span = (-1, -1)
_MOST_PEOPLE = 400
"""An article that names more people is a list; more would cost time that grows with its square."""


@dataclass(slots=True)
class Known:
    """A person of the article; ``span`` is where the full name first stands, None if only the title has it."""

    name: str
    span: Span | None
    role: Span | None
    gender: str
    words: str = ""
    """What is known of the role, also where only the title says it."""


@dataclass(slots=True)
class People:
    """The people and abbreviations of one article, ready to be asked about a mention."""

    text: str
    known: dict[str, Known] = field(default_factory=dict)
    headline: list[tuple[str, str]] = field(default_factory=list)
    """(office, name) of those whom the title names with their office."""
    places: list[tuple[int, str]] = field(default_factory=list)
    acronyms: dict[str, Span] = field(default_factory=dict)
    _by_surname: dict[str, list[str]] = field(default_factory=dict)
    _places_of: dict[str, list[int]] = field(default_factory=dict)

    @classmethod
    def read(cls, text: str, title: str) -> People:
        """Find names, roles and abbreviations in an article; the title helps with names only."""
        people = cls(text)
        for person in find_people(text):
            people._add(person)
        for person in find_headline_people(title):
            if person.name not in people.known:
                words = title[person.title[0] : person.title[1]] if person.title else ""
                people.known[person.name] = Known(person.name, None, None, gender_of(person.name), words)
            if person.title is not None:
                people.headline.append((title[person.title[0] : person.title[1]], person.name))
                people._by_surname.setdefault(person.surname, []).append(person.name)
        people._find_places()
        for match in _ACRONYM.finditer(text):
            people._expand(match)
        return people

    def _add(self, person: Person) -> None:
        role = role_of(self.text, person)
        known = self.known.get(person.name)
        if known is None and len(self.known) >= _MOST_PEOPLE:
            return
        if known is None:
            title = self.text[person.title[0] : person.title[1]] if person.title else ""
            self.known[person.name] = Known(person.name, person.span, role, gender_of(f"{title} {person.name}"))
            self._by_surname.setdefault(person.surname, []).append(person.name)
        elif known.role is None and role is not None:
            known.role = role

    def _find_places(self) -> None:
        """Where each known surname stands in the text."""
        if not self._by_surname:
            return
        for match in _CAPITAL.finditer(self.text):
            names = self._by_surname.get(fold(match.group()))
            if names:
                full = self._choose(names, match.start())
                self.places.append((match.start(), full))
                self._places_of.setdefault(full, []).append(match.start())

    def _expand(self, match: re.Match[str]) -> None:
        short = match["short"]
        letters = re.sub(r"[^A-Z]", "", short)
        before = self.text[max(0, match.start() - 120) : match.start()].rstrip()
        words = list(re.finditer(r"[\w’'&.\-]+", before))
        for count in range(len(letters), min(len(words), len(letters) + 5) + 1):
            taken = words[-count:]
            capitals = [w.group()[0] for w in taken if w.group()[0].isupper()]
            if capitals == list(letters) and taken[0].group()[0].isupper():
                start = max(0, match.start() - 120) + taken[0].start()
                self.acronyms.setdefault(short, (start, max(0, match.start() - 120) + taken[-1].end()))
                return

    def full_name(self, name: str, at: int) -> str | None:
        """The full name that a name, or a surname, stands for."""
        if name in self.known and " " in name:
            return name
        words = name.split()
        names = self._by_surname.get(fold(words[-1])) if words else None
        if not names:
            return None
        if len(words) > 1:
            names = [n for n in names if fold(n.split()[0])[:1] == fold(words[0])[:1] and _fits(words[0], n.split()[0])]
        return self._choose(names, at) if names else None

    def _choose(self, names: list[str], at: int) -> str:
        """Of several people with one surname the one named last before; else the first in the article."""
        names = [n for n in names if " " in n] or names
        starts = {n: (self.known[n].span or _ELSEWHERE)[0] for n in names}
        before = [n for n in names if 0 <= starts[n] <= at]
        return max(before, key=lambda n: starts[n]) if before else names[0]

    def by_role(self, mention: str, at: int) -> str | None:
        """The person whose title or apposition fits the mention's role noun: the nearest before, or the only one."""
        words = mention.split()
        if (
            fold(words[0]) not in {"the", "his", "her", "their", "that", "this"}
            and "’s" not in mention
            and "'s" not in mention
        ):
            return None
        role = next((fold(w) for w in reversed(words) if is_role(w)), "")
        if role not in ROLE_WORDS or role in _PLURAL:
            return None
        extra = [w for w in words[1:] if fold(w) != role and len(w) > 2 and w not in {"the", "for", "and"}]
        fits: list[tuple[int, int, str]] = []
        for name, known in self.known.items():
            text = self.text[known.role[0] : known.role[1]] if known.role else known.words
            if role not in re.findall(r"[\w-]+", text.lower()) or not _agree(extra, text, role):
                continue
            place = self._last_place(name, at)
            fits.append((sum(fold(w) in text.lower() for w in extra), place, name))
        before = [fit for fit in fits if fit[1] >= 0]
        if before:
            return max(before)[2]
        return fits[0][2] if len(fits) == 1 else None

    def _last_place(self, name: str, at: int) -> int:
        """Where a person was last named before a position; -1 if nowhere."""
        places = self._places_of.get(name, [])
        index = bisect.bisect_left(places, at)
        return places[index - 1] if index else -1


def _agree(extra: list[str], role: str, noun: str) -> bool:
    """Whether a role can be meant by a mention with these other words: "foreign minister" is no finance minister.

    Small words of the mention must stand in the role, unless the role is the bare noun; names of places and bodies must
    do so only where the role has such names itself.
    """
    bare = role.lower()
    if any(word in bare.split() and word not in map(fold, extra) for word in _OTHER_OFFICE):
        return False
    small = [w for w in extra if w[:1].islower()]
    names = [fold(w) for w in extra if w[:1].isupper()]
    if any(fold(w) not in bare for w in small) and bare.strip() != noun:
        return False
    has_names = any(w[:1].isupper() and not is_role(w) for w in role.split())
    return not names or not has_names or any(w[:5] in bare for w in names)


def _fits(one: str, other: str) -> bool:
    """Whether two given names can be one person's: equal, or one is the other's initial or beginning."""
    a, b = fold(one), fold(other)
    return a == b or a.startswith(b) or b.startswith(a)
