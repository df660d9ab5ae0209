from __future__ import annotations

import csv
import io
import json
import typing
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pyarrow as pa
import pytest
from api_fakes import NOON, FakeRun, FakeRuns
from fastapi import FastAPI
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient
from pydantic import TypeAdapter
from structlog.testing import capture_logs

from processors.api import formats
from processors.api.app import build_app
from processors.api.guard import known_hosts
from processors.api.token import HEADER, ensure_token, read_token
from processors.clock import ManualClock
from processors.settings import ApiSettings, DashboardSettings, Settings, StoreSettings
from processors.store.queries import groups
from processors.store.queries.execute import fetch

LISTS = ["/v1/statements", "/v1/topics", "/v1/speakers", "/v1/timeline", "/v1/dead-letters"]
PLAIN = [
    *LISTS,
    "/v1/overview",
    "/v1/pipeline",
    "/v1/runs",
    "/v1/facets",
    "/v1/count",
    "/healthz",
    "/readyz",
    "/metrics",
    "/docs",
]


@pytest.fixture
def live(runs: FakeRuns) -> FakeRun:
    return runs.add("live").fill(100, hours=2)


def model_of(app: FastAPI, path: str) -> TypeAdapter[Any]:
    # Included routers are looked into: what is asked for is the model that the OpenAPI page shows.
    def walk(routes: typing.Iterable[Any], prefix: str = "") -> typing.Iterator[tuple[str, APIRoute]]:
        for route in routes:
            if isinstance(route, APIRoute):
                yield route.path, route
            elif hasattr(route, "original_router"):
                yield from walk(route.original_router.routes)

    return TypeAdapter(
        next(route.response_model for at, route in walk(app.routes) if at == path and "GET" in (route.methods or ()))
    )


@pytest.mark.parametrize("path", PLAIN)
def test_every_route_answers_and_refuses_unknown_parameters_by_name(api: httpx.Client, path: str) -> None:
    assert api.get(path).status_code == 200
    refused = api.get(path, params={"topik": "x"})
    assert refused.status_code == 422
    assert "'topik'" in refused.json()["error"]


@pytest.mark.parametrize(
    ("path", "template"),
    [(path, path) for path in PLAIN if path not in {"/metrics", "/docs", "/healthz", "/readyz"}]
    + [
        ("/v1/speakers/p7", "/v1/speakers/{speaker_id}"),
        ("/v1/statements/s77", "/v1/statements/{statement_id}"),
        ("/v1/runs/live/positions?origin=feeds-1", "/v1/runs/{name}/positions"),
    ],
)
def test_answers_are_what_openapi_says(api: httpx.Client, app: FastAPI, path: str, template: str) -> None:
    answer = api.get(path)
    assert answer.status_code == 200, answer.text
    assert answer.json()
    model_of(app, template).validate_json(answer.content)


def test_everything_is_described(api: httpx.Client) -> None:
    description = api.get("/openapi.json").json()
    assert len(description["paths"]) >= 17
    for path, methods in description["paths"].items():
        for operation in methods.values():
            assert operation["summary"], path
            assert operation["description"], path
            for parameter in operation.get("parameters", ()):
                assert parameter.get("description") or parameter["in"] in {"path", "header"}, (path, parameter["name"])
    page = api.get("/docs").text
    assert "/v1/statements/{statement_id}" in page
    assert "min_confidence" in page
    assert "http://" not in page.replace("http://127", "")
    assert "<script" not in page


def test_the_nearest_name_is_offered(api: httpx.Client) -> None:
    assert api.get("/v1/statements", params={"speeker": "x"}).json() == {
        "error": "there is no parameter 'speeker' here; did you mean speaker?"
    }
    assert "known are" in api.get("/v1/statements", params={"zzz": "x"}).json()["error"]


@pytest.mark.parametrize(
    ("path", "params", "words"),
    [
        ("/v1/statements", {"kind": "shout"}, "'direct'"),
        ("/v1/statements", {"since": "yesterday"}, "2026-03-17T08:35:00Z"),
        ("/v1/statements", {"since": "1710000000"}, "a time like"),
        ("/v1/statements", {"min_confidence": "2"}, "'min_confidence'"),
        ("/v1/statements", {"limit": "0"}, "'limit'"),
        ("/v1/statements", {"limit": "201"}, "at most 200"),
        ("/v1/statements", {"limit": "1001", "format": "csv"}, "at most 1000"),
        ("/v1/statements", {"format": "parquet"}, "'arrow'"),
        ("/v1/topics", {"window": "1"}, "'window'"),
        ("/v1/timeline", {"window": "864000", "bucket": "1"}, "2000 buckets"),
        ("/v1/statements", {"run": "x" * 61}, "'run'"),
        ("/v1/runs/live/positions", {}, "'origin' is missing"),
    ],
)
def test_bad_parameters_get_one_sentence(api: httpx.Client, path: str, params: dict[str, str], words: str) -> None:
    answer = api.get(path, params=params)
    assert answer.status_code == 422
    assert list(answer.json()) == ["error"]
    assert words in answer.json()["error"]
    assert "\n" not in answer.json()["error"]


