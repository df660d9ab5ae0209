"""One system over one data folder: its lock, its state file, its parts, and that nothing outlives it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import msgspec
import pytest

from processors.broker import free_port, usable_port, wait_for_port
from processors.clock import ManualClock
from processors.errors import SettingsError, StoreError, StoreLocked, StoreUnavailable
from processors.settings import ApiSettings, KafkaSettings, Settings, load_settings, to_environ
from processors.supervise.launch import core_parts
from processors.supervise.part import Part
from processors.supervise.parts import Workers, broker_part, playback_part, with_addresses
from processors.supervise.state import (
    PartState,
    SystemState,
    is_alive,
    lock_file,
    read_state,
    require_state,
    state_file,
    write_state,
)
from processors.supervise.system import System, Voice, owning
from tests.core.conftest import START

ROOT = Path(__file__).resolve().parents[2]
WORKS = "import sys; print('12:00:00Z info    ready', flush=True); sys.stdin.read()"


def state(**changed: object) -> SystemState:
    values: dict = {
        "pid": os.getpid(),
        "run": "live",
        "started_at": START,
        "bootstrap_servers": "127.0.0.1:1",
        "api_url": "http://127.0.0.1:2",
        "dashboard_url": "",
        "parts": (PartState(name="store", state="ready", pid=7, restarts=1, since=START),),
    }
    return SystemState(**values | changed)


def until(holds: object, what: str) -> None:
    deadline = time.monotonic() + 20
    while not holds():  # type: ignore[operator]
        assert time.monotonic() < deadline, what
        time.sleep(0.01)


# -- the folder -------------------------------------------------------------------------------------------------------


def test_the_state_is_read_as_it_was_written_while_the_system_runs(tmp_path: Path) -> None:
    data = tmp_path / "new" / "data"
    with owning(data):
        write_state(data, state())
        assert read_state(data) == require_state(data) == state()
        assert [path.name for path in data.iterdir() if path.suffix == ".tmp"] == []
    assert read_state(data) is None
    assert not state_file(data).exists()


def test_a_state_that_was_left_behind_is_not_believed(tmp_path: Path) -> None:
    """After kill -9 the file is still there, and another process may have the supervisor's id by now."""
    write_state(tmp_path, state(pid=os.getpid()))
    assert read_state(tmp_path) is None, "there is no lock file at all"
    lock_file(tmp_path).touch()
    assert read_state(tmp_path) is None, "nobody holds the lock"
    with pytest.raises(StoreUnavailable, match=r"nothing runs over the data in .*; start it with: onrecord up"):
        require_state(tmp_path)


@pytest.mark.parametrize("content", [b"", b"{", b'{"pid": "x"}', b"\xff"])
def test_a_damaged_state_file_is_no_system(tmp_path: Path, content: bytes) -> None:
    with owning(tmp_path):
        state_file(tmp_path).write_bytes(content)
        assert read_state(tmp_path) is None


def test_a_second_system_over_the_folder_is_refused_in_one_sentence(tmp_path: Path) -> None:
    with owning(tmp_path):
        write_state(tmp_path, state())
        said = "stop it, or give this one its own folder with ONRECORD_STORE_DIRECTORY"
        with pytest.raises(StoreLocked, match=said), owning(tmp_path):
            pytest.fail("two systems run over one folder")
        assert read_state(tmp_path) == state(), "the first one's state is left alone"
    with owning(tmp_path):
        pass


def test_a_folder_that_cannot_be_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for folder in (tmp_path / "file", tmp_path / "file" / "below"):
        said = r"cannot hold data .*; name another with ONRECORD_STORE_DIRECTORY"
        with pytest.raises(StoreError, match=said), owning(folder):
            pytest.fail("it was taken")


def test_is_alive_knows_the_living_from_the_dead() -> None:
    child = subprocess.Popen([sys.executable, "-S", "-c", "pass"])
    child.wait()
    assert is_alive(os.getpid())
    assert not is_alive(child.pid)


