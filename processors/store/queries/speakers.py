"""Everything about one speaker: names, roles with their dates, and which speakers became this one, and why."""

from __future__ import annotations

import pyarrow as pa

from processors.store.queries.execute import Cursor, fetch
from processors.store.queries.where import MOVED

MOST = 100
"""Rows of each list about one speaker, the largest or newest first."""


def speaker(cursor: Cursor, speaker_id: str) -> pa.Table:
    """One row about whom an id stands for now: ``id, name, kind, role, terms, aliases, first_at, last_at``; or none.

    ``terms`` are in order of time, ``aliases`` the forms that articles write, most first as they are stored. The
    times, of publication, are over all that became this speaker.
    """
    return fetch(
        cursor,
        f"""WITH RECURSIVE {MOVED}, present AS (
            SELECT coalesce((SELECT speaker_id FROM became WHERE id = $id), $id) AS id)
        SELECT p.id, p.name, p.kind, p.role,
            list_sort(list_transform(p.terms, lambda x: {{'first_at': x.first_at::TIMESTAMPTZ,
                'last_at': x.last_at::TIMESTAMPTZ, 'role': x.role, 'articles': x.articles}})) AS terms,
            p.aliases[:{MOST}] AS aliases,
            times.first_at, times.last_at
        FROM speakers p JOIN present ON present.id = p.id
        CROSS JOIN (SELECT min(o.first_at) AS first_at, max(o.last_at) AS last_at FROM speakers o
            LEFT JOIN became ON became.id = o.id
            WHERE coalesce(became.speaker_id, o.id) = (SELECT id FROM present)) times
        LIMIT 1""",
        {"id": speaker_id},
    )


def merged(cursor: Cursor, speaker_id: str) -> pa.Table:
    """Who became the living speaker of this id: ``id, name, at, reason``, newest first.

    ``at`` and ``reason`` are those of the last time that it was merged.
    """
    return fetch(
        cursor,
        f"""WITH RECURSIVE {MOVED}
        SELECT p.id, p.name, e."at", e.reason FROM became JOIN speakers p ON p.id = became.id
        JOIN speaker_events e ON e.speaker_id = p.id AND e.into_id = p.merged_into AND e.kind = 'merged'
        WHERE became.speaker_id = $id
        QUALIFY row_number() OVER (PARTITION BY p.id ORDER BY e.seq DESC) = 1
        ORDER BY e.seq DESC LIMIT {MOST}""",
        {"id": speaker_id},
    )


def events(cursor: Cursor, speaker_id: str) -> pa.Table:
    """What happened to the living speaker of this id and to those that became it, newest first.

    Columns: ``seq, at, kind, speaker_id, into_id, name, reason``.
    """
    return fetch(
        cursor,
        f"""WITH RECURSIVE {MOVED}, theirs AS (SELECT $id AS id UNION ALL SELECT id FROM became WHERE speaker_id = $id)
        SELECT e.seq, e."at", e.kind, e.speaker_id, e.into_id, e.name, e.reason FROM speaker_events e
        WHERE e.speaker_id IN (SELECT id FROM theirs) OR e.into_id IN (SELECT id FROM theirs)
        ORDER BY e.seq DESC LIMIT {MOST}""",
        {"id": speaker_id},
    )
