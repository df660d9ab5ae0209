"""How many statements on which topic, bucket by bucket."""

from __future__ import annotations

from datetime import datetime, timedelta

import pyarrow as pa

from processors.filters import Filters
from processors.store.queries.execute import Cursor, fetch
from processors.store.queries.where import MOVED, firsts, stored, where, window

OTHERS = "Other topics"


def timeline(cursor: Cursor, filters: Filters, now: datetime, seconds: float, bucket: int, top: int) -> pa.Table:
    """Rows ``bucket, topic_id, title, count``, oldest first; buckets without statements are absent.

    A bucket is named by its start, a multiple of ``bucket`` seconds since 1970. The ``top`` topics of the whole window
    keep their name, the rest are folded under topic_id ''. The window's first bucket is always a whole one.
    """
    stretch, rest = window(filters, now, seconds)
    conditions = where(rest)
    start = stretch.start - timedelta(seconds=stretch.start.timestamp() % bucket)
    return fetch(
        cursor,
        f"""WITH RECURSIVE {MOVED},
        found AS (SELECT coalesce(moved.topic_id, f.arrived) AS topic_id, moment
            FROM ({firsts(conditions, "s.topic_id AS arrived, s.published_at AS moment")}) f
            LEFT JOIN moved ON moved.id = f.arrived WHERE moment >= $start AND moment <= $stop),
        largest AS (SELECT topic_id FROM found WHERE topic_id <> '' GROUP BY topic_id
            ORDER BY count(*) DESC, topic_id LIMIT $top),
        named AS (SELECT make_timestamp(epoch_us(moment) // $bucket_us * $bucket_us) AS bucket,
            coalesce(largest.topic_id, '') AS topic_id
            FROM found LEFT JOIN largest ON largest.topic_id = found.topic_id)
        SELECT n.bucket, n.topic_id, CASE WHEN n.topic_id = '' THEN $others ELSE coalesce(t.title, '') END AS title,
            n.count
        FROM (SELECT bucket, topic_id, count(*) AS count FROM named GROUP BY bucket, topic_id) n
        LEFT JOIN topics t ON t.id = n.topic_id ORDER BY n.bucket, n.topic_id""",
        {
            **conditions.parameters,
            "start": stored(start),
            "stop": stored(stretch.end),
            "bucket_us": bucket * 1_000_000,
            "top": top,
            "others": OTHERS,
        },
    )
