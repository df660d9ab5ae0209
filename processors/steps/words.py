"""Words that carry meaning, and their weights.

The words of an article tell its topic better than any vector that was tried (BCubed F1 .82 against .79 on the labelled
week), so they travel with it. The weights here are term frequencies only; how rare a word is (idf) is learnt by the
clustering state as articles stream by.
"""

from __future__ import annotations

import math
import re
import zlib
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

LEAD_FOR_TERMS = 2_500
"""Characters of an article that give its terms: more of it brings background, which other stories share."""
SLOTS = 1 << 18
"""Words are hashed into this many slots, so that a stream without end has tables of fixed size."""

_WORD = re.compile(r"[^\W\d_][\w'’-]*|\d[\d.,]*\d")
_STOP = frozenset(Path(__file__).with_name("stopwords.txt").read_text(encoding="utf-8").split())


def words(text: str, *, stop: bool = True) -> list[str]:
    """Words of a text in order, lower case, no possessive; those that mean little only with ``stop=False``."""
    if stop:
        return list(filter(None, map(_meaning, _WORD.findall(text))))
    return list(map(_plain, _WORD.findall(text)))


def first_words(text: str, count: int) -> list[str]:
    """The first words of a text, those that mean little among them."""
    return [_plain(match.group()) for match in islice(_WORD.finditer(text), count)]


def has_words(text: str) -> bool:
    """Whether any word of the text means something."""
    return any(_meaning(match.group()) for match in _WORD.finditer(text))


# A stream says the same words over and over: looking one up is five times as quick as taking it apart.
@lru_cache(maxsize=100_000)
def _plain(token: str) -> str:
    return token.lower().replace("’", "'").rstrip("'-").removesuffix("'s")


@lru_cache(maxsize=100_000)
def _meaning(token: str) -> str:
    """The word, or nothing where it means little."""
    word = _plain(token)
    return "" if is_stop(word) else word


def is_stop(word: str) -> bool:
    """Whether a word (lower case) says nothing about a topic."""
    return len(word) < 3 or word in _STOP


def article_terms(title: str, text: str, limit: int) -> dict[str, float]:
    """The ``limit`` weightiest words of title and lead with sublinear weights 1 + ln(count), rounded to three digits.

    Among words that occur equally often, names (written with a capital) come first, then the earlier ones.
    """
    lead = f"{title}\n{text[:LEAD_FOR_TERMS]}"
    counts = Counter(words(lead))
    capital = {word.lower().removesuffix("'s") for word in re.findall(r"\b[^\W\d_a-z][\w'-]+", lead.replace("’", "'"))}
    ranked = sorted(counts, key=lambda word: (-counts[word], word not in capital))
    return {word: round(1.0 + math.log(counts[word]), 3) for word in ranked[:limit]}


def counted_words(text: str) -> Counter[str]:
    """How often each word that means something occurs in a text, in order of appearance."""
    return Counter(words(text))


@lru_cache(maxsize=100_000)
def slot(word: str) -> int:
    """Where a word's numbers are kept (Weinberger et al. 2009, feature hashing; unsigned, since words are few)."""
    return zlib.crc32(word.encode("utf-8", "surrogatepass")) % SLOTS


def slots_of(found: Iterable[str]) -> NDArray[np.int32]:
    """Slots of words, one each, shape (words,)."""
    return np.fromiter(map(slot, found), dtype=np.int32)
