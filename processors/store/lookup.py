"""The questions that writing a batch asks the file, and what is read from it at start."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

import duckdb

from processors.messages import Source
from processors.steps.speakers.items import SpeakerRow, Term
from processors.steps.topics import TopicRow
from processors.store.batch import Counters
from processors.store.copies import WINDOW
from processors.store.speakers import Tally


class StoredRows:
    """Answers ``batch.Lookup`` on the writer's own connection, inside its transaction."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection: Any = connection

    def articles(self, ids: Sequence[str]) -> set[str]:
        """Those of the ids that are stored."""
        return self._present("SELECT id FROM articles WHERE id IN (SELECT unnest(?::VARCHAR[]))", ids)

    def statements(self, ids: Sequence[str]) -> set[str]:
        """Those of the ids that are stored."""
        return self._present("SELECT id FROM statements WHERE id IN (SELECT unnest(?::VARCHAR[]))", ids)

    def originals(
        self, keys: Sequence[int], since: datetime, until: datetime
    ) -> Iterable[tuple[int, str, datetime, str]]:
        """(key, id, published, topic) of what statements published between these times could copy, in order of seq."""
        found: list[tuple[int, str, datetime, str]] = self._connection.execute(
            """SELECT text_key, id, published_at, topic_id FROM statements
               WHERE text_key IN (SELECT unnest(?::BIGINT[])) AND copy_of = '' AND published_at BETWEEN ? AND ?
               ORDER BY seq""",
            [list(keys), _shifted(since, -1), _shifted(until, 1)],
        ).fetchall()
        return found

    def tallies(self, speakers: Sequence[str]) -> dict[str, Tally]:
        """What is counted of those that are known."""
        if not speakers:
            return {}
        rows = self._connection.execute(
            """SELECT id, first_at, last_at, statements FROM speakers WHERE id IN (SELECT unnest(?::VARCHAR[]))""",
            [list(speakers)],
        ).fetchall()
        return {speaker: Tally(*counted) for speaker, *counted in rows}

    def dead_letters(self, sources: Sequence[Source]) -> set[tuple[str, Source]]:
        """(stage, source) of the unattributed dead letters that stood at these offsets."""
        if not sources:
            return set()
        rows = self._connection.execute(
            """SELECT stage, cluster, stream, partition, "offset" FROM dead_letters
               WHERE origin = '' AND "offset" IN (SELECT unnest(?::BIGINT[]))""",
            [[source.offset for source in sources]],
        ).fetchall()
        return {(stage, Source(*place)) for stage, *place in rows}

    def _present(self, query: str, ids: Sequence[str]) -> set[str]:
        if not ids:
            return set()
        return {row[0] for row in self._connection.execute(query, [list(ids)]).fetchall()}


def load_counters(connection: duckdb.DuckDBPyConnection) -> Counters:
    """The next running numbers, and the model of the run."""
    numbers = connection.execute(
        """SELECT (SELECT coalesce(max(seq), 0) + 1 FROM articles), (SELECT coalesce(max(seq), 0) + 1 FROM statements),
                  (SELECT coalesce(max(seq), 0) + 1 FROM dead_letters),
                  (SELECT coalesce(max(seq), 0) + 1 FROM topic_events),
                  (SELECT coalesce(max(seq), 0) + 1 FROM speaker_events)"""
    ).fetchall()[0]
    meta = dict(connection.execute("SELECT key, value FROM meta WHERE key IN ('model', 'dims')").fetchall())
    article, statement, dead_letter, event, speaker_event = numbers
    model, dims = meta.get("model", ""), int(meta.get("dims", "0"))
    return Counters(article, statement, dead_letter, event, speaker_event, model, dims)


def newest_published(connection: duckdb.DuckDBPyConnection) -> datetime | None:
    """The newest time of publication, aware; None in an empty run."""
    (newest,) = connection.execute("SELECT max(published_at) FROM articles").fetchall()[0]
    return newest and _aware(newest)


def load_topics(connection: duckdb.DuckDBPyConnection) -> list[TopicRow]:
    """The topics that take further statements; those that have ended have no state and need not be known."""
    rows = connection.execute(
        """SELECT id, title, terms, merged_into, first_at, last_at, statements, articles, state FROM topics
           WHERE octet_length(state) > 0 ORDER BY id"""
    ).fetchall()
    return [
        TopicRow(id_, title, tuple(terms), into, _aware(first), _aware(last), statements, articles, state)
        for id_, title, terms, into, first, last, statements, articles, state in rows
    ]


def load_speakers(connection: duckdb.DuckDBPyConnection) -> list[SpeakerRow]:
    """The speakers that the registry needs to go on; one without a state it needs no longer."""
    rows = connection.execute(
        """SELECT id, name, kind, role, terms, aliases, merged_into, state FROM speakers
           WHERE octet_length(state) > 0 ORDER BY id"""
    ).fetchall()
    return [
        SpeakerRow(id_, name, kind, role, _terms(terms), _aliases(aliases), into, state)
        for id_, name, kind, role, terms, aliases, into, state in rows
    ]


def _terms(found: list[dict[str, Any]]) -> tuple[Term, ...]:
    return tuple(Term(one["role"], _aware(one["first_at"]), _aware(one["last_at"]), one["articles"]) for one in found)


def _aliases(found: list[dict[str, Any]]) -> tuple[tuple[str, int], ...]:
    return tuple((one["name"], one["statements"]) for one in found)


def _aware(time: datetime) -> datetime:
    return time.replace(tzinfo=UTC)


def _shifted(time: datetime, windows: int) -> datetime:
    """``time`` moved by the copies' window, or as far as the calendar goes."""
    try:
        return time + windows * WINDOW
    except OverflowError:
        return datetime.min if windows < 0 else datetime.max  # noqa: DTZ901
