"""How fresh the page is, and in which words that is said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from dashboard import wording

State = Literal["live", "quiet", "recorded", "empty", "unreachable"]
_SUMMANDS = ("stored", "duplicates", "dead_letters")
QUIET_AFTER = 300.0
"""Seconds without news after which the page says that it is quiet, so that nobody takes it for broken."""


def state(overview: Mapping[str, Any] | None, kind: str, now: datetime) -> State:
    """What the strip opens with, before the browser has heard of the stream itself."""
    if overview is None:
        return "unreachable"
    if not overview.get("articles"):
        return "empty"
    if kind != "live":
        return "recorded"
    age = newest_age(overview, now)
    return "quiet" if age is not None and age > QUIET_AFTER else "live"


def newest_age(overview: Mapping[str, Any], now: datetime) -> float | None:
    """Seconds since the newest article was stored; None before the first."""
    stored = wording.parse_time(overview.get("newest_stored_at"))
    return max(0.0, (now - stored).total_seconds()) if stored else None


@dataclass(frozen=True, slots=True)
class Sums:
    """Where every article that came in has gone, in articles."""

    received: int
    stored: int
    duplicates: int
    dead_letters: int
    under_way: int
    missing: int

    @property
    def balanced(self) -> bool:
        """Whether nothing is missing and both sides of the equation are equal."""
        gone = self.stored + self.duplicates + self.dead_letters + self.under_way
        return not self.missing and self.received == gone

    @property
    def sentence(self) -> str:
        """What the equation comes to."""
        if self.missing:
            these = wording.plural(self.missing, "article")
            return f"{these} came in, and nothing was heard of {'it' if self.missing == 1 else 'them'} again."
        if not self.balanced:
            return "The two sides differ, which is a defect: please report it."
        return "Every article is accounted for." + (" The rest is being processed." if self.under_way else "")

    @property
    def terms(self) -> list[tuple[str, int, str]]:
        """The equation as sign, number, and what it counts; what may be left out when it is zero is."""
        found = [
            ("", self.received, "article came in" if self.received == 1 else "articles came in"),
            ("=", self.stored, "stored"),
            ("+", self.duplicates, "duplicate" if self.duplicates == 1 else "duplicates"),
            ("+", self.dead_letters, "dead letter" if self.dead_letters == 1 else "dead letters"),
        ]
        found += [("+", self.under_way, "on the way")] if self.under_way else []
        return found + ([("+", self.missing, "missing")] if self.missing else [])


def sums(accounting: Mapping[str, Any], behind: int | None, running: bool) -> Sums:
    """The equation from the read API's accounting.

    The store calls a position missing when a later one has come and it has not. As long as a stage is ``behind``
    (records not taken yet; None where no broker could be asked) and the run goes on, it is still on the way.
    """
    got = {key: int(accounting.get(key) or 0) for key in (*_SUMMANDS, "received", "waiting", "missing")}
    moving = running and behind != 0
    return Sums(
        received=got["received"],
        **{key: got[key] for key in _SUMMANDS},
        under_way=got["waiting"] + (got["missing"] if moving else 0),
        missing=0 if moving else got["missing"],
    )
