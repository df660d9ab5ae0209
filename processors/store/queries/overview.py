"""A run in a line: how fresh, how much, how quick."""

from __future__ import annotations

from datetime import datetime, timedelta

import pyarrow as pa

from processors.store.queries.execute import Cursor, fetch
from processors.store.queries.where import LAG_MS, stored

LAG_ARTICLES = 500


def newest_published(cursor: Cursor) -> pa.Table:
    """One row ``newest``: the newest time of publication, which is "now" for recorded runs; null in an empty run."""
    return fetch(cursor, "SELECT max(published_at) AS newest FROM articles", {})


def overview(cursor: Cursor, clock_now: datetime) -> pa.Table:
    """One row: counts, freshness, and lag over the last 500 articles.

    ``statements`` counts all that are stored, ``copies`` how many of them repeat an earlier one; ``speakers`` are those
    with a name; ``lag_*`` is from the bus to the database, in milliseconds; ``rate_per_minute`` is the statements
    stored in the minute before ``clock_now``, by the clock also for recorded runs.
    """
    return fetch(
        cursor,
        f"""SELECT (SELECT max(published_at) FROM articles) AS newest_published_at,
            (SELECT max(stored_at) FROM articles) AS newest_stored_at,
            (SELECT count(*) FROM statements) AS statements,
            (SELECT count(*) FROM statements WHERE copy_of <> '') AS copies,
            (SELECT count(*) FROM articles) AS articles,
            (SELECT count(*) FROM speakers WHERE merged_into = '' AND kind <> 'unnamed') AS speakers,
            (SELECT count(*) FROM topics WHERE merged_into = '') AS topics,
            (SELECT count(*) FROM statements
                WHERE stored_at > $minute_ago AND stored_at <= $clock_now) AS rate_per_minute,
            lag.p50 AS lag_p50_ms, lag.p95 AS lag_p95_ms
        FROM (SELECT round(quantile_cont(ms, 0.5), 1) AS p50, round(quantile_cont(ms, 0.95), 1) AS p95
            FROM (SELECT {LAG_MS.format("a")} AS ms FROM articles a ORDER BY a.seq DESC LIMIT $last)) lag""",
        {
            "minute_ago": stored(clock_now - timedelta(minutes=1)),
            "clock_now": stored(clock_now),
            "last": LAG_ARTICLES,
        },
    )


def totals(cursor: Cursor) -> pa.Table:
    """One row for the list of runs: ``statements, articles, first_at, last_at`` (times of publication)."""
    return fetch(
        cursor,
        """SELECT (SELECT count(*) FROM statements) AS statements, count(*) AS articles,
            min(published_at) AS first_at, max(published_at) AS last_at FROM articles""",
        {},
    )
