"""A run's store: takes what arrives, and writes it in order, one transaction a batch.

Rows, topics, speakers, the ledger of inputs and the offsets of the bus become visible together or not at all. Where a
transaction fails, everything in memory is thrown away and read again from the file, and the consumer starts again from
the offsets that the file holds; so there is one way back, the same as after a kill.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from processors.clock import Clock
from processors.errors import StoreError
from processors.runs import Accounting, Notify, Positions
from processors.settings import Settings
from processors.steps.speakers.overrides import EMPTY
from processors.store.batch import Batch, decide, reconcile
from processors.store.database import Database, transaction
from processors.store.ledger import DEAD, DUPLICATE, STORED, load_ledger
from processors.store.lookup import StoredRows, load_counters, load_speakers, load_topics, newest_published
from processors.store.rows import add_offsets
from processors.store.sequencer import Arrival, Sequencer
from processors.store.speakers import SpeakerEngine, SpeakerFactory, registry_engine
from processors.store.topics import EngineFactory, TopicEngine, cluster_engine
from processors.streams import Position

# Bundles without statements fill a batch too.
_MOST_ARTICLES = 500
_TOPIC_STATE, _SPEAKER_STATE = "topic_state", "speaker_state"


@dataclass(frozen=True, slots=True)
class Stored:
    """What a committed batch brought: statements ``first_seq`` up to, not including, ``next_seq``."""

    run: str
    first_seq: int
    next_seq: int
    articles: int
    dead_letters: int


class RunStore:
    """The one owner of a run's file.

    ``begin``, ``receive``, ``release`` and ``apply`` belong to one thread; the rest may be called from any.
    """

    def __init__(
        self,
        name: str,
        path: Path,
        settings: Settings,
        clock: Clock,
        engine: EngineFactory | None = None,
        speakers: SpeakerFactory | None = None,
    ) -> None:
        self.name = name
        self.database = Database(path, settings.store)
        self._clock = clock
        self._most = settings.store.batch_statements
        self._engine_factory = engine or cluster_engine(settings.cluster)
        self._speaker_factory = speakers or registry_engine(EMPTY)
        self._connection: Any = self.database.cursor()
        self._lock = threading.Lock()
        self._subscribers: list[Notify] = []
        self._cluster = ""
        self._written: dict[Position, int] = {}
        self._ready: deque[Arrival] = deque()
        self._applying: tuple[Arrival, ...] = ()
        # Topics and speakers are read when writing begins: a finished run is only looked at.
        self._stale = True
        self._shared: dict[str, dict[str, bytes]] = {}
        self._engine: TopicEngine | None = None
        self._speakers: SpeakerEngine | None = None
        try:
            self._ledger = load_ledger(self._connection)
            self._counters = load_counters(self._connection)
        except BaseException:
            self.close()
            raise
        self._sequencer = Sequencer(self._ledger.seen, {})

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """A connection for one request; it sees what is committed. Close it after use."""
        return self.database.cursor()

    def subscribe(self, notify: Notify) -> None:
        """Call ``notify`` with the newest ``seq`` after each commit that stored statements, in the writer's thread."""
        with self._lock:
            self._subscribers.append(notify)

    def unsubscribe(self, notify: Notify) -> None:
        """Stop calling it; nothing happens where it was not subscribed."""
        with self._lock, suppress(ValueError):
            self._subscribers.remove(notify)

    @property
    def counts(self) -> tuple[int, int]:
        """How many articles and statements (copies included) are stored."""
        with self._lock:
            return self._counters.article - 1, self._counters.statement - 1

    @property
    def model(self) -> str:
        """The model that the run's vectors come from; empty before the first."""
        with self._lock:
            return self._counters.model

    def offsets(self, cluster: str) -> dict[Position, int]:
        """Where reading goes on under a cluster id; empty for a log that was never read."""
        with self.database.cursor() as cursor:
            found = cursor.execute("SELECT stream, partition, next FROM offsets WHERE cluster = ?", [cluster])
            return {(stream, partition): following for stream, partition, following in found.fetchall()}

    def forget_offsets(self, cluster: str) -> None:
        """Read this cluster's log from its start next time: it is not the one that the offsets speak of."""
        self._connection.execute("DELETE FROM offsets WHERE cluster = ?", [cluster])

    def begin(self, cluster: str, start: Mapping[Position, int]) -> None:
        """Read from this log from here on: what came and was not applied is forgotten, since it will come again.

        What ``speakers.toml`` newly says is applied first. Raises StoreError where the file does not take that.
        """
        if self._stale:
            self._load()
            self._reconcile()
        with self._lock:
            self._cluster = cluster
            self._written = dict(start)
            self._ready.clear()
            self._applying = ()
            self._sequencer = Sequencer(self._ledger.seen, start)

    def receive(self, arrivals: Iterable[Arrival]) -> None:
        """Take in what the bus delivered, in the order of each partition."""
        with self._lock:
            for arrival in arrivals:
                self._ready.extend(self._sequencer.push(arrival))

    def release(self, before: float) -> None:
        """Stop waiting for what arrivals from before this moment (monotonic seconds) wait for."""
        with self._lock:
            self._ready.extend(self._sequencer.release(before))

    @property
    def oldest(self) -> float | None:
        """When the first arrival that can be applied came in; None where there is none."""
        return min((arrival.since for arrival in self._ready), default=None)

    @property
    def full(self) -> bool:
        """Whether what can be applied fills a batch."""
        return len(self._ready) >= _MOST_ARTICLES or sum(one.statements for one in self._ready) >= self._most

    def apply(self) -> Stored | None:
        """Write the next batch; None where there is nothing to write.

        Raises StoreError where the file does not take it (the disk is full, say). After any error nothing of the batch
        is there, and ``begin`` has to be called before anything else is.
        """
        if self._stale:
            raise RuntimeError("begin before anything is applied, and again after a batch has failed")
        with self._lock:
            self._applying = self._take()
            self._sequencer.settle(self._applying)
            moved = {at: low for at, low in self._sequencer.offsets().items() if self._written.get(at) != low}
        if not self._applying and not moved:
            return None
        with self._writing():
            batch = self._write(self._applying, moved)
        return self._committed(batch, moved)

    def accounting(self) -> Accounting:
        """The sums over all inputs, as of now."""
        with self._lock:
            done, sequencer = self._ledger, self._sequencer
            on_the_way = [*self._ready, *self._applying]
            unknown = done.unattributed + sum(arrival.input is None for arrival in on_the_way)
            return Accounting(
                received=sequencer.attributed + unknown,
                stored=done.outcomes[STORED],
                duplicates=done.outcomes[DUPLICATE],
                dead_letters=done.outcomes[DEAD] + done.unattributed,
                waiting=sequencer.waiting + len(on_the_way),
                missing=sequencer.missing,
            )

    def positions(self, origin: str) -> Positions:
        """How far an origin is stored for good, which is what a producer may forget."""
        with self._lock:
            return self._ledger.positions(origin)

    def close(self) -> None:
        """Let go of the file; what was received and not applied is forgotten."""
        self._connection.close()
        self.database.close()

    def _load(self) -> None:
        """Make the memory what the file says."""
        with self.database.cursor() as cursor:
            ledger, counters = load_ledger(cursor), load_counters(cursor)
            shared = {
                table: dict(cursor.execute(f"SELECT key, value FROM {table}").fetchall())  # noqa: S608  (our names)
                for table in (_TOPIC_STATE, _SPEAKER_STATE)
            }
            engine = self._engine_factory(load_topics(cursor), shared[_TOPIC_STATE])
            speakers = self._speaker_factory(load_speakers(cursor), shared[_SPEAKER_STATE])
        with self._lock:
            self._ledger, self._counters, self._shared = ledger, counters, shared
            self._engine, self._speakers = engine, speakers
            self._stale = False

    def _reconcile(self) -> None:
        """Apply what ``speakers.toml`` newly says, in a transaction of its own."""
        assert self._speakers is not None  # noqa: S101  (made by _load)
        at = newest_published(self._connection) or self._clock.now()
        with self._writing():
            batch = reconcile(StoredRows(self._connection), self._speakers, self._counters, at)
            if batch.rows.tables:
                self._save(batch)
        if batch.rows.tables:
            self._committed(batch, {})

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """A transaction; where it fails, the memory has to be read again, and a full disk is a StoreError."""
        try:
            with transaction(self._connection):
                yield
        except BaseException as error:
            self._stale = True
            if isinstance(error, duckdb.IOException | duckdb.OutOfMemoryException):
                raise StoreError(f"the database of run {self.name} does not take more: {error}") from error
            raise

    def _take(self) -> tuple[Arrival, ...]:
        taken: list[Arrival] = []
        statements = 0
        while self._ready and statements < self._most and len(taken) < _MOST_ARTICLES:
            taken.append(self._ready.popleft())
            statements += taken[-1].statements
        return tuple(taken)

    def _write(self, taken: Sequence[Arrival], moved: Mapping[Position, int]) -> Batch:
        """Everything of one batch, inside a transaction."""
        assert self._engine is not None  # noqa: S101  (made by begin)
        assert self._speakers is not None  # noqa: S101
        rows = StoredRows(self._connection)
        batch = decide(taken, rows, self._engine, self._speakers, self._counters, self._clock.now())
        add_offsets(batch.rows, self._cluster, moved)
        for at in moved:
            self._connection.execute(
                "DELETE FROM offsets WHERE cluster = ? AND stream = ? AND partition = ?", [self._cluster, *at]
            )
        if batch.counters.model != self._counters.model:
            self._connection.execute(
                "INSERT INTO meta VALUES ('model', ?), ('dims', ?)", [batch.counters.model, str(batch.counters.dims)]
            )
        self._save(batch)
        return batch

    def _save(self, batch: Batch) -> None:
        """The rows of a batch, in the place of those that they follow."""
        for table, values in ((_TOPIC_STATE, batch.shared), (_SPEAKER_STATE, batch.shared_speakers)):
            altered = [key for key, value in values.items() if self._shared[table].get(key) != value]
            for key in altered:
                batch.rows.add(table, key, values[key])
            self._replace(table, altered, "key")
        self._replace("topics", batch.topics)
        self._replace("speakers", batch.speakers)
        for table, rows in batch.rows.arrow():
            self._connection.register("incoming", rows)
            # The name comes from the schemas in this program, the rows stand in its columns' order.
            self._connection.execute(f"INSERT INTO {table} SELECT * FROM incoming")  # noqa: S608
            self._connection.unregister("incoming")

    def _replace(self, table: str, ids: Sequence[str], column: str = "id") -> None:
        """Take out the rows that stand for these, before the new ones come."""
        if ids:
            delete = f"DELETE FROM {table} WHERE {column} IN (SELECT unnest(?::VARCHAR[]))"  # noqa: S608  (our names)
            self._connection.execute(delete, [list(ids)])

    def _committed(self, batch: Batch, moved: Mapping[Position, int]) -> Stored:
        """Remember what is in the file now, and tell the listeners."""
        stored = Stored(
            run=self.name,
            first_seq=self._counters.statement,
            next_seq=batch.counters.statement,
            articles=batch.articles,
            dead_letters=batch.counters.dead_letter - self._counters.dead_letter,
        )
        with self._lock:
            self._counters = batch.counters
            self._shared[_TOPIC_STATE].update(batch.shared)
            self._shared[_SPEAKER_STATE].update(batch.shared_speakers)
            self._written.update(moved)
            for origin, position, outcome in batch.inputs:
                self._ledger.add(origin, position, outcome)
            self._ledger.unattributed += batch.unattributed
            self._applying = ()
            subscribers = list(self._subscribers) if stored.next_seq > stored.first_seq else []
        for notify in subscribers:
            notify(stored.next_seq - 1)
        return stored