@pytest.mark.parametrize(
    "text", ["2026-03-17T11:59:00Z", "2026-03-17T11:59:00+00:00", "2026-03-17T11:59:00", "2026-03-17T12:59+01:00"]
)
def test_times_are_read_in_their_usual_forms(api: httpx.Client, text: str) -> None:
    escaped = api.get("/v1/statements", params={"since": text}).json()
    assert api.get(f"/v1/statements?since={text}").json() == escaped
    assert 0 < len(escaped) < 50
    assert all(row["published_at"] >= "2026-03-17T11:59:00" for row in escaped)


def test_unknown_things_are_404_with_a_sentence(api: httpx.Client) -> None:
    for path in (
        "/v1/statements?run=nope",
        "/v1/events?run=nope",
        "/v1/statements/nope",
        "/v1/speakers/nope",
        "/nope",
        "/v1/runs/nope/positions?origin=x",
    ):
        answer = api.get(path)
        assert answer.status_code == 404, path
        assert "nope" in answer.json()["error"]
    assert api.post("/v1/statements").status_code == 405
    assert "POST" in api.post("/v1/statements").json()["error"]


def test_the_same_rows_in_every_form(api: httpx.Client) -> None:
    as_json = api.get("/v1/statements", params={"limit": 5}).json()
    arrow = api.get("/v1/statements", params={"limit": 5, "format": "arrow"})
    assert arrow.headers["content-type"] == formats.ARROW
    table = pa.ipc.open_stream(arrow.content).read_all()
    assert table.schema.field("published_at").type == pa.timestamp("us", tz="UTC")
    assert json.loads(formats.to_json(table.to_pylist())) == as_json
    lines = api.get("/v1/statements", params={"limit": 5, "format": "jsonl"})
    assert [json.loads(line) for line in lines.text.splitlines()] == as_json
    text = api.get("/v1/statements", params={"limit": 5, "format": "csv"})
    assert 'filename="statements-live.csv"' in text.headers["content-disposition"]
    read = list(csv.DictReader(io.StringIO(text.text)))
    assert [row["id"] for row in read] == [row["id"] for row in as_json]
    assert json.loads(read[0]["spans"]) == as_json[0]["spans"]
    assert datetime.fromisoformat(read[0]["published_at"]) == datetime.fromisoformat(as_json[0]["published_at"])


