from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest
from starlette.applications import Starlette

from dashboard.proxy import Proxy


class Endless(httpx.AsyncByteStream):
    """Says one event and then nothing until it is closed."""

    def __init__(self) -> None:
        self.closed = asyncio.Event()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield b"id: 1\ndata: {}\n\n"
        await self.closed.wait()
        raise httpx.ReadError("closed")

    async def aclose(self) -> None:
        self.closed.set()


class Once(httpx.AsyncByteStream):
    """Says one thing and ends."""

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield b": hello\n\n"


def proxied(handler: object) -> tuple[Proxy, httpx.AsyncClient]:
    proxy = Proxy("http://api", transport=httpx.MockTransport(handler))  # type: ignore[arg-type]
    page = httpx.AsyncClient(transport=httpx.ASGITransport(Starlette(routes=proxy.routes())), base_url="http://page")
    return proxy, page


def test_only_known_parameters_pass_and_the_last_event_is_handed_on() -> None:
    asked: list[httpx.Request] = []

    def handler(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(200, stream=Once())

    async def go() -> httpx.Response:
        _, page = proxied(handler)
        return await page.get("/live/events?run=live&q=a%26b&token=x&format=csv", headers={"Last-Event-ID": "41"})

    answer = asyncio.run(go())
    assert dict(asked[0].url.params) == {"run": "live", "q": "a&b"}
    assert asked[0].url.path == "/v1/events"
    assert asked[0].headers["last-event-id"] == "41"
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert answer.headers["cache-control"] == "no-store"
    assert answer.content == b": hello\n\n"


@pytest.mark.parametrize("path", ["/live/events", "/live/statements"])
def test_a_read_api_that_is_gone_is_a_503_and_no_traceback(path: str) -> None:
    def handler(_: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("gone")

    async def go() -> httpx.Response:
        return await proxied(handler)[1].get(path)

    answer = asyncio.run(go())
    assert (answer.status_code, answer.json()) == (503, {"error": "the read API does not answer"})


def test_a_refusal_of_the_read_api_is_handed_on() -> None:
    async def go() -> httpx.Response:
        return await proxied(lambda _: httpx.Response(422, json={"error": "no"}))[1].get("/live/events")

    answer = asyncio.run(go())
    assert (answer.status_code, answer.json()) == (422, {"error": "no"})


def test_stop_ends_streams_that_would_never_end() -> None:
    async def go() -> bytes:
        stream = Endless()
        proxy, page = proxied(lambda _: httpx.Response(200, stream=stream))
        asked = asyncio.ensure_future(page.get("/live/events"))
        while not proxy.listeners:
            await asyncio.sleep(0)
        proxy.stop()
        return (await asyncio.wait_for(asked, 5)).content

    assert asyncio.run(go()) == b"id: 1\ndata: {}\n\n"


def test_health_answers_without_the_read_api() -> None:
    def gone(_: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("gone")

    async def go(handler: object) -> httpx.Response:
        return await proxied(handler)[1].get("/healthz")

    assert asyncio.run(go(gone)).json() == {"status": "ok", "read_api": "unreachable"}
    assert asyncio.run(go(lambda _: httpx.Response(200))).json() == {"status": "ok", "read_api": "ok"}


def test_one_statement_passes_as_json_and_its_id_cannot_leave_its_place() -> None:
    asked: list[str] = []

    def handler(request: httpx.Request) -> httpx.Response:
        asked.append(str(request.url))
        return httpx.Response(200, json={"statement": {}})

    async def go() -> httpx.Response:
        _, page = proxied(handler)
        await page.get("/live/statements/..%2Fruns?run=demo&token=x")
        return await page.get("/live/statements/s 1%3Fx?run=demo&limit=3")

    answer = asyncio.run(go())
    assert answer.json() == {"statement": {}}
    assert asked[-1] == "http://api/v1/statements/s%201%3Fx?run=demo"
    assert all(url.startswith("http://api/v1/statements/") for url in asked)
