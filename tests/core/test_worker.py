"""The loop of a stateless stage: one message out for each message in, whatever comes and whatever breaks."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta

import msgspec
import pytest
import structlog
import structlog.testing

from processors.clock import ManualClock
from processors.errors import BrokerUnavailable
from processors.memory_bus import MemoryBus
from processors.messages import (
    Article,
    DeadLetter,
    Embedded,
    Extracted,
    Rejected,
    Source,
    Statement,
    decode,
    encode,
)
from processors.pipeline import EMBED, EXTRACT, Stage, run_topics
from processors.settings import KafkaSettings
from processors.streams import Position, Record
from processors.worker import MOST_FAILURES_IN_A_ROW, Step, Worker
from tests.core.conftest import START

MOST_BYTES = 10_000
IN, OUT, DEAD = (f"onrecord.live.{stream}" for stream in ("articles", "statements", "dead-letters"))
GROUP = "onrecord.live.extract"


@pytest.fixture(autouse=True)
def logged() -> Iterator[list]:
    with structlog.testing.capture_logs() as events:
        yield events


def article(number: int, text: str = "text", **changed: object) -> Article:
    values: dict = {
        "id": f"a{number}",
        "url": f"https://p.example/{number}",
        "outlet": "P",
        "title": f"Title {number}",
        "text": text,
        "published_at": START,
        "observed_at": START,
        "origin": "file@1",
        "position": number,
    }
    return Article(**values | changed)


def extract(articles: Sequence[Article]) -> list[Extracted | Rejected]:
    """A step that finds one statement, refuses the text ``no`` and breaks on ``break``."""
    found: list[Extracted | Rejected] = []
    for one in articles:
        if "break" in one.text:
            raise KeyError(one.text)
        if one.text == "no":
            found.append(Rejected("there is nothing in it"))
        else:
            statement = Statement(id=f"s-{one.id}", kind="direct", spans=((0, 1),), text=one.text, speaker="")
            found.append(Extracted(article=one, statements=(statement,)))
    return found


class Bench:
    """A worker on a bus in memory, with what it reads and what it wrote."""

    def __init__(self, step: Step = extract, stage: Stage = EXTRACT, batch: int = 16, bus: MemoryBus | None = None):
        self.bus = bus or MemoryBus("cluster-1", MOST_BYTES)
        self.bus.ensure_topics(run_topics(KafkaSettings(), "live"))
        self.step, self.stage, self.batch = step, stage, batch
        self.clock = ManualClock(START + timedelta(hours=1))

    def put(self, *values: Article | Extracted | bytes | None, topic: str = IN) -> None:
        """Append records; all of one key, so that their order is known."""
        for value in values:
            self.bus.append(topic, "k", encode(value) if isinstance(value, msgspec.Struct) else value)

    def start(self) -> Worker:
        return Worker(self.bus, self.stage, "live", "onrecord", self.step, self.clock, self.batch, MOST_BYTES)

    def work(self) -> None:
        """Let a new worker do what there is to do."""
        stop = threading.Event()
        worker = self.start()
        left = sum(self.bus.end_offsets([f"onrecord.live.{self.stage.reads}"]).values())
        group = f"onrecord.live.{self.stage.name}"
        left -= sum(self.bus.committed([f"onrecord.live.{self.stage.reads}"], group).values())
        handle = worker.handle

        def counted(records: Sequence[Record]) -> None:
            nonlocal left
            handle(records)
            left -= len(records)
            if left <= 0:
                stop.set()

        worker.handle = counted  # type: ignore[method-assign]
        worker.run(stop)

    def out(self, kind: type = Extracted, topic: str = OUT) -> list:
        found = [decode(record.value, kind) for record in self.bus.records(topic)]
        return sorted(found, key=lambda message: message.article.position)

    def dead(self) -> list[DeadLetter]:
        found = [decode(record.value, DeadLetter) for record in self.bus.records(DEAD)]
        return sorted(found, key=lambda letter: letter.source.offset)

    def place(self, offset: int) -> Source:
        (used,) = {record.partition for record in self.bus.records(IN)}
        return Source("cluster-1", IN, used, offset)

    def committed(self) -> int:
        return sum(self.bus.committed([IN], GROUP).values())


def test_each_article_becomes_one_message_that_says_where_it_stands() -> None:
    bench = Bench(batch=2)
    bench.put(*(article(number) for number in range(5)))
    bench.work()
    out = bench.out()
    assert [one.article for one in out] == [article(number) for number in range(5)]
    assert [one.source for one in out] == [bench.place(number) for number in range(5)]
    assert bench.dead() == []
    assert bench.committed() == 5


def test_a_worker_goes_on_where_the_last_one_committed() -> None:
    bench = Bench()
    bench.put(article(0))
    bench.work()
    bench.put(article(1))
    bench.work()
    assert [one.article.position for one in bench.out()] == [0, 1]


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (None, "an empty record is not an Article"),
        (b"\xff\xfe not json", "this is not an Article: "),
        (b"[" * 100_000, "the record has 100,000 bytes; at most 10,000 are read"),
        (b"[" * 5_000, "this is not an Article: "),
        (b'{"more":' + b"[" * 4_000 + b"]" * 4_000 + b"}", "this is not an Article: "),
        (b" " * (MOST_BYTES + 1), "the record has 10,001 bytes; at most 10,000 are read"),
        (b'{"stage": "extract"}', "this is not an Article: Object missing required field `id`"),
    ],
    ids=["empty", "binary", "long and deep", "deep", "deep and unknown", "long", "another kind"],
)
def test_a_record_that_is_no_article_is_a_dead_letter_and_holds_up_nobody(value: bytes | None, reason: str) -> None:
    bench = Bench()
    bench.put(article(0), value, article(1))
    bench.work()
    (letter,) = bench.dead()
    assert letter.reason.startswith(reason)
    assert letter.source == bench.place(1)
    assert (letter.stage, letter.at) == ("extract", bench.clock.now())
    assert letter.excerpt == (value or b"")[:300].decode("utf-8", "replace")
    assert (letter.origin, letter.position, letter.article_id, letter.url) == ("", -1, "", "")
    assert [one.article.position for one in bench.out()] == [0, 1]
    assert bench.committed() == 3


@pytest.mark.parametrize("wrap", [lambda told: told, lambda told: {"article": told}], ids=["article", "bundle"])
def test_a_broken_record_is_accounted_under_its_own_position_where_that_can_be_read(wrap) -> None:
    told = msgspec.to_builtins(article(7)) | {"published_at": "yesterday"}
    bench = Bench()
    bench.put(msgspec.json.encode(wrap(told)))
    bench.work()
    (letter,) = bench.dead()
    assert (letter.origin, letter.position, letter.article_id) == ("file@1", 7, "a7")
    assert letter.url == "https://p.example/7"


def test_an_article_that_the_step_rejects_is_a_dead_letter_with_the_steps_reason() -> None:
    bench = Bench()
    bench.put(article(0), article(1, "no"))
    bench.work()
    (letter,) = bench.dead()
    assert (letter.reason, letter.origin, letter.position) == ("there is nothing in it", "file@1", 1)
    assert (letter.article_id, letter.url, letter.excerpt) == ("a1", "https://p.example/1", "Title 1")
    assert letter.source == bench.place(1)
    assert [one.article.position for one in bench.out()] == [0]


def test_a_result_that_is_too_long_for_the_bus_is_a_dead_letter() -> None:
    bench = Bench()
    bench.put(article(0, "x" * 6_000), article(1))
    bench.work()
    (letter,) = bench.dead()
    assert letter.reason.startswith("the message has ")
    assert letter.position == 0
    assert [one.article.position for one in bench.out()] == [1]


def test_a_dead_letter_is_short_however_long_what_it_is_about() -> None:
    long = "x" * 4_800
    bench = Bench()
    bench.put(article(0, "no", url=long), article(1, "break" + long), article(2, "no", id=long))
    bench.put(article(3, "no", origin=long), article(4))
    bench.work()
    assert [letter.position for letter in bench.dead()] == [0, 1, 2, -1]
    assert all(len(encode(letter)) < 5_000 for letter in bench.dead())
    assert [one.article.position for one in bench.out()] == [4]


def test_one_article_that_breaks_the_step_does_not_take_its_batch_with_it() -> None:
    bench = Bench()
    bench.put(article(0), article(1, "break"), article(2))
    bench.work()
    (letter,) = bench.dead()
    assert letter.reason == "extract failed on it: KeyError: 'break'"
    assert letter.position == 1
    assert [one.article.position for one in bench.out()] == [0, 2]


def test_a_step_that_answers_with_too_few_loses_nothing() -> None:
    bench = Bench(step=lambda articles: extract([one for one in articles if one.text != "lost"]))
    bench.put(article(0), article(1, "lost"), article(2))
    bench.work()
    assert [one.article.position for one in bench.out()] == [0, 2]
    assert [letter.position for letter in bench.dead()] == [1]


def test_failures_in_a_row_are_the_stages_own_and_crash_it_with_nothing_committed() -> None:
    bench = Bench()
    bench.put(*(article(number, "break") for number in range(MOST_FAILURES_IN_A_ROW)))
    with pytest.raises(KeyError):
        bench.work()
    assert bench.committed() == 0
    assert bench.out() == bench.dead() == []


def test_failures_in_a_row_are_counted_across_batches_and_a_success_ends_the_row() -> None:
    few = MOST_FAILURES_IN_A_ROW - 1
    bench = Bench(batch=1)
    bench.put(*(article(number, "break") for number in range(few)), article(few))
    bench.put(*(article(few + 1 + number, "break") for number in range(few)))
    bench.work()
    assert len(bench.dead()) == 2 * few
    bench = Bench(batch=2)
    bench.put(*(article(number, "break") for number in range(MOST_FAILURES_IN_A_ROW)))
    with pytest.raises(KeyError):
        bench.work()
    assert bench.committed() == 4


class LossyProducer:
    """Takes everything and brings nothing to the broker."""

    def send(self, topic: str, key: str, value: bytes) -> None:
        pass

    def flush(self) -> None:
        raise BrokerUnavailable("the broker did not take it")

    def close(self) -> None:
        pass


class LossyBus(MemoryBus):
    def producer(self) -> LossyProducer:
        return LossyProducer()


def test_nothing_is_committed_that_was_not_flushed() -> None:
    bench = Bench(bus=LossyBus("cluster-1"))
    bench.put(article(0))
    with pytest.raises(BrokerUnavailable, match="did not take it"):
        bench.work()
    assert bench.committed() == 0
    again = Bench(bus=bench.bus)
    again.bus.__class__ = MemoryBus
    again.work()
    assert [one.article.position for one in again.out()] == [0], "it comes again to the next worker"


class MovingConsumer:
    """Its group is re-divided at the first commit, and the records come again."""

    def __init__(self, records: list[Record]) -> None:
        self.records = records
        self.commits: list[Mapping[Position, int]] = []

    def poll(self, most: int, seconds: float) -> list[Record]:
        return self.records if len(self.commits) < 2 else []

    def commit(self, positions: Mapping[Position, int]) -> bool:
        self.commits.append(positions)
        return len(self.commits) > 1

    def seek(self, position: Position, offset: int) -> None:
        raise NotImplementedError

    def close(self) -> None:
        pass


def test_a_group_that_was_divided_anew_is_no_error() -> None:
    bench = Bench()
    bench.put(article(0))
    consumer = MovingConsumer(bench.bus.records(IN))
    bench.bus.group_consumer = lambda topics, group: consumer  # type: ignore[assignment, method-assign]
    worker = bench.start()
    for _ in range(2):
        worker.handle(consumer.poll(1, 0))
    assert len(bench.out()) == 2, "the same article twice: the store knows it"
    assert consumer.commits == [{bench.place(0).topic and consumer.records[0].at: 1}] * 2


def test_another_cluster_ends_the_work_before_an_offset_is_committed() -> None:
    bench = Bench()
    bench.put(article(0))
    worker = bench.start()
    records = bench.bus.records(IN)
    bench.bus.come_back_empty("cluster-2")
    bench.bus.ensure_topics(run_topics(KafkaSettings(), "live"))
    with pytest.raises(BrokerUnavailable, match="cluster-2"):
        worker.handle(records)
    assert bench.committed() == 0


def embed(batch: Sequence[Extracted]) -> list[Embedded | Rejected]:
    return [
        Rejected("no")
        if one.article.text == "no"
        else Embedded(article=one.article, statements=one.statements, model="m", dims=1, vectors=b"", contexts=b"")
        for one in batch
    ]


def test_later_stages_hand_on_where_the_article_stood() -> None:
    known = Source("cluster-0", IN, 3, 42)
    topic = "onrecord.live.statements"
    bench = Bench(step=embed, stage=EMBED)
    bench.put(Extracted(article=article(0), statements=(), source=known), topic=topic)
    bench.put(Extracted(article=article(1, "no"), statements=(), source=known), topic=topic)
    bench.put(Extracted(article=article(2), statements=()), topic=topic)
    bench.work()
    out = bench.out(Embedded, "onrecord.live.embedded")
    assert out[0].source == known
    assert (out[1].source.topic, out[1].source.offset) == (topic, 2), "without one, the record's own place"
    (letter,) = bench.dead()
    assert (letter.stage, letter.source) == ("embed", known)


def test_stop_ends_the_work_after_the_batch_in_hand() -> None:
    stop = threading.Event()

    def step(articles: Sequence[Article]) -> list[Extracted | Rejected]:
        stop.set()
        return extract(articles)

    bench = Bench(step=step, batch=2)
    bench.put(*(article(number) for number in range(6)))
    bench.start().run(stop)
    assert len(bench.out()) == 2
    assert bench.committed() == 2
