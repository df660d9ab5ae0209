"""The live feed: joining, resuming, heartbeat, and how many may listen."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from starlette.concurrency import run_in_threadpool
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from processors.api.context import Context
from processors.api.errors import Refused
from processors.api.formats import to_json
from processors.api.tail import Listener, Pace, Tail, event
from processors.filters import Filters

HEARTBEAT = b": still here\n\n"
# Browsers wait three seconds before they connect again; a restarted store is back sooner.
RETRY = b"retry: 1000\n\n"
_STOPPING = "the store is stopping; connect again in a moment"


class Events:
    """All live feeds of the app: one ``Tail`` a run, for as long as somebody listens."""

    def __init__(self, here: Context, pace: Pace) -> None:
        self._here = here
        self._pace = pace
        self._tails: dict[str, Tail] = {}
        self._open: set[Listener] = set()
        self._joining = asyncio.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._closed = False

    async def listen(self, run: str, filters: Filters, after: int | None) -> Feed:
        """Join a run's feed behind ``after``. Raises Refused where the run is unknown or too many listen."""
        most = self._here.settings.api.event_listeners
        if self._closed:
            raise Refused(503, _STOPPING)
        if sum(not listener.closed for listener in self._open) >= most:
            raise Refused(503, f"{most} feeds are open already; close one, or raise api.event_listeners")
        listener = Listener(filters, self._pace.queue)
        self._open.add(listener)
        try:
            tail = await self._join(run, listener)
            feed = Feed(self, tail, listener, self._pace)
            await feed.resume(after)
        except BaseException:
            self._open.discard(listener)
            raise
        return feed

    def leave(self, tail: Tail, listener: Listener) -> None:
        """The listener has gone; with the last one the run's tail ends."""
        listener.closed = True
        self._open.discard(listener)
        tail.listeners.discard(listener)
        if not tail.listeners:
            tail.stop()
        self._count(tail)

    def close(self) -> None:
        """End every feed, so that the server can stop. May be called from any thread."""
        self._closed = True
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._end)

    def _end(self) -> None:
        for tail in tuple(self._tails.values()):
            tail.stop(_STOPPING)

    async def _join(self, name: str, listener: Listener) -> Tail:
        self._loop = asyncio.get_running_loop()
        async with self._joining:
            run = await run_in_threadpool(self._here.run, name)
            tail = self._tails.get(name)
            if tail is None:
                tail = Tail(run, self._here, self._pace, self._ended)
                await tail.start()
                self._tails[name] = tail
            tail.listeners.add(listener)
            listener.after = tail.read_to
        self._count(tail)
        return tail

    def _ended(self, tail: Tail) -> None:
        if self._tails.get(tail.run.name) is tail:
            del self._tails[tail.run.name]

    def _count(self, tail: Tail) -> None:
        self._here.metrics.listeners.labels(tail.run.name).set(len(tail.listeners))


class Feed:
    """What one listener is sent."""

    def __init__(self, events: Events, tail: Tail, listener: Listener, pace: Pace) -> None:
        self._events = events
        self._tail = tail
        self._listener = listener
        self._pace = pace
        self._missed_after: int | None = None

    async def resume(self, after: int | None) -> None:
        """Go on behind ``after``; begin afresh where the run has never been there, as after its file was deleted."""
        if after is None:
            return
        if after < self._listener.after:
            self._missed_after = after
        elif after <= await asyncio.to_thread(self._tail.newest):
            self._listener.after = after

    async def chunks(self) -> AsyncIterator[bytes]:
        """Events without end: what was missed, the overview, then what comes in, and a comment where nothing does."""
        yield RETRY
        if self._missed_after is not None:
            yield await self._missed(self._missed_after)
        yield await self._tail.overview()
        while True:
            try:
                data = await self._listener.next(self._pace.heartbeat)
            except TimeoutError:
                yield HEARTBEAT
                continue
            if data is None:
                return
            yield data

    def leave(self) -> None:
        """Make room for another listener; may be called twice."""
        self._events.leave(self._tail, self._listener)

    async def _missed(self, after: int) -> bytes:
        """What was missed; where that is too much, the newest of it behind an event that says so."""
        rows = await asyncio.to_thread(self._tail.missed, self._listener.filters, after, self._listener.after)
        kept = rows[-self._pace.missed :]
        told = event("skipped", to_json({"after": after, "before": kept[0]["seq"]})) if len(rows) > len(kept) else b""
        return told + b"".join(event("statement", to_json(row), row["seq"]) for row in kept)


class FeedResponse(StreamingResponse):
    """Streams a feed, and leaves it however the connection ends."""

    def __init__(self, feed: Feed) -> None:
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        super().__init__(feed.chunks(), media_type="text/event-stream", headers=headers)
        self._feed = feed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send until either side ends it."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._feed.leave()
