"""The runs of one data folder: which there are, which are being written, and the threads that do it."""

from __future__ import annotations

import builtins
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec
import structlog

from processors.clock import Clock
from processors.errors import RunError, SettingsError
from processors.pipeline import LIVE, check_run_name
from processors.runs import RunInfo, RunKind
from processors.settings import Settings
from processors.steps.speakers.overrides import read_overrides
from processors.store.manifest import Manifest, digest_of, new_manifest, read_manifest, write_manifest
from processors.store.progress import ProgressWatch
from processors.store.service import RunService
from processors.store.speakers import SpeakerFactory, registry_engine
from processors.store.topics import EngineFactory
from processors.store.view import StoredRun
from processors.store.writer import RunStore
from processors.streams import Bus, Position

_log = structlog.get_logger(__name__)


@dataclass(slots=True)
class _Worker:
    service: RunService
    thread: threading.Thread


class RunRegistry:
    """Opens the runs in ``<store.directory>/runs``, each a database and a manifest (``processors.runs.RunsView``).

    ``connect`` opens the bus, once a run and again after trouble. ``on_failure`` is told of the error that ended a
    run's thread against expectation: the process should end then, and be started again. Raises SettingsError where the
    file of speakers (``speakers.file``) cannot be used.
    """

    def __init__(
        self,
        settings: Settings,
        connect: Callable[[], Bus],
        clock: Clock,
        *,
        engine: EngineFactory | None = None,
        speakers: SpeakerFactory | None = None,
        on_failure: Callable[[str, BaseException], None] | None = None,
    ) -> None:
        self.folder = settings.data / "runs"
        self._settings = settings
        self._connect = connect
        self._clock = clock
        self._engine = engine
        # Read once, before anything is opened: a file that cannot be used is said at the start, in a sentence.
        known = read_overrides(_named(settings))
        self._speakers = speakers or registry_engine(known)
        self._speakers_digest = digest_of(settings.speakers_file)
        self._on_failure = on_failure
        self._lock = threading.RLock()
        self._manifests: dict[str, Manifest] = {}
        self._stores: dict[str, RunStore] = {}
        self._workers: dict[str, _Worker] = {}
        self._not_ready = "the runs are being opened"
        self._closed = False
        self._progress = ProgressWatch(connect, settings.kafka, clock, self.writing, self._offsets)
        self._watcher = threading.Thread(target=self._progress.watch, name="store-progress", daemon=True)

    def open(self) -> None:
        """Find the runs, and go on with those that were being written. Finished ones are opened when asked for.

        Raises StoreLocked, StoreTooNew or another StoreError where a file cannot be used.
        """
        with self._lock:
            for path in sorted(self.folder.glob("*.json")):
                manifest = read_manifest(path)
                self._manifests[manifest.name] = manifest
            for manifest in self.manifests():
                if manifest.state == "running":
                    self._open(manifest.name)
                    self._remember(msgspec.structs.replace(manifest, speakers=self._speakers_digest))
                    self._work(manifest)
            self._not_ready = ""
        self._watcher.start()

    def not_ready(self) -> str:
        """Why the store does not serve, in one sentence; empty when it does."""
        return self._not_ready

    def manifests(self) -> builtins.list[Manifest]:
        """All runs, oldest first."""
        with self._lock:
            return sorted(self._manifests.values(), key=lambda one: (one.created_at, one.name))

    def list(self) -> builtins.list[RunInfo]:
        """All runs, newest first."""
        return [self._info(manifest.name) for manifest in reversed(self.manifests())]

    def get(self, name: str) -> StoredRun | None:
        """The run of this name, to read from; None where there is none."""
        with self._lock:
            if name not in self._manifests:
                return None
            return StoredRun(self._manifests[name], self._open(name), self._progress.of)

    def start(self, name: str, kind: RunKind, origin: str = "", expected: int | None = None) -> RunInfo:
        """Begin a run, or go on with the same one; raises RunError where the name belongs to another.

        It is the same one where kind and origin agree and it is not finished. The live run can always be gone on with.
        """
        with self._lock:
            check_run_name(name)
            known = self._manifests.get(name)
            if known is None:
                if self._database(name).exists():
                    raise RunError(f"{self._database(name)} has no manifest; choose another run name, or move it away")
                known = new_manifest(name, kind, self._clock.now(), self._settings, origin, expected)
            elif (known.kind, known.origin) != (kind, origin) or (known.state == "finished" and name != LIVE):
                raise RunError(f"there is a run called {name!r} already; choose another name")
            if name not in self._workers:
                # The database first: a second owner is refused before it has changed anything.
                self._open(name)
                started = msgspec.structs.replace(known, state="running", finished_at=None)
                self._remember(msgspec.structs.replace(started, speakers=self._speakers_digest))
                self._work(known)
        return self._info(name)

    def finish(self, name: str) -> RunInfo:
        """Write what has come, stop waiting for what has not, and end the run (for good, unless it is the live one)."""
        with self._lock:
            if name not in self._manifests:
                known = ", ".join(sorted(self._manifests)) or "none yet"
                raise RunError(f"there is no run called {name!r}; known are: {known}")
            worker = self._workers.get(name)
        if worker is not None:
            worker.service.finish()
            worker.thread.join()
            with self._lock:
                self._workers.pop(name, None)
                manifest = self._manifests[name]
                self._remember(msgspec.structs.replace(manifest, state="finished", finished_at=self._clock.now()))
        return self._info(name)

    def trouble(self) -> dict[str, str]:
        """What the runs that cannot go on just now wait for, by name."""
        with self._lock:
            return {name: one.service.trouble for name, one in self._workers.items() if one.service.trouble}

    def writing(self) -> builtins.list[str]:
        """Names of the runs whose threads are at work."""
        with self._lock:
            return sorted(name for name, worker in self._workers.items() if worker.thread.is_alive())

    def stop(self) -> None:
        """End all threads at a batch boundary and close all files; the runs go on when they are opened again."""
        self._progress.stop()
        with self._lock:
            self._not_ready = "the store is being stopped"
            workers = [*self._workers.values()]
            for worker in workers:
                worker.service.stop()
        for worker in workers:
            worker.thread.join()
        if self._watcher.ident is not None:
            # It may hang on a broker that does not answer; it changes nothing.
            self._watcher.join(timeout=2.0)
        with self._lock:
            self._workers.clear()
            self._closed = True
            for store in self._stores.values():
                store.close()
            self._stores.clear()

    def _info(self, name: str) -> RunInfo:
        with self._lock:
            manifest, worker = self._manifests[name], self._workers.get(name)
            run = StoredRun(manifest, self._open(name), self._progress.of)
        failed = manifest.state == "running" and (worker is None or not worker.thread.is_alive())
        return run.info("failed" if failed else manifest.state)

    def _offsets(self, name: str, cluster: str) -> Mapping[Position, int]:
        with self._lock:
            store = self._open(name)
        return store.offsets(cluster)

    def _work(self, manifest: Manifest) -> None:
        store = self._open(manifest.name)
        live = manifest.kind == "live"
        service = RunService(store, self._connect, self._settings, self._clock, live=live)
        thread = threading.Thread(target=self._run, args=(service,), name=f"store-{manifest.name}", daemon=True)
        self._workers[manifest.name] = _Worker(service, thread)
        thread.start()

    def _run(self, service: RunService) -> None:
        name = service.store.name
        try:
            service.run()
        except BaseException as error:
            service.trouble = f"the run {name} stopped at a defect: {type(error).__name__}: {error}"
            _log.exception("a run stopped", run=name)
            if self._on_failure is None:
                raise
            self._on_failure(name, error)

    def _open(self, name: str) -> RunStore:
        if self._closed:
            raise RunError("the store is being stopped")
        if name not in self._stores:
            self._stores[name] = RunStore(
                name, self._database(name), self._settings, self._clock, self._engine, self._speakers
            )
        return self._stores[name]

    def _remember(self, manifest: Manifest) -> None:
        write_manifest(self.folder / f"{manifest.name}.json", manifest)
        self._manifests[manifest.name] = manifest

    def _database(self, name: str) -> Path:
        return self.folder / f"{name}.duckdb"


def _named(settings: Settings) -> Path:
    """The file of speakers; one that the settings name has to be there, since a misspelt path would be silent."""
    if settings.speakers.file and not settings.speakers_file.is_file():
        raise SettingsError(f"there is no file {settings.speakers_file}; correct speakers.file, or leave it empty")
    return settings.speakers_file
