"""A paragraph as the parser sees it: long quotations and relay tags hidden, with a way back to the text's offsets.

A quotation that could stand on its own is replaced by one word between the same marks: the sentence around it parses
better, and several times faster. Quotations that are part of their sentence ("called it "unexpected"") stay.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from processors.messages import Span
from processors.steps.extract.cues import CUES
from processors.steps.extract.layout import Paragraph
from processors.steps.extract.quotes import CLOSERS, Quote

_WORD = "Yes"
_CUE_WORD = re.compile(r"[A-Za-z]+")
_RELAY_TAIL = re.compile(
    r",\s+(?P<outlet>(?:[A-Z][\w.&’'-]*|the|[Nn]ews|[Aa]gency|of|and)(?:\s+(?:[A-Z][\w.&’'-]*|[Nn]ews|[Aa]gency|of|and)){0,5})"
    r"\s+(?:reports|reported|writes|wrote|says)(?=\s*(?:\.\s|\.?\s*$))"
)
_MIN_ALONE = 3
_STOPS = frozenset(["", ".", ",", ";", ":", "!", "?"])
_SENTENCE_END = re.compile(r"(?<=[.!?])[\"”»’)]*\s+(?=[\"“„«‘(]?[A-Z0-9])")
_ASIDE = re.compile(
    r"(?<=[\w.])[ \u00a0]\((?:[RDI](?:-[^()\n]{1,20})?|[A-Z]{2}-?\d{0,2}|[A-Z][A-Za-z&.\-]{1,9}|\d{1,3})\)"
)
"""Party, district and abbreviation behind a name: the parser stumbles over them."""
_BRACKETED = re.compile(r"(?<![.\d])\[(?=[A-Za-z][A-Za-z’' -]{0,40}(\]))")
"""What an editor put into a quotation, "[T]he" and "mak[ing]": without the brackets it is read as one word."""
_DATELINE = re.compile(
    r"(?:[A-Z][A-Z.’' ]{2,30}(?:, [A-Z][\w. ]{1,20})?|[A-Z][\w.’']+(?: [A-Z][\w.’']+)?, [A-Z][\w.]{1,14}"
    r"|[A-Z][a-z]{2,8}\.? \d{1,2}(?:st|nd|rd|th)?,? \d{4})"
    r"(?: \([^()\n]{2,30}\))?\s*(?:[–—]|--?)\s*"
)
"""Place or date before an article's first sentence: "WASHINGTON – "."""
_LONGEST = 3_000
"""Characters of a frame given to the parser at once; its time is linear, its memory is not."""


@dataclass(slots=True)
class Frame:
    """The text to parse, and its pieces: where each begins here, where in the article, and which quotation it hides."""

    paragraph: Paragraph
    text: str = ""
    _starts: list[int] = field(default_factory=list)
    _pieces: list[tuple[int, int, Quote | None]] = field(default_factory=list)
    masks: list[tuple[int, int, Quote]] = field(default_factory=list)
    inline: list[Quote] = field(default_factory=list)
    relays: list[tuple[int, Span]] = field(default_factory=list)
    """Where a hidden ", TASS reports" stood here, and where its outlet stands in the article."""
    parsed: bool = False
    """Whether it is worth parsing."""
    announces: bool = False
    """Whether a later frame of the article hides a quotation, so that this one may say whose it is."""

    def add(self, text: str, start: int, end: int, quote: Quote | None = None) -> None:
        """Append a piece that stands for the article's characters from ``start`` to ``end``."""
        self._starts.append(len(self.text))
        self._pieces.append((start, end, quote))
        if quote is not None:
            self.masks.append((len(self.text), len(self.text) + len(text), quote))
        self.text += text

    def back(self, start: int, end: int) -> Span:
        """The article's span for the frame's characters from ``start`` to ``end``; a hidden quotation counts whole."""
        if not self._pieces or start >= end:
            return self.paragraph.start, self.paragraph.start
        return self._at(start, 0), self._at(end - 1, 1)

    def _at(self, position: int, side: int) -> int:
        index = bisect.bisect_right(self._starts, position) - 1
        begin, end, quote = self._pieces[index]
        if quote is not None:
            return end if side else begin
        # A blank that was put in stands for the last character before it.
        return min(end - 1, begin + position - self._starts[index]) + side

    def pieces(self) -> Iterator[tuple[int, int, tuple[int, int, Quote | None]]]:
        """Each piece: where it begins and ends here, and (start, end, hidden quotation) in the article."""
        stops = [*self._starts[1:], len(self.text)]
        yield from zip(self._starts, stops, self._pieces, strict=True)

    @property
    def bare(self) -> bool:
        """Whether nothing but hidden quotations is left: then there is nothing to parse."""
        rest = self.text
        for start, end, _ in reversed(self.masks):
            rest = rest[:start] + rest[end:]
        return not re.search(r"\w", rest)


