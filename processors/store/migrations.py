"""The schema, as the ordered steps that led to it.

A step that has been released is never changed; a new one is added at the end. ``migrations`` in the file says which
ones it has seen. All times are UTC; ``seq`` counts a run's statements from 1 in the order in which they were stored.

Rows are only added, except in ``topics``, ``speakers``, ``topic_state``, ``speaker_state``, ``offsets`` and ``meta``.
There are no primary keys: an upsert over one takes six times as long as appending what a semi-join did not find.
"""

from __future__ import annotations

from collections.abc import Callable

import duckdb

from processors.errors import StoreError, StoreTooNew

Connection = duckdb.DuckDBPyConnection


def first_schema(connection: Connection) -> None:
    """Articles, statements, vectors, speakers, topics, the ledger of inputs, dead letters and offsets."""
    for statement in _FIRST_SCHEMA:
        connection.execute(statement)


def speakers_across_articles(connection: Connection) -> None:
    """Speakers get their kind, terms, aliases, merges and the registry's state; what happened to them is kept.

    Statements tell whose words they report.

    A speaker of the first schema goes on as a person with one alias, the name, and the role that most articles gave.
    """
    for statement in _SPEAKERS_ACROSS_ARTICLES:
        connection.execute(statement)


MIGRATIONS: tuple[Callable[[Connection], None], ...] = (first_schema, speakers_across_articles)
SCHEMA_VERSION = len(MIGRATIONS)

_FIRST_SCHEMA = (
    # run, kind, model, dims: what holds for the whole run
    "CREATE TABLE meta (key VARCHAR NOT NULL, value VARCHAR NOT NULL)",
    # cluster, stream, partition and "offset" say where the article's own record stands on the bus
    """CREATE TABLE articles (
        seq BIGINT NOT NULL, id VARCHAR NOT NULL, url VARCHAR NOT NULL, outlet VARCHAR NOT NULL, title VARCHAR NOT NULL,
        author VARCHAR NOT NULL, language VARCHAR NOT NULL, licence VARCHAR NOT NULL, attribution VARCHAR NOT NULL,
        published_at TIMESTAMP NOT NULL, published_precision VARCHAR NOT NULL, observed_at TIMESTAMP NOT NULL,
        stored_at TIMESTAMP NOT NULL, text VARCHAR NOT NULL, origin VARCHAR NOT NULL, position BIGINT NOT NULL,
        cluster VARCHAR NOT NULL, stream VARCHAR NOT NULL, partition INTEGER NOT NULL, "offset" BIGINT NOT NULL,
        statements INTEGER NOT NULL, skipped VARCHAR NOT NULL)""",
    # topic_id is the topic on arrival: topics.merged_into leads to the present one. copy_of is the first statement with
    # the same words (same text_key), empty for the first itself.
    """CREATE TABLE statements (
        seq BIGINT NOT NULL, id VARCHAR NOT NULL, article_id VARCHAR NOT NULL, kind VARCHAR NOT NULL,
        text VARCHAR NOT NULL, spans STRUCT(s INTEGER, e INTEGER)[] NOT NULL, speaker_id VARCHAR NOT NULL,
        speaker VARCHAR NOT NULL, mention STRUCT(s INTEGER, e INTEGER), role VARCHAR NOT NULL,
        relayed_by VARCHAR[] NOT NULL, heading VARCHAR NOT NULL,
        evidence STRUCT(role VARCHAR, s INTEGER, e INTEGER)[] NOT NULL, confidence FLOAT NOT NULL,
        why_unknown VARCHAR NOT NULL, rule VARCHAR NOT NULL, extractor VARCHAR NOT NULL, topic_id VARCHAR NOT NULL,
        copy_of VARCHAR NOT NULL, text_key BIGINT NOT NULL, outlet VARCHAR NOT NULL, language VARCHAR NOT NULL,
        published_at TIMESTAMP NOT NULL, observed_at TIMESTAMP NOT NULL, stored_at TIMESTAMP NOT NULL)""",
    # vector: little-endian float16, meta.dims of them
    "CREATE TABLE vectors (seq BIGINT NOT NULL, statement_id VARCHAR NOT NULL, vector BLOB NOT NULL)",
    # statements: without copies. first_at and last_at are times of publication.
    """CREATE TABLE speakers (
        id VARCHAR NOT NULL, name VARCHAR NOT NULL, role VARCHAR NOT NULL, first_at TIMESTAMP NOT NULL,
        last_at TIMESTAMP NOT NULL, statements BIGINT NOT NULL, role_votes BIGINT NOT NULL)""",
    """CREATE TABLE topics (
        id VARCHAR NOT NULL, title VARCHAR NOT NULL, terms VARCHAR[] NOT NULL, merged_into VARCHAR NOT NULL,
        first_at TIMESTAMP NOT NULL, last_at TIMESTAMP NOT NULL, statements BIGINT NOT NULL, articles BIGINT NOT NULL,
        state BLOB NOT NULL)""",
    """CREATE TABLE topic_events (
        seq BIGINT NOT NULL, "at" TIMESTAMP NOT NULL, kind VARCHAR NOT NULL, topic_id VARCHAR NOT NULL,
        into_id VARCHAR NOT NULL, title VARCHAR NOT NULL)""",
    "CREATE TABLE topic_state (key VARCHAR NOT NULL, value BLOB NOT NULL)",
    # outcome: stored, duplicate or dead
    """CREATE TABLE inputs (
        origin VARCHAR NOT NULL, position BIGINT NOT NULL, outcome VARCHAR NOT NULL, article_id VARCHAR NOT NULL,
        "at" TIMESTAMP NOT NULL)""",
    # origin '' and position -1: nobody can say which article it was
    """CREATE TABLE dead_letters (
        seq BIGINT NOT NULL, stage VARCHAR NOT NULL, reason VARCHAR NOT NULL, cluster VARCHAR NOT NULL,
        stream VARCHAR NOT NULL, partition INTEGER NOT NULL, "offset" BIGINT NOT NULL, "at" TIMESTAMP NOT NULL,
        origin VARCHAR NOT NULL, position BIGINT NOT NULL, article_id VARCHAR NOT NULL, url VARCHAR NOT NULL,
        excerpt VARCHAR NOT NULL)""",
    # stream is the whole topic name; next is the lowest offset that is not applied yet
    """CREATE TABLE offsets (
        cluster VARCHAR NOT NULL, stream VARCHAR NOT NULL, partition INTEGER NOT NULL, next BIGINT NOT NULL)""",
)

