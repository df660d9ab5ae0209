"""What travels on the bus.

::

    Article ──extract──▶ Extracted ──embed──▶ Embedded ──store
        └──────────────────┴────────────────────┴──▶ DeadLetter

Each stage sends exactly one message for each that it received, so an article and its statements stay together, and
counting messages accounts for every article. Messages are JSON, frozen, and change only by addition: a field that is
added has a default, and every message ever recorded still decodes (``tests/messages`` holds the samples).

Offsets are Python string offsets (code points) into ``Article.text`` exactly as stored, end exclusive.
Times are timezone-aware UTC.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal, TypeVar

import msgspec
import numpy as np
from numpy.typing import NDArray

from processors.errors import MessageError

Span = tuple[int, int]
Kind = Literal["direct", "indirect", "mixed", "briefing", "transcript", "question", "address"]
EvidenceRole = Literal["speaker", "name", "role", "cue", "relay", "heading", "question", "inner"]
Precision = Literal["second", "minute", "hour", "day"]


class Article(msgspec.Struct, frozen=True, kw_only=True):
    """One version of one article as it came in.

    ``origin`` names the producer's session and ``position`` counts its articles from 0 without gaps; together they say
    which input this is, give the store a total order, and let it see that nothing is missing.
    ``observed_at`` is when ingest put it on the bus: what lag is measured from.
    """

    id: str
    url: str
    outlet: str
    title: str
    text: str
    published_at: datetime
    observed_at: datetime
    origin: str
    position: int
    language: str = ""
    author: str = ""
    licence: str = ""
    attribution: str = ""
    published_precision: Precision = "second"


class Evidence(msgspec.Struct, frozen=True):
    """A passage of the article that proves a part of a statement.

    Roles: ``speaker`` the mention that the statement is attributed to, ``name`` where the article gives that person's
    full name, ``role`` the words that say who that is, ``cue`` the reporting words, ``relay`` the outlet that relayed
    it, ``heading`` the outline heading that it stands under, ``question`` the press question that it answers, ``inner``
    whom the speaker reports to have said it.
    """

    role: EvidenceRole
    start: int
    end: int


class Statement(msgspec.Struct, frozen=True, kw_only=True):
    """What one source is reported to have said.

    ``speaker`` is the fullest name that the article gives, empty when nobody can be proved to have said it
    (``why_unknown`` then says why, in a few words for the reader); ``mention`` is the span of the words nearest to the
    cue. ``text`` is the spans' text joined for reading. ``confidence`` is the estimated probability that span and
    speaker are both right. ``rule`` names the rule that found it and ``extractor`` the version of the whole step.
    Where the speaker only reports what another said ("A said that B said …"), ``reported_speaker`` is that other, as
    the article names him there.
    """

    id: str
    kind: Kind
    spans: tuple[Span, ...]
    text: str
    speaker: str
    mention: Span | None = None
    role: str = ""
    relayed_by: tuple[str, ...] = ()
    heading: str = ""
    evidence: tuple[Evidence, ...] = ()
    confidence: float = 0.0
    why_unknown: str = ""
    rule: str = ""
    extractor: str = ""
    reported_speaker: str = ""


class Source(msgspec.Struct, frozen=True):
    """Where on the bus an article's record stands: cluster id, topic, partition, offset."""

    cluster: str
    topic: str
    partition: int
    offset: int


class Extracted(msgspec.Struct, frozen=True, kw_only=True):
    """An article with the statements found in it, in order of appearance.

    ``skipped`` is the reason where the article was not read at all (``language``, ``too short``), else empty.
    """

    article: Article
    statements: tuple[Statement, ...]
    skipped: str = ""
    source: Source | None = None


class Embedded(msgspec.Struct, frozen=True, kw_only=True):
    """An article, its statements, and what clustering needs to compare them.

    ``vectors`` and ``contexts`` hold little-endian float16 of shape (statements, dims), rows of unit length: a
    statement's own words, and the words around it (title, heading, lead). ``terms`` are the article's weighted words.
    """

    article: Article
    statements: tuple[Statement, ...]
    model: str
    dims: int
    vectors: bytes
    contexts: bytes
    terms: dict[str, float] = {}
    skipped: str = ""
    source: Source | None = None


class DeadLetter(msgspec.Struct, frozen=True, kw_only=True):
    """An input that could not be processed, with where it stood and why.

    ``origin`` and ``position`` are those of the article where they could be read, else empty and -1. ``excerpt`` holds
    the first characters of the payload, for people.
    """

    stage: str
    reason: str
    source: Source
    at: datetime
    origin: str = ""
    position: int = -1
    article_id: str = ""
    url: str = ""
    excerpt: str = ""


class Rejected(msgspec.Struct, frozen=True):
    """A step's answer for an input that it cannot process; the worker turns it into a dead letter."""

    reason: str


Message = TypeVar("Message", Article, Extracted, Embedded, DeadLetter)

_encoder = msgspec.json.Encoder()


def encode(message: msgspec.Struct) -> bytes:
    """The message as JSON in UTF-8."""
    return _encoder.encode(message)


def decode(data: bytes | None, kind: type[Message]) -> Message:
    """Read a message; raises MessageError with the reason where the bytes are not one."""
    if data is None:
        raise MessageError(f"an empty record is not {_a(kind)}")
    try:
        return msgspec.json.decode(data, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise MessageError(f"this is not {_a(kind)}: {error}") from error


def pack_vectors(vectors: NDArray[np.floating]) -> bytes:
    """Rows of float numbers (n, dims) as little-endian float16."""
    return np.ascontiguousarray(vectors, dtype="<f2").tobytes()


def unpack_vectors(data: bytes, dims: int) -> NDArray[np.float32]:
    """The rows that ``pack_vectors`` wrote, float32 of shape (n, dims); raises MessageError where they do not fit."""
    if dims <= 0 or len(data) % (2 * dims):
        raise MessageError(f"{len(data)} bytes are no rows of {dims} numbers in 16 bits")
    return np.frombuffer(data, dtype="<f2").reshape(-1, dims).astype(np.float32)


def _a(kind: type[msgspec.Struct]) -> str:
    name = kind.__name__
    return f"{'an' if name[0] in 'AEIOU' else 'a'} {name}"
