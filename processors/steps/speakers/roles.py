"""Roles and offices as words: which of them agree, which contradict each other, and under which key one is held."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from processors.ids import name_key
from processors.steps.speakers.tables import (
    COUNTRIES,
    COURTESY,
    NAMELESS,
    OFFICES,
    ROLE_HEADS,
    SMALL,
    TITLES,
    WALKS,
    listed,
)

_LONGEST_COUNTRY = 5
_LESSER = frozenset(["vice", "deputy", "assistant", "under", "associate"])
_PASSING = frozenset(["acting", "interim", "our", "current", "elect", "madam", "mr", "dear"])
_LONGEST_ROLE = 16
_SHARED = listed("shared")


@dataclass(frozen=True)
class Role:
    """What a role's words say: what somebody is (``heads``), of which countries, and the other words."""

    heads: frozenset[str]
    places: frozenset[str]
    others: frozenset[str]

    @property
    def key(self) -> str:
        """The office without its country: ``foreign minister``, ``press secretary white house``."""
        return " ".join(sorted(self.heads | self.others))

    @property
    def walks(self) -> frozenset[str]:
        """The walks of life that the role can belong to."""
        return frozenset(walk for head in self.heads for walk in WALKS.get(head.rpartition(" ")[2], ()))


NO_ROLE = Role(frozenset(), frozenset(), frozenset())
"""What a title like Dr says, and no words at all."""


def countries_in(words: list[str]) -> tuple[list[str], list[str]]:
    """(the words without countries, the countries) of a key's words; the longest form of a country counts."""
    rest: list[str] = []
    places: list[str] = []
    at = 0
    while at < len(words):
        for length in range(min(_LONGEST_COUNTRY, len(words) - at), 0, -1):
            country = COUNTRIES.get(" ".join(words[at : at + length]))
            if country is not None:
                places.append(country)
                at += length
                break
        else:
            rest.append(words[at])
            at += 1
    return rest, places


@lru_cache(maxsize=32_768)
def role_in(text: str) -> Role:
    """The role that words give."""
    plain = name_key(text).replace("head of state", "president").replace("head of government", "prime minister")
    rest, places = countries_in(plain.split()[:_LONGEST_ROLE])
    words = [ROLE_HEADS.get(word, word) for word in rest if word not in SMALL and word not in _PASSING]
    heads = {word for word in words if (word in TITLES or word in OFFICES) and word not in COURTESY} - _LESSER
    heads -= {"prime", "foreign", "first", "lady", "press", "special", "senior", "national", "security", "state"}
    if "lady" in words and "first" in words:
        heads = {"first lady"}
    if _LESSER & set(words):
        heads = {f"vice {head}" for head in heads}
    if not heads:
        return NO_ROLE
    others = frozenset(words) - heads - _LESSER - COURTESY - {head.rpartition(" ")[2] for head in heads}
    return Role(frozenset(heads), frozenset(places), others)


def agrees(one: Role, other: Role) -> bool:
    """Whether both name the same kind of office, of no two countries."""
    return bool(one.heads & other.heads) and not _elsewhere(one, other)


def proves(one: Role, other: Role) -> bool:
    """Whether the agreement leaves little doubt: an office that few hold, or the same field or country."""
    same = (one.heads & other.heads) - _SHARED or one.others & other.others or one.places & other.places
    return bool(same) and agrees(one, other)


def contradicts(one: Role, other: Role) -> bool:
    """Whether one person hardly has both at a time: other offices, or the same one of two countries."""
    if not one.heads or not other.heads:
        return False
    return not one.heads & other.heads or _elsewhere(one, other)


def _elsewhere(one: Role, other: Role) -> bool:
    return bool(one.places and other.places and not one.places & other.places)


def covers(one: Role, other: Role) -> bool:
    """Whether ``other`` is the office ``one`` and no narrower or other one: all its words and countries stand there."""
    return (
        bool(one.heads) and other.heads <= one.heads and other.others <= one.others and other.places <= one.places
        and ("former" in one.others) == ("former" in other.others)
    )  # fmt: skip


def apart(known: Iterable[Role], new: Role) -> bool:
    """Whether a role belongs to another walk of life than all known ones: a striker is no senator."""
    walks = [role.walks for role in known if role.walks]
    return bool(new.walks and walks) and not any(new.walks & walk for walk in walks)


def office_keys(role: Role) -> tuple[str, str]:
    """(the office within a body, the office of a country or '') under which its holder is looked up."""
    if not role.heads or role.heads <= NAMELESS:
        return "", ""
    places = " ".join(sorted(role.places))
    return role.key, f"{role.key} @{places}" if places else ""