_SPEAKERS_ACROSS_ARTICLES = (
    # merged_into is the speaker that it is from then on. statements counts what arrived under this very id, without
    # copies; first_at and last_at, of publication, are about all of that. state is the registry's own.
    """CREATE TABLE speakers_now (
        id VARCHAR NOT NULL, name VARCHAR NOT NULL, kind VARCHAR NOT NULL, role VARCHAR NOT NULL,
        terms STRUCT(role VARCHAR, first_at TIMESTAMP, last_at TIMESTAMP, articles BIGINT)[] NOT NULL,
        aliases STRUCT(name VARCHAR, statements BIGINT)[] NOT NULL, merged_into VARCHAR NOT NULL,
        first_at TIMESTAMP NOT NULL, last_at TIMESTAMP NOT NULL, statements BIGINT NOT NULL, state BLOB NOT NULL)""",
    """INSERT INTO speakers_now SELECT id, name, 'person', role,
        CASE WHEN role = '' THEN [] ELSE
            [{'role': role, 'first_at': first_at, 'last_at': last_at, 'articles': greatest(role_votes, 1)}] END,
        [{'name': name, 'statements': statements}], '', first_at, last_at, statements, ''::BLOB FROM speakers""",
    "DROP TABLE speakers",
    "ALTER TABLE speakers_now RENAME TO speakers",
    # kind: born, merged, renamed or parted
    """CREATE TABLE speaker_events (
        seq BIGINT NOT NULL, "at" TIMESTAMP NOT NULL, kind VARCHAR NOT NULL, speaker_id VARCHAR NOT NULL,
        into_id VARCHAR NOT NULL, name VARCHAR NOT NULL, reason VARCHAR NOT NULL)""",
    "CREATE TABLE speaker_state (key VARCHAR NOT NULL, value BLOB NOT NULL)",
    # whose words the speaker reports, where the statement is about what somebody else said
    "ALTER TABLE statements ADD COLUMN reported_speaker VARCHAR DEFAULT ''",
)


def migrate(connection: Connection, name: str) -> int:
    """Apply the steps that the file has not seen, each in a transaction of its own; the schema version it has then.

    Raises StoreTooNew where it has seen one that is not known here, StoreError where its tables are not ours.
    """
    known = [step.__name__ for step in MIGRATIONS]
    applied = _applied(connection, name)
    if applied != known[: len(applied)]:
        raise StoreTooNew(f"{name} was written by a later version of onrecord; update onrecord to open it")
    for number, step in enumerate(MIGRATIONS[len(applied) :], start=len(applied) + 1):
        connection.begin()
        try:
            step(connection)
            connection.execute("INSERT INTO migrations VALUES (?, ?)", [number, step.__name__])
            connection.execute("DELETE FROM meta WHERE key = 'schema_version'")
            connection.execute("INSERT INTO meta VALUES ('schema_version', ?)", [str(number)])
            connection.commit()
        except BaseException:
            connection.rollback()
            raise
    return len(known)


def _applied(connection: Connection, name: str) -> list[str]:
    tables = connection.execute("SELECT table_name FROM duckdb_tables() WHERE database_name = current_catalog()")
    present = {row[0] for row in tables.fetchall()}
    if "migrations" not in present:
        if present:
            raise StoreError(f"{name} is a DuckDB file of another program; choose another run name or store.directory")
        connection.execute("CREATE TABLE migrations (number INTEGER NOT NULL, name VARCHAR NOT NULL)")
        return []
    return [row[0] for row in connection.execute("SELECT name FROM migrations ORDER BY number").fetchall()]
