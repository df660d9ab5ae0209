"""Speech in running text: the statements of all paragraphs, with quotations joined across them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from processors.messages import Kind, Span
from processors.steps.extract.clause import NOBODY, Clause
from processors.steps.extract.clauses import find_clauses
from processors.steps.extract.direct import govern
from processors.steps.extract.found import Found, balanced, tidy, trim
from processors.steps.extract.frame import Frame, build_frames
from processors.steps.extract.governor import Governor, announced, introduced
from processors.steps.extract.layout import Paragraph, is_boilerplate
from processors.steps.extract.quotes import Quote, find_nested
from processors.steps.extract.screen import screened

if TYPE_CHECKING:
    from spacy.tokens import Doc

_AND = re.compile(r"(?P<said>.*?)[\"”»’,]*\s*(?:,\s*)?\b(?:and|but|or)(?:\s+that)?\s*[\"“„«‘]?$", re.DOTALL)
_LONG_ENOUGH = 40
"""Characters of a quotation that can hold another one with its cue."""
_SHORT_ALONE = 5
"""A quotation of fewer words without a cue is a name or a scare quote."""


@dataclass(slots=True)
class _Thread:
    """What is known while walking down the article: the last direct statement, and who was announced to speak."""

    text: str
    found: list[Found] = field(default_factory=list)
    last: Found | None = None
    last_paragraph: int = -9
    pending: Governor | None = None
    chains: dict[int, Found] = field(default_factory=dict)
    by_cue: dict[Span, Found] = field(default_factory=dict)


class Speech:
    """The speech in one article: made, then asked for ``texts`` to parse, then given their parses."""

    def __init__(self, text: str, paragraphs: list[Paragraph], quotes: list[Quote]) -> None:
        self._text = text
        by_paragraph: dict[int, list[Quote]] = {}
        for quote in quotes:
            by_paragraph.setdefault(quote.paragraph, []).append(quote)
        self._frames = screened(
            [
                frame
                for paragraph in paragraphs
                if not is_boilerplate(paragraph)
                for frame in build_frames(paragraph, text, by_paragraph.get(paragraph.index, []))
            ]
        )
        self._nested = [frame for frame in screened(_nested_frames(text, quotes)) if frame.parsed]

    @property
    def texts(self) -> list[str]:
        """What has to be parsed: sentences that can hold a statement."""
        return [frame.text for frame in (*self._frames, *self._nested) if frame.parsed]

    def find(self, docs: Iterator[Doc]) -> list[Found]:
        """Direct, mixed and indirect statements, in order of the text; ``docs`` are the parses of ``texts``."""
        thread = _Thread(self._text)
        for frame in self._frames:
            _walk(thread, frame, next(docs) if frame.parsed else None)
        nested = [found for frame in self._nested for found in _inside(self._text, frame, next(docs))]
        return sorted([*thread.found, *nested], key=lambda one: one.spans)


def _nested_frames(text: str, quotes: list[Quote]) -> list[Frame]:
    """Quotations that hold quotations: the words around the inner ones may say whose they are."""
    frames: list[Frame] = []
    for quote in quotes:
        inner = text[quote.inner[0] : quote.inner[1]]
        if quote.length < _LONG_ENOUGH or not ("‘" in inner or "'" in inner):
            continue
        paragraph = Paragraph(quote.paragraph, *quote.inner, inner)
        inside = find_nested(paragraph)
        if inside:
            frames += [frame for frame in build_frames(paragraph, text, inside) if frame.masks]
    return frames


def _inside(text: str, frame: Frame, doc: Doc) -> Iterator[Found]:
    """The inner quotations of one: "The minister said, '…' Now …"."""
    for (_, _, quote), governor in zip(frame.masks, govern(doc, frame), strict=True):
        span = trim(text, *quote.inner)
        if governor is None or governor.mention is None or governor.rule == "signature" or span[0] >= span[1]:
            continue
        one = Found([span], "nested", "cue", kind="direct", closed=quote.closed)
        one.cue, one.mention = governor.cue, governor.mention
        yield one


def _walk(thread: _Thread, frame: Frame, doc: Doc | None) -> None:
    governors: list[Governor | None] = [None] * len(frame.masks)
    clauses: list[Clause] = []
    if doc is not None:
        governors = govern(doc, frame)
        clauses = find_clauses(doc)
    taken: list[Span] = []
    here: list[Found] = []
    whole = _whole_clauses(frame, clauses, governors)
    for (_, _, quote), governor in zip(frame.masks, governors, strict=True):
        if governor is not None and governor.cue in whole:
            continue
        found = _place(thread, frame, quote, governor, here)
        if found is not None:
            here.append(found)
            taken.append(quote.inner)
    by_cue = {one.cue: one for one in here if one.cue is not None}
    for clause in clauses:
        found = _from_clause(thread.text, frame, clause, taken)
        if found is not None and found.cue in by_cue:
            _join(thread.text, by_cue[found.cue], found)
        elif found is not None:
            for one in here:
                if _join(thread.text, found, one) and one in thread.found:
                    thread.found.remove(one)
            thread.found.append(found)
            if thread.last is None or thread.last_paragraph < frame.paragraph.index:
                thread.last, thread.last_paragraph = found, frame.paragraph.index
    if doc is not None and frame.announces:
        coming = introduced(doc, frame) or announced(doc, frame)
        if coming is not None:
            thread.pending = coming


def _whole_clauses(frame: Frame, clauses: list[Clause], governors: list[Governor | None]) -> set[Span]:
    """Cues whose content is a clause with a quotation inside: it is one mixed statement, not a direct one beside it."""
    whole: set[Span] = set()
    for clause in clauses:
        doc = clause.verb.doc
        cue = frame.back(clause.verb.idx, clause.verb.idx + len(clause.verb))
        if clause.rule == "clause before" or not any(g is not None and g.cue == cue for g in governors):
            continue
        outside = [
            t for a, b in clause.content for t in doc[a:b]
            if t.is_alpha and not any(start <= t.idx < end for start, end, _ in frame.masks)
        ]  # fmt: skip
        inside = any(a <= t.i < b for a, b in clause.content for t in doc for s, e, _ in frame.masks if s <= t.idx < e)
        if inside and len(outside) >= 3 and any(t.tag_ in {"VBD", "VBZ", "VBP", "MD"} for t in outside):
            whole.add(cue)
    return whole


def _place(thread: _Thread, frame: Frame, quote: Quote, governor: Governor | None, here: list[Found]) -> Found | None:
    """Give a quotation its statement: a new one, or the one that it goes on."""
    span = trim(thread.text, *quote.inner)
    if span[0] >= span[1]:
        return None
    going_on = None if quote.first else thread.chains.get(quote.chain)
    if governor is not None and governor.cue is not None and governor.cue in thread.by_cue:
        going_on = thread.by_cue[governor.cue]
    elif governor is None and going_on is None and here:
        going_on = here[-1] if _follows(thread.text, here[-1], quote) else None
    if going_on is not None:
        going_on.spans = tidy([*going_on.spans, span])
        if governor is not None and going_on.cue is None:
            _tie(going_on, governor)
        _remember(thread, frame, quote, going_on)
        return going_on
    found = _new(thread, frame, quote, governor, span)
    if found is not None:
        thread.found.append(found)
        _remember(thread, frame, quote, found)
    return found


def _new(thread: _Thread, frame: Frame, quote: Quote, governor: Governor | None, span: Span) -> Found | None:
    words = len(thread.text[span[0] : span[1]].split())
    found = Found([span], "quote", "none", kind="direct", closed=quote.closed)
    if governor is not None:
        _tie(found, governor)
        thread.pending = None
        return found
    whole = quote.outer[0] == frame.paragraph.start
    if words < _SHORT_ALONE or not (whole or thread.text[span[1] - 1] in ".,!?…"):
        return None
    if thread.pending is not None:
        _tie(found, thread.pending)
        found.tie = "cue"
        return found
    near = frame.paragraph.index - thread.last_paragraph <= 2
    if thread.last is not None and near and (thread.last.mention is not None or thread.last.name):
        found.mention, found.rule, found.tie, found.name = thread.last.mention, "floating", "floating", thread.last.name
        return found
    found.why_unknown = "nothing near the quotation says who speaks"
    return found if whole and words >= 8 else None


def _tie(found: Found, governor: Governor) -> None:
    found.rule, found.cue, found.mention, found.tie = governor.rule, governor.cue, governor.mention, "cue"
    if governor.nobody:
        found.why_unknown = NOBODY


def _remember(thread: _Thread, frame: Frame, quote: Quote, found: Found) -> None:
    thread.chains[quote.chain] = found
    if found.cue is not None and found.rule not in {"announced", "colon"}:
        thread.by_cue[found.cue] = found
    thread.last, thread.last_paragraph = found, frame.paragraph.index


def _follows(text: str, before: Found, quote: Quote) -> bool:
    """Whether a quotation without a cue goes on the one before it: only that one's attribution stands between."""
    between = text[before.spans[-1][1] : quote.outer[0]]
    if before.cue is not None and before.spans[-1][1] <= before.cue[0] < quote.outer[0]:
        return len(re.findall(r"[.!?]\s", between.rstrip() + " ")) <= 2
    return not re.search(r"\w{2,}", between)


