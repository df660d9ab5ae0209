"""Which office a title names, and whether two bearers of one surname can be one person by their offices."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable

from processors.steps.extract.forms import HONORIFICS, fold, gender_of_role, is_role
from processors.steps.extract.lexicon import WORDS

NATIONAL = WORDS["national_offices"]
"""Offices that one person of a country holds, who is known abroad by the country: president, prime minister, king."""

_NO_HEADS_OF_STATE = WORDS["no_heads_of_state"]
_OF = re.compile(r"\b(?:of|for|at|in|from|to|with|on|who|and)\b")
_CACHED = 1 << 12


@functools.lru_cache(maxsize=_CACHED)
def office_in(title: str) -> str:
    """The office that a title names, with what makes it another one: "Vice President" → ``vice-president``.

    Empty for a title that is courtesy alone.
    """
    words = [fold(word) for word in _OF.split(title, maxsplit=1)[0].split() or title.split()]
    while words and (words[-1] in HONORIFICS - {"sen", "rep", "gov", "lady"} or not is_role(words[-1])):
        words = words[:-1]
    if not words:
        return ""
    prefixed = len(words) > 1 and words[-2] in {"vice", "first", "deputy", "prime"}
    return f"{words[-2]}-{words[-1]}" if prefixed else words[-1]


def offices_in(titles: Iterable[str]) -> frozenset[str]:
    """The offices of several titles of one person."""
    return frozenset(filter(None, map(office_in, titles)))


def are_two(bare: Iterable[str], full: Iterable[str]) -> bool:
    """Whether a surname with its titles and a full name with others are two people's: "President Osei", "his son Bob".

    Only heads of state are told apart so: what else somebody is called may be a second office.
    """
    held, others = offices_in(bare), tuple(full)
    if NATIONAL.isdisjoint(held) or not others:
        return False
    theirs = offices_in(others)
    if theirs:
        return held.isdisjoint(theirs) and not _NO_HEADS_OF_STATE.isdisjoint(theirs)
    return any(fold(title) in {"dr", "mrs", "ms", "miss", "madam"} for title in others)


def can_hold(title: str, theirs: Iterable[str], gender: str) -> bool:
    """Whether a person with these titles can be meant by a title before the surname."""
    meant = gender_of_role(title)
    return not (meant and gender and meant != gender) and not are_two([title], theirs)


def holds(title: str, theirs: Iterable[str]) -> bool:
    """Whether one of a person's titles names the same office."""
    office = office_in(title)
    return bool(office) and office in offices_in(theirs)
