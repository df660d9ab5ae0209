"""Parts that the queries share: filters as conditions, merged topics, folded copies, windows of time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from processors.filters import HIGH, MEDIUM, UNKNOWN_SPEAKER, Filters

# Each topic that was merged, with the living one at the end of its chain. UNION drops repeated pairs, so that a circle,
# which no correct store writes, ends the walk instead of the process.
MOVED = """
    walked(id, at_id) AS (
        SELECT id, merged_into FROM topics WHERE merged_into <> ''
        UNION
        SELECT walked.id, topics.merged_into FROM walked JOIN topics ON topics.id = walked.at_id
        WHERE topics.merged_into <> ''
    ),
    moved(id, topic_id) AS (
        SELECT walked.id, walked.at_id FROM walked JOIN topics ON topics.id = walked.at_id
        WHERE topics.merged_into = ''
    )
"""
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
    speaker = "" if filters.speaker == UNKNOWN_SPEAKER else filters.speaker
    words = (
        (filters.speaker, "speaker", speaker, "s.speaker_id = $speaker"),
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
