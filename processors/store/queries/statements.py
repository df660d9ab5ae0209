"""Statements as rows of a list: newest first in pages, or in order of arrival for the live feed."""

from __future__ import annotations

import pyarrow as pa

from processors.filters import Filters
from processors.store.queries.execute import Cursor, fetch
from processors.store.queries.where import (
    BY_SPEAKER,
    CONFIDENCE,
    CONFIDENCE_WORD,
    FOLD,
    LAG_MS,
    MOVED,
    SPEAKER,
    Where,
    every,
    firsts,
    where,
)

# ``chosen`` has the running numbers of the rows to show; only these are read in full.
_ROWS = f"""
    SELECT s.seq, s.id, s.article_id, s.kind, s.text,
        list_transform(s.spans, lambda x: {{'start': x.s, 'end': x.e}}) AS spans,
        {SPEAKER},
        CASE WHEN s.mention IS NULL THEN '' ELSE
            coalesce(substring(a.text, s.mention.s + 1, s.mention.e - s.mention.s), '') END AS speaker_mention,
        s.role, s.reported_speaker, s.relayed_by, s.heading,
        {CONFIDENCE} AS confidence, {CONFIDENCE_WORD} AS confidence_word, s.why_unknown,
        coalesce(moved.topic_id, s.topic_id) AS topic_id, coalesce(topics.title, '') AS topic,
        coalesce(same.copies, 0) AS copies, s.copy_of, s.outlet, s.language,
        coalesce(a.title, '') AS title, coalesce(a.url, '') AS url,
        coalesce(a.attribution, '') AS attribution,
        s.published_at, s.observed_at, s.stored_at, {LAG_MS.format("s")} AS lag_ms
    FROM statements s
    JOIN chosen ON chosen.seq = s.seq
    LEFT JOIN moved ON moved.id = s.topic_id
    LEFT JOIN topics ON topics.id = coalesce(moved.topic_id, s.topic_id)
    {BY_SPEAKER}
    LEFT JOIN articles a ON a.id = s.article_id
    LEFT JOIN (
        SELECT c.copy_of, count(*) AS copies FROM statements c WHERE c.copy_of IN (
            SELECT {FOLD} FROM statements s JOIN chosen ON chosen.seq = s.seq
        ) GROUP BY c.copy_of
    ) same ON same.copy_of = {FOLD}
"""


def page(cursor: Cursor, filters: Filters, limit: int, before: int | None = None, unfolded: bool = False) -> pa.Table:
    """Statements newest first by running number; ``before`` continues below that number.

    Copies are folded into the first one, unless ``unfolded``; ``copies`` counts the other statements with the same
    words.
    """
    conditions = where(filters)
    found = every(conditions) if unfolded else firsts(conditions)
    shown = f"SELECT seq FROM ({found}) WHERE $before IS NULL OR seq < $before ORDER BY seq DESC LIMIT $limit"
    return fetch(
        cursor,
        f"WITH RECURSIVE {MOVED}, chosen AS ({shown}) {_ROWS} ORDER BY s.seq DESC",
        {**conditions.parameters, "limit": limit, "before": before},
    )


def arrivals(cursor: Cursor, after: int, upto: int, limit: int) -> pa.Table:
    """Statements with a running number in (after, upto], oldest first, copies included."""
    chosen = "SELECT seq FROM statements WHERE seq > $after AND seq <= $upto ORDER BY seq LIMIT $limit"
    return fetch(
        cursor,
        f"WITH RECURSIVE {MOVED}, chosen AS ({chosen}) {_ROWS} ORDER BY s.seq",
        {"after": after, "upto": upto, "limit": limit},
    )


def missed(cursor: Cursor, filters: Filters, after: int, upto: int, limit: int) -> pa.Table:
    """What a listener missed between two running numbers: the newest ``limit`` that meet the filters, oldest first."""
    conditions = where(filters)
    shown = f"SELECT seq FROM ({firsts(conditions)}) WHERE seq > $after AND seq <= $upto ORDER BY seq DESC LIMIT $limit"
    return fetch(
        cursor,
        f"WITH RECURSIVE {MOVED}, chosen AS ({shown}) {_ROWS} ORDER BY s.seq",
        {**conditions.parameters, "after": after, "upto": upto, "limit": limit},
    )


def siblings(cursor: Cursor, folds: list[str]) -> pa.Table:
    """Every statement that is one of these or a copy of one, with what a filter looks at; ``fold`` says which."""
    return fetch(
        cursor,
        f"""WITH RECURSIVE {MOVED}
        SELECT {FOLD} AS fold, s.seq, coalesce(became.speaker_id, s.speaker_id) AS speaker_id,
            coalesce(moved.topic_id, s.topic_id) AS topic_id,
            s.outlet, s.kind, s.text, {CONFIDENCE} AS confidence
        FROM statements s LEFT JOIN moved ON moved.id = s.topic_id LEFT JOIN became ON became.id = s.speaker_id
        WHERE list_contains($folds, {FOLD}) ORDER BY s.seq""",
        {"folds": folds},
    )


def merges(cursor: Cursor) -> pa.Table:
    """Each merged topic and speaker with the living one at the end of its chain: ``id, present``."""
    return fetch(
        cursor,
        f"""WITH RECURSIVE {MOVED}
        SELECT id, topic_id AS present FROM moved UNION ALL SELECT id, speaker_id FROM became ORDER BY id""",
        {},
    )


def newest(cursor: Cursor) -> pa.Table:
    """One row: the highest running number, 0 where there is no statement."""
    return fetch(cursor, "SELECT coalesce(max(seq), 0) AS seq FROM statements", {})


def count(cursor: Cursor, filters: Filters) -> pa.Table:
    """One row: how many statements meet the filters, copies folded."""
    conditions: Where = where(filters)
    return fetch(
        cursor, f"WITH RECURSIVE {MOVED} SELECT count(*) AS count FROM ({firsts(conditions)})", conditions.parameters
    )
