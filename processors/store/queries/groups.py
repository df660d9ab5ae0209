"""Topics and speakers in a window of time: how much now, how much before, and the course of it in twelve steps."""

from __future__ import annotations

from datetime import datetime

import pyarrow as pa

from processors.filters import Filters
from processors.store.queries.execute import Cursor, fetch
from processors.store.queries.where import MOVED, UNNAMED, firsts, where, window

STEPS = 12
_SPARK = ", ".join(f"count(*) FILTER (WHERE slot = {step})" for step in range(STEPS))
_INSIDE = "moment > $start AND moment <= $stop"
# One pass over the statements that meet the filters. ``change`` is count/previous - 1: 1.2 is shown as +120 %.
_COUNTS = f"""
    count(*) FILTER (WHERE {_INSIDE}) AS count,
    count(*) FILTER (WHERE moment > $earlier AND moment <= $start) AS previous,
    count(*) AS total,
    count(DISTINCT speaker_id) FILTER (WHERE {_INSIDE} AND speaker_id <> '' AND NOT unnamed) AS speakers,
    count(DISTINCT outlet) FILTER (WHERE {_INSIDE}) AS outlets,
    max(moment) AS last_at,
    [{_SPARK}]::INTEGER[] AS spark
"""
_STEP = f"least((epoch_us(moment) - epoch_us($start)) * {STEPS} // $span_us, {STEPS - 1})"
_SLOT = f"CASE WHEN {_INSIDE} THEN {_STEP} END AS slot"
_CHANGE = "CASE WHEN previous > 0 THEN round(count / previous - 1, 4) END AS change"

_CALLED = """SELECT id FROM speakers WHERE contains(lower(speakers.name), lower($name))
    OR len(list_filter(aliases, lambda x: contains(lower(x.name), lower($name)))) > 0"""


def _counted(filters: Filters, key: str, wanted: str = "true") -> str:
    columns = "s.topic_id AS arrived, s.speaker_id AS came_as, s.outlet, s.published_at AS moment"
    return f"""
        found AS (SELECT f.*, coalesce(moved.topic_id, f.arrived) AS topic_id,
                coalesce(became.speaker_id, f.came_as) AS speaker_id, u.id IS NOT NULL AS unnamed, {_SLOT}
            FROM ({firsts(where(filters), columns)}) f LEFT JOIN moved ON moved.id = f.arrived
            LEFT JOIN became ON became.id = f.came_as
            LEFT JOIN ({UNNAMED}) u ON u.id = coalesce(became.speaker_id, f.came_as)
            WHERE moment <= $stop),
        counted AS (SELECT {key}, {_COUNTS} FROM found WHERE {key} <> '' AND {wanted} GROUP BY {key}
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


def speakers(
    cursor: Cursor,
    filters: Filters,
    now: datetime,
    seconds: float,
    limit: int,
    *,
    unnamed: bool = False,
    name: str = "",
) -> pa.Table:
    """Speakers with statements in the window, most first; statements of unknown speakers are not in it.

    Columns: ``speaker_id, speaker, kind, role, aliases, count, previous, change, total, outlets, last_at, spark``;
    ``aliases`` counts the forms as articles write them. Those whom no article names are left out, unless ``unnamed``;
    ``name`` is a part of the name or of one of its forms, in any case.
    """
    stretch, rest = window(filters, now, seconds)
    wanted = "true" if unnamed else "NOT unnamed"
    wanted += f" AND speaker_id IN ({_CALLED})" if name else ""
    return fetch(
        cursor,
        f"""WITH RECURSIVE {MOVED}, {_counted(rest, "speaker_id", wanted)}
        SELECT c.speaker_id, coalesce(p.name, '') AS speaker, coalesce(p.kind, '') AS kind,
            coalesce(p.role, '') AS role, coalesce(len(p.aliases), 0) AS aliases,
            c.count, c.previous, {_CHANGE}, c.total, c.outlets, c.last_at, c.spark
        FROM counted c LEFT JOIN speakers p ON p.id = c.speaker_id
        ORDER BY c.count DESC, c.total DESC, c.speaker_id""",
        {**where(rest).parameters, **stretch.parameters, "limit": limit, "name": name},
    )
