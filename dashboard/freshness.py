"""How fresh the page is, and in which words that is said."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from dashboard import wording

State = Literal["live", "quiet", "recorded", "empty", "unreachable"]
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


def accounted(accounting: Mapping[str, Any]) -> str:
    """The sum that must always hold, as one sentence."""
    got = {
        key: int(accounting.get(key) or 0)
        for key in ("received", "stored", "duplicates", "dead_letters", "waiting", "missing")
    }
    parts = f"{wording.count(got['stored'])} stored, {wording.plural(got['duplicates'], 'duplicate')}, "
    parts += wording.plural(got["dead_letters"], "dead letter")
    if got["waiting"]:
        parts += f", {wording.count(got['waiting'])} on their way"
    if got["missing"]:
        return (
            f"{wording.plural(got['missing'], 'article')} missing: {wording.count(got['received'])} received, {parts}"
        )
    return f"All {wording.plural(got['received'], 'article')} accounted for: {parts}"


def balanced(accounting: Mapping[str, Any]) -> bool:
    """Whether every article received is stored, a duplicate, a dead letter or still on its way."""
    got = {
        key: int(accounting.get(key) or 0)
        for key in ("received", "stored", "duplicates", "dead_letters", "waiting", "missing")
    }
    return (
        got["missing"] == 0
        and got["received"] == got["stored"] + got["duplicates"] + got["dead_letters"] + got["waiting"]
    )
