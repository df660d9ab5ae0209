"""``onrecord replay``: its own decisions with fakes, and the whole of it on some articles of the recorded stream."""

from __future__ import annotations

import gzip
import io
import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from rich.console import Console
from rich.progress import Progress

from ingest import replay
from ingest.recording import recorded_stream
from ingest.rows import read_rows
from processors.clock import ManualClock
from processors.errors import RunError, StoreUnavailable
from processors.runs import Positions
from processors.settings import DashboardSettings, KafkaSettings, Settings
from processors.store.manifest import new_manifest, write_manifest
from processors.supervise.state import PartState, SystemState
from tests.core.conftest import START

ROOT = Path(__file__).resolve().parents[2]
Rows = Any


class FakeSupervisor:
    """A system whose playback is done after so many looks at it."""

    def __init__(self, looks: int = 3, at_look: Callable[[int], None] = lambda _: None) -> None:
        self.looks, self.at_look = looks, at_look
        self.ticks = 0
        self.stopped = False

    def tick(self) -> None:
        self.ticks += 1
        self.at_look(self.ticks)

    def is_done(self, name: str) -> bool:
        assert name == "playback"
        return self.ticks >= self.looks

    def states(self) -> tuple[PartState, ...]:
        return (PartState(name="store", state="ready" if self.ticks > 1 else "starting"),)

    def stop_all(self) -> None:
        self.stopped = True


class FakeClient:
    """A store that has ``accounting`` of one run."""

    def __init__(self, stored: int = 3, duplicates: int = 0, dead_letters: int = 0, away: bool = False) -> None:
        self.accounting = {"stored": stored, "duplicates": duplicates, "dead_letters": dead_letters}
        self.away = away
        self.finished: list[str] = []

    def positions(self, run: str, origin: str) -> Positions:
        if self.away:
            raise StoreUnavailable("not yet")
        return Positions(next=1, accounted=1)

    def overview(self, run: str) -> dict[str, Any]:
        return {"articles": 1_234, "statements": 2, "speakers": 1, "topics": 1, "accounting": self.accounting}

    def finish_run(self, name: str) -> None:
        self.finished.append(name)


@pytest.fixture
def rows(tmp_path: Path) -> Rows:
    file = tmp_path / "three.jsonl"
    file.write_text("".join(json.dumps({"text": f"text {n}", "url": f"http://p.example/{n}"}) + "\n" for n in range(3)))
    return read_rows(file, START)


@pytest.fixture
def bar() -> Progress:
    one = Progress(console=Console(file=io.StringIO()), auto_refresh=False)
    one.add_task("starting", total=3)
    return one


def play(supervisor: FakeSupervisor, client: FakeClient, rows: Rows, bar: Progress, **options: Any) -> None:
    stop = options.pop("stop", threading.Event())
    stop.wait = lambda seconds: stop.is_set()
    replay._play(supervisor, client, "r1", rows, bar, stop, **options)  # type: ignore[arg-type]


def test_a_replay_ends_with_the_sum_of_its_articles(
    rows: Rows, bar: Progress, capsys: pytest.CaptureFixture[str]
) -> None:
    supervisor, client = FakeSupervisor(), FakeClient(stored=1, duplicates=1, dead_letters=1)
    play(supervisor, client, rows, bar)
    out = capsys.readouterr().out.splitlines()
    assert out[0] == "run r1: 1,234 articles, 2 statements, 1 speakers, 1 topics"
    assert out[1] == "articles in 3 = stored 1 + duplicates 1 + dead letters 1"
    assert re.fullmatch(r"took [\d,.]+ s, [\d,.]+ articles a second", out[2])
    assert client.finished == ["r1"]
    assert supervisor.stopped
    assert bar.tasks[0].completed == 3


def test_an_article_that_is_not_accounted_for_is_an_error(rows: Rows, bar: Progress) -> None:
    supervisor = FakeSupervisor()
    with pytest.raises(RunError, match=r"1 articles of three\.jsonl are not accounted for"):
        play(supervisor, FakeClient(stored=2), rows, bar)
    assert supervisor.stopped


def test_a_store_that_is_away_makes_the_bar_stand_still(rows: Rows, bar: Progress) -> None:
    seen: list[tuple[str, float]] = []
    client = FakeClient(away=True)

    def look(number: int) -> None:
        seen.append((bar.tasks[0].description, bar.tasks[0].completed))

    play(FakeSupervisor(at_look=look), client, rows, bar)
    assert seen[1] == ("waiting for store", 0)


def test_a_replay_that_is_stopped_says_how_it_goes_on(rows: Rows, bar: Progress) -> None:
    stop = threading.Event()
    supervisor = FakeSupervisor(looks=99, at_look=lambda number: stop.set() if number == 2 else None)
    client = FakeClient()
    with pytest.raises(RunError, match="was stopped before its end; the same command goes on with the run 'r1'"):
        play(supervisor, client, rows, bar, stop=stop)
    assert supervisor.ticks == 2
    assert supervisor.stopped
    assert client.finished == []


