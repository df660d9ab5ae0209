"""Quotation marks paired by paragraph.

A mark that is opened and not closed runs to the end of its paragraph; if the next paragraph begins with an opening
mark, the quotation goes on there (the typographic custom for long quotations). Marks of different shapes may close each
other, since what comes off the net mixes them. Everything is one pass over the text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from processors.messages import Span
from processors.steps.extract.layout import Paragraph

_MARK = re.compile('["“”„«»]')
_SINGLE = re.compile(r"(?<![\w’'])‘(?=\S)([^‘’\r\n]{2,}(?:’(?=\w)[^‘’\r\n]*)*)’(?!\w)")
_INNER = re.compile(r"(?<![\w’'])[‘'](?=[^\s‘’'])(?:[^‘’'\r\n]|(?<=\w)[’'](?=\w)){2,}?[’'](?!\w)")
_STRAIGHT = re.compile(r"(?<![\w’'])'(?=[A-Z\[“(])(?:[^'\r\n]|(?<=\w)'(?=\w)){3,}?[.,!?…]'(?!\w)")
"""Apostrophes as quotation marks: only around what begins like a sentence and ends in a point or comma."""
_SAID = re.compile(
    r"(?<=[,.!?])\s+(?:(?:said|says|added|wrote|told)\s+[A-Z]"
    r"|(?:he|she|they|[A-Z][\w.’-]+(?:\s[A-Z][\w.’-]+){0,3})\s(?:said|says|added|wrote)\b)"
)
"""Who said it, inside a quotation that was never closed."""
_CUTS = 8
"""Forgotten closing marks that are looked for in a paragraph; each costs a pass over the rest of it."""
_OPENING, _CLOSING = "“„«", "”»"
_FAR = 4
"""Paragraphs that an unmarked quotation may run on."""
CLOSERS = frozenset('"”»’')
OPENERS = '"“„«'
MARKS = '"“”„«»'


@dataclass(frozen=True, slots=True)
class Quote:
    """A quotation inside one paragraph.

    ``outer`` covers the marks, ``inner`` the words. Quotations of one ``chain`` are one long quotation over several
    paragraphs. ``closed`` is false where the closing mark is missing. ``nested`` are the marks inside.
    """

    outer: Span
    inner: Span
    paragraph: int
    chain: int
    closed: bool
    first: bool

    @property
    def length(self) -> int:
        """Characters between the marks."""
        return self.inner[1] - self.inner[0]


def find_quotes(text: str, paragraphs: list[Paragraph]) -> list[Quote]:
    """All outermost quotations, in order of the text; none overlaps another."""
    found: list[Quote] = []
    chain, running, unmarked = 0, False, 0
    for paragraph in paragraphs:
        pairs, still_open, stray = _pair(paragraph.text)
        if still_open and not _opens_next(paragraphs, paragraph.index):
            pairs, still_open = _cut(paragraph.text, pairs)
        if running and paragraph.index < unmarked:
            found.append(Quote(paragraph.span, paragraph.span, paragraph.index, chain, False, False))
            continue
        if running and stray:
            pairs = [(-1, stray + 1, True), *(pair for pair in pairs if pair[0] > stray)]
        if not pairs:
            pairs = [(m.start(), m.end(), True) for m in _SINGLE.finditer(paragraph.text)]
        if not pairs:
            pairs = [(m.start(), m.end(), True) for m in _STRAIGHT.finditer(paragraph.text)]
        for number, (opened, closed_at, closed) in enumerate(pairs):
            goes_on = running and number == 0 and opened <= 0
            if not goes_on:
                chain += 1
            start, end = paragraph.start + opened, paragraph.start + closed_at
            inner = (start + 1, end - 1 if closed else end)
            if inner[0] < inner[1]:
                found.append(
                    Quote((max(start, paragraph.start), end), inner, paragraph.index, chain, closed, not goes_on)
                )
        running = still_open
        unmarked = _closing_paragraph(paragraphs, paragraph.index) if still_open else 0
    return found


def _opens_next(paragraphs: list[Paragraph], index: int) -> bool:
    """Whether the next paragraph begins with an opening mark or closes what this one left open."""
    following = paragraphs[index + 1].text.lstrip()[:1] if index + 1 < len(paragraphs) else ""
    return (following != "" and following in OPENERS) or _closing_paragraph(paragraphs, index) > 0


def _cut(line: str, pairs: list[tuple[int, int, bool]]) -> tuple[list[tuple[int, int, bool]], bool]:
    """Quotations of a paragraph whose last one was never closed: it ends where the text says who said it."""
    for _ in range(_CUTS):
        opened = pairs[-1][0]
        said = _SAID.search(line, opened + 1)
        if said is None:
            return pairs, True
        rest, still_open, _ = _pair(line[said.start() :])
        moved = [(a + said.start(), b + said.start(), closed) for a, b, closed in rest]
        pairs = [*pairs[:-1], (opened, said.start(), False), *moved]
        if not still_open:
            return pairs, False
    return pairs, True


def find_nested(paragraph: Paragraph) -> list[Quote]:
    """Quotations in single marks inside the words of another one."""
    found = []
    for number, match in enumerate(_INNER.finditer(paragraph.text)):
        start, end = paragraph.start + match.start(), paragraph.start + match.end()
        found.append(Quote((start, end), (start + 1, end - 1), paragraph.index, number, True, True))
    return found


def _closing_paragraph(paragraphs: list[Paragraph], index: int) -> int:
    """The paragraph that closes what this one left open, if the ones between have no marks at all; else 0."""
    for later in paragraphs[index + 1 : index + 1 + _FAR]:
        pairs, _, stray = _pair(later.text)
        if stray:
            return later.index
        if pairs:
            return 0
    return 0


def _pair(line: str) -> tuple[list[tuple[int, int, bool]], bool, int]:
    """(start, end, closed) of each quotation, whether the last is still open, and a closing mark before them all."""
    pairs: list[tuple[int, int, bool]] = []
    depth, opened, stray = 0, 0, 0
    for match in _MARK.finditer(line):
        at, mark = match.start(), match.group()
        before = line[at - 1] if at else " "
        after = line[at + 1] if at + 1 < len(line) else " "
        opens = _can_open(before, after) or (depth == 0 and mark == '"' and _announces(line, at))
        if depth == 0:
            if mark in _OPENING or (opens and not (mark == '"' and before.isdigit())):
                depth, opened = 1, at
            elif not pairs and at:
                stray = stray or at
        elif mark in _CLOSING or not opens or (mark == '"' and _closes(before, after)):
            depth -= 1
            if depth == 0:
                pairs.append((opened, at + 1, True))
        else:
            depth += 1
    if depth:
        pairs.append((opened, len(line), False))
    return pairs, depth > 0, stray


def _can_open(before: str, after: str) -> bool:
    """Whether a mark between these characters looks like an opening one."""
    return not after.isspace() and (before.isspace() or before in '([{-–—/…:>‘“"')


def _announces(line: str, at: int) -> bool:
    """Whether a mark between blanks follows a comma or colon: said, " We will go"."""
    return line[at + 1 : at + 2].isspace() and line[max(0, at - 2) : at] in {", ", ": "}


def _closes(before: str, after: str) -> bool:
    """Whether a straight mark between these looks more like a closing one although it could open."""
    return not before.isspace() and (after.isspace() or after in ".,;:!?)]")
