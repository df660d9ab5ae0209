"""One reader behind all live feeds of a run.

::

    store's thread ──"stored up to N"──▶ event loop ──▶ Tail: one query for what is new ──▶ each listener's own filter
                     (call_soon_threadsafe)                                                  and queue

A listener whose queue is full is dropped with an event that says so; it comes back with the last id that it saw.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import structlog

from processors.api.context import Context
from processors.api.formats import to_json
from processors.filters import Filters
from processors.runs import RunView
from processors.store.queries import statements
from processors.store.queries.execute import snapshot, time_limit

_log = structlog.get_logger(__name__)

BATCH = 500
"""Rows of one query; a replay at full speed stores thousands a second."""
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Pace:
    """How often and how much; seconds and events."""

    heartbeat: float = 15.0
    overview: float = 2.0
    queue: int = 2_000
    """Events that wait for one listener: some seconds of a replay at full speed."""
    missed: int = 200
    """Rows sent at once to a listener that comes back; more do not fit on a page."""


def event(kind: str, data: bytes, number: int | None = None) -> bytes:
    """One server-sent event; ``data`` is JSON, so it has no line breaks of its own."""
    head = b"" if number is None else b"id: %d\n" % number
    return head + b"event: " + kind.encode() + b"\ndata: " + data + b"\n\n"


class Listener:
    """One open feed: its filter, and the events that wait to be sent; None ends it."""

    def __init__(self, filters: Filters, size: int) -> None:
        self.filters = filters
        self.after = 0
        self._size = size
        self._queue: asyncio.Queue[bytes | None] = asyncio.Queue()
        self.closed = False

    def put(self, data: bytes) -> bool:
        """Queue an event; False where the listener is too far behind, and is closed instead."""
        if self.closed:
            return True
        if self._queue.qsize() >= self._size:
            self.close("too slow: events were waiting; connect again with the last id to go on")
            return False
        self._queue.put_nowait(data)
        return True

    def close(self, reason: str) -> None:
        """Forget what waits, say why, and end."""
        if self.closed:
            return
        self.closed = True
        while not self._queue.empty():
            self._queue.get_nowait()
        self._queue.put_nowait(event("close", to_json({"error": reason})))
        self._queue.put_nowait(None)

    async def next(self, seconds: float) -> bytes | None:
        """The next event; TimeoutError after ``seconds``, None at the end."""
        return await asyncio.wait_for(self._queue.get(), seconds)


@dataclass(slots=True)
class Arrived:
    """What one query found: rows in order, earlier statements with the same words as a copy, and what was merged."""

    rows: list[Row]
    earlier: Mapping[str, list[Row]] = field(default_factory=dict)
    moved: Mapping[str, str] = field(default_factory=dict)

    def wanted(self, row: Row, filters: Filters) -> bool:
        """Whether a listener with these filters sees the row: it matches, and no earlier one with its words does."""
        if not filters.matches(row, self.moved):
            return False
        if not row["copy_of"]:
            return True
        before = (other for other in self.earlier.get(row["copy_of"], ()) if other["seq"] < row["seq"])
        return filters.narrows and not any(filters.matches_words(other, self.moved) for other in before)


class Tail:
    """Reads what a run stores and hands it to its listeners. All methods belong to the event loop's thread."""

    def __init__(self, run: RunView, here: Context, pace: Pace, on_end: Callable[[Tail], None]) -> None:
        self.run = run
        self.listeners: set[Listener] = set()
        self.read_to = 0
        self._here = here
        self._pace = pace
        self._on_end = on_end
        self._loop = asyncio.get_running_loop()
        self._stored = 0
        self._woken = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._overview = b""
        self._overview_at = 0.0

    async def start(self) -> None:
        """Subscribe first, then look where the run stands, so that nothing falls between."""
        self.run.subscribe(self._notify)
        self.read_to = await asyncio.to_thread(self.newest)
        self._stored = max(self._stored, self.read_to)
        self._task = asyncio.create_task(self._follow(), name=f"tail {self.run.name}")

    def stop(self, reason: str = "") -> None:
        """End, closing the listeners that are left."""
        self.run.unsubscribe(self._notify)
        if self._task is not None:
            self._task.cancel()
        for listener in tuple(self.listeners):
            listener.close(reason)
        self.listeners.clear()
        self._on_end(self)

    def newest(self) -> int:
        """The newest running number that is stored; reads the database."""
        with self.run.cursor() as cursor, time_limit(cursor, self._here.settings.api.query_seconds):
            return int(statements.newest(cursor).to_pylist()[0]["seq"])

    def missed(self, filters: Filters, after: int, upto: int) -> list[Row]:
        """The newest rows in (after, upto] that a returning listener wants; reads the database."""
        with self.run.cursor() as cursor, time_limit(cursor, self._here.settings.api.query_seconds):
            rows: list[Row] = statements.missed(cursor, filters, after, upto, self._pace.missed + 1).to_pylist()
            return rows

    async def overview(self) -> bytes:
        """The overview as an event, not older than the pace of overviews: many listeners may come at once."""
        if not self._overview or self._loop.time() - self._overview_at > self._pace.overview:
            return await asyncio.to_thread(self._read_overview)
        return self._overview

    def _read_overview(self) -> bytes:
        with self.run.cursor() as cursor, time_limit(cursor, self._here.settings.api.query_seconds), snapshot(cursor):
            self._overview = event("overview", to_json(self._here.overview(self.run, cursor)))
        self._overview_at = self._loop.time()
        return self._overview

    def _notify(self, seq: int) -> None:
        """Called on the store's thread."""
        try:
            self._loop.call_soon_threadsafe(self._wake, seq)
        except RuntimeError:  # the loop has ended: nobody listens any more
            return

    def _wake(self, seq: int) -> None:
        self._stored = max(self._stored, seq)
        self._woken.set()

    async def _follow(self) -> None:
        due, changed = self._loop.time(), False
        try:
            while True:
                # A change that came too soon after the last overview is told when the next one is due.
                patience = max(0.0, due - self._loop.time()) if changed else None
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._woken.wait(), patience)
                    self._woken.clear()
                    changed = True
                while self.read_to < self._stored:
                    upto = self._stored
                    self._deliver(await asyncio.to_thread(self._read, self.read_to, upto), upto)
                if changed and self._loop.time() >= due:
                    self._send(await asyncio.to_thread(self._read_overview))
                    due, changed = self._loop.time() + self._pace.overview, False
        except Exception:  # noqa: BLE001 - listeners must hear of it, or they would wait for ever
            _log.exception("the live feed failed", run=self.run.name)
            self._task = None
            self.stop("the feed failed; connect again with the last id to go on")

    def _read(self, after: int, upto: int) -> Arrived:
        with self.run.cursor() as cursor, time_limit(cursor, self._here.settings.api.query_seconds), snapshot(cursor):
            rows: list[Row] = statements.arrivals(cursor, after, upto, BATCH).to_pylist()
            copied = sorted({row["copy_of"] for row in rows if row["copy_of"]})
            earlier: dict[str, list[Row]] = defaultdict(list)
            if copied and any(listener.filters.narrows for listener in tuple(self.listeners)):
                for other in statements.siblings(cursor, copied).to_pylist():
                    earlier[other["fold"]].append(other)
            moved = {row["id"]: row["present"] for row in statements.merges(cursor).to_pylist()}
            return Arrived(rows, earlier, moved)

    def _deliver(self, arrived: Arrived, upto: int) -> None:
        for row in arrived.rows:
            data = b""
            for listener in tuple(self.listeners):
                if row["seq"] > listener.after and arrived.wanted(row, listener.filters):
                    data = data or event("statement", to_json(row), row["seq"])
                    self._put(listener, data)
        # Fewer rows than one query gives: nothing else is stored up to there.
        self.read_to = arrived.rows[-1]["seq"] if len(arrived.rows) == BATCH else upto

    def _send(self, data: bytes) -> None:
        for listener in tuple(self.listeners):
            self._put(listener, data)

    def _put(self, listener: Listener, data: bytes) -> None:
        if not listener.put(data):
            self.listeners.discard(listener)
            self._here.metrics.dropped.inc()
