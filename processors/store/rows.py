"""What a batch writes, as Arrow tables in the columns of the schema: one INSERT a table is quicker than many rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import accumulate, chain
from typing import Any

import pyarrow as pa

from processors.messages import DeadLetter, Embedded, Statement
from processors.steps.cluster import TopicEvent
from processors.steps.speakers.items import SpeakerEvent, SpeakerRow
from processors.steps.topics import TopicRow
from processors.store.speakers import Tally
from processors.streams import Position

_TIME = pa.timestamp("us")
_SPAN = pa.struct([("s", pa.int32()), ("e", pa.int32())])
_EVIDENCE = pa.struct([("role", pa.string()), ("s", pa.int32()), ("e", pa.int32())])
_TERM = pa.struct([("role", pa.string()), ("first_at", _TIME), ("last_at", _TIME), ("articles", pa.int64())])
_ALIAS = pa.struct([("name", pa.string()), ("statements", pa.int64())])
_TEXTS = pa.list_(pa.string())


def _schema(columns: str, **others: pa.DataType) -> pa.Schema:
    return pa.schema([(name, others.get(name, pa.string())) for name in columns.split()])


SCHEMAS: Mapping[str, pa.Schema] = {
    "articles": _schema(
        "seq id url outlet title author language licence attribution published_at published_precision observed_at "
        "stored_at text origin position cluster stream partition offset statements skipped",
        seq=pa.int64(), published_at=_TIME, observed_at=_TIME, stored_at=_TIME, position=pa.int64(),
        partition=pa.int32(), offset=pa.int64(), statements=pa.int32(),
    ),
    "statements": _schema(
        "seq id article_id kind text spans speaker_id speaker mention role relayed_by heading evidence confidence "
        "why_unknown rule extractor topic_id copy_of text_key outlet language published_at observed_at stored_at "
        "reported_speaker",
        seq=pa.int64(), spans=pa.list_(_SPAN), mention=_SPAN, relayed_by=_TEXTS, evidence=pa.list_(_EVIDENCE),
        confidence=pa.float32(), text_key=pa.int64(), published_at=_TIME, observed_at=_TIME, stored_at=_TIME,
    ),
    "vectors": _schema("seq statement_id vector", seq=pa.int64(), vector=pa.binary()),
    "speakers": _schema(
        "id name kind role terms aliases merged_into first_at last_at statements state",
        terms=pa.list_(_TERM), aliases=pa.list_(_ALIAS), first_at=_TIME, last_at=_TIME, statements=pa.int64(),
        state=pa.binary(),
    ),
    "speaker_events": _schema("seq at kind speaker_id into_id name reason", seq=pa.int64(), at=_TIME),
    "speaker_state": _schema("key value", value=pa.binary()),
    "topics": _schema(
        "id title terms merged_into first_at last_at statements articles state",
        terms=_TEXTS, first_at=_TIME, last_at=_TIME, statements=pa.int64(), articles=pa.int64(), state=pa.binary(),
    ),
    "topic_events": _schema("seq at kind topic_id into_id title", seq=pa.int64(), at=_TIME),
    "topic_state": _schema("key value", value=pa.binary()),
    "inputs": _schema("origin position outcome article_id at", position=pa.int64(), at=_TIME),
    "dead_letters": _schema(
        "seq stage reason cluster stream partition offset at origin position article_id url excerpt",
        seq=pa.int64(), partition=pa.int32(), offset=pa.int64(), at=_TIME, position=pa.int64(),
    ),
    "offsets": _schema("cluster stream partition next", partition=pa.int32(), next=pa.int64()),
}  # fmt: skip


def naive(time: datetime) -> datetime:
    """The same moment as DuckDB's TIMESTAMP takes it: UTC, without saying so."""
    return time.astimezone(UTC).replace(tzinfo=None)


@dataclass(slots=True)
class Rows:
    """Rows by table, in the order of the schema's columns."""

    tables: dict[str, list[tuple[Any, ...]]] = field(default_factory=dict)

    def add(self, table: str, *row: Any) -> None:
        """One more row."""
        self.tables.setdefault(table, []).append(row)

    def arrow(self) -> Iterable[tuple[str, pa.Table]]:
        """The tables that have rows."""
        for name, rows in self.tables.items():
            schema = SCHEMAS[name]
            by_column = zip(zip(*rows, strict=True), schema.types, strict=True)
            columns = [_array(column, kind) for column, kind in by_column]
            yield name, pa.Table.from_arrays(columns, schema=schema)


