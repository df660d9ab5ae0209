"""How the run is fed: offsets that are stored, and inputs that could not be processed."""

from __future__ import annotations

import pyarrow as pa

from processors.store.queries.execute import Cursor, fetch


def offsets(cursor: Cursor) -> pa.Table:
    """Rows ``cluster, stream, partition, next``: where the store reads on."""
    return fetch(
        cursor,
        "SELECT cluster, stream, partition, next FROM offsets ORDER BY cluster, stream, partition",
        {},
    )


def dead_letters(cursor: Cursor, limit: int, before: int | None = None) -> pa.Table:
    """Inputs that could not be processed, newest first, with the reason and where they stood on the bus."""
    return fetch(
        cursor,
        """SELECT seq, stage, reason, cluster, stream, partition, "offset", "at", origin, position,
            article_id, url, excerpt
        FROM dead_letters WHERE $before IS NULL OR seq < $before ORDER BY seq DESC LIMIT $limit""",
        {"limit": limit, "before": before},
    )
