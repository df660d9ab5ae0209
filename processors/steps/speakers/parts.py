"""A person's name in its parts, and whether two names can be one person's."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise

from processors.steps.speakers.spelling import light, plain, skeleton
from processors.steps.speakers.tables import COMMON, FAMILY_FIRST, GIVEN, KNOWN_GIVEN, PARTICLES, SUFFIXES

_LONGEST_INITIALS = 3


@dataclass(frozen=True)
class Parts:
    """A name's words, as written, without title and suffix: given names, then the surname (with its particles)."""

    given: tuple[str, ...]
    surname: tuple[str, ...]
    suffix: str = ""

    @cached_property
    def key(self) -> str:
        """The whole name for comparing, without suffix."""
        return " ".join(map(plain, (*self.given, *self.surname)))

    @cached_property
    def light(self) -> str:
        """The surname's last word, under which people of one surname are found."""
        return light(self.surname[-1])

    @cached_property
    def family(self) -> str:
        """The same where the family name stands first (Xi Jinping), else ''."""
        first = plain(self.given[0]) if self.given else ""
        ahead = first in FAMILY_FIRST and first not in KNOWN_GIVEN and len(self.given) == 1
        return light(self.given[0]) if ahead else ""

    @cached_property
    def skeleton(self) -> str:
        """The surname under which spellings meet."""
        return skeleton("".join(word for word in self.surname if plain(word) not in PARTICLES) or self.surname[-1])

    @cached_property
    def common(self) -> bool:
        """Whether so many have this surname that it says little."""
        return plain(self.surname[-1]) in COMMON

    @property
    def full(self) -> bool:
        """Whether there is a given name, or an initial."""
        return bool(self.given)

    @cached_property
    def spelt(self) -> bool:
        """Whether the first given name is written out."""
        return bool(self.given) and not initial(self.given[0])

    @cached_property
    def words(self) -> tuple[str, ...]:
        """All words for comparing."""
        return tuple(map(plain, (*self.given, *self.surname)))


def parts_of(words: list[str]) -> Parts:
    """Take a name's words apart; there must be one that is no suffix."""
    words = list(words)
    suffix = ""
    while len(words) > 1 and plain(words[-1]) in SUFFIXES:
        suffix = plain(words.pop())
    begin = len(words) - 1
    while begin > 0 and plain(words[begin - 1]) in PARTICLES and words[begin - 1][:1].islower():
        begin -= 1
    while begin > 1 and plain(words[begin - 1]) in PARTICLES:
        begin -= 1
    if all(plain(word) in PARTICLES and plain(word) not in KNOWN_GIVEN for word in words[:begin]):
        begin = 0
    return Parts(tuple(_split_initials(words[:begin])), tuple(words[begin:]), suffix)


@lru_cache(maxsize=16_384)
def parts_named(name: str) -> Parts:
    """The parts of a name as it is shown."""
    return parts_of(name.split())


def _split_initials(words: list[str]) -> list[str]:
    """``J.D.`` is two given names."""
    found: list[str] = []
    for word in words:
        letters = re.findall(r"[^\W\d_]", word)
        pointed = "." in word.rstrip(".") and len(letters) <= _LONGEST_INITIALS
        found.extend(f"{letter}." for letter in letters) if pointed else found.append(word)
    return found


def initial(word: str) -> bool:
    """Whether a given name is but its first letter."""
    return len(plain(word)) == 1


def same_given(one: str, other: str) -> str:
    """Why two given names can be one's ('' if they cannot): equal, an initial, a short form, another spelling."""
    a, b = plain(one), plain(other)
    if a == b:
        return "the same given name"
    if len(a) == 1 or len(b) == 1:
        return "an initial" if a[:1] == b[:1] or light(a)[:1] == light(b)[:1] else ""
    if GIVEN.get(a, frozenset()) & GIVEN.get(b, frozenset()):
        return f"{one} and {other} are forms of one given name"
    if skeleton(a) == skeleton(b) and not (a in GIVEN and b in GIVEN):
        return f"{one} and {other} are spellings of one given name"
    return ""


def agree(one: Parts, other: Parts) -> str:
    """Why two full names with one surname can be one person's; '' if they cannot. Suffixes are not looked at."""
    if one.words == other.words:
        return "the same name"
    if sorted(one.words) == sorted(other.words) and (one.family or other.family):
        return "the same name with its parts in another order"
    if one.skeleton != other.skeleton:
        return _tail(one, other)
    if not (one.given and other.given):
        return ""
    reason = same_given(one.given[0], other.given[0])
    if reason and _middles(one.given[1:], other.given[1:]):
        how = "surname" if plain("".join(one.surname)) == plain("".join(other.surname)) else "surname, spelt otherwise"
        return f"the same {how}, and {reason}"
    return _skipped(one, other) or _skipped(other, one) or _tail(one, other)


def _middles(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether middle names do not contradict each other; one of them may lack them."""
    return all(same_given(a, b) for a, b in zip(one, other, strict=False))


def _skipped(short: Parts, long: Parts) -> str:
    """``Scott Fox`` for ``C. Scott Fox``: somebody who goes by the second name, the first being an initial."""
    if len(long.given) > len(short.given) and initial(long.given[0]):
        reason = same_given(short.given[0], long.given[1])
        if reason and not initial(short.given[0]) and _middles(short.given[1:], long.given[2:]):
            return f"the same surname, and {reason}"
    return ""


def _tail(one: Parts, other: Parts) -> str:
    """``Cortez Masto`` for ``Catherine Cortez Masto``: both surnames without the given name."""
    short, long = sorted((one.words, other.words), key=len)
    if 2 <= len(short) < len(long) and long[-len(short) :] == short and short[0] not in KNOWN_GIVEN:
        return "both surnames"
    return ""


def within(words: tuple[str, ...], name: Parts) -> bool:
    """Whether words are the surname that ends a full name, or the family name that begins it."""
    if name.family and len(words) == 1:
        return light(words[0]) == name.family
    ours = name.words[-len(words) :]
    return len(name.words) > len(words) and all(light(a) == light(b) for a, b in zip(words, ours, strict=True))


def capitalised(words: list[str]) -> bool:
    """Whether words look like a name's: all with capitals but for particles between them."""
    inner = [word for word in words if plain(word) not in PARTICLES]
    return bool(inner) and all(word[:1].isupper() for word in inner) and not any(
        a == b for a, b in pairwise(map(plain, words))
    )  # fmt: skip
