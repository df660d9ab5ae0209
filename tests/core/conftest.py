"""What the tests of the core share."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from processors.clock import ManualClock
from processors.settings import Settings
from processors.streams import Bus
from tests.core.brokers import Broker, KafkaSite, MemorySite, Site, collect_lost_sockets

START = datetime(2026, 3, 17, 6, 0, tzinfo=UTC)
# A client whose broker was killed leaves its socket to the garbage collector.
_LOST_SOCKETS = pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")
BOTH = [pytest.param("memory"), pytest.param("kafka", marks=[pytest.mark.broker, _LOST_SOCKETS])]


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(START)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    base = Settings()
    return msgspec.structs.replace(base, store=msgspec.structs.replace(base.store, directory=str(tmp_path / "data")))


@pytest.fixture(scope="session")
def broker() -> Iterator[Broker]:
    """One embedded broker for all tests that do not kill it."""
    one = Broker()
    yield one
    one.kill()


@pytest.fixture(params=BOTH)
def site(request: pytest.FixtureRequest) -> Iterator[Site]:
    """A cluster that the test leaves as it is, but for topics of its own."""
    one: Site = MemorySite() if request.param == "memory" else KafkaSite(request.getfixturevalue("broker"))
    yield one
    one.close()
    del one
    collect_lost_sockets()


@pytest.fixture
def bus(site: Site) -> Bus:
    return site.connect()


@pytest.fixture(params=BOTH)
def breakable(request: pytest.FixtureRequest) -> Iterator[Site]:
    """A cluster of the test's own, which it may kill."""
    if request.param == "memory":
        yield MemorySite()
        return
    broker = Broker()
    one = KafkaSite(broker)
    yield one
    one.close()
    broker.kill()
    del one
    collect_lost_sockets()
