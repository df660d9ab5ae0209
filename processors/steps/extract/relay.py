"""Through which outlet a statement came: "TASS reports", "told Reuters", "in an interview with the BBC"."""

from __future__ import annotations

import re

from processors.messages import Span
from processors.steps.extract.found import Found
from processors.steps.extract.lexicon import WORDS

_OUTLETS = "|".join(sorted(WORDS["outlets"]))
_KIND = "|".join(sorted(WORDS["outlet_words"]))
_WORD = r"[A-Z][\w’'\-]*(?:\.com)?"
_GAP = r"[ \u00a0]"
_NAME = (
    rf"(?:(?:{_WORD}{_GAP}){{0,4}}(?:{_KIND})(?:{_GAP}(?:{_KIND}|\d+|{_WORD}))?"
    rf"|(?:{_OUTLETS})(?:{_GAP}(?:{_KIND}|\d+))?|Al Jazeera|Fox News|Sky News)\b"
)
_TOLD = re.compile(
    rf"\b(?:told|tells|telling|informed|to|with|by|on|interview for){_GAP}(?:[Tt]he{_GAP})?(?:[a-z]+{_GAP}){{0,3}}"
    rf"(?P<outlet>{_NAME})"
)
_REPORTS = re.compile(rf"(?P<outlet>{_NAME})[ \u00a0](?:reports|reported|quoted|cited|writes|wrote)\b")
_FULL = re.compile(rf"^(?:the[ \u00a0])?(?:[\w\-]+[ \u00a0]){{0,4}}?(?P<outlet>{_NAME})$")
_NEAR = 160


def is_outlet(name: str) -> bool:
    """Whether a mention names an outlet or agency."""
    return _FULL.match(re.sub(r"^The ", "the ", name.strip())) is not None


def find_relays(text: str, found: Found) -> list[Span]:
    """The outlets that relayed a statement, as spans, each once; never the speaker itself.

    They stand in the order of the chain: first the one that the speaker told, last the one that the article has it
    from.
    """
    spans: list[Span] = []
    if found.cue is not None:
        start, end = _sentence(text, found)
        spans = [match.span("outlet") for match in _TOLD.finditer(text, start, end)]
    spans += [outlet for span in found.relays if (outlet := _outlet(text, span)) is not None]
    if found.cue is not None:
        spans += [match.span("outlet") for match in _REPORTS.finditer(text, start, end)]
    kept: list[Span] = []
    for span in spans:
        inside = any(s < span[1] and e > span[0] for s, e in found.spans)
        own = found.mention is not None and found.mention[0] < span[1] and found.mention[1] > span[0]
        if not inside and not own and all(text[span[0] : span[1]] != text[s:e] for s, e in kept):
            kept.append(span)
    return kept


def _sentence(text: str, found: Found) -> Span:
    """The words around the cue up to what was said: where an outlet would be named."""
    cue = found.cue or (0, 0)
    first, last = max(0, cue[0] - _NEAR), min(cue[1] + _NEAR, len(text))
    start = max(text.rfind("\n", first, cue[0]) + 1, text.rfind(". ", first, cue[0]) + 1, first)
    ends = [at for at in (text.find("\n", cue[1], last), text.find(". ", cue[1], last)) if at >= 0]
    return start, min([*ends, last])


def _outlet(text: str, span: Span) -> Span | None:
    """The outlet's name in a mention; a mention without capitals ("a report") is none."""
    match = _FULL.match(text[span[0] : span[1]])
    if match is not None:
        return span[0] + match.start("outlet"), span[0] + match.end("outlet")
    return span if any(word[:1].isupper() for word in text[span[0] : span[1]].split()[-2:]) else None
