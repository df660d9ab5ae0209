"""Topics and speakers in a window of time: how much now, how much before, and the course of it in twelve steps."""

from __future__ import annotations

from datetime import datetime

import pyarrow as pa

from processors.filters import Filters
from processors.store.queries.execute import Cursor, fetch
from processors.store.queries.where import MOVED, firsts, where, window

STEPS = 12
_SPARK = ", ".join(f"count(*) FILTER (WHERE slot = {step})" for step in range(STEPS))
_INSIDE = "moment > $start AND moment <= $stop"
# One pass over the statements that meet the filters. ``change`` is count/previous - 1: 1.2 is shown as +120 %.
_COUNTS = f"""
    count(*) FILTER (WHERE {_INSIDE}) AS count,
    count(*) FILTER (WHERE moment > $earlier AND moment <= $start) AS previous,
    count(*) AS total,
    count(DISTINCT speaker_id) FILTER (WHERE {_INSIDE} AND speaker_id <> '') AS speakers,
    count(DISTINCT outlet) FILTER (WHERE {_INSIDE}) AS outlets,
    max(moment) AS last_at,
    [{_SPARK}]::INTEGER[] AS spark
"""
_STEP = f"least((epoch_us(moment) - epoch_us($start)) * {STEPS} // $span_us, {STEPS - 1})"
_SLOT = f"CASE WHEN {_INSIDE} THEN {_STEP} END AS slot"
_CHANGE = "CASE WHEN previous > 0 THEN round(count / previous - 1, 4) END AS change"


def _counted(filters: Filters, key: str) -> str:
    columns = "s.topic_id AS arrived, s.speaker_id, s.outlet, s.published_at AS moment"
    return f"""
        found AS (SELECT f.*, coalesce(moved.topic_id, f.arrived) AS topic_id, {_SLOT}
            FROM ({firsts(where(filters), columns)}) f LEFT JOIN moved ON moved.id = f.arrived
            WHERE moment <= $stop),
        counted AS (SELECT {key}, {_COUNTS} FROM found WHERE {key} <> '' GROUP BY {key}
            HAVING count(*) FILTER (WHERE {_INSIDE}) > 0
            ORDER BY count DESC, total DESC, {key} LIMIT $limit)
    """


def topics(cursor: Cursor, filters: Filters, now: datetime, seconds: float, limit: int) -> pa.Table:
    """Topics with statements in the window, most first.

    Columns: ``topic_id, title, terms, count, previous, change, total, speakers, outlets, last_at, spark``. ``previous``
    counts the equally long time before, ``total`` all time until the window's end.
    """
    stretch, rest = window(filters, now, seconds)
    return fetch(
        cursor,
        f"""WITH RECURSIVE {MOVED}, {_counted(rest, "topic_id")}
        SELECT c.topic_id, coalesce(t.title, '') AS title, coalesce(t.terms, []::VARCHAR[]) AS terms,
            c.count, c.previous, {_CHANGE}, c.total, c.speakers, c.outlets, c.last_at, c.spark
        FROM counted c LEFT JOIN topics t ON t.id = c.topic_id ORDER BY c.count DESC, c.total DESC, c.topic_id""",
        {**where(rest).parameters, **stretch.parameters, "limit": limit},
    )


def speakers(cursor: Cursor, filters: Filters, now: datetime, seconds: float, limit: int) -> pa.Table:
    """Speakers with statements in the window, most first; statements of unknown speakers are not in it.

    Columns: ``speaker_id, speaker, role, count, previous, change, total, outlets, last_at, spark``.
    """
    stretch, rest = window(filters, now, seconds)
    return fetch(
        cursor,
        f"""WITH RECURSIVE {MOVED}, {_counted(rest, "speaker_id")}
        SELECT c.speaker_id, coalesce(p.name, '') AS speaker, coalesce(p.role, '') AS role,
            c.count, c.previous, {_CHANGE}, c.total, c.outlets, c.last_at, c.spark
        FROM counted c LEFT JOIN speakers p ON p.id = c.speaker_id
        ORDER BY c.count DESC, c.total DESC, c.speaker_id""",
        {**where(rest).parameters, **stretch.parameters, "limit": limit},
    )
