"""Whatever is killed, and whenever: the rows are those of an undisturbed run."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.recording import recorded_stream
from tests.system.killing import PARTS, Tables, differences, kills_in_turn, replay

pytestmark = [pytest.mark.broker, pytest.mark.model]

ARTICLES = 65
# Two days in nearly two minutes: on a busy machine the parts take half of that to come back, and then catch up at once.
SPEED = "1600"
SECONDS = 420.0


@pytest.fixture(scope="module")
def calm(tmp_path_factory: pytest.TempPathFactory) -> Tables:
    """What is stored when nothing happens."""
    return replay(recorded_stream(), tmp_path_factory.mktemp("calm"), "max", ARTICLES, (), SECONDS).tables()


def test_every_process_killed_in_turn_changes_nothing(calm: Tables, tmp_path: Path) -> None:
    killed = replay(recorded_stream(), tmp_path, SPEED, ARTICLES, kills_in_turn(), SECONDS)

    assert killed.restarts == 1
    said = killed.output.read_text(encoding="utf-8")
    # Parts that were killed after the supervisor are started by its successor.
    assert all(f"{part}: ended with signal 9" in said for part in PARTS), said
    assert f"articles in {ARTICLES} = stored {ARTICLES} + duplicates 0 + dead letters 0" in said
    assert len(calm["inputs"]) == ARTICLES
    assert len(calm["statements"]) > 300
    assert differences(calm, killed.tables()) == []
