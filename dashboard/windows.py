"""How far the panels look back: the choice of a window, the bars that fit it, and the stretch that is shown."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec

from dashboard import wording
from processors.filters import Filters
from processors.pipeline import LIVE

ENOUGH = 7
"""Topics that make a window worth looking at: as many as the list shows on a laptop."""


@dataclass(frozen=True, slots=True)
class Window:
    """A window's name in the URL, its length, the length of a bar, and how far labels stand apart; in seconds."""

    name: str
    seconds: int
    bucket: int
    tick: int

    @property
    def words(self) -> str:
        """As a title has it: ``6 h``."""
        return wording.window(self.seconds)


WINDOWS = (
    Window("1h", 3600, 300, 600),
    Window("6h", 6 * 3600, 900, 3600),
    Window("24h", 24 * 3600, 1800, 4 * 3600),
    Window("7d", 7 * 86400, 3 * 3600, 86400),
)
_BY_NAME = {one.name: one for one in WINDOWS}
_FALLBACK = _BY_NAME["24h"]
_MOST_BARS = 60
_LONGEST = 3660 * 86400
"""Seconds: the longest stretch that the read API sums up."""


def named(name: str) -> Window | None:
    """The window of that name, if there is one."""
    return _BY_NAME.get(name)


def fitting(kind: str, topics: Callable[[int], int]) -> tuple[Window, bool]:
    """The window to begin with, and whether it is settled; ``topics`` counts the topics of so many seconds.

    News as it comes is read by the hour. A recorded stream is as dense as it was: the smallest window with enough in it
    is taken. As long as no window has, the choice is not settled.
    """
    if kind == LIVE:
        return WINDOWS[0], True
    for one in WINDOWS:
        if topics(one.seconds) >= ENOUGH:
            return one, True
    return _FALLBACK, False


@dataclass(frozen=True, slots=True)
class View:
    """What the panels show: filters and seconds to ask the lists with, the same for the timeline, and in words.

    ``before`` says what the lists compare with.
    """

    lists: Filters
    seconds: int
    bars: Filters
    bar_seconds: int
    bar_end: datetime | None
    words: str
    before: str


def view(filters: Filters, window: Window, now: datetime | None) -> View:
    """Lists follow the chosen range of time; the timeline shows it within its window, so that another can be chosen.

    Where the range lies before the window, the timeline goes back to where the range stands in its middle.
    """
    plain = msgspec.structs.replace(filters, since=None, until=None)
    if now is None or not (filters.since or filters.until):
        last = f"last {window.words}"
        return View(plain, window.seconds, plain, window.seconds, now, last, f"against the {window.words} before")
    end = min(filters.until or now, now)
    start = filters.since or end - timedelta(seconds=window.seconds)
    seconds = min(_LONGEST, max(60, int((end - start).total_seconds())))
    shown_end, shown = now, max(window.seconds, seconds)
    if start < now - timedelta(seconds=shown):
        shown_end = min(now, end + timedelta(seconds=shown - seconds) / 2)
    bars = plain if shown_end == now else msgspec.structs.replace(plain, until=shown_end)
    words = wording.stretch(filters.since, filters.until)
    return View(filters, seconds, bars, shown, shown_end, words, "against the equally long time before")


def bar_of(window: Window, seconds: int) -> Window:
    """The window whose bars suit this many seconds: the given one, or a longer one, with bars of whole days at last."""
    for one in WINDOWS:
        if one.seconds >= max(seconds, window.seconds):
            return one
    days = math.ceil(seconds / 86400 / _MOST_BARS)
    return Window("", seconds, days * 86400, days * 10 * 86400)
