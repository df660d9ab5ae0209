"""``onrecord replay FILE``: history through the same streams and processors, as a run of its own.

Where a system runs over the data folder, or the settings name a broker and a read API that run elsewhere (as in
docker-compose), those are used and only the run's own stages are started; otherwise everything is, for as long as the
replay takes.
"""

from __future__ import annotations

import re
import threading
import time
from contextlib import AbstractContextManager, closing, nullcontext
from pathlib import Path

import msgspec
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from ingest.demo import RUN as DEMO
from ingest.playback import read_speed
from ingest.rows import STDIN, Rows, read_rows
from processors.bus import connect
from processors.client import ReadClient
from processors.clock import SystemClock
from processors.errors import OnRecordError, RunError, SourceError
from processors.pipeline import LIVE, check_run_name, run_topics
from processors.process import stopping_on_signals
from processors.settings import Settings, load_settings
from processors.store.manifest import read_manifest
from processors.supervise.launch import core_parts
from processors.supervise.part import Part
from processors.supervise.parts import Workers, playback_part, stage_parts, with_addresses
from processors.supervise.state import SystemState, read_state
from processors.supervise.supervisor import Supervisor
from processors.supervise.system import System, owning

_TAKEN = {LIVE: "the run of the feeds", DEMO: "played anew by each start of the demo"}
# How often the store is asked how far it is.
_ASK_SECONDS = 0.5


def replay(file: Path, *, run: str = "", speed: str = "max", workers: int = 1) -> None:
    """Play a file of articles in the order of their publication, as a run of its own, and wait for its end.

    A replay that was stopped or killed goes on where it was when the same command is given again.

    Parameters
    ----------
    file
        JSON Lines, may be gzipped; each row has at least text, and where known url, title, outlet, published_at.
    run
        Name of the run; by default made from the file's name.
    speed
        How many times faster than it happened; max goes as fast as the pipeline drains.
    workers
        How many extract and how many embed processes.

    """
    read_speed(speed)
    if file == STDIN:
        raise SourceError("a replay reads its file again when it goes on after a stop; save standard input to a file")
    wanted = Workers(workers, workers)
    given = load_settings()
    name = _usable_name(given, run or _name_from(file))
    rows = read_rows(file, SystemClock().now())
    running = read_state(given.data)
    beside = _beside(given, running)
    lock: AbstractContextManager[None] = nullcontext() if beside else owning(given.data)
    with lock, stopping_on_signals() as stop, _bar(len(rows.rows)) as bar:
        placed = beside or with_addresses(given)
        parts = stage_parts(placed, name, (), wanted) if beside else core_parts(given, placed, name, wanted)
        playback = playback_part(placed, name, str(file.resolve()), speed, needs=() if beside else ("store",))
        supervisor = _supervisor([*parts, playback], placed, name, bar.console, alone=beside is None)
        with closing(ReadClient(placed.api_url, placed.data / "control.token")) as client:
            _play(supervisor, client, name, rows, bar, stop, running_over=given.data if running else None)
        if running or given.kafka.bootstrap_servers:
            # Everything is in the store: the run's streams only take up room on a broker that lives on.
            with closing(connect(placed.kafka)) as bus:
                bus.delete_topics(run_topics(placed.kafka, name))


def _play(
    supervisor: Supervisor,
    client: ReadClient,
    run: str,
    rows: Rows,
    bar: Progress,
    stop: threading.Event,
    running_over: Path | None = None,
) -> None:
    started = time.monotonic()
    try:
        _watch(supervisor, client, run, rows, bar, stop, running_over)
        if stop.is_set():
            raise RunError(f"the replay was stopped before its end; the same command goes on with the run {run!r}")
        client.finish_run(run)
        seconds = time.monotonic() - started
        bar.stop()
        print(_result(client, run, rows))
        print(f"took {seconds:,.1f} s, {len(rows.rows) / seconds:,.1f} articles a second")
    finally:
        supervisor.stop_all()


