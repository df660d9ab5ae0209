"""Speakers: who talks in a window of time, and everything about one of them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from processors.api.context import Here
from processors.api.errors import Refused
from processors.api.formats import respond, respond_json
from processors.api.models import SpeakerDetail, SpeakerRow
from processors.api.parameters import OfRun, SpeakersInWindow
from processors.filters import Filters
from processors.store.queries import facets, groups, statements
from processors.store.queries import speakers as queries

router = APIRouter(prefix="/v1", tags=["speakers"])

_LARGEST = 10


@router.get("/speakers", response_model=list[SpeakerRow], summary="Speakers in a window of time")
def list_speakers(here: Here, asked: Annotated[SpeakersInWindow, Query()]) -> Response:
    """Speakers with statements in the window, most first, compared with the equally long time before it.

    The window is that of /v1/topics. Statements whose speaker is unknown are in no row.
    """
    limit = here.rows(asked.limit, asked.format)
    with here.reading(asked.run) as (run, cursor):
        now = here.now(run, cursor)
        table = groups.speakers(
            cursor, asked.filters, now, asked.window, limit, unnamed=asked.unnamed, name=asked.name.strip()
        )
    return respond(table, asked.format, f"speakers-{asked.run}")


@router.get("/speakers/{speaker_id}", response_model=SpeakerDetail, summary="One speaker in full")
def one_speaker(
    here: Here, speaker_id: Annotated[str, Path(max_length=100)], asked: Annotated[OfRun, Query()]
) -> Response:
    """Names, roles with their dates, who was merged into this speaker and why, outlets and topics.

    The id of a speaker that was merged answers with the one it became.
    """
    with here.reading(asked.run) as (_, cursor):
        found = queries.speaker(cursor, speaker_id).to_pylist()
        if not found:
            raise Refused(404, f"there is no speaker {speaker_id!r} in the run {asked.run!r}")
        present = found[0]["id"]
        theirs = Filters(speaker=present)
        return respond_json(
            found[0]
            | {
                "merged": queries.merged(cursor, present).to_pylist(),
                "events": queries.events(cursor, present).to_pylist(),
                "statements": statements.count(cursor, theirs).to_pylist()[0]["count"],
                "outlets": facets.facet(cursor, "outlet", theirs, _LARGEST).to_pylist(),
                "topics": facets.facet(cursor, "topic", theirs, _LARGEST).to_pylist(),
            }
        )
