"""Rows of the Pipeline page's tables. Plain functions on the read API's answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from dashboard import wording

Answer = Mapping[str, Any]


def lag_rows(state: Answer, overview: Answer) -> list[tuple[str, str]]:
    """How long an article takes, and what each stage has not taken yet."""
    half, most = overview.get("lag_p50_ms"), overview.get("lag_p95_ms")
    rows = [
        (
            "From ingest to the database, half take less than",
            wording.duration(half / 1000 if half is not None else None),
        ),
        ("… and 95 % less than", wording.duration(most / 1000 if most is not None else None)),
        ("Statements in the last minute", wording.count(overview.get("rate_per_minute"))),
    ]
    lag = state.get("lag") or {}
    pairs = lag.items() if isinstance(lag, Mapping) else ((row.get("stage"), row.get("lag")) for row in lag)
    return rows + [(f"Waiting for {stage}", wording.count(waiting)) for stage, waiting in pairs]


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
    """What could not be processed, where it stood, and why."""
    return [
        (
            wording.stamp(row.get("at"), seconds=True),
            str(row.get("stage") or ""),
            str(row.get("reason") or ""),
            str(row.get("stream") or ""),
            wording.count(row.get("partition")),
            wording.count(row.get("offset")),
            str(row.get("url") or "–"),
            str(row.get("excerpt") or "")[:160],
        )
        for row in rows
    ]
