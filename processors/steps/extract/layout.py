"""The article's paragraphs, and which of them are headings or boilerplate."""

from __future__ import annotations

import re
from dataclasses import dataclass

from processors.messages import Span

_LINE = re.compile(r"[^\r\n\u2028\u2029\x0b\x0c\x85]+")
_BOILERPLATE = re.compile(
    r"(author[`'’]?s?\s+name|editorial team|read more|related( articles)?|share this( article)?|follow us|sign up"
    r"|subscribe|advertisement|photo( credit)?:|image:|all rights reserved|click here|for more information"
    r"|(media |press )?contact\b|tags?:|source:|(\(c\) ?)?copyright|###|\* \* \*|ends?$|check against delivery|-30-"
    r"|sources$|references$|see also$|external links$)",
    re.IGNORECASE,
)
_CREDIT = re.compile(r"\S ?(?:Image|Photo|Picture)[:;] [A-Z]")
"""In the words under a picture, who made it."""
_TERMINAL = (".", "!", "?", "”", '"', "…", "»", ")", "]", ",", ";", "’", "'")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A line of the text without the blanks around it; offsets are into the article's text."""

    index: int
    start: int
    end: int
    text: str

    @property
    def span(self) -> Span:
        """Where the paragraph stands."""
        return self.start, self.end

    @property
    def words(self) -> int:
        """How many words it has."""
        return len(self.text.split())


def paragraphs(text: str) -> list[Paragraph]:
    """The text's lines that hold more than blanks, in order."""
    found: list[Paragraph] = []
    for match in _LINE.finditer(text):
        line = match.group()
        bare = line.strip()
        if bare:
            start = match.start() + line.index(bare)
            found.append(Paragraph(len(found), start, start + len(bare), bare))
    return found


def is_boilerplate(paragraph: Paragraph) -> bool:
    """Whether the line is an author box, a contact line or the like: nobody's statement."""
    if paragraph.words <= 12 and _BOILERPLATE.match(paragraph.text) is not None:
        return True
    return paragraph.words <= 30 and _CREDIT.search(paragraph.text) is not None


def is_heading(paragraph: Paragraph) -> bool:
    """Whether the line can stand over others: short, and not a sentence; a colon at its end settles it."""
    if paragraph.text[0] in '"“«„':
        return False
    if paragraph.text.endswith(":"):
        return paragraph.words <= 25
    return paragraph.words <= 14 and not paragraph.text.endswith(_TERMINAL)
