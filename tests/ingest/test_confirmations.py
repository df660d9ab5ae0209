from __future__ import annotations

import httpx
import pytest

from ingest.confirmations import HttpConfirmations
from processors.errors import RunError, StoreUnavailable

TOKEN = "secret"


def api(tmp_path, handler, token: str | None = TOKEN) -> HttpConfirmations:
    if token is not None:
        (tmp_path / "control.token").write_text(token + "\n")
    client = httpx.Client(base_url="http://store", transport=httpx.MockTransport(handler))
    return HttpConfirmations("http://store", tmp_path / "control.token", client)


def test_positions_are_asked_for_by_run_and_origin(tmp_path):
    def handler(request: httpx.Request) -> httpx.Response:
        assert request.url.path == "/v1/runs/live/positions"
        assert request.url.params["origin"] == "a b.jsonl@0f"
        return httpx.Response(200, json={"next": 7, "accounted": 9})

    answer = api(tmp_path, handler).positions("live", "a b.jsonl@0f")
    assert (answer.next, answer.accounted) == (7, 9)


def test_a_run_is_started_with_the_stores_token(tmp_path):
    seen: list[httpx.Request] = []

    def handler(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json={})

    api(tmp_path, handler).start("r1", "replay", "a@0", 12)
    assert seen[0].headers["X-Onrecord-Token"] == "secret"
    assert seen[0].method == "POST"
    assert b'"expected":12' in seen[0].content.replace(b" ", b"")


@pytest.mark.parametrize(
    ("status", "body", "error", "says"),
    [
        (503, b"", StoreUnavailable, "503"),
        (404, b'{"error": "there is no run called x"}', RunError, "no run called x"),
        (422, b"[]", RunError, "422"),
        (200, b"<html>", StoreUnavailable, "does not answer like the read API"),
    ],
)
def test_what_else_the_store_may_say(tmp_path, status, body, error, says):
    with pytest.raises(error, match=says):
        api(tmp_path, lambda _: httpx.Response(status, content=body)).positions("x", "o")


def test_nobody_answers(tmp_path):
    def handler(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused")

    with pytest.raises(StoreUnavailable, match="start the store"):
        api(tmp_path, handler).positions("x", "o")
    with pytest.raises(StoreUnavailable, match=r"control\.token"):
        api(tmp_path / "elsewhere", handler, token=None).start("x", "replay", "o", 1)
