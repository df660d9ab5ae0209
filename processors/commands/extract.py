"""``onrecord extract``: statements of the articles in a file, without Kafka or a database."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from processors.errors import SourceError
from processors.messages import Article, Extracted, Rejected, Span, Statement
from processors.settings import load_settings

if TYPE_CHECKING:
    from processors.steps.extract.extractor import Extractor

_UNDATED = datetime(1970, 1, 1, tzinfo=UTC)
_TOGETHER = 16


class ArticleRow(msgspec.Struct, frozen=True):
    """An article in a file; it is named by ``id`` or ``doc``."""

    text: str
    id: str = ""
    doc: str = ""
    title: str = ""
    outlet: str = ""
    published_at: str = ""


class StatementRow(msgspec.Struct, frozen=True):
    """A statement in the output: offsets are into the article's text, ``start`` and ``end`` its outermost ones."""

    doc: str
    start: int
    end: int
    spans: tuple[Span, ...]
    kind: str
    text: str
    speaker: str
    speaker_start: int | None
    speaker_end: int | None
    role: str
    reported_speaker: str
    relayed_by: tuple[str, ...]
    heading: str
    evidence: list[dict[str, str | int]]
    confidence: float
    why_unknown: str
    rule: str


def extract(file: Path, *, output: Path) -> None:
    """Find the statements in the articles of a file, and who made them.

    Parameters
    ----------
    file
        JSON lines {"id" or "doc", "text"} and, where there are, "title", "outlet", "published_at"; may be gzipped.
    output
        Where to write one statement a line.

    """
    from rich.console import Console
    from rich.progress import Progress

    settings = load_settings()
    articles = read_articles(file)
    check_writable(output)
    from processors.steps.extract.extractor import build_extractor

    extractor = build_extractor(settings.extract)
    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("Extracting statements", total=len(articles))
        tally = write_statements(articles, output, extractor, lambda: progress.advance(task))
    print(f"{tally} → {output}")


def read_articles(path: Path) -> list[Article]:
    """The articles of a file; raises SourceError with the line that is wrong."""
    articles: list[Article] = []
    seen: dict[str, int] = {}
    for number, line in _lines(path):
        article = _article(line, f"{path}, line {number}", number)
        if article.id in seen:
            raise SourceError(
                f"{path}, line {number}: the id {article.id!r} was on line {seen[article.id]} already; give every "
                "article an id of its own"
            )
        seen[article.id] = number
        articles.append(article)
    return articles


def check_writable(path: Path) -> None:
    """Refuse an output that cannot be written before the work is done; raises SourceError."""
    if path.is_dir() or not path.absolute().parent.is_dir():
        raise SourceError(f"cannot write {path}: it is a folder, or its folder does not exist; choose another --output")


def write_statements(
    articles: Sequence[Article], output: Path, extractor: Extractor, tell: Callable[[], object] = lambda: None
) -> str:
    """Extract some articles at a time and write as it goes; returns what was done, as words for people."""
    statements = skipped = refused = 0
    try:
        with output.open("wb") as file:
            for answer in _answers(articles, extractor):
                if isinstance(answer, Rejected):
                    refused += 1
                else:
                    skipped += bool(answer.skipped)
                    statements += len(answer.statements)
                    file.writelines(msgspec.json.encode(row) + b"\n" for row in rows_of(answer))
                tell()
    except OSError as error:
        raise SourceError(f"cannot write {output}: {error.strerror}; choose another --output") from error
    return f"{len(articles)} articles, {statements} statements, {skipped} articles skipped, {refused} refused"


def _answers(articles: Sequence[Article], extractor: Extractor) -> Iterator[Extracted | Rejected]:
    """The articles' answers in order; a few go together, which is quicker, and few, so that progress is seen."""
    for start in range(0, len(articles), _TOGETHER):
        yield from extractor(articles[start : start + _TOGETHER])


def rows_of(extracted: Extracted) -> list[StatementRow]:
    """An article's statements as they are written."""
    return [_row(extracted.article.id, statement) for statement in extracted.statements]


def _row(doc: str, statement: Statement) -> StatementRow:
    mention = statement.mention
    return StatementRow(
        doc=doc,
        start=statement.spans[0][0],
        end=statement.spans[-1][1],
        spans=statement.spans,
        kind=statement.kind,
        text=statement.text,
        speaker=statement.speaker,
        speaker_start=mention[0] if mention else None,
        speaker_end=mention[1] if mention else None,
        role=statement.role,
        reported_speaker=statement.reported_speaker,
        relayed_by=statement.relayed_by,
        heading=statement.heading,
        evidence=[{"role": one.role, "start": one.start, "end": one.end} for one in statement.evidence],
        confidence=statement.confidence,
        why_unknown=statement.why_unknown,
        rule=statement.rule,
    )


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    """Numbered lines that are not blank, of a plain or gzipped file."""
    number = 0
    try:
        with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as file:
            for number, line in enumerate(file, start=1):
                if line.strip():
                    yield number, line
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise SourceError(f"{path} is damaged after line {number}: {error}; give a whole file") from error
    except OSError as error:
        reason = error.strerror or error
        raise SourceError(f"cannot read {path}: {reason}; give a file of JSON lines, plain or gzipped") from error


def _article(line: bytes, where: str, number: int) -> Article:
    """One article; read by the standard library, since files in the wild have NaN in columns that do not matter."""
    try:
        values = json.loads(line)
        if not isinstance(values, dict):
            raise SourceError(f"{where} is no JSON object; each line needs an id or doc, and a text")
        row = msgspec.convert({key: value for key, value in values.items() if value is not None}, ArticleRow)
        published_at = datetime.fromisoformat(row.published_at) if row.published_at else _UNDATED
    except (ValueError, RecursionError) as error:
        raise SourceError(f"{where} cannot be read as an article with id or doc, and text: {error}") from error
    name = row.id or row.doc
    if not name:
        raise SourceError(f"{where} has neither an id nor a doc; name every article")
    return Article(
        id=name,
        url="",
        outlet=row.outlet,
        title=row.title,
        text=row.text,
        published_at=published_at if published_at.tzinfo else published_at.replace(tzinfo=UTC),
        observed_at=_UNDATED,
        origin="file",
        position=number - 1,
    )
