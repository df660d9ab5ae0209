"""When each feed is asked next. Pure: no clock and no net; randomness is seeded."""

from __future__ import annotations

import heapq
import random
from collections.abc import Sequence

from ingest.sources import Feed

# Feeds are first asked within this time, not all at once.
FIRST_SECONDS = 5.0
# Of the interval, either way: feeds that were once asked together drift apart.
_JITTER = 0.1


class Schedule:
    """A heap of due times in seconds. A feed that was taken is out of it until ``done`` says how it went."""

    def __init__(self, feeds: Sequence[Feed], default: float, longest: float, now: float, seed: int = 0) -> None:
        self._default = default
        self._longest = longest
        self._random = random.Random(seed)
        self._failures = [0] * len(feeds)
        self._feeds = list(feeds)
        self._places = {feed.url: place for place, feed in enumerate(feeds)}
        self._heap = [
            (now + self._random.uniform(0, min(FIRST_SECONDS, self._interval(place))), place)
            for place in range(len(feeds))
        ]
        heapq.heapify(self._heap)

    def take(self, now: float) -> Feed | None:
        """A feed that is due, the longest waiting first; None where none is."""
        if not self._heap or self._heap[0][0] > now:
            return None
        return self._feeds[heapq.heappop(self._heap)[1]]

    def done(self, feed: Feed, now: float, *, failed: bool, retry_after: float | None = None) -> float:
        """Put a feed back; in how many seconds it is due. Each failure in a row doubles the wait."""
        place = self._places[feed.url]
        self._failures[place] = self._failures[place] + 1 if failed else 0
        interval = self._interval(place)
        # 2 ** 20 intervals are longer than anything that is waited for; beyond it the number overflows.
        backed_off = interval * 2.0 ** min(self._failures[place], 20)
        wait = min(backed_off, max(self._longest, interval)) * self._random.uniform(1 - _JITTER, 1 + _JITTER)
        wait = max(wait, retry_after or 0.0)
        heapq.heappush(self._heap, (now + wait, place))
        return wait

    def _interval(self, place: int) -> float:
        return self._feeds[place].every or self._default
