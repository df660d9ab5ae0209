"""Manners: robots.txt, a delay between two requests to one host, redirects followed with both, Retry-After read."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime
from urllib.parse import urljoin, urlsplit

from protego import Protego

from ingest.http import Fetch, FetchFailed, Response
from processors.clock import Clock
from processors.settings import IngestSettings

# RFC 9309: crawlers should not use a cached robots.txt for longer than a day, and must read at least 500 KiB.
_ROBOTS_SECONDS = 86_400.0
_ROBOTS_BYTES = 512_000
# One that could not be read means "keep away" (RFC 9309, 2.3.1.4); it is asked for again soon.
_ROBOTS_AGAIN_SECONDS = 600.0
_LONGEST_CRAWL_DELAY = 60.0
_LONGEST_RETRY_AFTER = 86_400.0
_REDIRECTS = {301, 302, 303, 307, 308}


@dataclass(frozen=True, slots=True)
class _Robots:
    rules: Protego | None
    """None: they could not be read, and nothing may be asked."""
    reason: str
    until: float


class Polite:
    """GET with manners. May be used from several threads; waiting ends early when ``stop`` is set."""

    def __init__(self, fetch: Fetch, settings: IngestSettings, clock: Clock, stop: threading.Event) -> None:
        self._fetch = fetch
        self._settings = settings
        self._clock = clock
        self._stop = stop
        self._lock = threading.Lock()
        self._free_at: dict[str, float] = {}
        self._delays: dict[str, float] = {}
        self._robots: dict[str, _Robots] = {}
        self._robots_locks: dict[str, threading.Lock] = defaultdict(threading.Lock)

    def get(self, url: str, headers: Mapping[str, str] | None = None) -> Response:
        """The answer at the end of all redirects, with status 200 or 304. Raises FetchFailed."""
        return self._follow(url, headers or {}, robots=True)

    def _follow(self, url: str, headers: Mapping[str, str], *, robots: bool) -> Response:
        for _ in range(self._settings.max_redirects + 1):
            if robots:
                self._check_robots(url)
            self._wait_turn(url)
            answer = self._fetch(url, headers)
            if answer.status in _REDIRECTS and answer.headers.get("location"):
                try:
                    url = urljoin(url, answer.headers["location"])
                except ValueError as error:
                    raise FetchFailed("the answer redirects to something that is no address") from error
            elif answer.status in {200, 304}:
                return answer
            else:
                raise self._refused(answer)
        raise FetchFailed(f"more than {self._settings.max_redirects} redirects", retriable=False)

    def _refused(self, answer: Response) -> FetchFailed:
        gone = 400 <= answer.status < 500 and answer.status not in {408, 425, 429}
        return FetchFailed(
            f"the server answered {answer.status}",
            retriable=not gone,
            status=answer.status,
            retry_after=self._retry_after(answer.headers.get("retry-after", "")),
        )

    def _retry_after(self, text: str) -> float | None:
        if text.strip().isdigit():
            return min(float(text), _LONGEST_RETRY_AFTER)
        try:
            time = parsedate_to_datetime(text)
            time = time.replace(tzinfo=UTC) if time.tzinfo is None else time
            seconds = (time - self._clock.now()).total_seconds()
        except (ValueError, TypeError, OverflowError):
            return None
        return min(max(seconds, 0.0), _LONGEST_RETRY_AFTER)

    def _wait_turn(self, url: str) -> None:
        host = _host(url)
        with self._lock:
            now = self._clock.monotonic()
            turn = max(now, self._free_at.get(host, now))
            self._free_at[host] = turn + self._delays.get(host, self._settings.host_delay_seconds)
        if turn > now:
            self._clock.sleep(turn - now, self._stop)
        if self._stop.is_set():
            raise FetchFailed("stopped")

    def _check_robots(self, url: str) -> None:
        robots = self._robots_of(url)
        if robots.rules is None:
            raise FetchFailed(f"robots.txt of {_host(url)} cannot be read ({robots.reason}), so nothing is asked there")
        if not robots.rules.can_fetch(url, self._settings.user_agent):
            raise FetchFailed(f"robots.txt of {_host(url)} does not allow it", retriable=False)

    def _robots_of(self, url: str) -> _Robots:
        try:
            parts = urlsplit(url)
            origin = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
        except ValueError as error:
            raise FetchFailed(f"{url[:200]!r} is no http or https address", retriable=False) from error
        with self._lock:
            lock = self._robots_locks[origin]
        # Only the first of several threads asks; the others wait for its answer.
        with lock:
            known = self._robots.get(origin)
            if known is None or known.until <= self._clock.monotonic():
                known = self._robots[origin] = self._read_robots(origin, _host(url))
            return known

    def _read_robots(self, origin: str, host: str) -> _Robots:
        now = self._clock.monotonic()
        try:
            answer = self._follow(f"{origin}/robots.txt", {}, robots=False)
            text = answer.body[:_ROBOTS_BYTES].decode("utf-8", "replace")
        except FetchFailed as error:
            if not 400 <= error.status < 500 or error.status == 429:
                if not error.retriable:
                    raise
                return _Robots(None, str(error), now + _ROBOTS_AGAIN_SECONDS)
            text = ""
        rules = Protego.parse(text)
        delay = rules.crawl_delay(self._settings.user_agent)
        if delay is not None:
            self._delays[host] = max(self._settings.host_delay_seconds, min(delay, _LONGEST_CRAWL_DELAY))
        return _Robots(rules, "", now + _ROBOTS_SECONDS)


def _host(url: str) -> str:
    try:
        return urlsplit(url).netloc.rpartition("@")[2].lower()
    except ValueError:
        return ""