def build_frames(paragraph: Paragraph, text: str, quotes: list[Quote]) -> list[Frame]:
    """The paragraph's frames: one, or several for a paragraph of unusual length (cut between sentences)."""
    frames: list[Frame] = []
    position = paragraph.start
    free = [quote for quote in quotes if _stands_alone(text, paragraph, quote)]
    bounds = [(quote.inner[0], quote.inner[1], quote) for quote in free]
    frame = Frame(paragraph)
    dateline = _DATELINE.match(paragraph.text)
    if (
        dateline is not None
        and dateline.end() < len(paragraph.text)
        and not any(start < position + dateline.end() for start, _, _ in bounds)
    ):
        position += dateline.end()
    for start, end, quote in bounds:
        frame = _copy(frame, frames, text, position, start)
        mark = text[end - 1] if text[end - 1] in ".,!?…" else ""
        frame.add(_WORD + mark, start, end, quote)
        position = end
        if text[end : end + 1] in CLOSERS and text[end + 1 : end + 2].isalpha():
            # "…,”said X": without a blank the parser takes the mark and the word for one.
            frame.add(text[end], end, end + 1)
            frame.add(" ", end, end + 1)
            position = end + 1
    frame = _copy(frame, frames, text, position, paragraph.end)
    frames.append(frame)
    kept = {quote.outer for quote in free}
    for one in frames:
        first, last = one.back(0, len(one.text))
        one.inline = [q for q in quotes if q.outer not in kept and q.outer[0] < last and q.outer[1] > first]
    return [_hide_relays(one) for one in frames]


def _copy(frame: Frame, frames: list[Frame], text: str, start: int, end: int) -> Frame:
    """Copy plain text into the frame, beginning a new one at sentence ends where it grows too long."""
    while len(frame.text) + end - start > _LONGEST:
        room = max(1, _LONGEST - len(frame.text))
        cut = 0
        for match in _SENTENCE_END.finditer(text, start, min(end, start + room)):
            cut = match.end()
        if not cut:
            cut = min(end, start + room)
        frame.add(text[start:cut], start, cut)
        frames.append(frame)
        frame, start = Frame(frame.paragraph), cut
    for first, last in _left_out(text, start, end):
        if start < first:
            frame.add(text[start:first], start, first)
        start = max(start, last)
    if start < end:
        frame.add(text[start:end], start, end)
    return frame


def _left_out(text: str, start: int, end: int) -> list[Span]:
    """What the parser is not shown of a piece of plain text, in order."""
    spans = [match.span() for match in _ASIDE.finditer(text, start, end)]
    for match in _BRACKETED.finditer(text, start, end):
        spans += [match.span(), match.span(1)] if match.end(1) <= end else []
    return sorted(spans)


def _hide_relays(frame: Frame) -> Frame:
    """Take ", TASS reports" out of a sentence where another cue is left: the outlet only relays."""
    holes = [match for match in _RELAY_TAIL.finditer(frame.text) if _has_cue_before(frame.text, match.start())]
    if not holes:
        return frame
    for match in holes:
        frame.relays.append((match.start(), frame.back(*match.span("outlet"))))
    return leave_out(frame, [match.span() for match in holes])


def leave_out(frame: Frame, holes: list[Span]) -> Frame:
    """The frame without these parts of its text, which are in order and hide no quotation."""
    shorter = Frame(frame.paragraph, inline=frame.inline, parsed=frame.parsed, announces=frame.announces)
    left = iter([*holes, (len(frame.text), len(frame.text))])
    hole = next(left)
    moved: list[tuple[int, int]] = []
    for start, stop, (begin, end, quote) in frame.pieces():
        at = start
        while at < stop:
            if hole[0] <= at < hole[1]:
                at = min(hole[1], stop)
            else:
                upto = min(hole[0], stop) if hole[0] > at else stop
                moved.append((at, len(shorter.text) - at))
                last = end if upto == stop else begin + upto - start
                shorter.add(frame.text[at:upto], begin + at - start if quote is None else begin, last, quote)
                at = upto
            if at >= hole[1] > hole[0]:
                hole = next(left)
    for position, outlet in frame.relays:
        if any(first < position < last for first, last in holes):
            continue
        index = bisect.bisect_right(moved, (position, len(frame.text))) - 1
        shorter.relays.append((position + moved[index][1] if index >= 0 else 0, outlet))
    return shorter


def _has_cue_before(text: str, position: int) -> bool:
    """Whether the sentence that ends here has a cue of its own."""
    sentence = text[max(0, text.rfind(". ", 0, position)) : position]
    words = map(str.lower, _CUE_WORD.findall(sentence))
    return any(word in CUES and CUES[word].quote for word in words)


def _stands_alone(text: str, paragraph: Paragraph, quote: Quote) -> bool:
    """Whether a quotation could be a sentence of its own, and so can be hidden from the parser."""
    inner = text[quote.inner[0] : quote.inner[1]].strip()
    words = len(inner.split())
    if quote.outer[0] == paragraph.start and (words >= 2 or inner.endswith((",", ".", "!", "?"))):
        return True
    before = text[max(paragraph.start, quote.outer[0] - 40) : quote.outer[0]].rstrip()
    last = re.search(r"([\w’'-]+)$", before)
    cue = CUES.get(last.group().lower()) if last is not None else None
    capital = inner[:1].isupper() or inner[:1] in "[…."
    if before.endswith((".", "!", "?", ":", "”", '"', "…")):
        return words >= 2 or before.endswith(":")
    if before.endswith((",", ";", "—", "–", "-")):
        return words >= _MIN_ALONE and (capital or words >= 6 or inner.endswith((",", ".")))
    # A base form is as often a noun: "the offer", "his claim".
    if last is not None and cue is not None and cue.quote and last.group().lower() != cue.lemma:
        after = text[quote.outer[1] : quote.outer[1] + 2].strip()
        return capital or words >= 12 or (quote.closed and after[:1] in _STOPS and not cue.label)
    return words >= 12 and capital