def _watch(
    supervisor: Supervisor,
    client: ReadClient,
    run: str,
    rows: Rows,
    bar: Progress,
    stop: threading.Event,
    running_over: Path | None,
) -> None:
    """Return when the store has every row, or ``stop`` is set.

    Raises RunError where the system over the data folder ``running_over``, whose store is used, has ended meanwhile.
    """
    task, asked = bar.task_ids[0], 0.0
    while not stop.is_set() and not supervisor.is_done("playback"):
        supervisor.tick()
        if time.monotonic() - asked >= _ASK_SECONDS:
            asked = time.monotonic()
            if running_over is not None and read_state(running_over) is None:
                raise RunError(f"the system that the replay ran in has ended; the same command goes on with {run!r}")
            waiting = [state.name for state in supervisor.states() if state.state not in {"ready", "done"}]
            what = f"waiting for {', '.join(waiting)}" if waiting else f"replaying into {run}"
            bar.update(task, completed=_accounted(client, run, rows), description=what)
        stop.wait(0.1)
    if not stop.is_set():
        bar.update(task, completed=len(rows.rows))


def _accounted(client: ReadClient, run: str, rows: Rows) -> int | None:
    try:
        return client.positions(run, rows.origin).accounted
    except OnRecordError:
        # The store is being started, or started again: the bar stands still meanwhile.
        return None


def _result(client: ReadClient, run: str, rows: Rows) -> str:
    """The closing figures; raises RunError where an article is not accounted for."""
    overview = client.overview(run)
    account = overview["accounting"]
    known = account["stored"] + account["duplicates"] + account["dead_letters"]
    if known != len(rows.rows):
        raise RunError(f"{len(rows.rows) - known} articles of {rows.name} are not accounted for; please report this")
    return (
        f"run {run}: {overview['articles']:,} articles, {overview['statements']:,} statements, "
        f"{overview['speakers']:,} speakers, {overview['topics']:,} topics\n"
        f"articles in {len(rows.rows):,} = stored {account['stored']:,} + duplicates {account['duplicates']:,} "
        f"+ dead letters {account['dead_letters']:,}"
    )


def _supervisor(parts: list[Part], settings: Settings, run: str, console: Console, *, alone: bool) -> Supervisor:
    def say(name: str, line: str) -> None:
        # The bar tells of progress; of the parts only trouble is worth a line.
        if any(word in line for word in (" warning ", " error ", "ended with", "is killed")):
            console.print(f"{name}: {line}", highlight=False, markup=False)

    if alone:
        return System(settings, run, parts, SystemClock(), say).supervisor
    return Supervisor(parts, SystemClock(), say, lambda _: None)


def _beside(given: Settings, running: SystemState | None) -> Settings | None:
    """The settings with the addresses of the system to replay into; None where one has to be started."""
    if running is None:
        return given if given.kafka.bootstrap_servers and given.dashboard.api_url else None
    kafka = msgspec.structs.replace(given.kafka, bootstrap_servers=running.bootstrap_servers)
    dashboard = msgspec.structs.replace(given.dashboard, api_url=running.api_url)
    return msgspec.structs.replace(given, kafka=kafka, dashboard=dashboard)


def _usable_name(settings: Settings, name: str) -> str:
    check_run_name(name)
    if name in _TAKEN:
        raise RunError(f"a replay cannot be called {name}, which is {_TAKEN[name]}; choose another name with --run")
    manifest = settings.data / "runs" / f"{name}.json"
    if manifest.is_file() and read_manifest(manifest).state == "finished":
        raise RunError(f"there is a finished run called {name!r} already; choose another name with --run")
    return name


def _name_from(file: Path) -> str:
    return re.sub(r"[^A-Za-z0-9_-]+", "-", file.name.split(".")[0]).strip("-_")[:60] or "replay"


def _bar(total: int) -> Progress:
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
    )
    bar.add_task("starting", total=total)
    return bar
