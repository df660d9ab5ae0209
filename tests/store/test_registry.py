from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from store_fakes import NOON, FakeEngine, FakeSpeakers, bundle
from store_fakes import settings as store_settings

from processors.clock import SystemClock
from processors.errors import RunError, SettingsError, StoreLocked
from processors.memory_bus import MemoryBus
from processors.messages import encode
from processors.pipeline import run_topics
from processors.runs import RunsView
from processors.settings import SpeakersSettings
from processors.store.migrations import SCHEMA_VERSION
from processors.store.progress import NOTHING_KNOWN, ProgressWatch, measure
from processors.store.registry import RunRegistry

Opened = list[RunRegistry]


@pytest.fixture
def opened() -> Iterator[Opened]:
    registries: Opened = []
    yield registries
    for registry in registries:
        registry.stop()


def registry_of(folder: Path, bus: MemoryBus, opened: Opened, **others: Any) -> RunRegistry:
    settings = store_settings(folder, batch_statements=1, batch_seconds=0.01)
    made = {"engine": FakeEngine, "speakers": FakeSpeakers} | others
    registry = RunRegistry(settings, lambda: bus, SystemClock(), **made)
    opened.append(registry)
    registry.open()
    return registry


def publish(bus: MemoryBus, folder: Path, run: str, *positions: int) -> None:
    bus.ensure_topics(run_topics(store_settings(folder).kafka, run))
    for position in positions:
        one = bundle(position)
        bus.append(f"onrecord.{run}.embedded", one.article.id, encode(one))


def wait_for(registry: RunRegistry, run: str, statements: int) -> None:
    """Until so many are stored; a listener tells, so nothing is polled."""
    reached = threading.Event()
    view = registry.get(run)
    assert view is not None

    def notify(newest: int) -> None:
        if newest >= statements:
            reached.set()

    view.subscribe(notify)
    if view._store.counts[1] >= statements:
        reached.set()
    assert reached.wait(10)
    view.unsubscribe(notify)


def test_is_what_the_read_side_asks_for(tmp_path: Path, opened: Opened) -> None:
    view: RunsView = registry_of(tmp_path, MemoryBus(), opened)
    assert view.list() == []
    assert view.get("live") is None
    assert view.not_ready() == ""


def test_runs_side_by_side_have_files_of_their_own(tmp_path: Path, opened: Opened) -> None:
    bus = MemoryBus()
    registry = registry_of(tmp_path, bus, opened)
    registry.start("live", "live")
    registry.start("replay-1", "replay", origin="o", expected=3)
    publish(bus, tmp_path, "live", 0)
    publish(bus, tmp_path, "replay-1", 0, 1, 2)
    wait_for(registry, "live", 2)
    wait_for(registry, "replay-1", 6)
    info = {run.name: run for run in registry.list()}
    assert (info["live"].articles, info["replay-1"].articles) == (1, 3)
    assert info["live"].first_at == NOON
    assert (tmp_path / "runs" / "replay-1.duckdb").exists()
    manifest = json.loads((tmp_path / "runs" / "replay-1.json").read_text())
    assert (manifest["kind"], manifest["state"], manifest["expected"]) == ("replay", "running", 3)
    assert manifest["settings"]["store"]["batch_statements"] == 1
    versions = registry.get("live").versions()  # type: ignore[union-attr]
    assert (versions.extractor, versions.model, versions.schema) == ("x1", "m@1", str(SCHEMA_VERSION))


def test_stopped_and_opened_again_goes_on(tmp_path: Path, opened: Opened) -> None:
    bus = MemoryBus()
    registry = registry_of(tmp_path, bus, opened)
    registry.start("r", "replay", origin="o")
    publish(bus, tmp_path, "r", 0, 1)
    wait_for(registry, "r", 4)
    registry.stop()
    assert registry.not_ready()
    with pytest.raises(RunError, match="being stopped"):
        registry.get("r")
    publish(bus, tmp_path, "r", 2)
    again = registry_of(tmp_path, bus, opened)
    assert again.writing() == ["r"]
    wait_for(again, "r", 6)
    positions = again.get("r").positions("o")  # type: ignore[union-attr]
    assert (positions.next, positions.accounted) == (3, 3)


def test_a_finished_run_is_only_read(tmp_path: Path, opened: Opened) -> None:
    bus = MemoryBus()
    registry = registry_of(tmp_path, bus, opened)
    registry.start("r", "replay", origin="o")
    publish(bus, tmp_path, "r", 0, 2)
    wait_for(registry, "r", 2)
    info = registry.finish("r")
    assert (info.state, info.articles) == ("finished", 2)
    assert registry.finish("r") == info
    assert registry.writing() == []
    registry.stop()
    again = registry_of(tmp_path, bus, opened)
    assert again.writing() == []
    view = again.get("r")
    assert view is not None
    with view.cursor() as cursor:
        assert cursor.execute("SELECT count(*) FROM statements").fetchall() == [(4,)]
    with pytest.raises(RunError, match="there is a run called 'r' already; choose another name"):
        again.start("r", "replay", origin="o")


