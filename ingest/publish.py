"""Puts what sources yield on the bus, and forgets nothing that the store has not accounted for.

::

    Draft │ BadRow ──position──▶ unconfirmed (memory) ──▶ articles │ dead-letters ──▶ … ──▶ store
                                     └── dropped by confirm(), sent again by republish()

Each input of an origin has the next position: 0, 1, 2, …, without gaps. The bus only carries them: it may be a broker
that keeps its log in memory and comes back empty, so done is what the store says is done.
"""

from __future__ import annotations

from dataclasses import dataclass

import msgspec
import structlog

from ingest.items import BadRow, Draft, excerpt_of
from processors.clock import Clock
from processors.errors import BrokerUnavailable, MessageError
from processors.messages import Article, DeadLetter, Source, encode
from processors.pipeline import ARTICLES, DEAD_LETTERS, run_topics, topic
from processors.settings import Settings
from processors.streams import Bus, Producer

STAGE = "ingest"

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Sent:
    topic: str
    key: str
    value: bytes


class Publisher:
    """The one writer of an origin. Not to be shared between threads.

    ``first`` is the position that the first input gets: that of the store's confirmation where an origin continues.
    Opening one raises BrokerUnavailable where no broker answers; afterwards only ``flush``, ``check`` and ``republish``
    do, and what was given to ``put`` stays in memory whatever they raise.
    """

    def __init__(
        self, bus: Bus, run: str, prefix: str, origin: str, clock: Clock, settings: Settings, first: int = 0
    ) -> None:
        self.origin = origin
        self.next_position = first
        self._most = settings.ingest.max_unconfirmed
        self._clock = clock
        self._articles = topic(prefix, run, ARTICLES)
        self._dead_letters = topic(prefix, run, DEAD_LETTERS)
        self._topics = run_topics(msgspec.structs.replace(settings.kafka, topic_prefix=prefix), run)
        # In order of position, which is the order of insertion.
        self._unconfirmed: dict[int, _Sent] = {}
        self._broken: BrokerUnavailable | None = None
        self._bus = bus
        self._bus.ensure_topics(self._topics)
        self._producer: Producer = bus.producer()

    @property
    def unconfirmed(self) -> int:
        """How many inputs are on their way."""
        return len(self._unconfirmed)

    @property
    def has_room(self) -> bool:
        """Whether another input may be put on its way before the store has confirmed some."""
        return len(self._unconfirmed) < self._most

    def put(self, item: Draft | BadRow, where: str) -> int:
        """Queue an input of the file or feed called ``where``; its position. Never raises because of the bus."""
        position = self.next_position
        if isinstance(item, Draft):
            article = self._article(item, position)
            self._keep(position, _Sent(self._articles, article.id, encode(article)))
        else:
            log.warning("dead letter", stage=STAGE, where=where, line=item.line, reason=item.reason)
            self._keep(position, self._letter(item, where, position, ""))
        self.next_position += 1
        try:
            self._send(self._unconfirmed[position])
        except MessageError as error:
            # Only an article can be too long: a dead letter carries an excerpt.
            bad = BadRow(item.line, str(error), excerpt_of(getattr(item, "title", "")), item.url)
            log.warning("dead letter", stage=STAGE, where=where, line=item.line, reason=bad.reason)
            self._keep(position, self._letter(bad, where, position, getattr(item, "id", "")))
            self._send(self._unconfirmed[position])
        return position

    def flush(self) -> None:
        """Wait until the broker has everything. Raises BrokerUnavailable where it has not: then ``republish``."""
        if self._broken is None:
            try:
                self._producer.flush()
            except BrokerUnavailable as error:
                self._broken = error
        if self._broken is not None:
            raise self._broken

    def check(self) -> None:
        """Raise BrokerUnavailable, or ClusterChanged where the broker has lost what it had: then ``republish``."""
        if self._broken is not None:
            raise self._broken
        self._bus.check_cluster()

    def confirm(self, next_position: int) -> int:
        """Drop what the store has accounted for: everything below ``next_position``. How many that were."""
        done = [position for position in self._unconfirmed if position < next_position]
        for position in done:
            del self._unconfirmed[position]
        return len(done)

    def republish(self, bus: Bus) -> None:
        """Send everything unconfirmed again, in order, over a bus that was opened anew.

        The store recognises what it gets twice by origin and position. Raises BrokerUnavailable; it can be repeated.
        """
        self._producer.close()
        if bus is not self._bus:
            self._bus.close()
        self._bus = bus
        bus.ensure_topics(self._topics)
        self._producer = bus.producer()
        self._broken = None
        for sent in self._unconfirmed.values():
            self._send(sent)
        self.flush()

    def close(self) -> None:
        """Let go of the producer, without waiting for what was not flushed."""
        self._producer.close()

    def _keep(self, position: int, sent: _Sent) -> None:
        self._unconfirmed[position] = sent

    def _send(self, sent: _Sent) -> None:
        if self._broken is not None:
            return
        try:
            self._producer.send(sent.topic, sent.key, sent.value)
        except BrokerUnavailable as error:
            self._broken = error

    def _article(self, draft: Draft, position: int) -> Article:
        return Article(
            id=draft.id,
            url=draft.url,
            outlet=draft.outlet,
            title=draft.title,
            text=draft.text,
            published_at=draft.published_at,
            observed_at=self._clock.now(),
            origin=self.origin,
            position=position,
            language=draft.language,
            author=draft.author,
            licence=draft.licence,
            attribution=draft.attribution,
            published_precision=draft.published_precision,
        )

    def _letter(self, bad: BadRow, where: str, position: int, article_id: str) -> _Sent:
        letter = DeadLetter(
            stage=STAGE,
            reason=bad.reason,
            source=Source(self._bus.cluster_id, where, 0, bad.line),
            at=self._clock.now(),
            origin=self.origin,
            position=position,
            article_id=article_id,
            url=bad.url,
            excerpt=bad.excerpt,
        )
        return _Sent(self._dead_letters, article_id or f"{self.origin}-{position}", encode(letter))
