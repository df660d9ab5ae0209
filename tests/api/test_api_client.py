from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from api_fakes import NOON, FakeRun, FakeRuns
from fastapi import FastAPI

from processors.api.serve import ApiServer
from processors.api.token import token_path
from processors.client import ReadClient
from processors.client_fake import FakeReadClient
from processors.errors import RunError, StoreError, StoreUnavailable
from processors.filters import Filters
from processors.ids import speaker_id
from processors.runs import Positions

QUESTIONS: dict[str, Callable[[ReadClient], Any]] = {
    "overview": lambda client: client.overview(),
    "statements": lambda client: client.statements(filters=Filters(since=NOON - timedelta(hours=3)), limit=5),
    "statement": lambda client: client.statement(client.statements(limit=1)[0]["id"]),
    "topics": lambda client: client.topics(limit=3),
    "speakers": lambda client: client.speakers(limit=3),
    "speaker": lambda client: client.speaker(client.speakers(limit=3)[0]["speaker_id"]),
    "timeline": lambda client: client.timeline(top=2),
    "facets": lambda client: client.facets(),
    "pipeline": lambda client: client.pipeline(),
}


@pytest.fixture
def live(runs: FakeRuns) -> FakeRun:
    return runs.add("live").fill(100, hours=2)


@pytest.fixture
def client(app: FastAPI, tmp_path: Path) -> Iterator[ReadClient]:
    server = ApiServer(app, "127.0.0.1", 0)
    server.start()
    client = ReadClient(server.url, token_path(tmp_path))
    yield client
    client.close()
    server.stop()


@pytest.fixture
def fake() -> Iterator[FakeReadClient]:
    client = FakeReadClient()
    yield client
    client.close()


def shape(value: Any) -> Any:
    """Names and kinds of values, whatever they are."""
    if isinstance(value, dict):
        return {name: shape(part) for name, part in value.items()}
    if isinstance(value, list):
        return [shape(value[0])] if value else []
    return type(value).__name__


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_fake_answers_in_the_real_ones_shape(client: ReadClient, fake: FakeReadClient, question: str) -> None:
    real, made_up = QUESTIONS[question](client), QUESTIONS[question](fake)
    if question == "statement":  # no two of these have all their lists filled
        for answer in (real, made_up):
            answer["copies"], answer["said_before"], answer["speaker"]["why"] = [], [], []
            answer["statement"]["mention"] = None
            answer["statement"]["relayed_by"] = []
    if question == "statements":
        for row in [*real, *made_up]:
            row["relayed_by"] = []
    if question in {"topics", "speakers"}:
        for row in [*real, *made_up]:
            row["change"] = None
    assert shape(made_up) == shape(real)


def test_times_are_aware(client: ReadClient) -> None:
    assert client.overview()["now"] == NOON
    assert client.statements(limit=1)[0]["published_at"] == NOON
    assert client.runs()[0].last_at == NOON
    assert client.statement("s1")["article"]["published_at"].tzinfo is not None


def test_filters_reach_the_store(client: ReadClient) -> None:
    chosen = Filters(outlet="outlet3", q="grain", since=datetime(2026, 3, 17, 10, 30, tzinfo=UTC), min_confidence=0.4)
    rows = client.statements(filters=chosen, limit=1000)
    assert all(row["outlet"] == "outlet3" and "Grain" in row["text"] for row in rows)
    assert client.count(filters=chosen) == len(rows) < client.count()


def test_runs_are_started_and_finished(client: ReadClient, app: FastAPI, tmp_path: Path) -> None:
    assert client.start_run("r-1", "replay", "file", 3).state == "running"
    assert client.finish_run("r-1").state == "finished"
    assert client.positions("live", "feeds-1") == Positions(next=7, accounted=9)
    with pytest.raises(RunError, match="choose another name"):
        client.start_run("r-1", "demo")
    with pytest.raises(RunError, match="no run 'nope'"):
        client.finish_run("nope")
    token_path(tmp_path).write_text("wrong")
    with pytest.raises(StoreError, match=r"control\.token"):
        client.start_run("r-2", "replay")
    token_path(tmp_path).unlink()
    with pytest.raises(StoreUnavailable, match=r"same store\.directory"):
        client.start_run("r-2", "replay")
    with pytest.raises(StoreError, match=r"control\.token"):
        ReadClient(client.url).start_run("r-2", "replay")


def test_what_goes_wrong_is_one_sentence(client: ReadClient, runs: FakeRuns) -> None:
    with pytest.raises(RunError, match="no run 'nope'"):
        client.overview("nope")
    with pytest.raises(RunError, match="no statement 'a b'"):
        client.statement("a b")
    with pytest.raises(StoreError, match="must be at most 1000"):
        client.statements(limit=5_000)
    runs.waits_for = "the broker does not answer"
    with pytest.raises(StoreUnavailable, match="the broker does not answer"):
        client.check_ready()
    with pytest.raises(StoreUnavailable, match="onrecord up"):
        ReadClient("http://127.0.0.1:9").runs()


@pytest.mark.parametrize("body", [b"<html>", b'{"a": ', b"\xff"])
def test_something_else_on_the_port_is_told_from_the_api(body: bytes) -> None:
    client = ReadClient("http://x", transport=httpx.MockTransport(lambda _: httpx.Response(200, content=body)))
    for ask in (client.overview, client.statements):
        with pytest.raises(StoreUnavailable, match="not the read API"):
            ask()
    client.close()


def test_an_error_without_a_sentence_still_is_one() -> None:
    client = ReadClient(
        "http://x", transport=httpx.MockTransport(lambda _: httpx.Response(502, content=b"bad gateway"))
    )
    with pytest.raises(StoreUnavailable, match="answered 502 to GET /v1/runs"):
        client.runs()
    client.close()


def test_the_feeds_address_has_the_filters(fake: FakeReadClient) -> None:
    assert fake.events_url("live", Filters(q="a b&c")) == "http://127.0.0.1:0/v1/events?run=live&q=a+b%26c"


def test_the_fake_filters_folds_and_can_be_down(fake: FakeReadClient) -> None:
    dray = Filters(speaker=speaker_id("Ansel Dray"))
    assert [row["id"] for row in fake.statements(filters=dray)] == ["s1"]
    assert fake.count() == 7
    assert [row["id"] for row in fake.statements(filters=Filters(outlet="courier.example"), limit=2)] == ["s8", "s6"]
    assert fake.statements(filters=Filters(outlet="courier.example"))[-1]["copy_of"] == "s1"
    assert fake.statement("s2")["copies"][0]["id"] == "s1"
    assert fake.topics(window=180)[0]["topic_id"] == "t-bridge"
    assert fake.start_run("r", "replay").state == "running"
    assert fake.finish_run("r").state == "finished"
    assert fake.positions("live", "o") == Positions(next=0, accounted=0)
    assert fake.dead_letters() == []
    with pytest.raises(RunError):
        fake.overview("nope")
    assert fake.asked[-1] == ("/v1/overview", {"run": "nope"})
    fake.down = True
    with pytest.raises(StoreUnavailable):
        fake.overview()
