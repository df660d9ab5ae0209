"""What one can filter by, with counts."""

from __future__ import annotations

from typing import Literal

import msgspec
import pyarrow as pa

from processors.filters import UNKNOWN_SPEAKER, Filters
from processors.store.queries.execute import Cursor, fetch
from processors.store.queries.where import MOVED, UNNAMED, firsts, where

FacetName = Literal["speaker", "topic", "outlet", "kind"]

# Value of each facet over ``f``, the statements found, what that has to be joined with; the value's label and its join.
_FACETS: dict[FacetName, tuple[str, str, str, str]] = {
    "speaker": (
        "CASE WHEN f.speaker_id = '' THEN $unknown ELSE coalesce(became.speaker_id, f.speaker_id) END",
        "LEFT JOIN became ON became.id = f.speaker_id",
        "CASE WHEN value = $unknown THEN 'Speaker unknown' ELSE coalesce(label.name, value) END",
        "LEFT JOIN speakers label ON label.id = value",
    ),
    "topic": (
        "coalesce(moved.topic_id, f.topic_id)",
        "LEFT JOIN moved ON moved.id = f.topic_id",
        "coalesce(label.title, value)",
        "LEFT JOIN topics label ON label.id = value",
    ),
    "outlet": ("f.outlet", "", "value", ""),
    "kind": ("f.kind", "", "value", ""),
}


def facet(cursor: Cursor, name: FacetName, filters: Filters, limit: int = 50, unnamed: bool = False) -> pa.Table:
    """Rows ``value, label, count`` of one facet, most first, copies folded.

    The facet's own filter is left out, so that the other choices stay in sight. Speakers whom no article names are no
    choice, unless ``unnamed``.
    """
    conditions = where(msgspec.structs.replace(filters, **{name: ""}))
    value, through, label, join = _FACETS[name]
    columns = "s.speaker_id, s.topic_id, s.outlet, s.kind"
    wanted = "true" if unnamed or name != "speaker" else f"value NOT IN ({UNNAMED})"
    return fetch(
        cursor,
        f"""WITH RECURSIVE {MOVED}, counted AS (
            SELECT value, count(*) AS count FROM (
                SELECT {value} AS value
                FROM ({firsts(conditions, columns)}) f {through}
            ) WHERE value <> '' AND {wanted} GROUP BY value ORDER BY count DESC, value LIMIT $limit)
        SELECT value, {label} AS label, count FROM counted {join} ORDER BY count DESC, value""",
        {**conditions.parameters, "unknown": UNKNOWN_SPEAKER, "limit": limit},
    )
