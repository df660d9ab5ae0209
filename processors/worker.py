"""The loop that every stateless stage runs: read, work, write, flush, commit.

The order is what makes it lose nothing: offsets are committed only after everything made of their records is on the
broker, so a killed worker's records come again. What comes twice is recognised by the store. A record that cannot be
processed becomes a dead letter, with where it stood and why; a stage therefore writes exactly one message for each that
it reads. The order of flush and commit is that of quix-streams' checkpoints.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

import msgspec
import structlog

from processors.clock import Clock
from processors.errors import MessageError
from processors.messages import Article, DeadLetter, Embedded, Extracted, Rejected, Source, decode, encode
from processors.pipeline import DEAD_LETTERS, STREAMS, Stage, group, topic
from processors.streams import Bus, Consumer, Position, Producer, Record

In = TypeVar("In", bound=Article | Extracted)
Out = TypeVar("Out", bound=Extracted | Embedded)
Step = Callable[[Sequence[In]], Sequence[Out | Rejected]]

# A defect that one article shows is that article's dead letter; one that so many show in a row is the stage's own.
MOST_FAILURES_IN_A_ROW = 5
# Enough of a payload for a person to see what it was.
EXCERPT = 300
# A dead letter is short whatever it is about: one that is too long for the bus would stop the stage.
LONGEST_REASON, LONGEST_NAME = 1_000, 2_000

log = structlog.get_logger()


class _Label(msgspec.Struct):
    """The little that has to be readable for a broken message to be accounted under its own position."""

    origin: str = ""
    position: int = -1
    id: str = ""
    url: str = ""
    article: _Label | None = None


class Worker(Generic[In, Out]):
    """One member of a stage's consumer group.

    ``step`` answers a batch of messages with as many results, in order. Raises what the step raises once
    ``MOST_FAILURES_IN_A_ROW`` articles in a row have made it fail, and BrokerUnavailable when the bus goes away.
    """

    def __init__(
        self,
        bus: Bus,
        stage: Stage,
        run: str,
        prefix: str,
        step: Step[In, Out],
        clock: Clock,
        batch: int,
        most_bytes: int,
    ) -> None:
        self._bus = bus
        self._stage = stage
        self._writes = topic(prefix, run, stage.writes)
        self._dead_letters = topic(prefix, run, DEAD_LETTERS)
        self._step = step
        self._clock = clock
        self._batch = batch
        self._most_bytes = most_bytes
        self._failures = 0
        self._reads: type[In] = STREAMS[stage.reads]  # type: ignore[assignment]
        self._consumer: Consumer = bus.group_consumer([topic(prefix, run, stage.reads)], group(prefix, run, stage.name))
        self._producer: Producer = bus.producer()

    def run(self, stop: threading.Event) -> None:
        """Work until ``stop`` is set; the batch in hand is finished first."""
        try:
            while not stop.is_set():
                records = self._consumer.poll(self._batch, 0.5)
                if records:
                    self.handle(records)
        finally:
            self._producer.close()
            self._consumer.close()

    def handle(self, records: Sequence[Record]) -> None:
        """Process one batch and commit it."""
        messages: list[In] = []
        sources: list[Source] = []
        for record in records:
            source = Source(self._bus.cluster_id, record.topic, record.partition, record.offset)
            try:
                messages.append(self._decode(record))
                sources.append(source)
            except MessageError as error:
                excerpt = (record.value or b"")[:EXCERPT].decode("utf-8", "replace")
                self._bury(_read_label(record.value), source, str(error), excerpt)
        for message, source, result in zip(messages, sources, self._work(messages), strict=True):
            self._send(message, source, result)
        self._producer.flush()
        positions: dict[Position, int] = {record.at: record.offset + 1 for record in records}
        if not self._consumer.commit(positions):
            log.info(
                "the group was divided anew; these records come again",
                stage=self._stage.name,
                records=len(records),
            )

    def _decode(self, record: Record) -> In:
        # Another producer may write to the stream, by other limits than ours.
        if record.value is not None and len(record.value) > self._most_bytes:
            raise MessageError(f"the record has {len(record.value):,} bytes; at most {self._most_bytes:,} are read")
        return decode(record.value, self._reads)  # type: ignore[type-var]  # bound by the stage's own stream

    def _work(self, messages: Sequence[In]) -> Sequence[Out | Rejected]:
        if not messages:
            return []
        try:
            results = self._step(messages)
            if len(results) != len(messages):
                raise ValueError(f"{len(results)} results for {len(messages)} messages")
        except Exception:
            # One of them broke the step: find out which, so that the others are not held up by it.
            log.exception("the step failed; its articles are tried one by one", stage=self._stage.name)
            return [self._work_alone(message) for message in messages]
        self._failures = 0
        return results

    def _work_alone(self, message: In) -> Out | Rejected:
        try:
            (result,) = self._step([message])
        except Exception as error:
            self._failures += 1
            if self._failures >= MOST_FAILURES_IN_A_ROW:
                raise
            log.exception("an article broke the step", stage=self._stage.name, article=_article(message).id)
            return Rejected(f"{self._stage.name} failed on it: {type(error).__name__}: {error}")
        self._failures = 0
        return result

    def _send(self, message: In, source: Source, result: Out | Rejected) -> None:
        # The first stage says where the article stands; later ones hand that on.
        if isinstance(message, Extracted) and message.source is not None:
            source = message.source
        if isinstance(result, Rejected):
            self._bury_article(message, source, result.reason)
            return
        data = encode(msgspec.structs.replace(result, source=source))
        try:
            self._producer.send(self._writes, _article(message).id, data)
        except MessageError as error:
            self._bury_article(message, source, str(error))

    def _bury_article(self, message: In, source: Source, reason: str) -> None:
        article = _article(message)
        label = _Label(article.origin, article.position, article.id, article.url)
        self._bury(label, source, reason, article.title[:EXCERPT])

    def _bury(self, label: _Label, source: Source, reason: str, excerpt: str) -> None:
        # A shortened origin would name another one.
        known = len(label.origin) <= LONGEST_NAME
        letter = DeadLetter(
            stage=self._stage.name,
            reason=reason[:LONGEST_REASON],
            source=source,
            at=self._clock.now(),
            origin=label.origin if known else "",
            position=label.position if known else -1,
            article_id=label.id[:LONGEST_NAME],
            url=label.url[:LONGEST_NAME],
            excerpt=excerpt,
        )
        where = {"partition": source.partition, "offset": source.offset}
        log.warning("dead letter", stage=letter.stage, reason=letter.reason, **where)
        key = letter.article_id or f"{source.partition}-{source.offset}"
        self._producer.send(self._dead_letters, key, encode(letter))


def _read_label(value: bytes | None) -> _Label:
    """What a record that is no message says of its article, directly or in a bundle."""
    try:
        read = msgspec.json.decode(value or b"", type=_Label)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return _Label()
    return read.article or read


def _article(message: Article | Extracted) -> Article:
    return message if isinstance(message, Article) else message.article
