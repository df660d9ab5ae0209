"""The loop round a publisher: waits for room, asks the store, and starts again when the broker has gone."""

from __future__ import annotations

import threading
from collections.abc import Callable

import structlog

from ingest.confirmations import Confirmations
from ingest.items import BadRow, Draft
from ingest.publish import Publisher
from processors.clock import Clock
from processors.errors import BrokerUnavailable, RunError, StoreError
from processors.settings import Settings
from processors.streams import Bus

# Between two questions to the store: a question costs a millisecond, and a page is fresh to the second.
ASK_SECONDS = 0.5
# A broker that is being started again is there within a second; one that is away for long is not hammered.
_RECONNECT_SECONDS = (0.5, 1.0, 2.0, 5.0, 10.0)

log = structlog.get_logger()


def connect_kafka(settings: Settings) -> Bus:
    """The bus that the settings name. Raises SettingsError where they name none, BrokerUnavailable."""
    from processors.bus import connect

    return connect(settings.kafka)


class Delivery:
    """Gets inputs from a source to the store, whatever happens to broker and store meanwhile.

    ``connect`` opens the bus anew. No method raises because broker or store are away: they wait, until ``stop`` is set.
    """

    def __init__(
        self,
        publisher: Publisher,
        run: str,
        confirmations: Confirmations,
        connect: Callable[[], Bus],
        clock: Clock,
        stop: threading.Event,
    ) -> None:
        self.confirmed = publisher.next_position
        """The lowest position that the store has not accounted for, as it said last."""
        self._publisher = publisher
        self._run = run
        self._confirmations = confirmations
        self._connect = connect
        self._clock = clock
        self._stop = stop
        self._asked = clock.monotonic()
        self._store_away = False

    def put(self, item: Draft | BadRow, where: str) -> int | None:
        """Publish an input, after waiting for room; its position, or None where ``stop`` came first."""
        while not self._publisher.has_room and not self._stop.is_set():
            self.flush()
            self.tend()
            if not self._publisher.has_room:
                self._clock.sleep(ASK_SECONDS, self._stop)
        if self._stop.is_set():
            return None
        return self._publisher.put(item, where)

    def flush(self) -> None:
        """Wait until the broker has everything that was put."""
        try:
            self._publisher.flush()
        except BrokerUnavailable as error:
            self._recover(error)

    def tend(self) -> None:
        """Ask the store and look after the broker, where the last time is long enough ago. Call it often."""
        if self._clock.monotonic() - self._asked < ASK_SECONDS:
            return
        self._asked = self._clock.monotonic()
        try:
            self._publisher.check()
        except BrokerUnavailable as error:
            self._recover(error)
        self._confirm()

    def drain(self) -> bool:
        """Wait until the store has accounted for everything; False where ``stop`` came first."""
        self.flush()
        while self._publisher.unconfirmed and not self._stop.is_set():
            self.tend()
            if self._publisher.unconfirmed:
                self._clock.sleep(ASK_SECONDS, self._stop)
        return not self._publisher.unconfirmed

    def _confirm(self) -> None:
        try:
            answer = self._confirmations.positions(self._run, self._publisher.origin)
        except (StoreError, RunError) as error:
            if not self._store_away:
                log.warning("waiting for the store", reason=str(error))
            self._store_away = True
            return
        if self._store_away:
            log.info("the store answers again")
        self._store_away = False
        self.confirmed = max(self.confirmed, answer.next)
        self._publisher.confirm(self.confirmed)

    def _recover(self, error: BrokerUnavailable) -> None:
        log.warning("the broker is away; what is not stored is published again", reason=str(error))
        attempt = 0
        while not self._stop.is_set():
            try:
                self._publisher.republish(self._connect())
            except BrokerUnavailable as again:
                log.info("no broker yet", reason=str(again))
                seconds = _RECONNECT_SECONDS[min(attempt, len(_RECONNECT_SECONDS) - 1)]
                self._clock.sleep(seconds, self._stop)
                attempt += 1
            else:
                log.info("published again", articles=self._publisher.unconfirmed)
                return