def _join(text: str, first: Found, more: Found) -> bool:
    """Let a find go on in the next one where only "and" stands between: said "…" and "…"."""
    last = first.spans[-1]
    words = _AND.match(text, last[0], more.spans[0][0]) if more.spans[0][0] > last[1] else None
    if words is None or "\n" in text[last[1] : more.spans[0][0]]:
        return False
    first.spans = tidy([*first.spans[:-1], trim(text, last[0], words.end("said")), *more.spans])
    first.kind = first.kind if first.kind == more.kind else "mixed"
    return True


def _from_clause(text: str, frame: Frame, clause: Clause, taken: list[Span]) -> Found | None:
    doc = clause.verb.doc

    def span(tokens: tuple[int, int]) -> Span:
        last = doc[tokens[1] - 1]
        if last.text == "." and tokens[1] - tokens[0] > 1:
            last = doc[tokens[1] - 2]
        return frame.back(doc[tokens[0]].idx, last.idx + len(last))

    cue = span(clause.cue)
    spans = tidy([balanced(text, *trim(text, *span(part))) for part in clause.content])
    spans = _cut_before(text, spans, taken)
    if not spans:
        return None
    found = Found(spans, clause.rule, "cue" if not clause.nobody else "none", cue=cue, why_unknown=clause.nobody)
    found.kind = _kind(frame, spans)
    if clause.mention is not None:
        found.mention = trim(text, *span(clause.mention))
        if found.mention[0] >= found.mention[1]:
            return None
    inner = trim(text, *span(clause.inner)) if clause.inner is not None else (0, 0)
    found.inner = inner if inner[0] < inner[1] else None
    if clause.relay is not None:
        found.relays.append(span(clause.relay))
    sentence = clause.verb.sent
    found.relays += [relay for at, relay in frame.relays if sentence.start_char <= at <= sentence.end_char + 1]
    return found


def _cut_before(text: str, spans: list[Span], taken: list[Span]) -> list[Span]:
    """The spans up to the first quotation that belongs to another statement; none where little is left."""
    kept: list[Span] = []
    for start, end in spans:
        first = min((s for s, e in taken if s < end and e > start), default=end)
        if first == end:
            kept.append((start, end))
        elif first - start > 12:
            cut = text.rfind(";", start, first)
            kept.append(trim(text, start, cut if cut > 0 else first))
    return [(s, e) for s, e in kept if len(text[s:e].split()) >= 3 or kept == spans]


def _kind(frame: Frame, spans: list[Span]) -> Kind:
    """Direct where all words stand in marks, mixed where some do."""
    quotes = [*(q for q in frame.inline), *(q for _, _, q in frame.masks)]
    if all(any(q.outer[0] <= s and e <= q.outer[1] for q in quotes) for s, e in spans):
        return "direct"
    touched = any(s < q.inner[1] and e > q.inner[0] for s, e in spans for q in quotes)
    return "mixed" if touched else "indirect"
