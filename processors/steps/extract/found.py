"""What the rules hand on: a statement that was found, before its speaker is resolved."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from processors.messages import Kind, Span

Tie = Literal["cue", "floating", "none", "label", "title"]


@dataclass(slots=True)
class Found:
    """One find; all offsets are into the article's text.

    ``tie`` says what ties the words to their speaker: ``cue`` a reporting word, ``floating`` only that the same speaker
    spoke before, ``label`` a transcript label or outline, ``title`` the article's title or byline, ``none`` nothing.
    ``rule`` names the rule for people and for the confidence table. ``name`` is set where the rule itself knows who
    speaks (a transcript label); else the mention is resolved later. ``whole`` says that the name is a body's or several
    people's together, and not to be looked up as one person's.
    """

    spans: list[Span]
    rule: str
    tie: Tie
    kind: Kind = "indirect"
    mention: Span | None = None
    cue: Span | None = None
    relays: list[Span] = field(default_factory=list)
    inner: Span | None = None
    heading: Span | None = None
    question: Span | None = None
    name: str = ""
    role: str = ""
    closed: bool = True
    why_unknown: str = ""
    whole: bool = False

    @property
    def start(self) -> int:
        """First character of the words that were said."""
        return self.spans[0][0] if self.spans else 0


def tidy(spans: list[Span]) -> list[Span]:
    """Sorted, without empty and overlapping parts; touching spans stay apart."""
    kept: list[Span] = []
    for start, end in sorted(spans):
        begin = max(start, kept[-1][1]) if kept else start
        if begin < end:
            kept.append((begin, end))
    return kept


def balanced(text: str, start: int, end: int) -> Span:
    """The span with the quotation mark beside it whose partner stands inside."""
    if sum(text.count(mark, start, end) for mark in _MARKS) % 2:
        if text[end : end + 1] in _MARKS:
            return start, end + 1
        if text[end : end + 1] in _POINTS and text[end + 1 : end + 2] in _MARKS:
            return start, end + 2
        if start and text[start - 1] in _MARKS:
            return start - 1, end
    return start, end


_MARKS = frozenset('"“”„«»')
_POINTS = frozenset(".,!?")
_EDGE = ' \t\r\n\u00a0\u200b"“”„«»,;:'
_TAIL = _EDGE + "-–—"


def trim(text: str, start: int, end: int) -> Span:
    """The span without quotation marks, commas and blanks at its ends; a full stop stays inside."""
    while start < end and text[start] in _TAIL + "." and not text.startswith(("...", ". . ."), start):
        start += 1
    while end > start and text[end - 1] in _TAIL:
        end -= 1
    return start, end
