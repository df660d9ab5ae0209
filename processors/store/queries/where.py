"""Parts that the queries share: filters as conditions, merged topics and speakers, folded copies, windows of time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from processors.filters import HIGH, MEDIUM, UNKNOWN_SPEAKER, Filters


def _chain(table: str, walked: str, moved: str, column: str) -> str:
    """Each row of a table that was merged, with the living one at the end of its chain, as ``moved(id, column)``.

    UNION drops repeated pairs, so that a circle, which no correct store writes, ends the walk instead of the process.
    """
    return f"""
    {walked}(id, at_id) AS (
        SELECT id, merged_into FROM {table} WHERE merged_into <> ''
        UNION
        SELECT {walked}.id, {table}.merged_into FROM {walked} JOIN {table} ON {table}.id = {walked}.at_id
        WHERE {table}.merged_into <> ''
    ),
    {moved}(id, {column}) AS (
        SELECT {walked}.id, {walked}.at_id FROM {walked} JOIN {table} ON {table}.id = {walked}.at_id
        WHERE {table}.merged_into = ''
    )"""


MOVED = f"{_chain('topics', 'walked', 'moved', 'topic_id')}, {_chain('speakers', 'called', 'became', 'speaker_id')}"
"""``moved`` leads from a merged topic to the present one, ``became`` from a merged speaker."""
UNNAMED = "SELECT id FROM speakers WHERE kind = 'unnamed'"
"""Speakers whom no article names, such as officials: each is one in one article only, so lists are about the others."""
SPEAKER = """coalesce(became.speaker_id, s.speaker_id) AS speaker_id,
        CASE WHEN s.speaker_id = '' THEN s.speaker ELSE coalesce(nullif(p.name, ''), s.speaker) END AS speaker,
        s.speaker AS speaker_as_written"""
"""Who said it, as known over all articles, and the name that this article gives."""
BY_SPEAKER = """LEFT JOIN became ON became.id = s.speaker_id
    LEFT JOIN speakers p ON p.id = coalesce(became.speaker_id, s.speaker_id)"""
"""The joins that ``SPEAKER`` needs."""
_NO_COPY = "s.copy_of = ''"
FOLD = "CASE WHEN s.copy_of = '' THEN s.id ELSE s.copy_of END"
"""What a statement and all its copies share: the id of the first."""

# Confidence is stored in 32 bits; rounded, it compares as the reader sees it.
CONFIDENCE = "round(s.confidence::DOUBLE, 4)"
CONFIDENCE_WORD = (
    f"CASE WHEN {CONFIDENCE} >= {HIGH} THEN 'high' WHEN {CONFIDENCE} >= {MEDIUM} THEN 'medium' ELSE 'low' END"
)
LAG_MS = "(epoch_us({0}.stored_at) - epoch_us({0}.observed_at)) // 1000"


@dataclass(frozen=True, slots=True)
class Where:
    """Conditions over ``statements s`` and their parameters.

    ``words`` decide which copy stands for the others, ``times`` only whether that one is shown.
    """

    words: tuple[str, ...]
    times: tuple[str, ...]
    parameters: dict[str, Any]


def where(filters: Filters) -> Where:
    """The filters as SQL; every value travels as a parameter."""
    unknown = filters.speaker == UNKNOWN_SPEAKER
    said_by = "s.speaker_id = $speaker" if unknown else _SAID_BY
    words = (
        (filters.speaker, "speaker", "" if unknown else filters.speaker, said_by),
        (filters.topic, "topic", filters.topic, _ON_TOPIC),
        (filters.outlet, "outlet", filters.outlet, "s.outlet = $outlet"),
        (filters.kind, "kind", filters.kind, "s.kind = $kind"),
        (filters.q, "q", filters.q, "contains(lower(s.text), lower($q))"),
        (filters.min_confidence, "min_confidence", filters.min_confidence, f"{CONFIDENCE} >= $min_confidence"),
    )
    times = (
        (filters.since, "since", stored(filters.since), "s.published_at >= $since"),
        (filters.until, "until", stored(filters.until), "s.published_at < $until"),
    )
    parameters = {name: value for given, name, value, _ in words + times if given}
    return Where(
        tuple(condition for given, *_, condition in words if given),
        tuple(condition for given, *_, condition in times if given),
        parameters,
    )


def firsts(conditions: Where, columns: str = "s.seq, s.published_at") -> str:
    """A query for the statements that meet the conditions, each copy folded into the first that meets ``words``.

    Without conditions on words that is the statement which is a copy of none, and no sorting is needed.
    """
    if not conditions.words:
        return f"SELECT {columns} FROM statements s WHERE {_and(_NO_COPY, *conditions.times)}"
    return (
        f"SELECT {columns} FROM (SELECT * FROM statements s WHERE {_and(*conditions.words)} "
        f"QUALIFY row_number() OVER (PARTITION BY {FOLD} ORDER BY s.seq) = 1) s WHERE {_and('true', *conditions.times)}"
    )


def every(conditions: Where, columns: str = "s.seq, s.published_at") -> str:
    """A query for all statements that meet the conditions, copies as rows of their own."""
    return f"SELECT {columns} FROM statements s WHERE {_and('true', *conditions.words, *conditions.times)}"


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of recorded time, ``(start, end]``, and the equally long one before it; aware UTC."""

    start: datetime
    end: datetime

    @property
    def parameters(self) -> dict[str, Any]:
        """``$start``, ``$stop``, ``$earlier`` (start of the one before) and ``$span_us``."""
        span = self.end - self.start
        return {
            "start": stored(self.start),
            "stop": stored(self.end),
            "earlier": stored(self.start - span),
            "span_us": span // timedelta(microseconds=1),
        }


def window(filters: Filters, now: datetime, seconds: float) -> tuple[Window, Filters]:
    """The window that a panel shows, and the filters without their times.

    It ends at ``now``, or at ``until`` where that is earlier, and begins ``seconds`` before, or at ``since`` where that
    is later: what is compared with it is the equally long stretch before, which ``since`` must not cut off.
    """
    end = min(now, filters.until) if filters.until else now
    start = end - timedelta(seconds=seconds)
    if filters.since and start < filters.since < end:
        start = filters.since
    return Window(start, end), _without_times(filters)


def stored(at: datetime | None) -> datetime | None:
    """A time as the store's TIMESTAMP columns hold it: UTC without saying so."""
    return at.astimezone(UTC).replace(tzinfo=None) if at else None


def _without_times(filters: Filters) -> Filters:
    return Filters(
        speaker=filters.speaker,
        topic=filters.topic,
        outlet=filters.outlet,
        kind=filters.kind,
        q=filters.q,
        min_confidence=filters.min_confidence,
    )


def _and(*conditions: str) -> str:
    return " AND ".join(conditions)


_TOPIC_NOW = "coalesce((SELECT moved.topic_id FROM moved WHERE moved.id = $topic), $topic)"
_ON_TOPIC = (
    f"(s.topic_id = {_TOPIC_NOW} OR s.topic_id IN (SELECT moved.id FROM moved WHERE moved.topic_id = {_TOPIC_NOW}))"
)
_SPEAKER_NOW = "coalesce((SELECT became.speaker_id FROM became WHERE became.id = $speaker), $speaker)"
_SAID_BY = (
    f"(s.speaker_id = {_SPEAKER_NOW} "
    f"OR s.speaker_id IN (SELECT became.id FROM became WHERE became.speaker_id = {_SPEAKER_NOW}))"
)
