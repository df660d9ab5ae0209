"""Statements: list, one in full, how many, and what they can be filtered by."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Response

from processors.api.context import Here
from processors.api.errors import Refused
from processors.api.formats import respond, respond_json
from processors.api.models import Count, Facets, StatementDetail, StatementRow
from processors.api.parameters import Choices, Filtered, OfRun, Page
from processors.store.queries import detail, facets, speakers, statements
from processors.store.queries.execute import Cursor

router = APIRouter(prefix="/v1", tags=["statements"])


@router.get("/statements", response_model=list[StatementRow], summary="Statements, newest first")
def list_statements(here: Here, asked: Annotated[Page, Query()]) -> Response:
    """Statements that meet the filters, newest first by `seq`; the same words from several outlets are one row.

    With `unfolded` they are rows of their own.

    For the next page give the last row's `seq` as `before`.
    """
    limit = here.rows(asked.limit, asked.format)
    with here.reading(asked.run) as (_, cursor):
        table = statements.page(cursor, asked.filters, limit, asked.before, asked.unfolded)
    return respond(table, asked.format, f"statements-{asked.run}")


@router.get("/statements/{statement_id}", response_model=StatementDetail, summary="One statement in full")
def one_statement(
    here: Here, statement_id: Annotated[str, Path(max_length=100)], asked: Annotated[OfRun, Query()]
) -> Response:
    """The statement with its evidence and article, who else carried it, and what its speaker said before on it."""
    with here.reading(asked.run) as (run, cursor):
        found = detail.statement(cursor, statement_id).to_pylist()
        if not found:
            raise Refused(404, f"there is no statement {statement_id!r} in the run {asked.run!r}")
        answer = _in_full(cursor, found[0])
        answer["statement"]["model"] = run.versions().model
    return respond_json(answer)


@router.get("/count", response_model=Count, summary="How many statements meet the filters")
def count(here: Here, asked: Annotated[Filtered, Query()]) -> Response:
    """The number of rows that /v1/statements has for these filters, copies folded."""
    with here.reading(asked.run) as (_, cursor):
        return respond_json(statements.count(cursor, asked.filters).to_pylist()[0])


@router.get("/facets", response_model=Facets, summary="What one can filter by")
def list_facets(here: Here, asked: Annotated[Choices, Query()]) -> Response:
    """The fifty most frequent speakers, topics, outlets and kinds; each ignores the filter on itself."""
    with here.reading(asked.run) as (_, cursor):
        names: tuple[facets.FacetName, ...] = ("speaker", "topic", "outlet", "kind")
        found = {name: facets.facet(cursor, name, asked.filters, unnamed=asked.unnamed) for name in names}
        return respond_json({f"{name}s": table.to_pylist() for name, table in found.items()})


def _in_full(cursor: Cursor, row: dict[str, Any]) -> dict[str, Any]:
    article = detail.article(cursor, row["article_id"]).to_pylist()
    topic = detail.topic(cursor, row["topic_id"]).to_pylist()
    return {
        "statement": row,
        "speaker": _spoken_by(cursor, row["speaker_id"]) if row["speaker_id"] else None,
        "article": article[0] if article else None,
        "topic": topic[0] if topic else None,
        "copies": detail.copies(cursor, row["id"], row["copy_of"]).to_pylist(),
        "said_before": detail.said_before(cursor, row["id"]).to_pylist(),
    }


def _spoken_by(cursor: Cursor, speaker_id: str) -> dict[str, Any] | None:
    found = speakers.speaker(cursor, speaker_id).to_pylist()
    if not found:
        return None
    shown = ("id", "name", "kind", "role", "terms", "aliases")
    return {name: found[0][name] for name in shown} | {"why": speakers.merged(cursor, speaker_id).to_pylist()}
