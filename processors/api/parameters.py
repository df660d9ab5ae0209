"""Query parameters of the routes. A name that is not listed is refused: a misspelt filter must not show everything."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from processors.filters import Filters
from processors.messages import Kind
from processors.pipeline import LIVE

Format = Literal["json", "arrow", "csv", "jsonl"]

JSON_ROWS = 200
"""Rows of one JSON answer; more come as Arrow, CSV or JSON Lines, or by pages."""

_DAY = 86_400
_UNNAMED = "Also speakers whom no article names, such as officials."


def _aware(value: Any) -> Any:
    """An ISO time; without an offset it is UTC. A ``+`` that nobody escaped arrives as a space."""
    if not isinstance(value, str):
        return value
    try:
        at = datetime.fromisoformat(re.sub(r"(?<=[0-9]) (?=\d\d:?\d\d$)", "+", value.strip()))
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError("Input should be a time like 2026-03-17T08:35:00Z") from None


Time = Annotated[datetime, BeforeValidator(_aware)]


class Parameters(BaseModel):
    """Parameters of a route; none but the listed ones."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class OfRun(Parameters):
    """Which run is asked."""

    run: str = Field(LIVE, max_length=60, description="Name of the run; /v1/runs lists them.")


class Filtered(OfRun):
    """A run, and which of its statements."""

    speaker: str = Field(
        "",
        max_length=100,
        description="Speaker id, or `unknown` for statements that nobody is proved to have made; one that was merged "
        "stands for the speaker it became.",
    )
    topic: str = Field("", max_length=100, description="Topic id; one that was merged stands for the topic it became.")
    outlet: str = Field("", max_length=300, description="Outlet, exactly as it is stored.")
    kind: Kind | Literal[""] = Field("", description="Form of the statement.")
    q: str = Field("", max_length=500, description="Words that the text contains, in any case.")
    since: Time | None = Field(
        None, description="Published at this time or later; ISO 8601, UTC where no offset is given."
    )
    until: Time | None = Field(None, description="Published before this time.")
    min_confidence: float = Field(0.0, ge=0, le=1, description="Least confidence.")

    @property
    def filters(self) -> Filters:
        """The conditions alone."""
        return Filters(**{name: getattr(self, name) for name in Filters.__struct_fields__})


class Page(Filtered):
    """Statements by pages."""

    limit: int = Field(50, ge=1, description=f"Rows; at most {JSON_ROWS} in JSON, `api.max_rows` otherwise.")
    before: int | None = Field(None, description="Continue below this `seq`.")
    unfolded: bool = Field(False, description="Copies as rows of their own.")
    format: Format = Field("json", description="Form of the answer.")


class Choices(Filtered):
    """What one can filter by."""

    unnamed: bool = Field(False, description=_UNNAMED)


class InWindow(Filtered):
    """Groups in a window of time, most first."""

    window: int = Field(3600, ge=12, le=3660 * _DAY, description="Seconds up to the run's present, or up to `until`.")
    limit: int = Field(20, ge=1, description="Rows.")
    format: Format = Field("json", description="Form of the answer.")


class SpeakersInWindow(InWindow):
    """Speakers in a window of time, most first."""

    unnamed: bool = Field(False, description=_UNNAMED)
    name: str = Field("", max_length=200, description="Part of the name, or of one of its forms, in any case.")


class Buckets(Filtered):
    """A timeline."""

    window: int = Field(
        6 * 3600, ge=12, le=3660 * _DAY, description="Seconds up to the run's present, or up to `until`."
    )
    bucket: int = Field(300, ge=1, le=366 * _DAY, description="Seconds of one bucket.")
    top: int = Field(6, ge=0, le=50, description="Topics that keep their name; the rest is one series without an id.")
    format: Format = Field("json", description="Form of the answer.")


class Letters(OfRun):
    """Dead letters by pages."""

    limit: int = Field(50, ge=1, description="Rows.")
    before: int | None = Field(None, description="Continue below this `seq`.")
    format: Format = Field("json", description="Form of the answer.")


class Listening(Filtered):
    """A live feed."""

    after: int | None = Field(
        None, ge=0, description="Resume after this `seq`; the header Last-Event-ID goes before it."
    )


class OfOrigin(Parameters):
    """One producer's session."""

    origin: str = Field(min_length=1, max_length=300, description="The producer's session.")
