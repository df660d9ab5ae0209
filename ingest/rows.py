"""Articles from a file: JSON Lines, one article a line, plain or gzipped, or from standard input.

Fields of a row: ``text`` (required), ``url``, ``outlet``, ``title``, ``published_at`` (ISO 8601; without a zone it is
UTC), ``published_precision``, ``language``, ``author``, ``license`` or ``licence``, ``attribution``. Others are passed
over, an ``id`` too: identifiers are made from content. A row that is no article becomes a ``BadRow``, never an error.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import sys
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

import msgspec

from ingest.items import BadRow, Draft, excerpt_of, outlet_of, title_of
from processors.errors import SourceError
from processors.messages import Precision

STDIN = Path("-")
_GZIP_MAGIC = b"\x1f\x8b"
# The longest real row has 170,000 bytes; without a limit one file without line ends would fill the memory.
LONGEST_LINE = 16_000_000


class _Row(msgspec.Struct):
    text: str | None = None
    url: str | None = None
    outlet: str | None = None
    title: str | None = None
    published_at: str | None = None
    published_precision: Precision | None = None
    language: str | None = None
    author: str | None = None
    license: str | None = None
    licence: str | None = None
    attribution: str | None = None


@dataclass(frozen=True, slots=True)
class Rows:
    """A file's rows in the order in which they are published: the position of a row is its index.

    ``origin`` is the file's name and the digest of its content: the same file continues where it was, an altered one is
    another origin. ``now`` was used where no row of the file has a time.
    """

    origin: str
    name: str
    rows: tuple[Draft | BadRow, ...]

    @property
    def bad(self) -> int:
        """How many rows are no article."""
        return sum(isinstance(row, BadRow) for row in self.rows)


def read_rows(path: Path, now: datetime) -> Rows:
    """Read a whole file (``-`` is standard input), sorted by time of publication, then line.

    Unreadable rows come first, so that they are seen at once. A row without a time is taken to be as new as the newest
    of its file, ``now`` where none has one. Raises SourceError where the file cannot be read or holds nothing.
    """
    data, name = _content(path)
    found = list(parse_lines(_lines(data, name)))
    if not found:
        raise SourceError(f"{name} is empty; a file of articles has one JSON object a line")
    dated = [row.published_at for row in found if isinstance(row, Draft) and row.published_at != _UNKNOWN]
    newest = max(dated, default=now)
    rows = sorted((_dated(row, newest) for row in found), key=_place)
    return Rows(f"{name}@{hashlib.blake2b(data, digest_size=8).hexdigest()}", name, tuple(rows))


def parse_lines(lines: Iterable[tuple[int, bytes | None]]) -> Iterator[Draft | BadRow]:
    """Each numbered line as an article or the reason why it is none; empty lines are passed over.

    None stands for a line that is longer than ``LONGEST_LINE``. A row without a time has the year 1.
    """
    for number, line in lines:
        if line is None:
            yield BadRow(number, f"the line has more than {LONGEST_LINE:,} bytes")
        elif line.strip():
            yield _parse(number, line)


# Stands for "no time was given" until the whole file is known.
_UNKNOWN = datetime(1, 1, 1, tzinfo=UTC)


def _parse(number: int, line: bytes) -> Draft | BadRow:
    try:
        row = msgspec.json.decode(line.removeprefix(b"\xef\xbb\xbf"), type=_Row)
    except msgspec.ValidationError as error:
        return BadRow(number, f"a field has a value of the wrong kind: {error}", excerpt_of(line))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        return BadRow(number, f"the line is not JSON: {error}", excerpt_of(line))
    text, url = row.text or "", row.url or ""
    if not text.strip():
        return BadRow(number, "the row has no text", excerpt_of(line), url)
    try:
        published = read_time(row.published_at) if row.published_at else _UNKNOWN
    except ValueError as error:
        return BadRow(number, f"published_at is no time: {error}", excerpt_of(line), url)
    return Draft(
        url=url,
        outlet=row.outlet or outlet_of(url),
        title=row.title or title_of(text),
        text=text,
        published_at=published,
        published_precision=row.published_precision or "second",
        language=row.language or "",
        author=row.author or "",
        licence=row.licence or row.license or "",
        attribution=row.attribution or "",
        line=number,
    )


def read_time(text: str) -> datetime:
    """An ISO 8601 time as aware UTC; one without a zone is UTC. Raises ValueError."""
    time = datetime.fromisoformat(text.strip())
    try:
        time = time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
    except OverflowError as error:
        raise ValueError(f"{text!r} lies outside the calendar") from error
    if time.year < 1000:
        raise ValueError(f"{text!r} lies before the year 1000")
    return time


def _dated(row: Draft | BadRow, newest: datetime) -> Draft | BadRow:
    if isinstance(row, Draft) and row.published_at == _UNKNOWN:
        return replace(row, published_at=newest, published_precision="day")
    return row


def _place(row: Draft | BadRow) -> tuple[datetime, int]:
    return (row.published_at if isinstance(row, Draft) else _UNKNOWN, row.line)


def _content(path: Path) -> tuple[bytes, str]:
    if path == STDIN:
        return sys.stdin.buffer.read(), "stdin"
    if path.is_dir():
        raise SourceError(f"{path} is a folder; name one file of articles, JSON Lines, plain or gzipped")
    try:
        return path.read_bytes(), path.name
    except FileNotFoundError as error:
        raise SourceError(f"there is no file {path}; name a file of articles, JSON Lines, plain or gzipped") from error
    except OSError as error:
        raise SourceError(f"cannot read {path}: {error.strerror}") from error


def _lines(data: bytes, name: str) -> Iterator[tuple[int, bytes | None]]:
    zipped = data.startswith(_GZIP_MAGIC)
    if name.endswith(".gz") and not zipped and data:
        raise SourceError(f"{name} ends in .gz but is not gzipped; rename it, or gzip it")
    raw: BinaryIO = io.BytesIO(data)
    try:
        with gzip.open(raw, "rb") if zipped else raw as file:
            yield from _split(file)  # type: ignore[arg-type]
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise SourceError(f"{name} is damaged or cut off ({error}); fetch it again") from error


def _split(file: BinaryIO) -> Iterator[tuple[int, bytes | None]]:
    number = 0
    while line := file.readline(LONGEST_LINE):
        number += 1
        if line.endswith(b"\n") or len(line) < LONGEST_LINE:
            yield number, line
            continue
        while (rest := file.readline(LONGEST_LINE)) and not rest.endswith(b"\n"):
            pass
        yield number, None
