"""Everything about one statement: where it is written, who else carried it, what the speaker said before."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from processors.filters import Filters
from processors.store.queries.execute import Cursor, fetch
from processors.store.queries.where import BY_SPEAKER, CONFIDENCE, CONFIDENCE_WORD, FOLD, LAG_MS, MOVED, SPEAKER, where


def statement(cursor: Cursor, statement_id: str) -> pa.Table:
    """One row with every column of the statement, or none."""
    return fetch(
        cursor,
        f"""WITH RECURSIVE {MOVED}
        SELECT s.seq, s.id, s.article_id, s.kind, s.text,
            list_transform(s.spans, lambda x: {{'start': x.s, 'end': x.e}}) AS spans,
            {SPEAKER}, s.speaker_id AS speaker_on_arrival,
            CASE WHEN s.mention IS NULL THEN NULL ELSE {{'start': s.mention.s, 'end': s.mention.e}} END AS mention,
            s.role, s.relayed_by, s.heading,
            list_transform(s.evidence, lambda x: {{'role': x.role, 'start': x.s, 'end': x.e}}) AS evidence,
            {CONFIDENCE} AS confidence, {CONFIDENCE_WORD} AS confidence_word, s.why_unknown, s.rule, s.extractor,
            s.reported_speaker,
            coalesce(moved.topic_id, s.topic_id) AS topic_id, s.topic_id AS topic_on_arrival, s.copy_of, s.outlet,
            s.language, s.published_at, s.observed_at, s.stored_at, {LAG_MS.format("s")} AS lag_ms
        FROM statements s LEFT JOIN moved ON moved.id = s.topic_id {BY_SPEAKER}
        WHERE s.id = $id LIMIT 1""",
        {"id": statement_id},
    )


def article(cursor: Cursor, article_id: str) -> pa.Table:
    """One row: the article with its text and where its record stood on the bus."""
    return fetch(
        cursor,
        """SELECT id, url, outlet, title, author, language, text, published_at, published_precision, observed_at,
            stored_at, attribution, licence,
            {'cluster': cluster, 'topic': stream, 'partition': partition, 'offset': "offset"} AS source
        FROM articles WHERE id = $id LIMIT 1""",
        {"id": article_id},
    )


def topic(cursor: Cursor, topic_id: str) -> pa.Table:
    """One row: ``id, title, terms`` of a topic."""
    return fetch(cursor, "SELECT id, title, terms FROM topics WHERE id = $id LIMIT 1", {"id": topic_id})


def copies(cursor: Cursor, statement_id: str, copy_of: str, limit: int = 50) -> pa.Table:
    """The other statements with the same words, first one first."""
    return fetch(
        cursor,
        f"""SELECT s.id, s.outlet, s.published_at, s.article_id, coalesce(a.title, '') AS title,
            coalesce(a.url, '') AS url
        FROM statements s LEFT JOIN articles a ON a.id = s.article_id
        WHERE {FOLD} = $fold AND s.id <> $id ORDER BY s.published_at, s.seq LIMIT $limit""",
        {"fold": copy_of or statement_id, "id": statement_id, "limit": limit},
    )


def said_before(cursor: Cursor, statement_id: str, limit: int = 5) -> pa.Table:
    """Earlier statements of the same speaker on the same topic, newest first; none where the speaker is unknown."""
    found = fetch(
        cursor,
        f"""SELECT seq, speaker_id, topic_id, {FOLD} AS fold, epoch_us(published_at) AS moment
        FROM statements s WHERE id = $id LIMIT 1""",
        {"id": statement_id},
    ).to_pylist()
    nobody: dict[str, Any] = {"seq": 0, "speaker_id": "", "topic_id": "", "fold": "", "moment": 0}
    this = found[0] if found else nobody
    conditions = where(Filters(speaker=this["speaker_id"], topic=this["topic_id"]))
    return fetch(
        cursor,
        f"""WITH RECURSIVE {MOVED}, earlier AS (
            SELECT s.seq FROM statements s WHERE {" AND ".join(("s.copy_of = ''", *conditions.words))}
                AND s.id <> $fold AND (epoch_us(s.published_at), s.seq) < ($moment, $seq)
            ORDER BY s.published_at DESC, s.seq DESC LIMIT $limit)
        SELECT s.id, s.text, s.kind, coalesce(nullif(p.name, ''), s.speaker) AS speaker, s.outlet, s.published_at,
            s.article_id, coalesce(a.title, '') AS title, coalesce(a.url, '') AS url
        FROM statements s JOIN earlier ON earlier.seq = s.seq {BY_SPEAKER}
        LEFT JOIN articles a ON a.id = s.article_id
        ORDER BY s.published_at DESC, s.seq DESC""",
        {**conditions.parameters, **this, "limit": limit if this["speaker_id"] and this["topic_id"] else 0},
    )