@pytest.mark.parametrize("text", ["=1+1", "+cmd", "-2+3", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1+1", "\n=1"])
def test_csv_does_not_carry_formulas(text: str) -> None:
    cell = next(csv.reader(io.StringIO(formats.to_csv(pa.table({"a": [text], "n": [-5]})).decode().split("\n", 1)[1])))
    assert cell == [f"'{text}", "-5"]


def test_csv_leaves_ordinary_text_alone() -> None:
    table = pa.table({"a": ['He said "no", twice', None, "a=b"]})
    assert [row[0] for row in csv.reader(io.StringIO(formats.to_csv(table).decode()))] == [
        "a",
        'He said "no", twice',
        "",
        "a=b",
    ]


def test_pages_do_not_overlap(api: httpx.Client) -> None:
    seen: list[int] = []
    before = None
    while True:
        page = api.get("/v1/statements", params={"limit": 7} | ({"before": before} if before else {})).json()
        if not page:
            break
        seen += [row["seq"] for row in page]
        before = page[-1]["seq"]
    assert seen == sorted(set(seen), reverse=True)
    assert len(seen) == api.get("/v1/count").json()["count"] == 90


def test_now_is_the_clock_for_live_and_the_newest_publication_for_a_replay(
    api: httpx.Client, runs: FakeRuns, clock: ManualClock
) -> None:
    runs.add("old", "replay").fill(50, NOON.replace(year=2022), hours=1)
    clock.advance(7200)
    assert api.get("/v1/overview").json()["now"] == "2026-03-17T14:00:00Z"
    assert api.get("/v1/topics").json() == []
    assert api.get("/v1/overview?run=old").json()["now"] == "2022-03-17T12:00:00Z"
    assert sum(row["count"] for row in api.get("/v1/topics?run=old&limit=200").json()) == 45
    assert api.get("/v1/topics?run=old&until=2022-03-17T10:00:00Z").json() == []


def test_pipeline_shows_where_the_bus_is(api: httpx.Client, live: FakeRun) -> None:
    live.insert("offsets", cluster="an older one", stream="onrecord.live.embedded", partition=0, next=5)
    answer = api.get("/v1/pipeline").json()
    offsets = {row["cluster"]: (row["next"], row["end"], row["lag"]) for row in answer["offsets"]}
    assert offsets == {"cluster": (20, 25, 5), "an older one": (5, None, None)}
    assert answer["lag"] == {"extract": 3, "embed": 2, "store": 1}
    assert answer["versions"]["model"] == "minilm@12345678"
    assert answer["accounting"]["duplicates"] == 2


def test_a_statement_in_full(api: httpx.Client) -> None:
    answer = api.get("/v1/statements/s19").json()
    assert answer["statement"]["copy_of"] == "s14"
    assert answer["article"]["source"]["topic"] == "onrecord.live.articles"
    assert [copy["id"] for copy in answer["copies"]] == ["s14"]


def test_a_speaker_in_full_whichever_of_its_ids_is_asked_for(api: httpx.Client) -> None:
    answer = api.get("/v1/speakers/p7").json()
    assert answer == api.get("/v1/speakers/p6").json()
    assert (answer["id"], answer["name"], answer["kind"]) == ("p6", "Speaker 6", "person")
    assert answer["aliases"] == [{"name": "Speaker 6", "statements": 1}, {"name": "S. 6", "statements": 1}]
    assert answer["merged"] == [
        {"id": "p7", "name": "Speaker 7", "at": "2026-03-17T12:00:00Z", "reason": "the same surname"}
    ]
    assert [one["into_id"] for one in answer["events"]] == ["p6"]
    assert answer["terms"][0]["first_at"] == "2026-03-17T12:00:00Z"
    assert answer["statements"] == api.get("/v1/count?speaker=p7").json()["count"] > 0
    assert sum(one["count"] for one in answer["topics"]) <= answer["statements"]


def test_a_statement_says_who_spoke_and_why_names_were_joined(api: httpx.Client) -> None:
    (row,) = api.get("/v1/statements?speaker=p7&limit=1").json()
    answer = api.get(f"/v1/statements/{row['id']}").json()
    assert row["speaker_id"] == answer["statement"]["speaker_id"] == answer["speaker"]["id"] == "p6"
    assert answer["speaker"]["name"] == row["speaker"] == "Speaker 6"
    assert [one["reason"] for one in answer["speaker"]["why"]] == ["the same surname"]
    nobody = api.get("/v1/statements?speaker=unknown&limit=1").json()[0]
    assert (nobody["speaker"], nobody["speaker_as_written"], nobody["speaker_mention"]) == ("", "", "")
    assert api.get(f"/v1/statements/{nobody['id']}").json()["speaker"] is None


def test_lists_of_speakers_leave_out_who_has_no_name_unless_asked(api: httpx.Client) -> None:
    every = "/v1/speakers?window=86400&limit=200"
    named = {row["speaker_id"] for row in api.get(every).json()}
    more = {row["speaker_id"]: row["kind"] for row in api.get(f"{every}&unnamed=true").json()}
    assert named < more.keys()
    unnamed = more.keys() - named
    assert {more[speaker] for speaker in unnamed} == {"unnamed"}
    assert not unnamed & {row["value"] for row in api.get("/v1/facets").json()["speakers"]}
    assert unnamed & {row["value"] for row in api.get("/v1/facets?unnamed=true").json()["speakers"]}
    assert [row["speaker_id"] for row in api.get(f"{every}&name=s. 6").json()][:1] == ["p6"]


def test_every_copy_as_json_lines_for_who_scores_speakers(api: httpx.Client) -> None:
    lines = api.get("/v1/statements?format=jsonl&limit=1000&unfolded=true").text.splitlines()
    assert len(lines) == 100
    assert {"url", "article_id", "speaker_mention", "speaker_as_written", "speaker_id"} <= json.loads(lines[0]).keys()


def test_a_query_beyond_its_time_is_503(
    runs: FakeRuns, live: FakeRun, tmp_path: Path, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    endless = "SELECT sum(a.i * b.i % 7) AS n FROM range(10_000_000) a(i), range(10_000_000) b(i)"
    monkeypatch.setattr(groups, "topics", lambda cursor, *_: fetch(cursor, endless, {}))
    settings = Settings(store=StoreSettings(directory=str(tmp_path)), api=ApiSettings(query_seconds=0.02))
    with TestClient(build_app(runs, settings, clock), base_url="http://127.0.0.1") as api:
        answer = api.get("/v1/topics")
    assert answer.status_code == 503
    assert "api.query_seconds" in answer.json()["error"]
    assert answer.headers["retry-after"] == "5"


def test_a_defect_is_500_without_its_insides(api: httpx.Client, live: FakeRun) -> None:
    with live.cursor() as cursor:
        cursor.execute("DROP TABLE dead_letters")
    with capture_logs() as logged:
        answer = api.get("/v1/dead-letters")
    assert logged[0]["path"] == "/v1/dead-letters"
    assert answer.status_code == 500
    assert "dead_letters" not in answer.text


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "", "evil.example:8600", "[", "0.0.0.0", "127.0.0.2"]
)
def test_strange_host_names_are_refused(api: httpx.Client, host: str) -> None:
    answer = api.get("/v1/runs", headers={"Host": host})
    assert answer.status_code == 421
    assert "api.host" in answer.json()["error"]
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("host", ["127.0.0.1:8600", "localhost", "LOCALHOST:1", "[::1]:8600"])
def test_names_of_this_machine_are_answered(api: httpx.Client, host: str) -> None:
    assert api.get("/v1/runs", headers={"Host": host}).status_code == 200


def test_the_configured_names_are_answered() -> None:
    one = known_hosts(
        Settings(api=ApiSettings(host="10.0.0.5"), dashboard=DashboardSettings(api_url="http://store:8600"))
    )
    assert "10.0.0.5" in one
    assert "store" in one
    assert "10.0.0.6" not in one
    everywhere = known_hosts(Settings(api=ApiSettings(host="0.0.0.0")))
    assert "192.168.1.7" in everywhere
    assert "evil.example" not in everywhere


def test_security_headers(api: httpx.Client) -> None:
    for path in ("/v1/statements", "/docs", "/nope", "/metrics"):
        headers = api.get(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert "default-src 'none'" in headers["content-security-policy"]
        assert headers["cache-control"] == "no-store"
        assert "access-control-allow-origin" not in headers


def test_starting_and_finishing_a_run_needs_the_token(api: httpx.Client, runs: FakeRuns, tmp_path: Path) -> None:
    wanted = {"name": "r1", "kind": "replay", "origin": "file-1", "expected": 3}
    for headers in ({}, {HEADER: ""}, {HEADER: "wrong"}, {HEADER: "wrong" * 99}):
        refused = api.post("/v1/runs", json=wanted, headers=headers)
        assert refused.status_code == 403
        assert "control.token" in refused.json()["error"]
    strange = [(HEADER.encode(), "ü".encode("latin-1")), (b"Content-Type", b"application/json")]
    assert api.post("/v1/runs", json=wanted, headers=strange).status_code == 403
    assert runs.get("r1") is None
    token = {HEADER: read_token(tmp_path)}
    started = api.post("/v1/runs", json=wanted, headers=token)
    assert (started.status_code, started.json()["state"]) == (201, "running")
    assert api.post("/v1/runs", json=wanted | {"kind": "demo"}, headers=token).status_code == 409
    assert api.post("/v1/runs", json=wanted | {"name": "../x"}, headers=token).status_code == 409
    assert "'nam'" in api.post("/v1/runs", json=wanted | {"nam": "x"}, headers=token).json()["error"]
    assert api.post("/v1/runs", content=b"{", headers=token).status_code == 422
    assert api.post("/v1/runs/r1/finish").status_code == 403
    assert api.post("/v1/runs/r1/finish", headers=token).json()["state"] == "finished"
    assert api.post("/v1/runs/none/finish", headers=token).status_code == 404


def test_the_token_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    assert read_token(tmp_path / "data") == ""
    token = ensure_token(tmp_path / "data")
    assert len(token) > 30
    assert ensure_token(tmp_path / "data") == token == read_token(tmp_path / "data")
    path = tmp_path / "data" / "control.token"
    assert path.stat().st_mode & 0o777 == 0o600
    path.write_text("")
    assert len(ensure_token(tmp_path / "data")) > 30


def test_positions_are_public(api: httpx.Client) -> None:
    assert api.get("/v1/runs/live/positions?origin=feeds-1").json() == {"next": 7, "accounted": 9}


def test_readiness_says_what_it_waits_for(api: httpx.Client, runs: FakeRuns) -> None:
    assert api.get("/readyz").json() == {"status": "ready"}
    runs.waits_for = "the broker does not answer"
    assert api.get("/readyz").status_code == 503
    assert api.get("/readyz").json() == {"error": "the broker does not answer"}
    assert api.get("/healthz").status_code == 200


def test_metrics_count_by_route_and_tell_of_runs(api: httpx.Client) -> None:
    api.get("/v1/statements/s1")
    api.get("/v1/statements/s2")
    api.get("/made/up/path")
    text = api.get("/metrics").text
    assert 'onrecord_api_requests_total{method="GET",route="/v1/statements/{statement_id}",status="200"} 2.0' in text
    assert "made/up" not in text
    assert 'onrecord_rows{run="live",table="statements"} 100.0' in text
    assert 'onrecord_inputs{outcome="dead_letters",run="live"} 1.0' in text
    assert 'onrecord_lag_records{run="live",stage="extract"} 3.0' in text
