"""The live feed as server-sent events."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Request, Response
from fastapi.responses import StreamingResponse

from processors.api.errors import Refused
from processors.api.events import Events, FeedResponse
from processors.api.parameters import Listening

router = APIRouter(prefix="/v1", tags=["events"])

_DESCRIPTION: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "`statement` (id: seq, data: a row of /v1/statements), `overview` (data: /v1/overview), "
        "`skipped` (too much was missed; data: {after, before}), `close` (data: {error}), and comments as heartbeat.",
        "content": {"text/event-stream": {}},
    }
}


@router.get(
    "/events", response_class=StreamingResponse, responses=_DESCRIPTION, summary="Statements as they are stored"
)
async def events(
    request: Request, asked: Annotated[Listening, Query()], last_event_id: Annotated[str, Header()] = ""
) -> Response:
    """Server-sent events for what is stored from now on, or behind `after` or the header Last-Event-ID.

    A listener that does not keep up is told so and closed; it comes back with the last id that it saw.
    """
    after = _number(last_event_id) if last_event_id else asked.after
    feeds: Events = request.app.state.events
    return FeedResponse(await feeds.listen(asked.run, asked.filters, after))


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise Refused(422, "the header Last-Event-ID must be the number of the last event that was seen")
    return int(text)
