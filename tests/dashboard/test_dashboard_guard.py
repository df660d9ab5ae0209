"""Which names the pages answer to."""

from __future__ import annotations

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket, WebSocketDisconnect

from dashboard.guard import Guard
from processors.hosts import KnownHosts


async def _socket(socket: WebSocket) -> None:
    await socket.accept()
    await socket.send_text("open")
    await socket.close()


def _client(known: KnownHosts, base: str = "http://127.0.0.1:8501") -> TestClient:
    pages = Starlette(
        routes=[Route("/", lambda _: PlainTextResponse("a page")), WebSocketRoute("/_stcore/stream", _socket)]
    )
    return TestClient(Guard(pages, known), base_url=base)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost:8501", "[::1]:8501", "news.example"])
def test_known_names_get_the_page_with_its_headers(host: str) -> None:
    answer = _client(KnownHosts("127.0.0.1", ["news.example"])).get("/", headers={"host": host})
    assert answer.text == "a page"
    assert answer.headers["x-frame-options"] == "SAMEORIGIN"


@pytest.mark.parametrize("host", ["evil.example:8501", "127.0.0.1.evil.example", "192.168.1.7", "[", ""])
def test_other_names_are_refused_in_one_sentence(host: str) -> None:
    answer = _client(KnownHosts("127.0.0.1")).get("/", headers={"host": host})
    assert answer.status_code == 421
    assert "dashboard.allow_hosts" in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_socket_under_another_name_is_closed() -> None:
    client = _client(KnownHosts("127.0.0.1"))
    with client.websocket_connect("/_stcore/stream", headers={"host": "127.0.0.1:8501"}) as socket:
        assert socket.receive_text() == "open"
    with (
        pytest.raises(WebSocketDisconnect),
        client.websocket_connect("/_stcore/stream", headers={"host": "evil.example"}),
    ):
        pass


def test_listening_everywhere_answers_to_addresses_but_not_to_names() -> None:
    client = _client(KnownHosts("0.0.0.0"))
    assert client.get("/", headers={"host": "192.168.1.7:8501"}).status_code == 200
    assert client.get("/", headers={"host": "evil.example"}).status_code == 421
