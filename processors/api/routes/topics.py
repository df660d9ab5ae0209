"""Topics: what is talked about in a window of time, and its course."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from processors.api.context import Here
from processors.api.errors import Refused
from processors.api.formats import respond
from processors.api.models import TimelineRow, TopicRow
from processors.api.parameters import Buckets, InWindow
from processors.store.queries import groups
from processors.store.queries import timeline as timeline_query

router = APIRouter(prefix="/v1", tags=["topics"])

_MOST_BUCKETS = 2_000


@router.get("/topics", response_model=list[TopicRow], summary="Topics in a window of time")
def list_topics(here: Here, asked: Annotated[InWindow, Query()]) -> Response:
    """Topics with statements in the window, most first, compared with the equally long time before it.

    The window ends at the run's present or at `until`, and begins `window` seconds earlier or at `since`.
    """
    limit = here.rows(asked.limit, asked.format)
    with here.reading(asked.run) as (run, cursor):
        table = groups.topics(cursor, asked.filters, here.now(run, cursor), asked.window, limit)
    return respond(table, asked.format, f"topics-{asked.run}")


@router.get("/timeline", response_model=list[TimelineRow], summary="Statements by time and topic")
def timeline(here: Here, asked: Annotated[Buckets, Query()]) -> Response:
    """Counts by bucket and topic, oldest first; all but the `top` topics are folded under an empty topic_id."""
    if asked.window / asked.bucket > _MOST_BUCKETS:
        raise Refused(
            422, f"the window has more than {_MOST_BUCKETS} buckets; give a larger bucket or a smaller window"
        )
    with here.reading(asked.run) as (run, cursor):
        now = here.now(run, cursor)
        table = timeline_query.timeline(cursor, asked.filters, now, asked.window, asked.bucket, asked.top)
    return respond(table, asked.format, f"timeline-{asked.run}")
