"""Briefings given as an outline: paragraphs under headings, with one speaker named only in the line above them."""

from __future__ import annotations

import re

from processors.messages import Span
from processors.steps.extract.found import Found, trim
from processors.steps.extract.layout import Paragraph, is_boilerplate, is_heading

_INTRODUCES = re.compile(
    r"\b(?:outline|summary|highlights|(?:key|main) (?:points|statements|messages|takeaways|theses)|excerpts"
    r"|takeaways|theses|digest|rundown|recap|transcript)\b",
    re.IGNORECASE,
)
_NAME = r"(?:[A-ZÀ-Þ][\w’'\-]*\w)(?:[ \u00a0](?:[A-ZÀ-Þ][\w’'\-]*\w))*"
_OWNER = (
    re.compile(rf"\bof\s+(?:the\s+)?(?:[a-z]+\s+)*(?P<who>{_NAME}?)[’'`]s?\s"),
    re.compile(rf"(?P<who>{_NAME}?)[’'`]s\s"),
    re.compile(rf"\b(?:by|from|with|of|what)\s+(?:the\s+)?(?:[a-z]+\s+)*(?P<who>{_NAME})"),
)


def find_outline(text: str, paragraphs: list[Paragraph]) -> tuple[list[Found], Span | None]:
    """The outline's statements, one a heading, and the span of the whole outline; none where there is no outline."""
    for paragraph in paragraphs:
        if _INTRODUCES.search(paragraph.text) is None or paragraph.words > 45:
            continue
        owner = _owner(paragraph)
        body = paragraphs[paragraph.index + 1 :]
        if owner is None or not body or not is_heading(body[0]):
            continue
        found = _under_headings(text, body, owner)
        if len(found) >= 2 or (found and body[0].text.endswith(":")):
            return found, (paragraph.start, found[-1].spans[-1][1])
    return [], None


def _owner(paragraph: Paragraph) -> Span | None:
    match = next((m for pattern in _OWNER if (m := pattern.search(paragraph.text)) is not None), None)
    if match is None:
        return None
    start, end = match.span("who")
    return paragraph.start + start, paragraph.start + end


def _under_headings(text: str, body: list[Paragraph], owner: Span) -> list[Found]:
    found: list[Found] = []
    heading: Paragraph | None = None
    colons = body[0].text.endswith(":")
    for paragraph in body:
        if is_boilerplate(paragraph):
            break
        if is_heading(paragraph) and (not colons or paragraph.text.endswith(":")):
            heading = paragraph
            continue
        if heading is None:
            break
        span = trim(text, *paragraph.span)
        if found and found[-1].heading == heading.span:
            found[-1].spans.append(span)
        else:
            one = Found([span], "outline", "label", kind="briefing", mention=owner, heading=heading.span)
            found.append(one)
    return found