def test_names_are_refused_where_they_belong_to_another(tmp_path: Path, opened: Opened) -> None:
    registry = registry_of(tmp_path, MemoryBus(), opened)
    first = registry.start("r", "replay", origin="o")
    assert registry.start("r", "replay", origin="o") == first
    with pytest.raises(RunError, match="choose another name"):
        registry.start("r", "replay", origin="other")
    with pytest.raises(RunError, match="choose another name"):
        registry.start("r", "demo", origin="o")
    with pytest.raises(RunError, match="cannot be called"):
        registry.start("../r", "replay")
    (tmp_path / "runs" / "left.duckdb").write_bytes(b"")
    with pytest.raises(RunError, match="has no manifest"):
        registry.start("left", "replay")
    with pytest.raises(RunError, match="no run called 'nobody'; known are: r"):
        registry.finish("nobody")


def test_the_live_run_can_be_started_again_after_it_was_finished(tmp_path: Path, opened: Opened) -> None:
    registry = registry_of(tmp_path, MemoryBus(), opened)
    registry.start("live", "live")
    assert registry.finish("live").state == "finished"
    assert registry.start("live", "live").state == "running"
    assert registry.writing() == ["live"]


def test_a_second_owner_is_refused_and_changes_nothing(tmp_path: Path, opened: Opened) -> None:
    registry = registry_of(tmp_path, MemoryBus(), opened)
    registry.start("live", "live")
    before = (tmp_path / "runs" / "live.json").read_bytes()
    with pytest.raises(StoreLocked, match="already open in this process"):
        registry_of(tmp_path, MemoryBus(), opened)
    assert (tmp_path / "runs" / "live.json").read_bytes() == before


def test_a_manifest_that_cannot_be_read_is_named(tmp_path: Path, opened: Opened) -> None:
    (tmp_path / "runs").mkdir()
    (tmp_path / "runs" / "torn.json").write_text("{")
    with pytest.raises(RunError, match=r"torn\.json does not describe a run"):
        registry_of(tmp_path, MemoryBus(), opened)


def test_a_defect_is_told_and_shown(tmp_path: Path, opened: Opened) -> None:
    class Defect(FakeEngine):
        def assign(self, items: object) -> Any:
            raise ZeroDivisionError("oh")

    bus = MemoryBus()
    told = threading.Event()
    failures: list[tuple[str, BaseException]] = []

    def on_failure(name: str, error: BaseException) -> None:
        failures.append((name, error))
        told.set()

    registry = registry_of(tmp_path, bus, opened, engine=Defect, on_failure=on_failure)
    registry.start("r", "replay")
    publish(bus, tmp_path, "r", 0)
    assert told.wait(10)
    assert failures[0][0] == "r"
    assert isinstance(failures[0][1], ZeroDivisionError)
    assert registry.trouble() == {"r": "the run r stopped at a defect: ZeroDivisionError: oh"}


def test_progress_counts_what_each_stage_has_not_taken(tmp_path: Path) -> None:
    bus, settings = MemoryBus("m"), store_settings(tmp_path).kafka
    publish(bus, tmp_path, "r", 0, 1, 2)
    bus.append("onrecord.r.articles", "k", b"1")
    bus.append("onrecord.r.articles", "k", b"2")
    [at] = [at for at, end in bus.end_offsets(["onrecord.r.articles"]).items() if end]
    bus.commit("onrecord.r.extract", {at: 1})
    written = {at: 1 for at, end in bus.end_offsets(["onrecord.r.embedded"]).items() if end}
    progress = measure(bus, settings, "r", written)
    assert progress.lag == {"extract": 1, "embed": 0, "store": 3 - len(written)}
    assert (progress.cluster, progress.ends[at]) == ("m", 2)


def test_progress_is_empty_where_nothing_was_seen(tmp_path: Path) -> None:
    bus, settings = MemoryBus("m"), store_settings(tmp_path).kafka
    watch = ProgressWatch(lambda: bus, settings, SystemClock(), lambda: ["r"], lambda run, cluster: {})
    assert watch.of("r") == NOTHING_KNOWN
    publish(bus, tmp_path, "r", 0)
    watch.look(bus)
    assert watch.of("r").lag["store"] == 1
    assert watch.of("another") == NOTHING_KNOWN


def test_the_file_of_speakers_is_read_at_the_start_and_its_digest_kept(tmp_path: Path, opened: Opened) -> None:
    registry_of(tmp_path, MemoryBus(), opened).start("r-1", "replay")
    manifest = tmp_path / "runs" / "r-1.json"
    assert json.loads(manifest.read_text())["speakers"] == ""
    opened.pop().stop()
    (tmp_path / "speakers.toml").write_text('[[merge]]\nnames = ["Ana Lom", "Lom of Brannoch"]\n')
    registry_of(tmp_path, MemoryBus(), opened)
    assert len(json.loads(manifest.read_text())["speakers"]) == 16
    opened.pop().stop()
    (tmp_path / "speakers.toml").write_text("[[merge]")
    with pytest.raises(SettingsError, match=r"speakers\.toml cannot be used"):
        registry_of(tmp_path, MemoryBus(), opened)


def test_a_file_of_speakers_that_is_named_has_to_be_there(tmp_path: Path) -> None:
    settings = msgspec.structs.replace(store_settings(tmp_path), speakers=SpeakersSettings(file="who.toml"))
    with pytest.raises(SettingsError, match=r"there is no file who\.toml; correct speakers\.file"):
        RunRegistry(settings, MemoryBus, SystemClock())
