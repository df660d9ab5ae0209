"""Numbers, times and states in the words that a reader sees. Plain functions, no Streamlit."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from processors.filters import confidence_word

KINDS = {
    "direct": "quotation",
    "indirect": "paraphrase",
    "mixed": "part quotation",
    "briefing": "briefing summary",
    "transcript": "transcript answer",
    "question": "transcript question",
    "address": "own article or letter",
}
"""What the reader is told a statement's kind is."""

KINDS_EXPLAINED = {
    "direct": "the speaker's words, between quotation marks",
    "indirect": "what the speaker said, in the reporter's words",
    "mixed": "the reporter's words, with some of the speaker's between quotation marks",
    "briefing": "from a written summary of a briefing, which names the speaker once for all of it",
    "transcript": "a turn in a transcript: mostly an answer, at times an opening statement",
    "question": "a question put in a transcript",
    "address": "from an article, a letter or a speech that appears under the speaker's own name",
}
"""The same in a sentence, for who asks."""

EVIDENCE = {
    "speaker": "is the mention that it is attributed to",
    "name": "gives the full name",
    "role": "says who that is",
    "cue": "reports the words",
    "relay": "names who relayed it",
    "heading": "is the heading that it stands under",
    "question": "is the question that it answers",
    "inner": "names whom the speaker reports to have said it",
}
"""What a passage of the article proves, to follow the quoted passage."""


def proves(roles: Iterable[str]) -> str:
    """All that one passage proves: ``gives the full name and reports the words``."""
    return " and ".join(EVIDENCE.get(role, role) for role in roles)


# up to how many seconds, in which unit, with how many digits
_UNITS = ((0.0995, 0.001, 0, "ms"), (9.95, 1, 1, "s"), (90, 1, 0, "s"), (5400, 60, 0, "min"), (129_600, 3600, 0, "h"))
_NONE = "–"
_THIN = "\u2009"


def parse_time(value: object) -> datetime | None:
    """A time of the read API as aware UTC; None where there is none. A time without zone is UTC."""
    if isinstance(value, datetime):
        moment = value
    elif isinstance(value, str) and value:
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            return None
    else:
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def iso(value: object) -> str:
    """The time as ISO 8601 with ``Z``, for the browser, which adds the reader's own zone; empty where there is none."""
    moment = parse_time(value)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z") if moment else ""


def count(number: int | float | None) -> str:
    """A whole number with thin spaces between thousands: ``12 345``."""
    return _NONE if number is None else f"{int(number):,}".replace(",", _THIN)


def plural(number: int, one: str, many: str = "") -> str:
    """A count and its noun: ``1 copy``, ``3 copies``."""
    return f"{count(number)} {one if number == 1 else many or one + 's'}"


def duration(seconds: float | None) -> str:
    """A span of time in the unit that fits: ``0.8 s``, ``12 s``, ``4 min``, ``3 h``, ``2 days``."""
    if seconds is None:
        return _NONE
    seconds = max(0.0, seconds)
    for below, unit, digits, name in _UNITS:
        if seconds < below:
            return f"{seconds / unit:.{digits}f} {name}"
    return f"{seconds / 86400:.0f} days"


def window(seconds: int) -> str:
    """The length of a window as a heading has it: ``1 h``, ``30 min``, ``24 h``."""
    if seconds % 86400 == 0 and seconds > 86400:
        return f"{seconds // 86400} days"
    return f"{seconds // 3600} h" if seconds % 3600 == 0 else f"{max(1, seconds // 60)} min"


def stretch(since: datetime | None, until: datetime | None) -> str:
    """A range of time, in UTC: ``18 Mar 06:00–07:00``, ``17 Mar 22:00 – 18 Mar 01:00``, ``since 18 Mar 06:00``."""
    if since and until:
        a, b = since.astimezone(UTC), until.astimezone(UTC)
        return f"{_short(a)}–{b:%H:%M}" if a.date() == b.date() else f"{_short(a)} – {_short(b)}"
    if since:
        return f"since {_short(since.astimezone(UTC))}"
    return f"until {_short(until.astimezone(UTC))}" if until else ""


def _short(moment: datetime) -> str:
    return f"{moment.day} {moment:%b %H:%M}"


def change(now: int, before: int | None) -> str:
    """How a count moved against the window before: ``+120 %``, ``−10 %``, ``×12``, ``+1``, ``steady``, ``new``.

    A percentage of a handful would cry wolf, so below five the difference is given; from ten times on the factor.
    """
    if not before:
        return "new" if now else _NONE
    if before < 5 and now < 10:
        return "steady" if now == before else f"{'+' if now > before else '−'}{abs(now - before)}"
    ratio = now / before
    if ratio >= 10:
        return f"×{ratio:.0f}"
    percent = round((ratio - 1) * 100)
    if percent == 0:
        return "steady"
    return f"{'+' if percent > 0 else '−'}{abs(percent)} %"


def direction(now: int, before: int | None) -> str:
    """``up``, ``down`` or ``flat``: the arrow beside the change, so that it is not told by its sign alone."""
    before = before or 0
    return "up" if now > before else "down" if now < before else "flat"


def confidence(value: float | None) -> tuple[str, str]:
    """Confidence as a word and a number of two digits: ``("high", "0.91")``."""
    if value is None:
        return "not known", _NONE
    # Cut, not rounded: "low, 0.50" beside "medium, 0.50" would puzzle. The summand is for 32-bit numbers like .9.
    return confidence_word(value), f"{math.floor(value * 100 + 1e-4) / 100:.2f}"


def kind(name: str) -> str:
    """A statement's kind in the reader's words; an unknown kind as it is."""
    return KINDS.get(name, name)


def day(moment: datetime) -> str:
    """``17 March 2026``."""
    return f"{moment.day} {moment:%B %Y}"


def stamp(value: object, seconds: bool = False) -> str:
    """A time with its day, in UTC: ``17 March 2026, 14:02 UTC``; a dash where there is none."""
    moment = parse_time(value)
    if moment is None:
        return _NONE
    return f"{day(moment)}, {moment:%H:%M:%S} UTC" if seconds else f"{day(moment)}, {moment:%H:%M} UTC"


def between(earlier: object, later: object) -> timedelta | None:
    """How much later the second time is, never negative; None where either is missing."""
    first, second = parse_time(earlier), parse_time(later)
    return max(second - first, timedelta(0)) if first and second else None


def safe_link(url: str) -> str:
    """A link that may be followed, or the empty string: only http and https, so that no script hides in one."""
    return url if url.lower().startswith(("http://", "https://")) else ""
