"""The recorded stream's source form: articles with their gold annotation written inline.

An annotated article is one text file::

    outlet: pontine-press.example
    url: https://pontine-press.example/2026/03/17/grain-talks-resume
    title: Grain talks resume in Port Sorrel
    published_at: 2026-03-17T06:12:00Z
    author: Ilse Marrin
    ---
    ⟦1:Ships will sail by Friday⟧, ⟦1s:Ansel Dray, Veldmark's harbour minister,⟧ ⟦1c:said⟧ on Tuesday.
    ===
    1 | indirect | Ansel Dray | harbour minister | | | grain-corridor

Marks may nest, and one mark may carry several tags (``⟦1s,2s:Dray⟧``). ``N`` is a content piece of statement N,
``Ns`` its source as written, ``Nc`` its cue, ``tN`` a passage that is itself somebody's words (a turn). The lines after
``===`` give for a statement ``N | kind | speaker | role | relayed by | heading | story`` and for a turn
``tN | transcript, question or address | speaker | role | story``; an empty field means "none".
Removing the marks gives the article as it is bundled, so text and gold cannot drift apart.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

OPEN, CLOSE = "⟦", "⟧"
TAG = re.compile(r"(t\d+|\d+[sc]?)((?:,(?:t\d+|\d+[sc]?))*):")
KINDS = {"direct", "indirect", "mixed", "briefing"}
TURN_KINDS = {"transcript", "question", "address"}
HEADER_FIELDS = {"outlet", "url", "title", "published_at", "author"}

Span = tuple[int, int]


class AnnotationError(ValueError):
    """An annotated article that cannot be read; the message names the file and what is wrong."""


@dataclass(frozen=True, slots=True)
class GoldStatement:
    """One statement as a reader marked it; offsets are into the article text."""

    number: int
    spans: list[Span]
    source: list[Span]
    cue: list[Span]
    kind: str
    speaker: str
    role: str
    relayed_by: str
    heading: str
    story: str


@dataclass(frozen=True, slots=True)
class GoldTurn:
    """A passage that is itself somebody's words."""

    number: int
    span: Span
    kind: str
    speaker: str
    role: str
    story: str


@dataclass(frozen=True, slots=True)
class AnnotatedArticle:
    """An article, its plain text and its gold."""

    name: str
    header: dict[str, str]
    text: str
    statements: list[GoldStatement] = field(default_factory=list)
    turns: list[GoldTurn] = field(default_factory=list)


def strip_marks(marked: str, name: str) -> tuple[str, dict[str, list[Span]]]:
    """Return the text without marks and, by tag, the character spans that the marks covered."""
    plain: list[str] = []
    length = 0
    stack: list[tuple[list[str], int]] = []
    spans: dict[str, list[Span]] = {}
    i = 0
    while i < len(marked):
        if marked[i] == OPEN:
            match = TAG.match(marked, i + 1)
            if match is None:
                raise AnnotationError(f"{name}: a mark without a tag near {marked[i : i + 30]!r}")
            stack.append(([match[1], *filter(None, match[2].split(","))], length))
            i = match.end()
        elif marked[i] == CLOSE:
            if not stack:
                raise AnnotationError(f"{name}: a mark is closed that was not opened near {marked[i - 30 : i]!r}")
            tags, start = stack.pop()
            for tag in tags:
                spans.setdefault(tag, []).append((start, length))
            i += 1
        else:
            plain.append(marked[i])
            length += 1
            i += 1
    if stack:
        raise AnnotationError(f"{name}: the mark {stack[-1][0]} is never closed")
    return "".join(plain), {tag: sorted(found) for tag, found in spans.items()}


def parse(raw: str, name: str) -> AnnotatedArticle:
    """Read one annotated article; raises AnnotationError where marks and table disagree."""
    head, _, rest = raw.partition("\n---\n")
    body, _, table = rest.partition("\n===\n")
    header = dict(line.split(": ", 1) for line in head.strip().splitlines())
    if missing := HEADER_FIELDS - header.keys() - {"author"}:
        raise AnnotationError(f"{name}: the header lacks {sorted(missing)}")
    if unknown := header.keys() - HEADER_FIELDS:
        raise AnnotationError(f"{name}: the header has unknown fields {sorted(unknown)}")
    text, spans = strip_marks(body.strip("\n"), name)
    statements: list[GoldStatement] = []
    turns: list[GoldTurn] = []
    described: set[str] = set()
    for line in filter(str.strip, table.splitlines()):
        cells = [cell.strip() for cell in line.split("|")]
        number = cells[0]
        if number not in spans or number in described:
            raise AnnotationError(f"{name}: {number} is described but not marked, or described twice")
        described.add(number)
        if number.startswith("t"):
            if len(cells) != 5 or cells[1] not in TURN_KINDS or len(spans[number]) != 1:
                raise AnnotationError(f"{name}: cannot read the turn {line!r}")
            turns.append(GoldTurn(int(number[1:]), spans[number][0], *cells[1:]))
        else:
            if len(cells) != 7 or cells[1] not in KINDS or not cells[6]:
                raise AnnotationError(f"{name}: cannot read the statement {line!r}")
            if cells[5] and cells[5] not in text:
                raise AnnotationError(f"{name}: the heading {cells[5]!r} is not in the text")
            statements.append(
                GoldStatement(
                    int(number), spans[number], spans.get(number + "s", []), spans.get(number + "c", []), *cells[1:]
                )
            )
    contents = {tag for tag in spans if tag[-1] not in "sc"}
    if undescribed := contents - described:
        raise AnnotationError(f"{name}: {sorted(undescribed)} are marked but not described after ===")
    if orphans := {tag for tag in spans if tag[-1] in "sc" and tag[:-1] not in described}:
        raise AnnotationError(f"{name}: {sorted(orphans)} belong to no statement")
    return AnnotatedArticle(name, header, text, statements, turns)


def load(folder: Path) -> list[AnnotatedArticle]:
    """All annotated articles of a folder, by time of publication."""
    articles = [parse(path.read_text(encoding="utf-8"), path.stem) for path in sorted(folder.glob("*.txt"))]
    return sorted(articles, key=lambda article: (article.header["published_at"], article.name))


if __name__ == "__main__":
    import sys

    for article in load(Path(sys.argv[1])):
        print(
            f"{article.header['published_at']} {article.name}: {len(article.text.split())} words,"
            f" {len(article.statements)} statements, {len(article.turns)} turns"
        )
