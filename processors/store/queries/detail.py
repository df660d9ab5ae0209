"""Everything about one statement: where it is written, who else carried it, what the speaker said before."""

from __future__ import annotations

import pyarrow as pa

from processors.store.queries.execute import Cursor, fetch
from processors.store.queries.where import CONFIDENCE, CONFIDENCE_WORD, FOLD, LAG_MS, MOVED


def statement(cursor: Cursor, statement_id: str) -> pa.Table:
    """One row with every column of the statement, or none."""
    return fetch(
        cursor,
        f"""WITH RECURSIVE {MOVED}
        SELECT s.seq, s.id, s.article_id, s.kind, s.text,
            list_transform(s.spans, lambda x: {{'start': x.s, 'end': x.e}}) AS spans,
            s.speaker_id, s.speaker,
            CASE WHEN s.mention IS NULL THEN NULL ELSE {{'start': s.mention.s, 'end': s.mention.e}} END AS mention,
            s.role, s.relayed_by, s.heading,
            list_transform(s.evidence, lambda x: {{'role': x.role, 'start': x.s, 'end': x.e}}) AS evidence,
            {CONFIDENCE} AS confidence, {CONFIDENCE_WORD} AS confidence_word, s.why_unknown, s.rule, s.extractor,
            coalesce(moved.topic_id, s.topic_id) AS topic_id, s.topic_id AS topic_on_arrival, s.copy_of, s.outlet,
            s.language, s.published_at, s.observed_at, s.stored_at, {LAG_MS.format("s")} AS lag_ms
        FROM statements s LEFT JOIN moved ON moved.id = s.topic_id
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
    return fetch(
        cursor,
        f"""WITH RECURSIVE {MOVED}, this AS (
            SELECT s.seq, s.speaker_id, s.published_at, {FOLD} AS fold,
                coalesce(moved.topic_id, s.topic_id) AS topic_id
            FROM statements s LEFT JOIN moved ON moved.id = s.topic_id WHERE s.id = $id LIMIT 1
        )
        SELECT s.id, s.text, s.kind, s.speaker, s.outlet, s.published_at, s.article_id,
            coalesce(a.title, '') AS title, coalesce(a.url, '') AS url
        FROM statements s JOIN this ON s.speaker_id = this.speaker_id
        LEFT JOIN moved ON moved.id = s.topic_id
        LEFT JOIN articles a ON a.id = s.article_id
        WHERE s.speaker_id <> '' AND coalesce(moved.topic_id, s.topic_id) = this.topic_id AND s.copy_of = ''
            AND s.id <> this.fold AND (s.published_at, s.seq) < (this.published_at, this.seq)
        ORDER BY s.published_at DESC, s.seq DESC LIMIT $limit""",
        {"id": statement_id, "limit": limit},
    )
