"""A run as its readers see it (``processors.runs.RunView``)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import duckdb

from processors.runs import Accounting, Notify, Positions, Progress, RunInfo, RunKind, Versions
from processors.store.manifest import Manifest
from processors.store.writer import RunStore


class StoredRun:
    """Reads of one run's store. Every method may be called from any thread, and none waits for the broker."""

    def __init__(self, manifest: Manifest, store: RunStore, progress: Callable[[str], Progress]) -> None:
        self._manifest = manifest
        self._store = store
        self._progress = progress

    @property
    def name(self) -> str:
        """Name of the run."""
        return self._manifest.name

    @property
    def kind(self) -> RunKind:
        """Live, replay or demo."""
        return self._manifest.kind

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """A connection for one request; it sees what is committed. Close it after use."""
        return self._store.cursor()

    def accounting(self) -> Accounting:
        """The sums over all inputs."""
        return self._store.accounting()

    def positions(self, origin: str) -> Positions:
        """How far an origin is stored for good."""
        return self._store.positions(origin)

    def progress(self) -> Progress:
        """How far the bus is ahead, as last seen."""
        return self._progress(self.name)

    def versions(self) -> Versions:
        """What made the rows: the newest statement's extractor, the vectors' model, and what the run began with."""
        _, statements = self._store.counts
        with self._store.cursor() as cursor:
            row = cursor.execute("SELECT extractor FROM statements WHERE seq = ?", [statements]).fetchone()
        return Versions(
            extractor=row[0] if row else "",
            model=self._store.model,
            schema=str(self._store.database.schema_version),
            onrecord=self._manifest.versions.get("onrecord", ""),
        )

    def subscribe(self, notify: Notify) -> None:
        """Call ``notify`` after each commit that stored statements."""
        self._store.subscribe(notify)

    def unsubscribe(self, notify: Notify) -> None:
        """Stop calling it."""
        self._store.unsubscribe(notify)

    def info(self, state: str) -> RunInfo:
        """The run in the list of runs."""
        articles, statements = self._store.counts
        with self._store.cursor() as cursor:
            row = cursor.execute("SELECT min(published_at), max(published_at) FROM articles").fetchone()
        first, last = row or (None, None)
        return RunInfo(
            name=self.name,
            kind=self.kind,
            state=state,
            statements=statements,
            articles=articles,
            first_at=_aware(first),
            last_at=_aware(last),
            created_at=self._manifest.created_at,
        )


def _aware(time: datetime | None) -> datetime | None:
    return time and time.replace(tzinfo=UTC)
