"""Rows of the Pipeline page's tables. Plain functions on the read API's answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from dashboard import wording

Answer = Mapping[str, Any]
_EXCERPT = 200


_STAGES = {
    "extract": "reads articles and finds who said what",
    "embed": "turns statements into vectors",
    "store": "writes them, sorts them into topics, answers questions",
}


def lag_rows(overview: Answer) -> list[tuple[str, str]]:
    """How long an article takes from ingest to the database."""
    half, most = overview.get("lag_p50_ms"), overview.get("lag_p95_ms")
    return [
        ("Half of the articles take less than", wording.duration(half / 1000 if half is not None else None)),
        ("95 % take less than", wording.duration(most / 1000 if most is not None else None)),
        ("Statements stored in the last minute", wording.count(overview.get("rate_per_minute"))),
    ]


def stage_rows(state: Answer) -> list[tuple[str, str, str]]:
    """Each stage: what it does, and how many records it has not taken yet."""
    waiting = state.get("lag") or {}
    known = [*_STAGES, *(stage for stage in waiting if stage not in _STAGES)]
    return [(stage, _STAGES.get(stage, ""), wording.count(waiting.get(stage))) for stage in known]


def behind(state: Answer) -> int | None:
    """Records that some stage has not taken yet; None where no broker could be asked."""
    waiting = state.get("lag") or {}
    return sum(int(records or 0) for records in waiting.values()) if waiting else None


def version_rows(state: Answer) -> list[tuple[str, str]]:
    """What made the rows of this run."""
    named = {
        "onrecord": "On the Record",
        "extractor": "Extractor",
        "model": "Embedding model",
        "schema": "Database schema",
    }
    versions = state.get("versions") or {}
    return [(label, str(versions.get(key) or "–")) for key, label in named.items()]


def offset_rows(state: Answer) -> list[tuple[str, str, str, str, str, str]]:
    """Where the store stands on each partition; ``end`` and ``lag`` are missing while no broker answers."""
    return [
        (
            str(row.get("stream") or ""),
            wording.count(row.get("partition")),
            wording.count(row.get("next")),
            wording.count(row.get("end")),
            wording.count(row.get("lag")),
            str(row.get("cluster") or ""),
        )
        for row in state.get("offsets") or ()
    ]


def dead_letter_rows(rows: Iterable[Answer]) -> list[tuple[str, ...]]:
    """What could not be processed: when, at which stage, why, where it stands on the bus, and how it begins."""
    return [
        (
            wording.stamp(row.get("at"), seconds=True),
            str(row.get("stage") or ""),
            str(row.get("reason") or ""),
            _place(row),
            str(row.get("url") or "–"),
            str(row.get("excerpt") or "")[:_EXCERPT] or "–",
        )
        for row in rows
    ]


def _place(row: Answer) -> str:
    stream, partition, offset = row.get("stream"), row.get("partition"), row.get("offset")
    if not stream or partition is None or int(partition) < 0:
        return "not known"
    return f"{stream}, partition {partition}, offset {offset}"