def test_the_state_file_follows_the_parts(settings: Settings, clock: ManualClock) -> None:
    parts = [Part("store", (sys.executable, "-S", "-c", WORKS)), Part("dashboard", (sys.executable, "-S", "-c", WORKS))]
    said: list[tuple[str, str]] = []
    with owning(settings.data):
        system = System(settings, "demo", parts, clock, lambda name, line: said.append((name, line)))
        clock.sleep = lambda seconds, wake=None: (clock.advance(seconds), time.sleep(0.005))[0]  # type: ignore[method-assign]
        try:
            assert system.until_ready(threading.Event())
            found = require_state(settings.data)
            assert [(one.name, one.state, one.pid is not None) for one in found.parts] == [
                ("store", "ready", True),
                ("dashboard", "ready", True),
            ]
            assert (found.run, found.pid, found.started_at) == ("demo", os.getpid(), START)
            assert (found.api_url, found.dashboard_url) == ("http://127.0.0.1:8600", "http://127.0.0.1:8501")
        finally:
            system.supervisor.stop_all()
        assert {one.state for one in require_state(settings.data).parts} == {"stopped"}
    assert ("onrecord", "waiting for store, dashboard (0 s)") in said


def test_waiting_ends_when_it_is_told_to_and_when_the_first_statements_are_there(
    settings: Settings, clock: ManualClock
) -> None:
    said: list[str] = []
    system = System(settings, "demo", [], clock, lambda _name, line: said.append(line))
    asked = iter([False, False, True])
    assert system.until_ready(threading.Event(), lambda: next(asked))
    assert said == ["everything works; waiting for first statements (0 s)"]
    assert system.dashboard_url == ""
    stop = threading.Event()
    assert not system.until_ready(stop, lambda: bool(stop.set()))


def test_the_voice_says_who_speaks(capsys: pytest.CaptureFixture[str]) -> None:
    voice = Voice()
    voice("store", "is ready")
    voice.plain("\n  here")
    assert capsys.readouterr().out == "store      │ is ready\n\n  here\n"


# -- its parts --------------------------------------------------------------------------------------------------------


def test_a_port_that_is_taken_is_replaced_and_a_free_one_kept() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        number = taken.getsockname()[1]
        other = usable_port(number, "127.0.0.1")
        assert other not in {0, number}
        assert wait_for_port(number, 1)
    assert usable_port(other, "127.0.0.1") == other
    assert usable_port(0, "127.0.0.1") > 0
    assert not wait_for_port(free_port(), 0.01)


def test_a_host_that_is_not_this_machine_is_one_sentence() -> None:
    for host in ("192.0.2.1", "no such host"):
        with pytest.raises(SettingsError, match=f"cannot listen on '{host}' .*; set api.host and dashboard.host"):
            usable_port(8600, host)


def test_everything_gets_an_address_and_what_was_given_is_kept() -> None:
    base = Settings(api=ApiSettings(port=0), kafka=KafkaSettings(partitions=2))
    placed = with_addresses(base)
    assert placed.api.port > 0
    assert placed.kafka.bootstrap_servers.startswith("127.0.0.1:")
    assert placed.kafka.partitions == 2
    given = msgspec.structs.replace(base, kafka=KafkaSettings(bootstrap_servers="far:9092"))
    assert with_addresses(given).kafka.bootstrap_servers == "far:9092"


def test_the_embedded_broker_is_a_part_only_where_no_other_is_given(settings: Settings) -> None:
    placed = with_addresses(settings)
    parts = {part.name: part for part in core_parts(settings, placed, "r1", Workers(2, 1))}
    assert list(parts) == ["broker", "store", "extract-1", "extract-2", "embed"]
    assert all(parts[name].needs == ("broker",) for name in ("store", "extract-1", "embed"))
    assert parts["broker"].foreign
    assert parts["extract-1"].command[-5:] == ("work", "extract", "--supervised", "--run", "r1")
    given = msgspec.structs.replace(settings, kafka=KafkaSettings(bootstrap_servers="far:9092"))
    outside = core_parts(given, given, "r1", Workers())
    assert [(part.name, part.needs) for part in outside] == [("store", ()), ("extract", ()), ("embed", ())]


