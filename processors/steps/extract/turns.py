"""Transcripts: who has the floor in each paragraph, by the labels that begin the turns.

Labels are ``MS. PSAKI:``, ``QUESTION:``, ``Q``, ``((Name))`` and ``President of X Full Name:``; a text counts as a
transcript when labels begin several paragraphs, or when one label begins nearly all of it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from processors.messages import Kind, Span
from processors.steps.extract.found import Found, trim
from processors.steps.extract.layout import Paragraph, is_boilerplate
from processors.steps.extract.lexicon import WORDS
from processors.steps.extract.names import HONORIFICS, find_people, fold, is_role

_CAPITALS = re.compile(
    r"(?P<label>(?:[A-Z][A-Z.’'\-]*|Mc[A-Z]+|\([A-Z .]+\)|\d+)"
    r"(?:[ \u00a0](?:[A-Z][A-Z.,’'\-]*|Mc[A-Z]+|\([^)\n]{1,40}\)|\d+)){0,8})\s*:\s*"
)
_LETTER = re.compile(r"(?P<label>Q|A)(?:\s*[:.]\s*|\s+(?=\S)|\s*$)")
_BRACKETS = re.compile(r"\(\((?P<label>[^()\n]{1,60})\)\)\s*:?\s*")
_NAMED = re.compile(
    r"(?P<label>[A-ZÀ-Þ][\w.’'\-]*(?:[ \u00a0](?:of|the|and|for|de|van|al|[A-ZÀ-Þ][\w.’'\-]*)){0,9}"
    r"(?:,? \([^)\n]{1,60}\))?)\s*:\s+(?=\S)"
)
_ASKERS = WORDS["askers"]
_NOT_LABELS = WORDS["not_labels"]
_CLOSING = re.compile(
    r"^(?:ENDS?\b.*|#\s*#\s*#.*|\* \* \*|-{3,}|\d{1,2}:\d{2}\s*[AP]\.?M\.?.*|\[?\(?(?:end of|END OF) .*)$",
    re.IGNORECASE,
)
_AFTERWORD = re.compile(
    r"\b(?:was|were) (?:speaking|talking) (?:to|with)\b"
    r"|\b(?:conversation|interview)\b.{0,40}\b(?:recorded|edited|condensed|shortened)\b"
)
_NO_SPEECH = frozenset("$€£0123456789")
_STAGE = re.compile(r"^[(\[][^)\]\n]{1,80}[)\]]\.?$")
_READABLE = 700
"""A passage is cut into statements of about this many characters at most, between sentences."""
_SENTENCE_END = re.compile(r"(?<=[.!?…])[\"”’)]*\s+(?=[\"“‘(\[]?[A-Z0-9ÀÁÉÍÓÚ—–])")


@dataclass(slots=True)
class Turn:
    """A speaker's passage: its label, and the paragraphs (without the label) that it covers."""

    label: str
    label_span: Span
    kind: Kind
    parts: list[Span]
    first: int
    last: int


def find_turns(paragraphs: list[Paragraph], title: str, outlet: str) -> list[Turn]:
    """The transcript's turns in order; empty where the text is none."""
    paragraphs = _split_inline(paragraphs)
    labels = {p.index: found for p in paragraphs if (found := _label(p)) is not None}
    strong = {i for i, (_, _, style) in labels.items() if style in {"capitals", "letter", "brackets"}}
    counts: dict[str, int] = {}
    for label, _, style in labels.values():
        if style == "named":
            counts[label] = counts.get(label, 0) + 1
    named = {
        i for i, (label, rest, style) in labels.items()
        if style == "named" and (_introduces(paragraphs[i], label, rest) or (counts[label] >= 2 and len(counts) >= 2))
    }  # fmt: skip
    if named:
        # Once it is a transcript, a role and a name before a colon are a label however short the turn.
        named |= {i for i, (label, _, style) in labels.items() if style == "named" and _is_titled(label)}
    whole = "\n".join([title, *(p.text for p in paragraphs)])
    known = {label for label in counts if _is_known(label, whole, counts[label]) or _asks(label, outlet)}
    named = {i for i in named if labels[i][0] in known}
    if sum(len(paragraphs[i].text.split()) for i in named) < 8 * len(named):
        named = set()
    if strong and not _enough(paragraphs, strong, labels):
        strong = set()
    return _collect(paragraphs, {i: labels[i] for i in strong | named}, outlet)


_INLINE = re.compile(
    r"(?<=[\w.!?…*”\")])[ \u00a0](?P<label>(?:(?:[A-ZÀ-Þ][\w’'\-]+|of|the)[ \u00a0]){0,5}"
    r"[A-ZÀ-Þ][\w’'\-]+[ \u00a0][A-ZÀ-Þ][\w’'\-]+): (?=[A-ZÀ-Þ])"
)


def _split_inline(paragraphs: list[Paragraph]) -> list[Paragraph]:
    """Give labels that stand inside a paragraph one of their own: some sources run whole transcripts together."""
    split: list[Paragraph] = []
    for paragraph in paragraphs:
        at = 0
        for match in _INLINE.finditer(paragraph.text) if paragraph.words > 60 else ():
            first = match["label"].split()
            begin = next((i for i, word in enumerate(first) if is_role(word)), len(first) - 2)
            start = match.start("label") + len(" ".join(first[:begin])) + (1 if begin else 0)
            if begin < len(first) - 2 and start > at:
                split.append(_part(paragraph, at, start, len(split)))
                at = start
        split.append(_part(paragraph, at, len(paragraph.text), len(split)))
    return split


def _part(paragraph: Paragraph, start: int, end: int, index: int) -> Paragraph:
    text = paragraph.text[start:end].rstrip()
    return Paragraph(index, paragraph.start + start, paragraph.start + start + len(text), text)


