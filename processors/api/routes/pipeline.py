"""The pipeline: how fresh, how much, what could not be processed."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from processors.api.context import Here
from processors.api.formats import respond, respond_json
from processors.api.models_runs import DeadLetterRow, Overview, Pipeline
from processors.api.parameters import Letters, OfRun
from processors.runs import Progress
from processors.store.queries import pipeline as pipeline_queries

router = APIRouter(prefix="/v1", tags=["pipeline"])


@router.get("/overview", response_model=Overview, summary="A run in a line")
def overview(here: Here, asked: Annotated[OfRun, Query()]) -> Response:
    """Freshness, counts, lag over the last 500 articles, and where every article has gone."""
    with here.reading(asked.run) as (run, cursor):
        return respond_json(here.overview(run, cursor))


@router.get("/pipeline", response_model=Pipeline, summary="How a run is fed")
def pipeline(here: Here, asked: Annotated[OfRun, Query()]) -> Response:
    """Accounting, the partitions that the store reads, the lag of each stage, and what made the rows."""
    with here.reading(asked.run) as (run, cursor):
        rows = pipeline_queries.offsets(cursor).to_pylist()
        progress = run.progress()
        return respond_json(
            {
                "run": run.name,
                "accounting": run.accounting(),
                "offsets": [_with_end(row, progress) for row in rows],
                "lag": progress.lag,
                "versions": run.versions(),
            }
        )


@router.get("/dead-letters", response_model=list[DeadLetterRow], summary="Inputs that could not be processed")
def dead_letters(here: Here, asked: Annotated[Letters, Query()]) -> Response:
    """Newest first, with the reason and where each stood on the bus."""
    limit = here.rows(asked.limit, asked.format)
    with here.reading(asked.run) as (_, cursor):
        table = pipeline_queries.dead_letters(cursor, limit, asked.before)
    return respond(table, asked.format, f"dead-letters-{asked.run}")


def _with_end(row: dict[str, Any], progress: Progress) -> dict[str, Any]:
    end = progress.ends.get((row["stream"], row["partition"])) if row["cluster"] == progress.cluster else None
    return {**row, "end": end, "lag": None if end is None else max(0, end - row["next"])}
