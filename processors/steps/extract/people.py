"""Everybody whom one article names: full names, where they stand, their roles, and what abbreviations stand for."""

from __future__ import annotations

import bisect
import re
from collections import Counter
from dataclasses import dataclass, field

from processors.messages import Span
from processors.steps.extract.forms import fold, gender_of_name, gender_of_role, plain
from processors.steps.extract.names import Person, find_headline_people, find_people, surname_of
from processors.steps.extract.nouns import Noun, fits_noun, noun_of
from processors.steps.extract.offices import are_two, can_hold, holds
from processors.steps.extract.roles import courtesy, role_of, role_words
from processors.steps.extract.same import fuller, same_person

_ACRONYM = re.compile(r"\((?P<short>[A-Z][A-Za-z&.]{1,9})\)")
_CAPITAL = re.compile(r"[A-ZÀ-Þ][\w’'\-]*\w")
_PARTY = re.compile(r"[^\S\n]?\(([RDI])(?:-[\w. ]{2,20})?\)")
_AGED = re.compile(r",\s+(?:aged?\s+)?(\d{1,3}),")
_ELSEWHERE: Span = (-1, -1)
_MOST_PEOPLE = 400
"""An article that names more people is a list; more would cost time that grows with its square."""
_ADMINISTRATION = re.compile(r"\b([A-ZÀ-Þ][\w’'\-]{0,30}?)(?:-[A-Z]\w{0,30})? [Aa]dministration\b")
_MOST_TITLES = 12
_SHORTEST_PART = 4
_NEAR = 400
"""Characters back in which a person is fresh in mind."""
_FRESH = 800
_DOMINANT = 0.6
"""Of all that bear a title, the share of whoever "the president" alone can mean."""


@dataclass(slots=True)
class Known:
    """A person of the article; ``span`` is where the full name first stands, None if only the title has it."""

    name: str
    span: Span | None
    role: Span | None
    gender: str
    words: str = ""
    """What is known of the role, also where only the title says it."""
    titles: dict[str, int] = field(default_factory=dict)
    """All titles that stand before the name anywhere, with how often."""
    party: str = ""
    """``r``, ``d`` or ``i``, from "(R-Iowa)" behind the name."""
    age: str = ""

    @property
    def called(self) -> tuple[str, ...]:
        """Role and titles, as they stand."""
        return tuple(filter(None, (self.words, *self.titles)))


