"""Speakers: who talks in a window of time."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from processors.api.context import Here
from processors.api.formats import respond
from processors.api.models import SpeakerRow
from processors.api.parameters import InWindow
from processors.store.queries import groups

router = APIRouter(prefix="/v1", tags=["speakers"])


@router.get("/speakers", response_model=list[SpeakerRow], summary="Speakers in a window of time")
def list_speakers(here: Here, asked: Annotated[InWindow, Query()]) -> Response:
    """Speakers with statements in the window, most first, compared with the equally long time before it.

    The window is that of /v1/topics. Statements whose speaker is unknown are in no row.
    """
    limit = here.rows(asked.limit, asked.format)
    with here.reading(asked.run) as (run, cursor):
        table = groups.speakers(cursor, asked.filters, here.now(run, cursor), asked.window, limit)
    return respond(table, asked.format, f"speakers-{asked.run}")
