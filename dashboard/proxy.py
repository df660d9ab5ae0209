"""Routes beside the pages: the live feed from the read API under the page's own origin, and health.

The browser never talks to the read API itself, so that needs no open port and no cross-origin rules. Only these
paths and these parameters pass through.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from urllib.parse import quote

import httpx
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

FILTERS = frozenset({"run", "speaker", "topic", "outlet", "kind", "q", "since", "until", "min_confidence"})
EVENTS = FILTERS | {"after"}
ROWS = FILTERS | {"before", "limit"}
ONE = frozenset({"run"})
_LONGEST = 300
# The API sends a heartbeat every 15 s: twice that without a byte, and the connection is dead.
_SILENCE = 40.0
_NOT_STORED = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


class Proxy:
    """Hands events and rows of the read API on to browsers.

    ``stop`` ends every stream that is still open: a server that waits for them would never end.
    """

    def __init__(self, url: str, transport: httpx.AsyncBaseTransport | None = None) -> None:
        limits = httpx.Limits(max_connections=None, max_keepalive_connections=20)
        timeout = httpx.Timeout(10.0, connect=2.0)
        self._client = httpx.AsyncClient(
            base_url=url, timeout=timeout, limits=limits, trust_env=False, transport=transport
        )
        self._open: set[httpx.Response] = set()
        self._closing: set[asyncio.Task[None]] = set()

    def routes(self) -> list[Route]:
        """The routes, for ``st.App``."""
        return [
            Route("/healthz", self.health, methods=["GET"]),
            Route("/live/events", self.events, methods=["GET"]),
            Route("/live/statements", self.rows, methods=["GET"]),
            Route("/live/statements/{id}", self.statement, methods=["GET"]),
        ]

    @property
    def listeners(self) -> int:
        """Streams that are open now."""
        return len(self._open)

    def stop(self) -> None:
        """End all streams; call it on the event loop's thread."""
        for answer in self._open:
            self._closing.add(asyncio.ensure_future(answer.aclose()))

    async def close(self) -> None:
        """End all streams and close the connections to the read API."""
        self.stop()
        await self._client.aclose()

    async def health(self, _: Request) -> Response:
        """Tell that this process answers; whether the read API does is told beside it and changes no status."""
        try:
            ready = (await self._client.get("/healthz", timeout=2.0)).status_code == 200
        except httpx.HTTPError:
            ready = False
        return JSONResponse({"status": "ok", "read_api": "ok" if ready else "unreachable"}, headers=_NOT_STORED)

    async def rows(self, request: Request) -> Response:
        """A page of statements, for scrolling back."""
        try:
            answer = await self._client.get("/v1/statements", params=_allowed(request, ROWS))
        except httpx.HTTPError:
            return _unreachable()
        return Response(answer.content, answer.status_code, headers=_NOT_STORED, media_type="application/json")

    async def statement(self, request: Request) -> Response:
        """One statement with its article, as the read API tells it."""
        identity = quote(request.path_params["id"][:_LONGEST], safe="")
        try:
            answer = await self._client.get(f"/v1/statements/{identity}", params=_allowed(request, ONE))
        except httpx.HTTPError:
            return _unreachable()
        return Response(answer.content, answer.status_code, headers=_NOT_STORED, media_type="application/json")

    async def events(self, request: Request) -> Response:
        """The live feed as server-sent events, resumed from ``Last-Event-ID`` or ``after``."""
        headers = {"Accept": "text/event-stream"}
        if last := request.headers.get("last-event-id", "")[:40]:
            headers["Last-Event-ID"] = last
        timeout = httpx.Timeout(_SILENCE, connect=2.0)
        asked = self._client.build_request(
            "GET", "/v1/events", params=_allowed(request, EVENTS), headers=headers, timeout=timeout
        )
        try:
            answer = await self._client.send(asked, stream=True)
        except httpx.HTTPError:
            return _unreachable()
        if answer.status_code != 200:
            await answer.aread()
            await answer.aclose()
            return Response(answer.content, answer.status_code, headers=_NOT_STORED, media_type="application/json")
        return StreamingResponse(self._relay(answer), headers=_NOT_STORED, media_type="text/event-stream")

    async def _relay(self, answer: httpx.Response) -> AsyncIterator[bytes]:
        self._open.add(answer)
        try:
            async for data in answer.aiter_raw():
                yield data
        except (httpx.HTTPError, httpx.StreamClosed):
            return  # the browser sees the end of the stream, says so and asks again
        finally:
            self._open.discard(answer)
            await answer.aclose()


def _allowed(request: Request, names: frozenset[str]) -> dict[str, str]:
    return {name: value[:_LONGEST] for name, value in request.query_params.items() if name in names and value}


def _unreachable() -> Response:
    return JSONResponse({"error": "the read API does not answer"}, 503, headers=_NOT_STORED)