def _label(paragraph: Paragraph) -> tuple[str, int, str] | None:
    """(label, offset of the words after it, style) of a paragraph that begins with one."""
    text = paragraph.text
    for style, pattern in (("brackets", _BRACKETS), ("letter", _LETTER), ("capitals", _CAPITALS), ("named", _NAMED)):
        match = pattern.match(text)
        if match is None:
            continue
        label = match["label"].strip()
        words = [fold(word) for word in re.findall(r"[\w’'\-]+", label)]
        if not words or _NOT_LABELS & {words[0], words[-1]} or (style == "capitals" and words[0].isdigit()):
            return None
        if style == "letter" and label == "A" and text[1:2] not in ":.":
            return None
        if style == "named" and (len(words) < 2 or len(words) > 9):
            return None
        if style == "named" and text[match.end() : match.end() + 1] in _NO_SPEECH:
            return None
        return label, match.end(), style
    return None


def _is_titled(label: str) -> bool:
    words = label.split()
    return len(words) >= 3 and any(is_role(word) for word in words[:-2])


def _is_known(label: str, text: str, labels: int) -> bool:
    """Whether a label names a person: it holds a role, or its last word stands elsewhere in the text too."""
    words = label.split()
    return any(is_role(word) for word in words) or text.count(words[-1]) > labels


def _introduces(paragraph: Paragraph, label: str, rest: int) -> bool:
    """Whether a label that occurs once begins a long speech: a titled full name before many words."""
    words = label.split()
    named = [person for person in find_people(label) if person.title is not None and " " in person.name]
    return len(named) == 1 and len(words) >= 3 and len(paragraph.text[rest:].split()) >= 40


def _enough(paragraphs: list[Paragraph], strong: set[int], labels: dict[int, tuple[str, int, str]]) -> bool:
    if len(strong) >= 2:
        return True
    only = next(iter(strong))
    if not any(is_role(word) for word in labels[only][0].split()):
        return False
    return len(" ".join(p.text for p in paragraphs[only:]).split()) >= 40 and labels[only][0] not in {"Q", "A"}


def _collect(paragraphs: list[Paragraph], labels: dict[int, tuple[str, int, str]], outlet: str) -> list[Turn]:
    turns: list[Turn] = []
    current: Turn | None = None
    for paragraph in paragraphs:
        found = labels.get(paragraph.index)
        if found is not None:
            label, rest, _ = found
            at = paragraph.start + paragraph.text.find(label)
            kind: Kind = "question" if _asks(label, outlet) else "transcript"
            current = Turn(label, (at, at + len(label)), kind, [], paragraph.index, paragraph.index)
            turns.append(current)
            part = (paragraph.start + rest, paragraph.end)
        elif current is not None and _ends_floor(paragraph):
            current = None
            continue
        elif current is None or _CLOSING.match(paragraph.text) or is_boilerplate(paragraph):
            current = None if current is not None and _CLOSING.match(paragraph.text) else current
            continue
        else:
            part = paragraph.span
        if part[0] < part[1] and not _STAGE.match(paragraph.text[part[0] - paragraph.start :]):
            current.parts.append(part)
            current.last = paragraph.index
    return [turn for turn in turns if turn.parts]


def _ends_floor(paragraph: Paragraph) -> bool:
    """Whether a short line with a colon, or a bare address of a page, begins something else than speech."""
    if _AFTERWORD.search(paragraph.text):
        return True
    return (paragraph.text.endswith(":") and paragraph.words <= 5) or paragraph.text.startswith(("http://", "https://"))


def _asks(label: str, outlet: str) -> bool:
    words = [fold(word) for word in re.findall(r"[\w’']+", label) if fold(word) != "the"]
    if any(word in _ASKERS for word in words):
        return True
    site = re.sub(r"[^a-z]", "", outlet.lower().removeprefix("www.").removeprefix("en."))
    return len(words) == 1 and len(words[0]) > 3 and site.startswith(words[0])


def turn_statements(text: str, turns: list[Turn]) -> list[Found]:
    """The turns as statements of readable size; an answer carries the question before it."""
    found: list[Found] = []
    question: Span | None = None
    for turn in turns:
        for span in readable(text, turn.parts):
            one = Found([span], "turn", "label", kind=turn.kind, mention=turn.label_span, name=_plain(turn))
            if turn.kind == "transcript":
                one.question = question
            found.append(one)
        if turn.kind == "question":
            question = (turn.parts[0][0], turn.parts[-1][1])
    return found


def _plain(turn: Turn) -> str:
    words = turn.label.split()
    return "" if turn.kind == "question" and all(fold(w) in _ASKERS for w in words) else turn.label


def readable(text: str, parts: list[Span]) -> list[Span]:
    """Passages cut between sentences into spans of readable size."""
    spans: list[Span] = []
    for start, end in parts:
        begin, last = start, start
        for match in _SENTENCE_END.finditer(text, start, end):
            if match.start() - begin > _READABLE and last > begin:
                spans.append(trim(text, begin, last))
                begin = last
            last = match.end()
        if end - begin > _READABLE and last > begin and end - last > 40:
            spans.append(trim(text, begin, last))
            begin = last
        spans.append(trim(text, begin, end))
    return [(a, b) for a, b in spans if a < b and re.search(r"\w", text[a:b])]


def label_name(label: str) -> str:
    """The label without honorifics, for people: ``MS. PSAKI`` → ``Psaki``."""
    words = [w for w in re.sub(r"\([^)]*\)", "", label).split() if fold(w) not in HONORIFICS]
    return " ".join(words).strip()
