"""What sort of word this is: title, given name, place, ordinary word, initial, or a surname for all one knows."""

from __future__ import annotations

import functools
import re
import unicodedata

from processors.steps.extract.lexicon import WORDS

ROLE_WORDS = WORDS["roles"]
HONORIFICS = WORDS["honorifics"]
ORGANISATION_WORDS = WORDS["organisations"]
SURNAMES = WORDS["surnames"]
OCCUPATIONS = WORDS["occupations"]
PARTICLES = WORDS["particles"]
_HEADS = ROLE_WORDS - WORDS["no_heads"]
_JOINED = frozenset({"at-arms", "elect", "designate", "emeritus"})
_FEMALE = WORDS["female"]
_MALE = WORDS["male"]
_GIVEN = _FEMALE | _MALE | WORDS["neutral"]
_PLACES = WORDS["places"] | WORDS["demonyms"]
_CACHED = 1 << 15
_POSSESSIVE = re.compile(r"['’]s?$")
_CONTRACTED = re.compile(r"['’](?:m|re|ve|ll|d|t)$")
_SUFFIX = re.compile(r"(?:Jr|Sr|JR|SR)\.?|I{2,3}|IV")
_INITIAL = re.compile(r"[A-ZÀ-Þ]\.?|(?:[A-Z]\.){2,}")
_COMPOUND = re.compile(r"-(?:led|based|era|style|backed|born|wide|elect|related|owned|appointed)$")
_MADE = re.compile(r".{3}(?:tion|tions|ments|ity|ities|ism|isms|ship|ships|ization|isation|ological|ational)$")
_APOSTROPHES = "'’"

ROLE, GIVEN, OTHER, INITIAL, SUFFIX, PARTICLE = "role", "given", "other", "initial", "suffix", "particle"
PLACE, BODY, ORDINARY, START, TIME, ACRONYM = "place", "body", "ordinary", "start", "time", "acronym"
_LISTS = (
    (START, WORDS["starts"]),
    (TIME, WORDS["times"]),
    (PLACE, _PLACES),
    (BODY, ORGANISATION_WORDS),
    (GIVEN, _GIVEN),
    (ORDINARY, WORDS["ordinary"]),
)
NAMELIKE = frozenset({GIVEN, OTHER, INITIAL, SUFFIX, PARTICLE})
"""The sorts of words that a person's name is made of."""


@functools.lru_cache(maxsize=_CACHED)
def fold(word: str) -> str:
    """A word in lower case without possessive, full stop and brackets."""
    return _POSSESSIVE.sub("", word.strip('()[],;:"“”')).rstrip(".").lower()


@functools.lru_cache(maxsize=_CACHED)
def plain(word: str) -> str:
    """The word folded, without accents and points: what two spellings of one name share."""
    folded = fold(word)
    if folded.isascii():
        return folded.replace(".", "")
    return "".join(c for c in unicodedata.normalize("NFKD", folded) if not unicodedata.combining(c)).replace(".", "")


def is_possessive(word: str) -> bool:
    """Whether the word ends in an apostrophe, with or without an s."""
    return word.endswith(("'", "’", "'s", "’s", "'S", "’S"))


@functools.lru_cache(maxsize=_CACHED)
def is_role(word: str) -> bool:
    """Whether the word is, or heads, a title or role."""
    if is_possessive(word):
        return False
    bare = fold(word)
    if bare in ROLE_WORDS or (bare.endswith("s") and bare[:-1] in _HEADS):
        return True
    first, joined, last = bare.partition("-")
    return bool(joined) and first in _HEADS and (last in ROLE_WORDS or last in _JOINED)


@functools.lru_cache(maxsize=_CACHED)
def sort_of(word: str) -> str:
    """The sort of a word inside a sequence of capitalised words."""
    if word[:1].islower():
        return PARTICLE
    if _SUFFIX.fullmatch(word):
        return SUFFIX
    if _INITIAL.fullmatch(word):
        return PLACE if fold(word) in _PLACES else INITIAL
    return _by_list(word, fold(word))


def _by_list(word: str, bare: str) -> str:
    if _CONTRACTED.search(word):
        return START
    if is_role(word) or (is_possessive(word) and bare in ROLE_WORDS and bare not in SURNAMES):
        return START if bare in WORDS["starts"] else ROLE
    listed = next((sort for sort, words in _LISTS if bare in words), None)
    if listed is not None:
        return listed
    if plain(word) in _GIVEN:
        return GIVEN
    if _COMPOUND.search(bare) or _MADE.fullmatch(bare):
        return ORDINARY
    return ACRONYM if is_caps(word) else OTHER


@functools.lru_cache(maxsize=_CACHED)
def is_caps(word: str) -> bool:
    """Whether a word of two letters or more stands in capitals throughout: "NATO", "BLINKEN", "McCONNELL"."""
    letters = _POSSESSIVE.sub("", word)
    if letters.startswith(("Mc", "Mac")) and letters[-2:].isupper():
        return True
    return len(letters) > 1 and letters.isupper() and "." not in letters


def is_given(word: str) -> bool:
    """Whether the word is known as a given name, also where it is a place or a word of the language too."""
    return fold(word) in _GIVEN


def plain_case(words: str) -> str:
    """Words in capitals as names are written: ``ANTONY J. O'BRIEN`` → ``Antony J. O'Brien``; others stay."""
    return " ".join(_lowered(word) if is_caps(word) or _SUFFIX.fullmatch(word) else word for word in words.split())


def _lowered(word: str) -> str:
    if _SUFFIX.fullmatch(word):
        return word if word.startswith("I") else word.capitalize()
    parts = re.split(r"([-'’])", word if word.isupper() else word.upper())
    made = "".join(part.capitalize() for part in parts)
    if len(parts) > 2 and len(parts[-1]) == 1 and parts[-2] in _APOSTROPHES:
        made = made[:-1] + made[-1].lower()
    return re.sub(r"\bMc([a-z])", lambda match: f"Mc{match[1].upper()}", made)


def gender_of(words: str) -> str:
    """``f``, ``m`` or nothing, by title or common given name: the first word that tells."""
    for word in words.replace(".", " ").lower().split():
        if word in _FEMALE or word in WORDS["female_titles"]:
            return "f"
        if word in _MALE or word in WORDS["male_titles"]:
            return "m"
    return ""


def gender_of_name(name: str) -> str:
    """Gender by the given names alone: a surname like "James" says nothing."""
    words = name.split()
    for word in words[:-1]:
        found = "f" if fold(word) in _FEMALE else "m" if fold(word) in _MALE else ""
        if found:
            return found
        if sort_of(word) != INITIAL:
            return ""
    return ""


def gender_of_role(role: str) -> str:
    """Gender by the noun of a role: "spokeswoman for King Olav" is a woman."""
    head = re.split(r"\b(?:of|for|to|at|with|in|from|and)\b", role, maxsplit=1)[0]
    words = [fold(word) for word in head.split()]
    if any(word in WORDS["female_titles"] for word in words):
        return "f"
    return "m" if any(word in WORDS["male_titles"] for word in words) else ""
