"""What all whole passages share: where one ends, whether it is spoken, and how it is cut for reading."""

from __future__ import annotations

import re
from collections.abc import Iterable

from processors.messages import Span
from processors.steps.extract.found import trim
from processors.steps.extract.layout import Paragraph

CLOSING = re.compile(
    r"^(?:ENDS?\b.*|#\s*#.*|\* ?\* ?\*$|-{3,}|\d{1,2}:\d{2}\s*[AP]\.?M\.?.*|\[?\(?(?:end of|END OF) .*|end text\b.*)$",
    re.IGNORECASE,
)
"""A line under a speech that is not part of it: "END 5:31 P.M.", "###", "End text."."""
FURTHER = re.compile(
    r"^(?:contact\b|media contact|notes? to editors|click ?here\b|(?:to|you can) (?:read|watch|view|download)\b"
    r"|for (?:more|further) information\b|related (?:issues|links)\b|_{4,}|permalink\b)",
    re.IGNORECASE,
)
"""The beginning of a line with which a page goes on to something else."""
_READABLE = 700
"""A passage is cut into statements of about this many characters at most, between sentences."""
_SENTENCE_END = re.compile(r"(?<=[.!?…])[\"”’)]*\s+(?=[\"“‘(\[]?[A-Z0-9ÀÁÉÍÓÚ—–])")
_SPOKEN = re.compile(r"\b(?:I|[Ww]e|[Yy]ou|[Mm]y|[Oo]ur|[Yy]our|me|us)\b|\?")
_SPOKEN_SHARE = 0.008
_TELLING = 30
"""Words from which the share of first and second persons says anything."""
_LINK = re.compile(r"\s*\(?https?://\S+$")


def readable(text: str, parts: Iterable[Span]) -> list[Span]:
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


def is_spoken(parts: list[str]) -> bool:
    """Whether the words can be speech: people who speak say "I", "we", "you", and ask; lists of a report do not."""
    words = sum(len(part.split()) for part in parts)
    return words < _TELLING or sum(len(_SPOKEN.findall(part)) for part in parts) >= _SPOKEN_SHARE * words


def without_link(text: str, span: Span) -> Span:
    """The span without the address of a page at its end."""
    start, end = span
    match = _LINK.search(text, max(start, end - 300), end)
    return (start, match.start()) if match is not None else span


def up_to_end(paragraphs: list[Paragraph]) -> list[Paragraph]:
    """The paragraphs before the line that closes a passage; the first one always belongs to it."""
    for i, paragraph in enumerate(paragraphs):
        if i and (CLOSING.match(paragraph.text) or (paragraph.words <= 30 and FURTHER.match(paragraph.text))):
            return paragraphs[:i]
    return paragraphs
