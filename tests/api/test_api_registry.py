"""The read API over the store's own registry of runs, with a bus in memory."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from api_fakes import NOON
from fastapi.testclient import TestClient

from processors.api.app import build_app
from processors.api.token import HEADER, read_token
from processors.clock import SystemClock
from processors.memory_bus import MemoryBus
from processors.runs import RunsView
from processors.settings import Settings, StoreSettings
from processors.store.registry import RunRegistry


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[RunRegistry]:
    bus = MemoryBus()
    made = RunRegistry(Settings(store=StoreSettings(directory=str(tmp_path))), lambda: bus, SystemClock())
    made.open()
    yield made
    made.stop()


def test_a_run_is_started_read_and_finished(registry: RunRegistry, tmp_path: Path) -> None:
    runs: RunsView = registry
    settings = Settings(store=StoreSettings(directory=str(tmp_path)))
    with TestClient(build_app(runs, settings, SystemClock()), base_url="http://127.0.0.1") as api:
        assert api.get("/v1/runs").json() == []
        assert api.get("/v1/overview").json() == {"error": "there is no run 'live'; nothing has come in yet"}
        token = {HEADER: read_token(tmp_path)}
        started = api.post("/v1/runs", json={"name": "r-1", "kind": "replay", "origin": "file"}, headers=token)
        assert started.status_code == 201, started.text
        again = api.post("/v1/runs", json={"name": "r-1", "kind": "demo"}, headers=token)
        assert again.status_code == 409
        for path in (
            "overview",
            "statements",
            "topics",
            "speakers",
            "timeline",
            "facets",
            "count",
            "pipeline",
            "dead-letters",
        ):
            answer = api.get(f"/v1/{path}", params={"run": "r-1"})
            assert answer.status_code == 200, (path, answer.text)
        assert api.get("/v1/runs/r-1/positions?origin=file").json() == {"next": 0, "accounted": 0}
        assert 'onrecord_inputs{outcome="received",run="r-1"} 0.0' in api.get("/metrics").text
        finished = api.post("/v1/runs/r-1/finish", headers=token).json()
        assert finished["state"] == "finished"
        assert finished["created_at"] > NOON.isoformat()
        assert api.get("/readyz").status_code == 200
