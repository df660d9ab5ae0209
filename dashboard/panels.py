"""What the panels beside the feed show: topics and speakers now, and the timeline. Plain functions on rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from dashboard import wording

Row = Mapping[str, Any]
COLOURS = 6
"""Topics with a colour of their own; all others share one grey."""


def movers(
    rows: Iterable[Row], identity: str, label: str, sub: str = "", slots: Mapping[str, int] | None = None
) -> list[dict[str, Any]]:
    """Rows of /v1/topics or /v1/speakers for the list; ``identity``, ``label`` and ``sub`` name their columns."""
    found = []
    for row in rows:
        now, before = int(row.get("count") or 0), row.get("previous")
        found.append(
            {
                "id": str(row.get(identity) or ""),
                "label": str(row.get(label) or ""),
                "sub": _words(row.get(sub)) if sub else "",
                "count": wording.count(now),
                "previous": wording.count(before or 0),
                "change": wording.change(now, before),
                "direction": wording.direction(now, before),
                "total": wording.count(row.get("total")),
                "last": wording.iso(row.get("last_at")),
                "spark": [int(n) for n in row.get("spark") or ()],
                "slot": (slots or {}).get(str(row.get(identity) or ""), -1),
            }
        )
    return found


def assign_slots(previous: Mapping[str, int], topics: Sequence[str], size: int = COLOURS) -> dict[str, int]:
    """Colour slots for the topics that are shown: a topic keeps its colour for as long as it stays.

    Topics beyond ``size`` get none. A refresh must not repaint the page, so slots are handed on, not counted off.
    """
    shown = list(dict.fromkeys(topics))[:size]
    kept = {topic: previous[topic] for topic in shown if topic in previous}
    free = [slot for slot in range(size) if slot not in kept.values()]
    for topic in shown:
        if topic not in kept:
            kept[topic] = free.pop(0)
    return kept


def timeline(
    rows: Sequence[Row], slots: Mapping[str, int], bucket: int, until: datetime | None, window: int
) -> dict[str, Any]:
    """Rows of /v1/timeline as one column a bucket, gaps filled with zeros, topics in order of size.

    Returns ``buckets`` (ISO times), ``series`` ({id, title, slot, values}; id '' holds all other topics) and ``peak``.
    """
    times = [moment for row in rows if (moment := wording.parse_time(row.get("bucket")))]
    last = _floor(max([*times, *([until] if until else [])], default=datetime.now(UTC)), bucket)
    steps = max(1, window // bucket)
    axis = [last - timedelta(seconds=bucket * back) for back in range(steps - 1, -1, -1)]
    place = {moment: n for n, moment in enumerate(axis)}
    series: dict[str, dict[str, Any]] = {}
    for row in rows:
        moment = wording.parse_time(row.get("bucket"))
        column = place.get(_floor(moment, bucket)) if moment else None
        if column is None:
            continue
        topic = str(row.get("topic_id") or "")
        entry = series.setdefault(
            topic,
            {
                "id": topic,
                "title": str(row.get("title") or "untitled topic") if topic else "other topics",
                "slot": slots.get(topic, -1),
                "values": [0] * steps,
            },
        )
        entry["values"][column] += int(row.get("count") or 0)
    ordered = sorted(series.values(), key=lambda entry: (entry["id"] == "", -sum(entry["values"]), entry["id"]))
    peak = max((sum(entry["values"][n] for entry in ordered) for n in range(steps)), default=0)
    return {"buckets": [wording.iso(moment) for moment in axis], "series": ordered, "peak": peak, "bucket": bucket}


def _floor(moment: datetime, seconds: int) -> datetime:
    stamp = int(moment.timestamp())
    return datetime.fromtimestamp(stamp - stamp % seconds, UTC)


def _words(value: object) -> str:
    if isinstance(value, (list, tuple)):
        return ", ".join(str(part) for part in value)
    return str(value or "")
