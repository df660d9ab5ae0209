"""The stage ``ingest``: polls the feeds of ``sources.toml`` and publishes what is new.

Pollers run in threads and hand what they find over a short queue; one thread, this one, publishes. Articles are flushed
one at a time: then the bus never holds a later position without the earlier ones, however this process ends.
"""

from __future__ import annotations

import queue
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import structlog

from ingest.confirmations import Confirmations, connect_store
from ingest.deliver import ASK_SECONDS, Delivery, connect_kafka
from ingest.http import Fetch, HttpFetch
from ingest.items import BadRow, Draft
from ingest.memory import Memory
from ingest.polite import Polite
from ingest.poll import Found, Polled, poll_feed
from ingest.publish import Publisher
from ingest.schedule import Schedule
from ingest.sources import Feed, example_sources, load_sources
from processors.clock import Clock, SystemClock
from processors.logs import READY
from processors.settings import Settings
from processors.streams import Bus

# Found items wait here for the publisher: enough to keep it busy, few enough to stop quickly.
_QUEUE = 32
_SUMMARY_SECONDS = 600.0

log = structlog.get_logger()


def main(settings: Settings, run: str, stop: threading.Event) -> None:
    """Poll until ``stop`` is set. Without a list of sources it idles, healthy.

    Raises SourceError or BrokerUnavailable with a sentence for the user.
    """
    path = Path(settings.ingest.sources)
    if not path.is_file():
        log.info(
            f"there is no {path}, so no live news comes in: copy {example_sources()} to {path.resolve()}, "
            "edit it, and start ingest again"
        )
        log.info(READY, stage="ingest", run=run, feeds=0)
        stop.wait()
        return
    feeds = load_sources(path)
    clock = SystemClock()
    confirmations = connect_store(settings)
    poll_until(
        stop, feeds, run, settings, clock, confirmations, lambda: connect_kafka(settings), HttpFetch(settings.ingest)
    )


def poll_until(
    stop: threading.Event,
    feeds: tuple[Feed, ...],
    run: str,
    settings: Settings,
    clock: Clock,
    confirmations: Confirmations,
    connect: Callable[[], Bus],
    fetch: Fetch,
) -> None:
    """Poll ``feeds`` until ``stop`` is set; everything of the outside world is passed in."""
    intake = Intake(stop, run, settings, clock, confirmations, connect)
    polite = Polite(fetch, settings.ingest, clock, stop)
    schedule = Schedule(feeds, settings.ingest.poll_seconds, settings.ingest.longest_backoff_seconds, clock.monotonic())
    found: queue.Queue[Found | Polled | Exception] = queue.Queue(_QUEUE)

    def hand_over(outcome: Found | Polled | Exception) -> None:
        while not stop.is_set():
            try:
                found.put(outcome, timeout=ASK_SECONDS)
            except queue.Full:
                continue
            return

    def poll(feed: Feed) -> None:
        try:
            for outcome in poll_feed(feed, intake.memory, polite, settings.ingest, clock):
                hand_over(outcome)
        except Exception as error:  # noqa: BLE001 - a defect: it ends the process, from the thread that can do that
            hand_over(error)

    log.info(READY, stage="ingest", run=run, feeds=len(feeds))
    with ThreadPoolExecutor(settings.ingest.workers, thread_name_prefix="poll") as pool:
        try:
            while not stop.is_set():
                while (feed := schedule.take(clock.monotonic())) is not None:
                    pool.submit(poll, feed)
                _take_next(found, intake, schedule, clock)
                intake.tend()
        finally:
            # Also where a defect ends it: the pollers must not wait for a queue that nobody empties.
            stop.set()
            pool.shutdown(wait=False, cancel_futures=True)
            intake.close()


def _take_next(
    found: queue.Queue[Found | Polled | Exception], intake: Intake, schedule: Schedule, clock: Clock
) -> None:
    try:
        outcome = found.get(timeout=ASK_SECONDS / 2)
    except queue.Empty:
        return
    if isinstance(outcome, Exception):
        raise outcome
    intake.take(outcome)
    if isinstance(outcome, Polled):
        failed = bool(outcome.reason)
        wait = schedule.done(outcome.feed, clock.monotonic(), failed=failed, retry_after=outcome.retry_after)
        if failed:
            log.warning("feed failed", feed=outcome.feed.url, reason=outcome.reason, again_in=f"{wait:.0f}s")


class Intake:
    """Publishes what polls found, remembers it, and counts. Not to be shared between threads."""

    def __init__(
        self,
        stop: threading.Event,
        run: str,
        settings: Settings,
        clock: Clock,
        confirmations: Confirmations,
        connect: Callable[[], Bus],
    ) -> None:
        # A session of its own: what an earlier one had not confirmed is fetched again, not numbered again.
        origin = f"feeds@{clock.now():%Y%m%dT%H%M%S.%fZ}"
        self.counts: Counter[str] = Counter()
        self.memory = Memory(settings.data / "ingest" / "feeds.json", clock, settings.ingest.seen_days)
        self._clock = clock
        self._said = clock.monotonic()
        self._publisher = Publisher(connect(), run, settings.kafka.topic_prefix, origin, clock, settings)
        self._delivery = Delivery(self._publisher, run, confirmations, connect, clock, stop)

    def take(self, outcome: Found | Polled) -> None:
        """Deal with one outcome of a poll."""
        if isinstance(outcome, Found):
            self._take_item(outcome)
            return
        kind = "failed polls" if outcome.reason else "unchanged polls" if outcome.unchanged else "polls"
        self.counts[kind] += 1
        if outcome.reason:
            self.counts[f"failed: {outcome.reason}"] += 1
        elif not outcome.unchanged and outcome.whole:
            after = self._publisher.next_position
            self.memory.note_poll(outcome.feed.url, outcome.etag, outcome.last_modified, outcome.present, after)

    def tend(self) -> None:
        """Ask the store, and write down what it has confirmed. Call it often."""
        self._delivery.tend()
        self.memory.confirm(self._delivery.confirmed)
        if self._clock.monotonic() - self._said >= _SUMMARY_SECONDS:
            self._say()

    def close(self) -> None:
        """Let go of the bus; what is not confirmed is fetched again at the next start."""
        self._say()
        self._publisher.close()

    def _take_item(self, found: Found) -> None:
        item, feed = found.item, found.feed.url
        article = item.id if isinstance(item, Draft) else ""
        if article and self.memory.has_article(article):
            self.counts["items known already"] += 1
            self.memory.note_item(feed, found.fingerprint, article, self._publisher.next_position)
            return
        position = self._delivery.put(item, feed)
        if position is None:
            return
        self._delivery.flush()
        self.counts["unreadable items" if isinstance(item, BadRow) else "articles"] += 1
        self.memory.note_item(feed, found.fingerprint, article, position + 1)

    def _say(self) -> None:
        self._said = self._clock.monotonic()
        totals = {
            name.replace(" ", "_"): count for name, count in self.counts.items() if not name.startswith("failed:")
        }
        log.info("so far", **totals)