def test_a_replay_ends_with_the_system_that_it_ran_in(rows: Rows, bar: Progress, tmp_path: Path) -> None:
    supervisor = FakeSupervisor(looks=99)
    with pytest.raises(RunError, match="the system that the replay ran in has ended; the same command goes on"):
        play(supervisor, FakeClient(), rows, bar, running_over=tmp_path)
    assert supervisor.stopped


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("replay_2022-02_04.jsonl.gz", "replay_2022-02_04"),
        ("my news (1).jsonl", "my-news-1"),
        ("ünï.jsonl", "n"),
        (".jsonl", "replay"),
        ("…", "replay"),
        ("x" * 90 + ".jsonl", "x" * 60),
    ],
)
def test_a_run_is_called_after_its_file(file: str, name: str) -> None:
    assert replay._name_from(Path("/folder") / file) == name
    assert replay._usable_name(Settings(), name) == name


def test_a_finished_run_is_not_played_over_and_an_unfinished_one_goes_on(
    settings: Settings, clock: ManualClock
) -> None:
    manifest = new_manifest("r1", "replay", clock.now(), settings)
    path = settings.data / "runs" / "r1.json"
    write_manifest(path, manifest)
    assert replay._usable_name(settings, "r1") == "r1"
    write_manifest(path, msgspec.structs.replace(manifest, state="finished"))
    with pytest.raises(RunError, match="there is a finished run called 'r1' already; choose another name with --run"):
        replay._usable_name(settings, "r1")


def test_beside_a_running_system_its_addresses_count(settings: Settings) -> None:
    running = SystemState(
        pid=1,
        run="live",
        started_at=START,
        bootstrap_servers="127.0.0.1:7",
        api_url="http://127.0.0.1:8",
        dashboard_url="",
    )
    given = msgspec.structs.replace(settings, kafka=KafkaSettings(bootstrap_servers="far:9092", partitions=2))
    placed = replay._beside(given, running)
    assert placed is not None
    assert placed.kafka == KafkaSettings(bootstrap_servers="127.0.0.1:7", partitions=2)
    assert placed.api_url == "http://127.0.0.1:8"
    assert placed.data == given.data


def test_beside_a_broker_and_a_read_api_that_the_settings_name(settings: Settings) -> None:
    # As in docker-compose: nothing is supervised here, and everything runs elsewhere.
    kafka, dashboard = KafkaSettings(bootstrap_servers="kafka:19092"), DashboardSettings(api_url="http://store:8600")
    elsewhere = msgspec.structs.replace(settings, kafka=kafka, dashboard=dashboard)
    assert replay._beside(elsewhere, None) == elsewhere
    assert replay._beside(msgspec.structs.replace(settings, kafka=kafka), None) is None
    assert replay._beside(msgspec.structs.replace(settings, dashboard=dashboard), None) is None


@pytest.mark.parametrize("name", ["live", "demo"])
def test_names_with_a_meaning_of_their_own_are_refused(settings: Settings, name: str) -> None:
    with pytest.raises(RunError, match=f"cannot be called {name}.*--run"):
        replay._usable_name(settings, name)


# -- the whole of it --------------------------------------------------------------------------------------------------


def onrecord(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("ONRECORD_")}
    placed = {"ONRECORD_API_PORT": "0", "ONRECORD_DASHBOARD_PORT": "0", "ONRECORD_STORE_DIRECTORY": "kept"}
    return subprocess.run(
        [sys.executable, "-m", "processors.commands.main", *arguments],
        env={**clean, **placed, "PYTHONPATH": str(ROOT), "COLUMNS": "100", "OMP_NUM_THREADS": "1"},
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


@pytest.mark.broker
@pytest.mark.model
def test_the_first_articles_of_the_recorded_stream(tmp_path: Path) -> None:
    with gzip.open(recorded_stream(), "rt", encoding="utf-8") as recorded:
        articles = [next(recorded) for _ in range(8)]
    # One row that is no article, and one that came already: each is accounted for as what it is.
    file = tmp_path / "first.jsonl"
    file.write_text("".join([*articles, "{}\n", articles[0]]), "utf-8")

    ended = onrecord("replay", "first.jsonl", "--run", "first", folder=tmp_path)
    assert ended.returncode == 0, ended.stderr
    counts, accounting, _took = ended.stdout.splitlines()
    found = re.fullmatch(r"run first: (\d+) articles, (\d+) statements, (\d+) speakers, (\d+) topics", counts)
    assert found, counts
    assert int(found[1]) == 8
    assert all(int(number) > 0 for number in found.groups())
    assert accounting == "articles in 10 = stored 8 + duplicates 1 + dead letters 1"
    assert sorted(path.name for path in (tmp_path / "kept" / "runs").iterdir()) == ["first.duckdb", "first.json"]
    assert not (tmp_path / "kept" / "system.json").exists()

    again = onrecord("replay", "first.jsonl", "--run", "first", folder=tmp_path)
    said = "onrecord: there is a finished run called 'first' already; choose another name with --run\n"
    assert (again.returncode, again.stdout, again.stderr) == (2, "", said)
