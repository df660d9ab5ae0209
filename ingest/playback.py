"""Plays a file of articles in event time, so many times faster than it happened.

``pace`` says when each row is due and does nothing else. ``play`` publishes them: a killed playback goes on where the
store says it is, since the file's name and digest are the origin and a row's index in event-time order its position.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import TypeVar

import structlog

from ingest.confirmations import Confirmations, connect_store
from ingest.deliver import ASK_SECONDS, Delivery, connect_kafka
from ingest.items import BadRow, Draft
from ingest.publish import Publisher
from ingest.recording import recorded_stream
from ingest.rows import Rows, read_rows, read_time
from processors.clock import Clock, SystemClock
from processors.errors import BrokerUnavailable, RunError, SettingsError, StoreUnavailable
from processors.logs import READY
from processors.pipeline import LIVE
from processors.runs import RunKind
from processors.settings import Settings
from processors.streams import Bus

COMPLETE, STOPPED = 0, 1
# Between two lines that say how far it is.
_PROGRESS_SECONDS = 10.0

Row = TypeVar("Row")

log = structlog.get_logger()


def main(settings: Settings, run: str, file: Path, speed: str, ahead_until: str, stop: threading.Event) -> int:
    """Play ``file`` into ``run``; the words as they come from the command line. 0 when every row is accounted for.

    Raises SettingsError, SourceError or RunError with a sentence for the user.
    """
    kind: RunKind = "live" if run == LIVE else "replay"
    if kind == "replay" and file.is_file() and file.samefile(recorded_stream()):
        kind = "demo"
    return play(file, run, read_speed(speed), read_ahead(ahead_until), kind, settings, stop)


def play(
    file: Path,
    run: str,
    speed: float,
    ahead_until: datetime | None,
    kind: RunKind,
    settings: Settings,
    stop: threading.Event,
    *,
    clock: Clock | None = None,
    confirmations: Confirmations | None = None,
    connect: Callable[[], Bus] | None = None,
) -> int:
    """Publish a file's rows and wait until the store has accounted for each; 1 where ``stop`` came first.

    The last three arguments are the outside world; by default the system's clock, the read API and Kafka.
    """
    clock = clock or SystemClock()
    rows = read_rows(file, clock.now())
    log.info("read", file=rows.name, rows=len(rows.rows), unreadable=rows.bad)
    store = confirmations or connect_store(settings)
    first = _start(store, run, kind, rows, clock, stop)
    if first is None:
        return STOPPED
    if first >= len(rows.rows):
        log.info(READY, run=run, file=rows.name)
        log.info("the store has every row of this file already", run=run, rows=len(rows.rows))
        return COMPLETE
    connect = connect or (lambda: connect_kafka(settings))
    bus = _open(connect, clock, stop)
    if bus is None:
        return STOPPED
    publisher = Publisher(bus, run, settings.kafka.topic_prefix, rows.origin, clock, settings, first)
    delivery = Delivery(publisher, run, store, connect, clock, stop)
    log.info(READY, run=run, file=rows.name, position=first, rows=len(rows.rows))
    try:
        _publish(rows, first, pace(_timed(rows.rows[first:]), speed, ahead_until), delivery, clock, stop)
        delivery.flush()
        while not stop.is_set() and publisher.unconfirmed:
            delivery.tend()
            _progress(run, rows, delivery, publisher, clock)
            clock.sleep(ASK_SECONDS, stop)
    finally:
        publisher.close()
    complete = not publisher.unconfirmed and publisher.next_position == len(rows.rows)
    log.info("played" if complete else "stopped before the end", run=run, rows=len(rows.rows), done=delivery.confirmed)
    return COMPLETE if complete else STOPPED


def pace(
    rows: Iterable[tuple[datetime | None, Row]], speed: float, ahead_until: datetime | None = None
) -> Iterator[tuple[float, Row]]:
    """When each row is due, in seconds after the start, for rows in event time.

    One event second lasts ``1 / speed`` seconds; infinity waits for nothing. Rows up to ``ahead_until``, and those
    without a time, are due at once, and event time begins there; else it begins with the first row. Due times are
    counted from the start, not from the row before, so that slow work does not add up.
    """
    began = ahead_until
    due = 0.0
    for time, row in rows:
        if time is not None and not math.isinf(speed):
            began = time if began is None else began
            due = max(due, (time - began).total_seconds() / speed)
        yield due, row


def read_speed(text: str) -> float:
    """``max`` or a number above zero; raises SettingsError."""
    if text.strip().lower() == "max":
        return math.inf
    try:
        speed = float(text)
    except ValueError:
        speed = math.nan
    if not speed > 0:
        raise SettingsError(f"the speed is {text!r}; write max, or how many times faster than it happened (600)")
    return speed


def read_ahead(text: str) -> datetime | None:
    """A time, or None for the empty text; raises SettingsError."""
    try:
        return read_time(text) if text.strip() else None
    except ValueError as error:
        raise SettingsError(f"ahead-until is {text!r}; write a time such as 2026-03-17T12:00:00Z") from error


def _timed(rows: Iterable[Draft | BadRow]) -> Iterator[tuple[datetime | None, Draft | BadRow]]:
    return ((row.published_at if isinstance(row, Draft) else None, row) for row in rows)


def _start(
    store: Confirmations, run: str, kind: RunKind, rows: Rows, clock: Clock, stop: threading.Event
) -> int | None:
    """Have the store open the run; the first position that it lacks, or None where ``stop`` came first."""
    told = False
    while not stop.is_set():
        try:
            done = _done(store, run, rows.origin)
            # A finished run cannot be started again, and the live one is never anybody's own.
            if done < len(rows.rows) and kind != "live":
                store.start_run(run, kind, rows.origin, len(rows.rows))
            return done
        except StoreUnavailable as error:
            if not told:
                log.warning("waiting for the store", reason=str(error))
            told = True
            clock.sleep(1.0, stop)
    return None


def _done(store: Confirmations, run: str, origin: str) -> int:
    try:
        return store.positions(run, origin).next
    except RunError:
        return 0


def _open(connect: Callable[[], Bus], clock: Clock, stop: threading.Event) -> Bus | None:
    """The bus; one that is just being started again is waited for, one that has never answered is an error."""
    for attempt in range(3):
        try:
            return connect()
        except BrokerUnavailable:
            if attempt == 2:
                raise
            clock.sleep(1.0, stop)
            if stop.is_set():
                return None
    return None


def _publish(
    rows: Rows,
    first: int,
    due_rows: Iterable[tuple[float, Draft | BadRow]],
    delivery: Delivery,
    clock: Clock,
    stop: threading.Event,
) -> None:
    started = said = clock.monotonic()
    for sent, (due, row) in enumerate(due_rows, start=first):
        while (left := started + due - clock.monotonic()) > 0 and not stop.is_set():
            delivery.flush()
            delivery.tend()
            clock.sleep(min(left, ASK_SECONDS), stop)
        if stop.is_set():
            return
        delivery.tend()
        if delivery.put(row, rows.name) is None:
            return
        if clock.monotonic() - said >= _PROGRESS_SECONDS:
            said = clock.monotonic()
            log.info("playing", sent=sent + 1, stored=delivery.confirmed, rows=len(rows.rows))


def _progress(run: str, rows: Rows, delivery: Delivery, publisher: Publisher, clock: Clock) -> None:
    seconds = clock.monotonic()
    if int(seconds / ASK_SECONDS) % int(_PROGRESS_SECONDS / ASK_SECONDS) == 0:
        log.info("all sent", run=run, stored=delivery.confirmed, waiting=publisher.unconfirmed, rows=len(rows.rows))