@dataclass(slots=True)
class People:
    """The people and abbreviations of one article, ready to be asked about a mention."""

    text: str
    known: dict[str, Known] = field(default_factory=dict)
    headline: list[tuple[str, str]] = field(default_factory=list)
    """(office, name) of those whom the title names with their office."""
    places: list[tuple[int, str]] = field(default_factory=list)
    acronyms: dict[str, Span] = field(default_factory=dict)
    owner: str = ""
    """Whose site published the article, where the outlet's name holds the surname: osei.house.gov."""
    _by_surname: dict[str, list[str]] = field(default_factory=dict)
    _by_part: dict[str, set[str]] = field(default_factory=dict)
    _fullest: dict[str, str] = field(default_factory=dict)
    _by_noun: dict[Noun, dict[str, tuple[int, int]]] = field(default_factory=dict)
    _places_of: dict[str, list[int]] = field(default_factory=dict)
    _administrations: Counter[str] | None = None
    _apart: set[str] = field(default_factory=set)
    """Surnames that are no full-named person's: the president's, where the text names only the president's wife."""

    @classmethod
    def read(cls, text: str, title: str, outlet: str = "") -> People:
        """Find names, roles and abbreviations in an article; title and outlet help with names only."""
        people = cls(text)
        for person in find_people(text):
            people._add(person)
        for person in find_headline_people(title):
            people._add_headline(person, title)
        people._merge()
        people._find_places()
        people._find_owner(outlet)
        for match in _ACRONYM.finditer(text):
            people._expand(match)
        return people

    def _add(self, person: Person) -> None:
        known = self.known.get(person.name)
        if known is None:
            if len(self.known) >= _MOST_PEOPLE:
                return
            known = Known(person.name, person.span, None, gender_of_name(person.name))
            self.known[person.name] = known
            self._by_surname.setdefault(person.surname, []).append(person.name)
        if known.role is None:
            known.role = role_of(self.text, person)
            known.words = role_words(self.text, known.role) if known.role else known.words
            short = courtesy(self.text, person) if not known.words else None
            known.words = role_words(self.text, short) if short else known.words
        if person.title is not None:
            self._add_title(known, self.text[person.title[0] : person.title[1]])
        if (party := _PARTY.match(self.text, person.span[1])) is not None:
            known.party = known.party or party[1].lower()
        if (aged := _AGED.match(self.text, person.span[1])) is not None:
            known.age = known.age or aged[1]

    def _add_title(self, known: Known, title: str) -> None:
        if len(known.titles) < _MOST_TITLES or title in known.titles:
            known.titles[title] = known.titles.get(title, 0) + 1
        known.gender = known.gender or gender_of_role(title)

    def _add_headline(self, person: Person, title: str) -> None:
        span = role_of(title, person) if person.title else None
        words = role_words(title, span) if span else title[slice(*person.title)] if person.title else ""
        if person.name not in self.known and len(self.known) < _MOST_PEOPLE:
            self.known[person.name] = Known(person.name, None, None, gender_of_name(person.name), words)
            self._by_surname.setdefault(person.surname, []).append(person.name)
        if person.title is not None:
            self.headline.append((words, person.name))

    def _merge(self) -> None:
        """Join the forms of one person: the fullest speaks for all, and what is known of one is known of all."""
        for known in self.known.values():
            known.gender = known.gender or gender_of_role(known.words)
        for names in self._by_surname.values():
            heads: list[str] = []
            for name in sorted(names, key=self._fullness, reverse=True):
                same = [head for head in heads if same_person(name, head)]
                if " " not in name:
                    called = self.known[name].called
                    mine = [head for head in same if not are_two(called, self.known[head].called)]
                    if same and not mine:
                        self._apart.add(name)
                    same = mine
                if len(same) == 1 and (" " in name or len(heads) == 1):
                    self._join(name, same[0])
                else:
                    heads.append(name)
            names[:] = [name for name in names if name in heads]
        for name, known in self.known.items():
            if (
                name not in self._fullest
                and " " in name
                and (known.gender or known.words or known.titles or name.count(" ") > 1)
            ):
                for word in name.split():
                    if len(word) >= _SHORTEST_PART:
                        self._by_part.setdefault(plain(word), set()).add(name)

    def _fullness(self, name: str) -> tuple[bool, bool, int, int]:
        shorter = name.partition(" ")[2]
        return fuller(name, sure=bool(self.known[name].titles) and shorter not in self.known)

    def _join(self, name: str, head: str) -> None:
        one, full = self.known[name], self.known[head]
        self._fullest[name] = head
        if full.role is None and one.role is not None:
            full.role, full.words = one.role, one.words
        full.words = full.words or one.words
        full.gender = full.gender or one.gender
        for title, count in one.titles.items():
            full.titles[title] = full.titles.get(title, 0) + count
        full.party, full.age = full.party or one.party, full.age or one.age

    def _find_places(self) -> None:
        """Where each known surname stands in the text."""
        if not self._by_surname:
            return
        for match in _CAPITAL.finditer(self.text):
            names = self._by_surname.get(plain(match.group()))
            if names:
                full = names[0] if len(names) == 1 else self._at(names, match)
                self.places.append((match.start(), full))
                self._places_of.setdefault(full, []).append(match.start())

    def _at(self, names: list[str], match: re.Match[str]) -> str:
        """Of several people with the surname at a match the one whose full name ends there, else who is meant by it."""
        ends = (name for name in names if " " in name and self.text.endswith(name, 0, match.end()))
        bare = (name for name in names if name in self._apart)
        return next(ends, "") or next(bare, "") or self._choose(names, match.start())

    def _find_owner(self, outlet: str) -> None:
        site = re.sub(r"[^a-z]", "", outlet.lower().removeprefix("www.").split(".", maxsplit=1)[0])
        if len(site) < _SHORTEST_PART - 1:
            return
        for name in self.known:
            full = self._fullest.get(name, name)
            words = [re.sub(r"[^a-z]", "", plain(word)) for word in full.split()]
            if " " in full and site in {words[-1], "".join(words[-2:]), words[0] + words[-1], "".join(words)}:
                self.owner = full
                return

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

    def full_name(self, name: str, at: int, title: str = "") -> str | None:
        """The full name that a name, a surname or a part of a name stands for, as the article gives it.

        A ``title`` before a surname that several bear decides for whoever holds that office.
        """
        if name in self._apart and not title:
            return name
        if name in self._fullest and (not title or " " in name):
            return self._fullest[name]
        if name in self.known and " " in name:
            return name
        names = self._by_surname.get(surname_of(name), [])
        if " " not in name and title:
            names = self._called(names, title)
        if " " in name:
            names = [one for one in names if same_person(name, one)]
        elif not names:
            parts = self._by_part.get(plain(name), set())
            names = list(parts) if len(parts) == 1 else []
        return self._choose(names, at) if names else None

    def _called(self, names: list[str], title: str) -> list[str]:
        """Those of one surname who can be meant with a title: its holders, else all whom it does not contradict."""
        holders = [name for name in names if holds(title, self.known[name].called)]
        fit = [name for name in names if can_hold(title, self.known[name].called, self.known[name].gender)]
        return holders or fit

    def _choose(self, names: list[str], at: int) -> str:
        """Of several people with one surname the one named last before; else the first in the article."""
        names = [n for n in names if " " in n] or names
        starts = {n: (self.known[n].span or _ELSEWHERE)[0] for n in names}
        before = [n for n in names if 0 <= starts[n] <= at]
        return max(before, key=lambda n: starts[n]) if before else names[0]

    def by_role(self, mention: str, at: int, speaking: str = "") -> str | None:
        """The person whose title or apposition fits the mention's role noun; None where nobody's does, or several do.

        Of several the one that the mention's other words fit best, whose site it is, who alone was named nearby, who
        bears the title most often, or was named last. ``speaking`` has the floor and would say "I"; of whom a speaker
        talks the text before does not tell, so that there several remain several.
        """
        noun = noun_of(mention)
        if noun is None:
            return None
        fits = {name: rank for name, rank in self._fitting(noun).items() if name != speaking}
        if not fits or (speaking and noun.national and not (noun.extra or noun.places)):
            return self._at_home(fits)
        best = max(overlap for overlap, _ in fits.values())
        names = [name for name, (overlap, _) in fits.items() if overlap == best]
        if len(names) == 1 or self.owner in names:
            return self.owner if self.owner in names else names[0]
        if not speaking:
            near = [name for name in names if 0 <= at - self._last_place(name, at) <= _NEAR]
            if len(near) == 1:
                return near[0]
        most = _most({name: fits[name][1] for name in names})
        if most is not None or speaking or (best == 0 and noun.abroad):
            return most
        last = max(names, key=lambda name: self._last_place(name, at))
        return last if 0 <= at - self._last_place(last, at) <= _FRESH else None

    def _at_home(self, fits: dict[str, tuple[int, int]]) -> str | None:
        """Whom somebody who has the floor means by "the president": the own one.

        Those of other countries are named oftener, so that counts do not tell; the title does, and "the Osei
        administration"; so does it if several times nobody else is called so.
        """
        titled = {self.full_name(name, 0, words) or name for words, name in self.headline}
        most = max((count for _, count in fits.values()), default=0)
        own = [name for name in fits if name in titled or self._administers(name) > (fits[name][1] < most)]
        if len(own) == 1:
            return own[0]
        return next(iter(fits)) if len(fits) == 1 and fits[next(iter(fits))][1] > 1 else None

    def _administers(self, name: str) -> int:
        """How often the text speaks of this person's administration; once may be of another country's."""
        if self._administrations is None:
            self._administrations = Counter(_ADMINISTRATION.findall(self.text))
        return self._administrations[name.rsplit(maxsplit=1)[-1]]

    def _fitting(self, noun: Noun) -> dict[str, tuple[int, int]]:
        """Everybody whom a noun can mean; kept, since a text may say "the minister" a thousand times."""
        if noun not in self._by_noun:
            self._by_noun[noun] = {
                name: rank for name, known in self.known.items()
                if name not in self._fullest and (rank := self._rank(noun, known)) is not None
            }  # fmt: skip
        return self._by_noun[noun]

    def _rank(self, noun: Noun, known: Known) -> tuple[int, int] | None:
        """How many of the noun's other words the person's roles have, and how often the roles that fit are given."""
        if noun.party or noun.age:
            return (0, 1) if (noun.party == known.party if noun.party else noun.age == known.age) else None
        roles = {known.words: 1, **known.titles}
        fits = {role: n for role, n in roles.items() if role and fits_noun(noun, role, known.gender)}
        if not fits:
            return None
        return max(sum(fold(word) in role.lower() for word in noun.extra) for role in fits), sum(fits.values())

    def _last_place(self, name: str, at: int) -> int:
        """Where a person was last named before a position; -1 if nowhere."""
        places = self._places_of.get(name, [])
        index = bisect.bisect_left(places, at)
        return places[index - 1] if index else -1


def _most(counts: dict[str, int]) -> str | None:
    """The name that has most of all counts by far; None where no name has."""
    name = max(counts, key=lambda one: counts[one])
    return name if counts[name] and counts[name] >= _DOMINANT * sum(counts.values()) else None
