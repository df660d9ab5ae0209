"""Role nouns as mentions: which person "the senator", "the Texas Democrat" or "the 45-year-old" can mean."""

from __future__ import annotations

import re
from dataclasses import dataclass

from processors.steps.extract.forms import (
    BODY,
    HONORIFICS,
    OCCUPATIONS,
    ORDINARY,
    PLACE,
    ROLE,
    ROLE_WORDS,
    fold,
    is_possessive,
    is_role,
    sort_of,
)
from processors.steps.extract.lexicon import WORDS, pairs
from processors.steps.extract.offices import NATIONAL
from processors.steps.extract.roles import says_who

_DEFINITE = frozenset({"the", "his", "her", "their", "that", "this"})
_OF = re.compile(r"\b(?:of|for|at|in|from|to|with|on|who|which|and)\b")
_OFFICES = WORDS["offices"]
_SAME = pairs("same_office")
_PARTIES = {"republican": "r", "democrat": "d", "independent": "i"}
_OTHER_OFFICE = ("vice", "deputy", "former", "first")
_HEAD_OF = re.compile(r"\bhead of (state|government)\b", re.IGNORECASE)
_AGE = re.compile(r"(\d{1,3})-year-old")
_KINDS = WORDS["office_kinds"]
_DEMONYMS = WORDS["demonyms"]
_STEM = 5
_MANY = frozenset({"sens", "senators", "reps", "representatives", "congressmen"})


@dataclass(frozen=True, slots=True)
class Noun:
    """A role noun, and the other words of its mention that a role must not contradict."""

    word: str
    extra: tuple[str, ...]
    party: str = ""
    age: str = ""
    places: tuple[str, ...] = ()
    """Names in what follows the noun: "of Russia"."""

    @property
    def national(self) -> bool:
        """Whether it is an office of which every country has one."""
        return self.word in NATIONAL or self.word.startswith("head-of-")

    @property
    def abroad(self) -> bool:
        """Whether the mention names a place: "Ukraine's president", "the Polish minister"."""
        return bool(self.places) or any(sort_of(word) == PLACE for word in self.extra)


def noun_of(mention: str) -> Noun | None:
    """The role noun of a definite mention; None where it means nobody in particular, several, or no person."""
    words = mention.split()
    if not words or _second_office(mention):
        return None
    head = _OF.split(mention, maxsplit=1)[0].split() or words[:1]
    the = fold(words[0]) in _DEFINITE
    definite = the or any(is_possessive(word) for word in words)
    bare = head[1:] if the else head
    if not bare:
        return None
    extra = tuple(w for w in words if len(w) > 2 and w != bare[-1] and fold(w) not in _SMALL)
    places = tuple(fold(w) for w in words[len(head) :] if w[:1].isupper() and sort_of(w) not in {ROLE, BODY, ORDINARY})
    special = _special(mention, bare, extra, places) if definite or fold(bare[-1]) in {"head", "lady"} else None
    if special is not None:
        return special
    role = fold(bare[-1])
    if not _is_noun(bare[-1], role):
        return None
    if not definite and not (words[0][:1].isupper() and role in _OFFICES and fold(words[0]) not in _INDEFINITE):
        return None
    return Noun(role, tuple(word for word in extra if fold(word) != role), places=places)


def _second_office(mention: str) -> bool:
    """Whether a mention joins two people: "the president and the first lady"."""
    _, joined, rest = mention.partition(" and ")
    words = _OF.split(rest, maxsplit=1)[0].split()
    return bool(joined and words) and (fold(words[-1]) in NATIONAL | {"lady", "secretary", "representative"})


def _is_noun(word: str, role: str) -> bool:
    """Whether a word can mean one person by an office or an occupation."""
    if role in HONORIFICS or role in _MANY:
        return False
    return role in _SAME or (says_who(word) and (role in ROLE_WORDS or role in OCCUPATIONS))


def _special(mention: str, bare: list[str], extra: tuple[str, ...], places: tuple[str, ...]) -> Noun | None:
    """The nouns of more than one word, and those that go by party or age."""
    last = fold(bare[-1])
    if last == "head" and (of := _HEAD_OF.search(mention)) is not None:
        return Noun(f"head-of-{of[1].lower()}", (), places=_abroad(mention))
    if last == "lady" and "first" in map(fold, bare):
        return Noun("lady", ("First",), places=places)
    if last in _PARTIES:
        return Noun(last, tuple(word for word in extra if fold(word) != "congressional"), party=_PARTIES[last])
    if (age := _AGE.search(mention)) is not None:
        return Noun(last, (), age=age[1])
    return None


def _abroad(mention: str) -> tuple[str, ...]:
    """The adjective of "the Ukrainian Head of State", cut short so that it fits the country too."""
    first = mention.removeprefix("the ").removeprefix("The ").split()[0]
    return () if fold(first) == "head" else (fold(first)[:5],)


def _of_country(noun: Noun, role: str) -> bool:
    """Whether a role has the country or body that a mention of an office names: "the Polish president", "of Poland"."""
    if noun.places and not any(place[:_STEM] in role for place in noun.places):
        return False
    named = [fold(word) for word in noun.extra if noun.national and sort_of(word) == PLACE]
    return not named or any(word[:_STEM] in role or (word in _DEMONYMS and _stem(word) in role) for word in named)


def _stem(word: str) -> str:
    """The letters that an adjective and its country share; those that several share are no proof."""
    return word[:_STEM] if word[:3] in {"ira", "aus", "ind", "ame"} else word[:3]


_SMALL = frozenset({"the", "for", "and", "his", "her", "their", "that", "this"})
_INDEFINITE = WORDS["indefinite"]


def fits_noun(noun: Noun, role: str, gender: str) -> bool:
    """Whether a role can be meant: it has the noun, or a word for the same office, and contradicts nothing.

    "Foreign minister" is no finance minister. Small words of the mention must stand in the role, unless the role is the
    bare noun; names of places and bodies must do so only where the role has such names itself.
    """
    woman = noun.word.endswith("woman")
    if (woman and gender == "m") or (noun.word.endswith("man") and not woman and gender == "f"):
        return False
    bare = role.lower()
    words = re.findall(r"[\w-]+", _OF.split(bare, maxsplit=1)[0])
    if (_SAME.get(noun.word, frozenset()) | {noun.word}).isdisjoint(words):
        return False
    if not _of_country(noun, bare):
        return False
    others = (*_OTHER_OFFICE, "prime") if noun.word == "minister" else _OTHER_OFFICE
    extra = set(map(fold, noun.extra))
    if any((word in words) != (word in extra) for word in others):
        return False
    strict = [
        fold(word) for word in noun.extra
        if word[:1].islower() or is_role(word) or fold(word) in _KINDS or fold(word) in _OTHER_OFFICE
    ]  # fmt: skip
    if any(word not in bare for word in strict) and (bare.strip() != noun.word or not _KINDS.isdisjoint(strict)):
        return False
    named = [word for word in noun.extra if not (noun.national and sort_of(word) == PLACE)]
    names = [fold(word) for word in named if word[:1].isupper() and not is_role(word)]
    has_names = any(word[:1].isupper() and not is_role(word) for word in role.split())
    return not names or not has_names or any(word[:5] in bare for word in names)
