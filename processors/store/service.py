"""The store's loop for one run: read, check, put in order, write; and what it does when the broker goes away.

Where reading goes on is what the file says under the cluster's id. A broker that comes back with another id has another
log, which is read from its start: the ledger of inputs tells what is new in it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress

import structlog

from processors import pipeline
from processors.clock import Clock
from processors.errors import BrokerUnavailable, StoreError
from processors.settings import Settings
from processors.store.intake import read_dead_letter, read_embedded
from processors.store.sequencer import Arrival
from processors.store.writer import RunStore
from processors.streams import Bus, Consumer, Position, Record

_MOST_RECORDS = 200
_IDLE_SECONDS = 0.25
_NOTE_SECONDS = 1.0
_FIRST_WAIT, _LONGEST_WAIT = 0.2, 5.0

_log = structlog.get_logger(__name__)


class RunService:
    """Keeps one run's store up to date with its streams until it is stopped.

    ``connect`` opens the bus anew. ``trouble`` is the sentence that says what it waits for, empty when all is well.
    A ``live`` run waits for an article that was overtaken only for ``store.reorder_seconds``, others until it comes.
    """

    def __init__(
        self, store: RunStore, connect: Callable[[], Bus], settings: Settings, clock: Clock, *, live: bool
    ) -> None:
        self.store = store
        self.trouble = ""
        self._connect = connect
        self._settings = settings
        self._clock = clock
        self._live = live
        self._embedded = pipeline.topic(settings.kafka.topic_prefix, store.name, pipeline.EMBEDDED)
        self._dead_letters = pipeline.topic(settings.kafka.topic_prefix, store.name, pipeline.DEAD_LETTERS)
        self._stopping = threading.Event()
        self._finishing = threading.Event()
        self._cluster = ""
        self._applied_at = clock.monotonic()

    def run(self) -> None:
        """Work until ``stop`` or ``finish``. A broker or a disk that fails is waited for; anything else is raised."""
        wait = _FIRST_WAIT
        while not self._stopping.is_set():
            try:
                with self.reading() as consumer:
                    self.trouble = ""
                    while not self._stopping.is_set() and not self._done(consumer):
                        self.step(consumer)
                        wait = _FIRST_WAIT
                    return
            except (BrokerUnavailable, StoreError) as error:
                self.trouble = str(error)
                if self._finishing.is_set() and isinstance(error, BrokerUnavailable):
                    return
                _log.warning("the store waits", run=self.store.name, reason=self.trouble)
                self._clock.sleep(wait, self._stopping)
                wait = min(2 * wait, _LONGEST_WAIT)

    def stop(self) -> None:
        """End at the next batch boundary; what was read and not written is read again next time."""
        self._stopping.set()

    def finish(self) -> None:
        """End when the streams are read to their end or no broker answers, without waiting for what never came."""
        self._finishing.set()

    @contextmanager
    def reading(self) -> Iterator[Consumer]:
        """A consumer that goes on where the file says, with the store ready to receive from it."""
        bus = self._connect()
        try:
            bus.ensure_topics(pipeline.run_topics(self._settings.kafka, self.store.name))
            self._cluster = bus.cluster_id
            written = self._written(bus)
            start = {at: written.get(at, 0) for at in bus.partitions([self._embedded, self._dead_letters])}
            self.store.begin(self._cluster, start)
            consumer = bus.consumer(start)
            try:
                yield consumer
            finally:
                with suppress(BrokerUnavailable):
                    consumer.close()
        finally:
            with suppress(BrokerUnavailable):
                bus.close()

    def _written(self, bus: Bus) -> Mapping[Position, int]:
        """Where reading goes on; nowhere, where this log is not the one that was read.

        A cluster's id should tell that, but a broker whose disk was emptied can come back under the id that it had.
        """
        written = self.store.offsets(bus.cluster_id)
        ends = bus.end_offsets([self._embedded, self._dead_letters])
        if all(offset <= ends.get(at, 0) for at, offset in written.items()):
            return written
        _log.warning("the log is shorter than what was read of it, so it is read from its start", run=self.store.name)
        self.store.forget_offsets(bus.cluster_id)
        return {}

    def step(self, consumer: Consumer, idle_seconds: float = _IDLE_SECONDS) -> bool:
        """Read once, waiting at most ``idle_seconds``, and write a batch if one is due; False where nothing came."""
        full = self.store.full
        records = [] if full else consumer.poll(_MOST_RECORDS, self._patience(idle_seconds))
        now = self._clock.monotonic()
        self.store.receive(self._arrival(record, now) for record in records)
        if self._live:
            self.store.release(now - self._settings.store.reorder_seconds)
        if self._due(now):
            self.store.apply()
            self._applied_at = now
        return full or bool(records)

    def flush(self) -> None:
        """Write everything that can be applied."""
        while self.store.apply() is not None:
            pass

    def _patience(self, idle_seconds: float) -> float:
        """How long a poll may wait: never past the moment when a batch is due."""
        oldest = self.store.oldest
        if oldest is None:
            return idle_seconds
        return max(0.0, min(idle_seconds, oldest + self._settings.store.batch_seconds - self._clock.monotonic()))

    def _due(self, now: float) -> bool:
        """Whether a batch is full or old enough, or offsets moved a while ago without any (as after a redelivery)."""
        oldest = self.store.oldest
        if oldest is None:
            return now - self._applied_at >= _NOTE_SECONDS
        return self.store.full or now - oldest >= self._settings.store.batch_seconds

    def _done(self, consumer: Consumer) -> bool:
        """Whether the run was to be finished, and everything is written."""
        if not self._finishing.is_set() or self.step(consumer):
            return False
        self.store.release(float("inf"))
        self.flush()
        return True

    def _arrival(self, record: Record, now: float) -> Arrival:
        read = read_embedded if record.topic == self._embedded else read_dead_letter
        return Arrival(read(record, self._cluster, self._clock.now()), record.at, record.offset, now)