def add_article(rows: Rows, seq: int, bundle: Embedded, statements: int, stored_at: datetime) -> None:
    """The article of a bundle, with how many statements of it are stored."""
    article, source = bundle.article, bundle.source
    place = (source.cluster, source.topic, source.partition, source.offset) if source else ("", "", -1, -1)
    rows.add(
        "articles", seq, article.id, article.url, article.outlet, article.title, article.author, article.language,
        article.licence, article.attribution, naive(article.published_at), article.published_precision,
        naive(article.observed_at), naive(stored_at), article.text, article.origin, article.position, *place,
        statements, bundle.skipped,
    )  # fmt: skip


Times = tuple[datetime, datetime, datetime]


def times_of(bundle: Embedded, stored_at: datetime) -> Times:
    """When its article was published, observed and stored, for all of its rows."""
    return naive(bundle.article.published_at), naive(bundle.article.observed_at), naive(stored_at)


def add_statement(
    rows: Rows, seq: int, bundle: Embedded, index: int, *,
    speaker_id: str, topic: str, copy_of: str, key: int, times: Times,
) -> None:  # fmt: skip
    """A statement and its vector."""
    article, said = bundle.article, bundle.statements[index]
    rows.add(
        "statements", seq, said.id, article.id, said.kind, said.text, said.spans, speaker_id,
        said.speaker, said.mention and _span(said.mention), said.role, list(said.relayed_by), said.heading,
        _evidence(said), said.confidence, said.why_unknown, said.rule, said.extractor, topic, copy_of, key,
        article.outlet, article.language, *times, said.reported_speaker,
    )  # fmt: skip
    width = 2 * bundle.dims
    rows.add("vectors", seq, said.id, bundle.vectors[index * width : (index + 1) * width])


def add_dead_letter(rows: Rows, seq: int, letter: DeadLetter) -> None:
    """A dead letter, as it came."""
    source = letter.source
    rows.add(
        "dead_letters", seq, letter.stage, letter.reason, source.cluster, source.topic, source.partition, source.offset,
        naive(letter.at), letter.origin, letter.position, letter.article_id, letter.url, letter.excerpt,
    )  # fmt: skip


def add_speakers(rows: Rows, speakers: Iterable[SpeakerRow], tallies: Mapping[str, Tally]) -> None:
    """Speakers as the engine gives them, with what the store counts."""
    for one in speakers:
        terms = [(term.role, naive(term.first_at), naive(term.last_at), term.articles) for term in one.terms]
        tally = tallies[one.id]
        rows.add(
            "speakers", one.id, one.name, one.kind, one.role, terms, list(one.aliases), one.merged_into,
            tally.first_at, tally.last_at, tally.statements, one.state,
        )  # fmt: skip


def add_speaker_events(rows: Rows, first_seq: int, events: Sequence[SpeakerEvent]) -> None:
    """What happened to speakers."""
    for seq, event in enumerate(events, start=first_seq):
        rows.add(
            "speaker_events", seq, naive(event.at), event.kind, event.speaker, event.into, event.name, event.reason
        )


def add_topics(rows: Rows, topics: Sequence[TopicRow]) -> None:
    """Topics as the engine gives them."""
    for topic in topics:
        first_at, last_at = naive(topic.first_at), naive(topic.last_at)
        counts = (topic.statements, topic.articles)
        words = (topic.title, list(topic.terms), topic.merged_into)
        rows.add("topics", topic.id, *words, first_at, last_at, *counts, topic.state)


def add_events(rows: Rows, first_seq: int, events: Sequence[TopicEvent]) -> None:
    """What happened to topics."""
    for seq, event in enumerate(events, start=first_seq):
        rows.add("topic_events", seq, naive(event.at), event.kind, event.topic, event.into, event.title)


def add_offsets(rows: Rows, cluster: str, offsets: Mapping[Position, int]) -> None:
    """Where reading goes on."""
    for (stream, partition), following in sorted(offsets.items()):
        rows.add("offsets", cluster, stream, partition, following)


def _array(column: Sequence[Any], kind: pa.DataType) -> pa.Array:
    """A column; lists of structs come as lists of tuples, since a dict for each would take most of the time."""
    if not (pa.types.is_list(kind) and pa.types.is_struct(kind.value_type)):
        return pa.array(column, kind)
    flat = list(chain.from_iterable(column))
    fields = list(kind.value_type)
    values = zip(*flat, strict=True) if flat else ((),) * len(fields)
    parts = [pa.array(part, field.type) for part, field in zip(values, fields, strict=True)]
    starts = pa.array([0, *accumulate(len(cell) for cell in column)], pa.int32())
    return pa.ListArray.from_arrays(starts, pa.StructArray.from_arrays(parts, fields=fields), type=kind)


def _span(span: tuple[int, int]) -> dict[str, int]:
    return {"s": span[0], "e": span[1]}


def _evidence(said: Statement) -> list[tuple[str, int, int]]:
    return [(passage.role, passage.start, passage.end) for passage in said.evidence]
