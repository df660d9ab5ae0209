"""What the tests of ingest share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from processors.clock import ManualClock
from processors.memory_bus import MemoryBus
from processors.settings import Settings
from tests.ingest.fakes import SHARED, START, Server


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(START)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    base = Settings()
    return msgspec.structs.replace(base, store=msgspec.structs.replace(base.store, directory=str(tmp_path / "data")))


@pytest.fixture
def bus() -> MemoryBus:
    return MemoryBus("cluster-1")


@pytest.fixture(scope="session")
def shared() -> Path:
    if not SHARED.is_dir():
        pytest.skip(f"the evaluation data is not beside the checkout ({SHARED})")
    return SHARED


@pytest.fixture
def server() -> Iterator[Server]:
    one = Server()
    yield one
    one.close()
