"""Where sentences end, without a parse: right about abbreviations, and in doubt one sentence rather than two."""

from __future__ import annotations

import re
from collections.abc import Iterator

from processors.messages import Span
from processors.steps.extract.lexicon import WORDS

_END = re.compile(r"[.!?…][\"”»’)\]]*\s+(?=[\"“„«‘'(\[]*[A-Z0-9À-ÖØ-ÞĀ-Ž])")
_BEFORE = re.compile(r"[\w.’'-]+$")
_LONGEST_WORD = 12
_SHORTENED = WORDS["shortened"]


def sentences(text: str, start: int = 0, end: int | None = None) -> Iterator[Span]:
    """The sentences between two offsets, in order; together they cover the whole, each with the blanks after it."""
    stop = len(text) if end is None else end
    begin = start
    for match in _END.finditer(text, start, stop):
        if text[match.start()] != "." or not _is_shortened(text, begin, match.start()):
            yield begin, match.end()
            begin = match.end()
    if begin < stop:
        yield begin, stop


def _is_shortened(text: str, begin: int, dot: int) -> bool:
    """Whether the full stop belongs to the word before it: a title, a month, an initial, "U.S."."""
    match = _BEFORE.search(text[max(begin, dot - _LONGEST_WORD) : dot])
    if match is None:
        return False
    word = match.group()
    return "." in word or (len(word) == 1 and word.isalpha()) or word.lower() in _SHORTENED
