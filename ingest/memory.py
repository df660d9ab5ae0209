"""What ingest remembers of its feeds: which items it has seen, and each feed's ETag and Last-Modified.

Two layers. In memory an item counts as seen as soon as it is published; on disk (``<data>/ingest/feeds.json``) only
once the store has accounted for it, and a feed's validators only once that holds for the whole poll. So whatever is
killed, the next start asks for everything that is not safely stored.
"""

from __future__ import annotations

import os
import threading
from collections import deque
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import msgspec
import structlog

from processors.clock import Clock

log = structlog.get_logger()


class FeedState(msgspec.Struct):
    """A feed as confirmed: its validators, and the items seen with the day on which they were last in it."""

    etag: str = ""
    last_modified: str = ""
    seen: dict[str, date] = {}


class _Saved(msgspec.Struct):
    version: int = 1
    feeds: dict[str, FeedState] = {}
    articles: dict[str, date] = {}


@dataclass(frozen=True, slots=True)
class _Item:
    after: int
    feed: str
    fingerprint: str
    article: str


@dataclass(frozen=True, slots=True)
class _Poll:
    after: int
    feed: str
    etag: str
    last_modified: str
    present: tuple[str, ...]


class Memory:
    """Thread-safe: pollers ask, the one that publishes writes."""

    def __init__(self, path: Path, clock: Clock, seen_days: float) -> None:
        self._path = path
        self._clock = clock
        self._keep = timedelta(days=seen_days)
        self._lock = threading.Lock()
        self._saved = _load(path)
        self._seen = {feed: set(state.seen) for feed, state in self._saved.feeds.items()}
        self._articles = set(self._saved.articles)
        self._attempts: dict[str, int] = {}
        self._pending: deque[_Item | _Poll] = deque()
        self._changed = False

    def validators(self, feed: str) -> dict[str, str]:
        """The headers that make a request conditional; none before a first poll is confirmed."""
        with self._lock:
            state = self._saved.feeds.get(feed, FeedState())
            headers = {"If-None-Match": state.etag, "If-Modified-Since": state.last_modified}
            return {name: value for name, value in headers.items() if value}

    def has_item(self, feed: str, fingerprint: str) -> bool:
        """Whether this item of the feed was dealt with."""
        with self._lock:
            return fingerprint in self._seen.get(feed, ())

    def has_article(self, article: str) -> bool:
        """Whether this version of an article was published, from whichever feed."""
        with self._lock:
            return article in self._articles

    def failed(self, fingerprint: str) -> int:
        """Count a failed attempt to fetch an item's page; how many there have been since the start."""
        with self._lock:
            self._attempts[fingerprint] = self._attempts.get(fingerprint, 0) + 1
            return self._attempts[fingerprint]

    def note_item(self, feed: str, fingerprint: str, article: str, after: int) -> None:
        """An item was dealt with; ``after`` is the position from which on the store has accounted for it."""
        with self._lock:
            self._seen.setdefault(feed, set()).add(fingerprint)
            self._attempts.pop(fingerprint, None)
            if article:
                self._articles.add(article)
            self._pending.append(_Item(after, feed, fingerprint, article))

    def note_poll(self, feed: str, etag: str, last_modified: str, present: tuple[str, ...], after: int) -> None:
        """A whole answer was dealt with; ``present`` are the fingerprints of its items."""
        with self._lock:
            self._pending.append(_Poll(after, feed, etag, last_modified, present))

    def confirm(self, next_position: int) -> None:
        """Take over what the store has accounted for; written to disk where that changes anything."""
        with self._lock:
            today = self._clock.now().date()
            while self._pending and self._pending[0].after <= next_position:
                self._apply(self._pending.popleft(), today)
            if not self._changed:
                return
            data = msgspec.json.encode(self._saved)
            self._changed = False
        self._path.parent.mkdir(parents=True, exist_ok=True)
        fresh = self._path.with_suffix(".new")
        with fresh.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self._path)

    def _apply(self, done: _Item | _Poll, today: date) -> None:
        self._changed = True
        state = self._saved.feeds.setdefault(done.feed, FeedState())
        if isinstance(done, _Item):
            state.seen[done.fingerprint] = today
            if done.article:
                self._saved.articles[done.article] = today
            return
        state.etag, state.last_modified = done.etag, done.last_modified
        state.seen.update({fingerprint: today for fingerprint in done.present if fingerprint in state.seen})
        oldest = today - self._keep
        for fingerprint in [one for one, day in state.seen.items() if day < oldest]:
            del state.seen[fingerprint]
            self._seen[done.feed].discard(fingerprint)
        for article in [one for one, day in self._saved.articles.items() if day < oldest]:
            del self._saved.articles[article]
            self._articles.discard(article)


def _load(path: Path) -> _Saved:
    try:
        return msgspec.json.decode(path.read_bytes(), type=_Saved)
    except FileNotFoundError:
        return _Saved()
    except (OSError, msgspec.DecodeError, UnicodeDecodeError) as error:
        # Nothing is lost by it: items come once more, and the store knows its articles.
        log.warning(
            "what was remembered of the feeds cannot be read, and is begun anew", file=str(path), reason=str(error)
        )
        return _Saved()
