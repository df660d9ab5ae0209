"""Spellings of one name: keys under which transliterations meet.

Cyrillic, Arabic and other names are put into Latin letters by several systems (BGN/PCGN, ISO 9, the press's own). They
differ in few places: the sounds of y, i and j, endings, ph and f, kh and h, ks and x, and doubled letters. Each key
makes such places equal and leaves the rest, so two names with one key sound alike to a reader of both spellings.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "ß": "ss", "æ": "ae", "œ": "oe", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "ŋ": "n"}
)
_NO_LETTER = re.compile(r"[\W\d_]+")
_I = re.compile(r"[iyj]+")
_LIGHT = (
    (re.compile(r"(?<=[aeou])i(?=[aeou])"), "i"),
    (re.compile(r"^ie"), "e"),
    (re.compile(r"(?<=[bcdfghklmnpqrstvwxz])ie(?=[bcdfghklmnpqrstvwxz])"), "e"),
    (re.compile(r"(?<=[aeou])ie"), "e"),
)
_SOUNDS = (
    (re.compile("shch|sch"), "sh"), (re.compile("dzh"), "i"), (re.compile("tch|tsch"), "ch"), (re.compile("tz"), "ts"),
    (re.compile("zh"), "z"), (re.compile("ph"), "f"), (re.compile("kh"), "h"), (re.compile("gh"), "g"),
    (re.compile("ck|q"), "k"), (re.compile("ks"), "x"), (re.compile("oo|ou"), "u"), (re.compile("ff$"), "v"),
    (re.compile("io"), "o"), (re.compile("enka$"), "enko"),
)  # fmt: skip
_DOUBLE = re.compile(r"(.)\1+")


@lru_cache(maxsize=65_536)
def plain(word: str) -> str:
    """Small letters without accents, hyphens and apostrophes: ``O’Hára`` → ``ohara``."""
    word = unicodedata.normalize("NFKD", word.casefold().translate(_LETTERS))
    return _NO_LETTER.sub("", "".join(c for c in word if not unicodedata.combining(c)))


@lru_cache(maxsize=65_536)
def light(word: str) -> str:
    """The key for surnames that stand alone: only y, i and j are one, so ``-sky``, ``-skyy``, ``-skii`` are."""
    return _I.sub("i", plain(word))


@lru_cache(maxsize=65_536)
def skeleton(word: str) -> str:
    """The key for surnames beside a given name that agrees: everything in which transliterations differ is one."""
    word = light(word)
    for pattern, sound in _LIGHT:
        word = pattern.sub(sound, word)
    for pattern, sound in _SOUNDS:
        word = pattern.sub(sound, word)
    return _DOUBLE.sub(r"\1", word)
