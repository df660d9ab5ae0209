"""How quickly messages travel: over the embedded broker, and one article through every stage to the store."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median

import msgspec
import structlog

from processors.broker import broker_command, free_port, wait_for_port
from processors.bus import connect
from processors.clock import SystemClock
from processors.errors import BrokerUnavailable
from processors.memory_bus import MemoryBus
from processors.messages import Article, encode
from processors.pipeline import ARTICLES, EMBED, EXTRACT, run_topics, topic
from processors.quality.speed import Speed
from processors.settings import KafkaSettings, Settings, StoreSettings
from processors.steps.embed import Embedder
from processors.steps.extract.extractor import Extractor
from processors.store.service import RunService
from processors.store.writer import RunStore
from processors.streams import Bus, TopicSpec
from processors.supervise.part import Part, PartProcess
from processors.worker import Worker

_RUN = "bench"
_BYTES = 1_500
_WAIT_SECONDS = 20.0


@contextmanager
def embedded_broker() -> Iterator[KafkaSettings]:
    """A broker of its own on a free port; raises BrokerUnavailable where there is none for this machine."""
    port = free_port()
    process = PartProcess(Part("broker", tuple(broker_command(port)), foreign=True), lambda name, line: None)
    try:
        if not wait_for_port(port, _WAIT_SECONDS):
            raise BrokerUnavailable("the embedded broker did not start; see that this machine can run it")
        yield KafkaSettings(bootstrap_servers=f"127.0.0.1:{port}")
    finally:
        process.stop()


def bus_speed(settings: KafkaSettings, messages: int, rounds: int) -> tuple[Speed, Speed]:
    """Messages of 1.5 kB produced and consumed a second (of the clock), and ratios to the same on a bus in memory."""
    real, memory = connect(settings), MemoryBus()
    times = []
    try:
        for turn in range(rounds):
            name = f"bench.{turn}"
            times.append((*_there_and_back(real, name, messages), *_there_and_back(memory, name, messages)))
    finally:
        real.close()
    produced = Speed(messages / median(row[0] for row in times), median(row[2] / row[0] for row in times))
    consumed = Speed(messages / median(row[1] for row in times), median(row[3] / row[1] for row in times))
    return produced, consumed


def article_seconds(
    articles: Sequence[Article], extractor: Extractor, embedder: Embedder, folder: Path
) -> tuple[float, float]:
    """Median and worst seconds (of the clock) from an article on the bus to its rows in the store, one at a time.

    All stages run in this process on a bus in memory, without the waits between polls and for a batch to fill.
    """
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    settings = Settings(store=StoreSettings(directory=str(folder), batch_seconds=1e-6))
    bus, clock, prefix = MemoryBus(), SystemClock(), settings.kafka.topic_prefix
    bus.ensure_topics(run_topics(settings.kafka, _RUN))
    most = settings.kafka.max_message_bytes
    # The workers' own loop polls with a wait; here each is handed what the stage before it has written.
    handlers = (
        Worker(bus, EXTRACT, _RUN, prefix, extractor, clock, 1, most).handle,
        Worker(bus, EMBED, _RUN, prefix, embedder, clock, 1, most).handle,
    )
    readers = [bus.group_consumer([topic(prefix, _RUN, stage.reads)], _RUN) for stage in (EXTRACT, EMBED)]
    store = RunStore(_RUN, folder / "runs" / f"{_RUN}.duckdb", settings, clock)
    service = RunService(store, lambda: bus, settings, clock, live=False)
    producer, times = bus.producer(), []
    with service.reading() as consumer:
        for position, article in enumerate(articles):
            placed = msgspec.structs.replace(article, origin=_RUN, position=position)
            began = time.perf_counter()
            producer.send(topic(prefix, _RUN, ARTICLES), placed.id, encode(placed))
            producer.flush()
            for reader, handle in zip(readers, handlers, strict=True):
                handle(reader.poll(1, 0.0))
            service.step(consumer, 0.0)
            service.flush()
            times.append(time.perf_counter() - began)
    stored = store.counts[0]
    store.close()
    if stored != len(articles):
        raise RuntimeError(f"{stored} of {len(articles)} articles came through")
    return median(times), max(times)


def _there_and_back(bus: Bus, name: str, messages: int) -> tuple[float, float]:
    bus.ensure_topics({name: TopicSpec(4, -1)})
    payload = b"x" * _BYTES
    producer = bus.producer()
    began = time.perf_counter()
    for number in range(messages):
        producer.send(name, f"{number}", payload)
    producer.flush()
    produced = time.perf_counter() - began
    producer.close()
    consumer = bus.consumer(dict.fromkeys(bus.partitions([name]), 0))
    began, read = time.perf_counter(), 0
    while read < messages and time.perf_counter() - began < _WAIT_SECONDS:
        read += len(consumer.poll(2_000, 0.5))
    consumed = time.perf_counter() - began
    consumer.close()
    bus.delete_topics([name])
    if read < messages:
        raise BrokerUnavailable(f"only {read} of {messages} messages came back from the broker; try again")
    return produced, consumed
