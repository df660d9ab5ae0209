from __future__ import annotations

import httpx
import msgspec
import pytest

from ingest.confirmations import Confirmations, FakeConfirmations, connect_store
from processors.client import ReadClient
from processors.errors import StoreUnavailable


def both(tmp_path) -> list[Confirmations]:
    """The fake, and the real client before a server that has accounted for positions 0, 1 and 3."""

    def handler(request: httpx.Request) -> httpx.Response:
        assert request.url.path == "/v1/runs/live/positions"
        known = request.url.params["origin"] == "a b.jsonl@0f"
        return httpx.Response(200, json={"next": 2, "accounted": 3} if known else {"next": 0, "accounted": 0})

    fake = FakeConfirmations()
    for position in (0, 3, 1):
        fake.account("live", "a b.jsonl@0f", position)
    return [fake, ReadClient("http://store", tmp_path / "control.token", transport=httpx.MockTransport(handler))]


def test_the_fake_and_the_real_client_answer_alike(tmp_path):
    for store in both(tmp_path):
        answer = store.positions("live", "a b.jsonl@0f")
        assert (answer.next, answer.accounted) == (2, 3)
        assert store.positions("live", "another").next == 0


def test_the_settings_name_the_store_and_one_that_is_away_says_so(settings):
    away = msgspec.structs.replace(settings, api=msgspec.structs.replace(settings.api, port=9))
    store = connect_store(away)
    with pytest.raises(StoreUnavailable, match=r"127\.0\.0\.1:9"):
        store.positions("live", "o")
    with pytest.raises(StoreUnavailable, match=r"control\.token"):
        store.start_run("r1", "replay", "o", 1)
    store.close()
