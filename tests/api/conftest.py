from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from api_fakes import NOON, FakeRun, FakeRuns
from fastapi import FastAPI
from fastapi.testclient import TestClient

from processors.api.app import build_app
from processors.clock import ManualClock
from processors.settings import ApiSettings, Settings, StoreSettings


@pytest.fixture
def runs(tmp_path: Path) -> Iterator[FakeRuns]:
    made = FakeRuns(tmp_path / "runs")
    yield made
    made.close()


@pytest.fixture
def live(runs: FakeRuns) -> FakeRun:
    return runs.add("live")


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOON)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(store=StoreSettings(directory=str(tmp_path)), api=ApiSettings(max_rows=1000))


@pytest.fixture
def app(runs: FakeRuns, live: FakeRun, settings: Settings, clock: ManualClock) -> FastAPI:
    return build_app(runs, settings, clock)


@pytest.fixture
def api(app: FastAPI) -> Iterator[httpx.Client]:
    with TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False) as client:
        yield client
