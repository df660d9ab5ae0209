"""From a record on the bus to something that the store can apply without a surprise.

What decodes may still be impossible: spans outside the text, vectors that do not match the statements, times without a
zone. Such a record becomes a dead letter here, so that a transaction never fails because of what it was sent.
"""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
import numpy as np

from processors.errors import MessageError
from processors.messages import Article, DeadLetter, Embedded, Source, Span, Statement, decode, unpack_vectors
from processors.store.sequencer import POSITIONS
from processors.streams import Record

STAGE = "store"
_EXCERPT = 500


class _ArticleLabel(msgspec.Struct):
    origin: str = ""
    position: int = -1
    id: str = ""
    url: str = ""


class _Label(msgspec.Struct):
    """The little that has to be readable for a broken bundle to be accounted under its own position."""

    article: _ArticleLabel = msgspec.field(default_factory=_ArticleLabel)


def read_embedded(record: Record, cluster: str, at: datetime) -> Embedded | DeadLetter:
    """The bundle in a record, or the dead letter that says why it is none that can be stored."""
    try:
        bundle = decode(record.value, Embedded)
        check(bundle)
    except (MessageError, RecursionError) as error:
        return _rejected(record, str(error), cluster, at)
    return bundle


def read_dead_letter(record: Record, cluster: str, at: datetime) -> DeadLetter:
    """The dead letter in a record, or one about the record itself."""
    try:
        letter = decode(record.value, DeadLetter)
        _check_time("at", letter.at)
        if not (0 <= letter.source.partition < 2**31 and -(2**63) <= letter.source.offset < 2**63):
            raise MessageError("the source of this DeadLetter is no place on a bus")
    except (MessageError, RecursionError) as error:
        return _rejected(record, str(error), cluster, at)
    # A position that counts nothing is as good as none.
    known = bool(letter.origin) and 0 <= letter.position < POSITIONS
    return letter if known else msgspec.structs.replace(letter, origin="", position=-1)


def check(bundle: Embedded) -> None:
    """Raise MessageError with the reason where a bundle that decoded cannot be stored."""
    article = bundle.article
    if not article.id or not article.origin or not 0 <= article.position < POSITIONS:
        raise MessageError("the article has no id, or no origin and position")
    _check_time("published_at", article.published_at)
    _check_time("observed_at", article.observed_at)
    if bundle.source is not None and not (0 <= bundle.source.partition < 2**31 and 0 <= bundle.source.offset < 2**63):
        raise MessageError("the article's source is no place on a bus")
    for statement in bundle.statements:
        _check_statement(statement, article)
    if len({statement.id for statement in bundle.statements}) < len(bundle.statements):
        raise MessageError("two statements of the article have the same id")
    if bundle.statements:
        _check_vectors(bundle)


def _check_statement(statement: Statement, article: Article) -> None:
    if not statement.id or not statement.spans:
        raise MessageError("a statement has no id, or no span")
    spans: list[Span] = [*statement.spans, *((passage.start, passage.end) for passage in statement.evidence)]
    if statement.mention is not None:
        spans.append(statement.mention)
    if not all(0 <= start < end <= len(article.text) for start, end in spans):
        raise MessageError(f"a span of statement {statement.id} lies outside the article's text")
    if not 0.0 <= statement.confidence <= 1.0:
        raise MessageError(f"the confidence of statement {statement.id} is not between 0 and 1")


def _check_vectors(bundle: Embedded) -> None:
    for name, data in (("vectors", bundle.vectors), ("contexts", bundle.contexts)):
        rows = unpack_vectors(data, bundle.dims)
        if len(rows) != len(bundle.statements):
            raise MessageError(f"{len(rows)} {name} came with {len(bundle.statements)} statements")
        if not np.isfinite(rows).all():
            raise MessageError(f"the {name} hold something that is no number")


def _check_time(name: str, time: datetime) -> None:
    try:
        aware = time.tzinfo is not None and bool(time.astimezone(UTC))
    except OverflowError:
        aware = False
    if not aware:
        raise MessageError(f"{name} is no time in UTC")


def _rejected(record: Record, reason: str, cluster: str, at: datetime) -> DeadLetter:
    label = _label(record.value)
    known = bool(label.origin) and 0 <= label.position < POSITIONS
    return DeadLetter(
        stage=STAGE,
        reason=reason,
        source=Source(cluster, record.topic, record.partition, record.offset),
        at=at,
        origin=label.origin if known else "",
        position=label.position if known else -1,
        article_id=label.id,
        url=label.url,
        excerpt=(record.value or b"")[:_EXCERPT].decode("utf-8", "replace"),
    )


def _label(value: bytes | None) -> _ArticleLabel:
    try:
        return msgspec.json.decode(value or b"", type=_Label).article
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return _ArticleLabel()
