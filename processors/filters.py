"""Which statements a reader wants to see: one struct for the read API, its client, and the live feed.

The read API compiles it to SQL with parameters (``processors.store.queries.where``); the live feed asks ``matches`` for
each new row, so that a hundred listeners cost no query. A test holds that the two agree.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

UNKNOWN_SPEAKER = "unknown"
"""Stands for nobody in the filter ``speaker`` (ids are hexadecimal digits)."""

HIGH, MEDIUM = 0.8, 0.5
"""From where a confidence is called high or medium. Above .8, 91 % were right on held-out articles."""


class Filters(msgspec.Struct, frozen=True, kw_only=True):
    """Conditions that a statement must all meet; an empty value is no condition.

    ``speaker`` and ``topic`` are ids (one that was merged stands for the one it became). ``q`` is looked for in the
    statement's text, whatever the case. ``since`` (inclusive) and ``until`` (exclusive) are about ``published_at`` and
    timezone-aware. ``min_confidence`` lies between 0 and 1.
    """

    speaker: str = ""
    topic: str = ""
    outlet: str = ""
    kind: str = ""
    q: str = ""
    since: datetime | None = None
    until: datetime | None = None
    min_confidence: float = 0.0

    @property
    def narrows(self) -> bool:
        """Whether there is a condition other than time."""
        return any((self.speaker, self.topic, self.outlet, self.kind, self.q, self.min_confidence))

    def parameters(self) -> dict[str, str]:
        """The conditions as the read API's query parameters."""
        chosen: dict[str, str] = {}
        for name in self.__struct_fields__:
            value = getattr(self, name)
            if value:
                chosen[name] = value.isoformat() if isinstance(value, datetime) else str(value)
        return chosen

    def matches_words(self, row: Mapping[str, Any], moved: Mapping[str, str]) -> bool:
        """Whether a row meets every condition but time.

        ``row`` has ``speaker_id, topic_id, outlet, kind, text, confidence``; ``moved`` maps a merged topic or
        speaker to its present one, and the row has the present ones already.
        """
        speaker = "" if self.speaker == UNKNOWN_SPEAKER else moved.get(self.speaker, self.speaker)
        return (
            (not self.speaker or row["speaker_id"] == speaker)
            and (not self.topic or row["topic_id"] == moved.get(self.topic, self.topic))
            and (not self.outlet or row["outlet"] == self.outlet)
            and (not self.kind or row["kind"] == self.kind)
            and (not self.q or self.q.lower() in row["text"].lower())
            and row["confidence"] >= self.min_confidence
        )

    def matches(self, row: Mapping[str, Any], moved: Mapping[str, str]) -> bool:
        """Whether a row meets every condition; it needs ``published_at`` too."""
        at = row["published_at"]
        in_time = (self.since is None or at >= self.since) and (self.until is None or at < self.until)
        return in_time and self.matches_words(row, moved)


def confidence_word(confidence: float) -> str:
    """``high``, ``medium`` or ``low``."""
    return "high" if confidence >= HIGH else "medium" if confidence >= MEDIUM else "low"
