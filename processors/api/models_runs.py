"""What the answers about runs and their pipeline look like, for the OpenAPI description."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from processors.api.models import Answer
from processors.runs import RunKind


class AccountingModel(Answer):
    """Where every article has gone: received = stored + duplicates + dead_letters + waiting + missing."""

    received: int
    stored: int
    duplicates: int
    dead_letters: int
    waiting: int
    missing: int


class Overview(Answer):
    """A run in a line."""

    run: str
    kind: RunKind
    now: datetime = Field(description="The clock for the live run, the newest publication for recorded ones.")
    newest_published_at: datetime | None
    newest_stored_at: datetime | None
    statements: int
    copies: int
    articles: int
    speakers: int
    topics: int
    rate_per_minute: int = Field(description="Statements stored in the last minute of the clock.")
    lag_p50_ms: float | None
    lag_p95_ms: float | None
    accounting: AccountingModel


class RunModel(Answer):
    """A run."""

    name: str
    kind: RunKind
    state: str
    statements: int
    articles: int
    first_at: datetime | None
    last_at: datetime | None
    created_at: datetime


class PositionsModel(Answer):
    """The lowest position of an origin that is not accounted for, and how many are."""

    next: int
    accounted: int


class OffsetRow(Answer):
    """A partition that the store reads; end and lag are null where its cluster does not answer."""

    cluster: str
    stream: str
    partition: int
    next: int
    end: int | None
    lag: int | None


class VersionsModel(Answer):
    """What made the rows."""

    extractor: str
    model: str
    schema_: str = Field(alias="schema")
    onrecord: str


class Pipeline(Answer):
    """How the run is fed."""

    run: str
    accounting: AccountingModel
    offsets: list[OffsetRow]
    lag: dict[str, int] = Field(description="Records that each stage has not taken yet.")
    versions: VersionsModel


class DeadLetterRow(Answer):
    """An input that could not be processed."""

    seq: int
    stage: str
    reason: str
    cluster: str
    stream: str
    partition: int
    offset: int
    at: datetime
    origin: str
    position: int
    article_id: str
    url: str
    excerpt: str


class NewRun(Answer):
    """A run to start; `expected` is how many articles its origin will send, where that is known."""

    name: str = Field(min_length=1, max_length=60)
    kind: RunKind
    origin: str = Field("", max_length=300)
    expected: int | None = Field(None, ge=0)


class Health(Answer):
    """The process answers."""

    status: str