def test_children_get_the_settings_that_were_placed(settings: Settings) -> None:
    placed = with_addresses(msgspec.structs.replace(settings, api=ApiSettings(port=0)))
    for part in core_parts(settings, placed, "r1", Workers())[1:]:
        ours = {name: value for name, value in part.environ.items() if name.startswith("ONRECORD_")}
        assert ours == to_environ(placed)
        assert load_settings(environ=ours) == placed
    assert part.environ["OMP_NUM_THREADS"] == "1"


def test_a_playback_is_done_once() -> None:
    part = playback_part(Settings(), "r1", "/a.jsonl", "300", "2026-03-18T05:00:00Z")
    assert part.once
    assert part.command[-6:] == ("--file", "/a.jsonl", "--speed", "300", "--ahead-until", "2026-03-18T05:00:00Z")
    assert "--ahead-until" not in playback_part(Settings(), "r1", "/a.jsonl", "max").command


@pytest.mark.parametrize("workers", [(0, 1), (1, 0), (-1, 1)])
def test_a_stage_without_a_process_would_wait_for_ever(workers: tuple[int, int]) -> None:
    with pytest.raises(SettingsError, match="at least one process"):
        Workers(*workers)


# -- its end ----------------------------------------------------------------------------------------------------------

SYSTEM = """
import sys, threading
from pathlib import Path
from processors.clock import SystemClock
from processors.settings import Settings, StoreSettings
from processors.supervise.part import Part
from processors.supervise.system import System, Voice, owning

settings = Settings(store=StoreSettings(directory=sys.argv[1]))
ours = '''
from processors.process import stopping_on_signals
with stopping_on_signals(supervised=True) as stop:
    print("12:00:00Z info    ready", flush=True)
    stop.wait()
'''
foreign = "import time; print('12:00:00Z info    ready', flush=True); time.sleep(600)"
parts = [Part("ours", (sys.executable, "-c", ours)), Part("broker", (sys.executable, "-c", foreign), foreign=True)]
with owning(settings.data):
    system = System(settings, "live", parts, SystemClock(), Voice())
    system.until_ready(threading.Event())
    print("ALL READY", flush=True)
    system.supervisor.run(threading.Event())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a foreign program with its parent")
def test_nothing_outlives_a_supervisor_that_is_killed_and_the_folder_is_free_again(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with subprocess.Popen(
        [sys.executable, "-c", SYSTEM, str(data)], stdout=subprocess.PIPE, text=True, cwd=ROOT
    ) as supervisor:
        assert supervisor.stdout is not None
        until(lambda: "ALL READY" in supervisor.stdout.readline(), "the parts do not work")
        found = require_state(data)
        assert found.pid == supervisor.pid
        pids = [part.pid for part in found.parts if part.pid]
        assert len(pids) == 2
        assert all(is_alive(pid) for pid in pids)
        supervisor.send_signal(signal.SIGKILL)
        supervisor.wait()
    until(lambda: not any(running(pid) for pid in pids), "a part outlives its supervisor")
    assert state_file(data).exists()
    assert read_state(data) is None
    with owning(data):
        pass


def running(pid: int) -> bool:
    """Whether the process does anything; one that has ended waits for its new parent, which may not care."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_the_broker_gets_another_cluster_id_at_every_start() -> None:
    part = broker_part(Settings(kafka=KafkaSettings(bootstrap_servers="127.0.0.1:9")))
    assert callable(part.command)
    ids = {command[command.index("--cluster-id") + 1] for command in (part.command(), part.command())}
    assert len(ids) == 2
