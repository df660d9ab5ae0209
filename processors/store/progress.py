"""How far the bus is ahead of the stages, asked for now and then by a thread of its own: such questions may hang."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress

from processors import pipeline
from processors.clock import Clock
from processors.errors import BrokerUnavailable, RunError
from processors.runs import Progress
from processors.settings import KafkaSettings
from processors.streams import Bus, Position

EVERY_SECONDS = 2.0
NOTHING_KNOWN = Progress(cluster="", ends={}, lag={})


def measure(bus: Bus, settings: KafkaSettings, run: str, written: Mapping[Position, int]) -> Progress:
    """Ends of all streams of a run, and how many records each stage has not taken; ``written`` is the store's part."""
    ends = bus.end_offsets(pipeline.run_topics(settings, run))
    lag: dict[str, int] = {}
    for stage in pipeline.STAGES.values():
        stream = pipeline.topic(settings.topic_prefix, run, stage.reads)
        done = bus.committed([stream], pipeline.group(settings.topic_prefix, run, stage.name))
        lag[stage.name] = _behind(ends, stream, done)
    lag["store"] = sum(
        _behind(ends, pipeline.topic(settings.topic_prefix, run, stream), written)
        for stream in (pipeline.EMBEDDED, pipeline.DEAD_LETTERS)
    )
    return Progress(cluster=bus.cluster_id, ends=ends, lag=lag)


def _behind(ends: Mapping[Position, int], stream: str, done: Mapping[Position, int]) -> int:
    return sum(max(0, end - done.get(at, 0)) for at, end in ends.items() if at[0] == stream)


class ProgressWatch:
    """Asks for the progress of the runs being written; ``written`` gives a run's offsets under a cluster id."""

    def __init__(
        self,
        connect: Callable[[], Bus],
        settings: KafkaSettings,
        clock: Clock,
        runs: Callable[[], Iterable[str]],
        written: Callable[[str, str], Mapping[Position, int]],
    ) -> None:
        self._connect = connect
        self._settings = settings
        self._clock = clock
        self._runs = runs
        self._written = written
        self._stopping = threading.Event()
        self._seen: dict[str, Progress] = {}

    def of(self, run: str) -> Progress:
        """What was seen last; nothing where no broker answered, or the run is not being written."""
        return self._seen.get(run, NOTHING_KNOWN)

    def watch(self) -> None:
        """Ask again and again until ``stop``."""
        while not self._stopping.is_set():
            try:
                bus = self._connect()
            except BrokerUnavailable:
                self._lost()
                continue
            try:
                while not self._stopping.is_set():
                    self.look(bus)
                    self._clock.sleep(EVERY_SECONDS, self._stopping)
            except (BrokerUnavailable, RunError):
                self._lost()
            finally:
                with suppress(BrokerUnavailable):
                    bus.close()

    def look(self, bus: Bus) -> None:
        """Ask once."""
        self._seen = {
            run: measure(bus, self._settings, run, self._written(run, bus.cluster_id)) for run in self._runs()
        }

    def stop(self) -> None:
        """End ``watch``."""
        self._stopping.set()

    def _lost(self) -> None:
        self._seen = {}
        self._clock.sleep(EVERY_SECONDS, self._stopping)
