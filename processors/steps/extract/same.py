"""Whether two names inside one article can be one person's."""

from __future__ import annotations

from processors.steps.extract.forms import GIVEN, PARTICLES, SUFFIX, plain, sort_of
from processors.steps.extract.lexicon import pairs

_FULL = pairs("nicknames")
_SHORTEST = 3
"""Letters of a given name that another may begin with: "Chris" and "Christine", not "Jo" and "Joaquin"."""


def fuller(name: str, *, sure: bool) -> tuple[bool, bool, int, int]:
    """The more words and the longer, the fuller a name is; best is one that begins with a given name.

    "Guardian Ann Osei" is Ann Osei of the Guardian, unless it is ``sure`` that the name begins there.
    """
    words = name.split()
    sorts = [sort_of(word) for word in words]
    return len(words) > 1, sure or sorts[0] == GIVEN or GIVEN not in sorts[1:-1], len(words), len(name)


def same_person(one: str, other: str) -> bool:
    """Whether two names with one surname fit each other: initials, short forms and left-out middle names agree.

    A surname alone fits everybody of that surname.
    """
    a, suffix_a = _given(one)
    b, suffix_b = _given(other)
    if suffix_a and suffix_b and suffix_a != suffix_b:
        return False
    if not a or not b:
        return True
    if not _same_given(a[0], b[0]):
        return _inside(a, b) or _inside(b, a)
    middle = [word for word in a[1:] if word not in PARTICLES], [word for word in b[1:] if word not in PARTICLES]
    if not middle[0] or not middle[1] or middle[0][0][0] == middle[1][0][0]:
        return True
    return _inside(*middle) or _inside(*middle[::-1])


def _given(name: str) -> tuple[list[str], str]:
    """The words before the surname, folded, and the suffix."""
    words = [word.rstrip(",") for word in name.split()]
    suffix = plain(words[-1]) if len(words) > 1 and sort_of(words[-1]) == SUFFIX else ""
    words = words[:-1] if suffix else words
    return [folded for word in words[:-1] if (folded := plain(word))], suffix


def _same_given(one: str, other: str) -> bool:
    if one == other or _FULL.get(one, frozenset()) & (_FULL.get(other, frozenset()) | {other}):
        return True
    if one in _FULL.get(other, frozenset()):
        return True
    short, long = sorted((one, other), key=len)
    return long.startswith(short) and (len(short) == 1 or len(short) >= _SHORTEST)


def _inside(some: list[str], all_words: list[str]) -> bool:
    """Whether the words stand among the others in their order: "Blunt" of "Lisa Blunt (Rochester)"."""
    rest = iter(all_words)
    return all(word in rest for word in some)
