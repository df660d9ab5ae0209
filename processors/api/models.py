"""What the answers look like, for the OpenAPI description; the rows themselves come from the queries as they are.

A test holds that these models name exactly the columns that the queries return.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Milliseconds = Annotated[int | None, Field(description="From the bus to the database, in milliseconds.")]
Change = Annotated[float | None, Field(description="count / previous - 1; null where previous is 0.")]
Spark = Annotated[list[int], Field(description="Counts in twelve equal steps across the window.")]


class Answer(BaseModel):
    """An object of an answer."""

    model_config = ConfigDict(extra="forbid")


class Problem(Answer):
    """Why a request was not answered."""

    error: str


class Span(Answer):
    """Code points of the article's text, end exclusive."""

    start: int
    end: int


class Evidence(Span):
    """A passage that proves a part of the statement."""

    role: str


class StatementRow(Answer):
    """A statement in a list; `copies` counts the other statements with the same words."""

    seq: int
    id: str
    article_id: str
    kind: str
    text: str
    spans: list[Span]
    speaker_id: str
    speaker: str = Field(description="The speaker's name over all articles.")
    speaker_as_written: str = Field(description="The fullest name that this article gives.")
    speaker_mention: str = Field(description="The words nearest to the statement that stand for the speaker.")
    role: str
    reported_speaker: str = Field(description="Whose words the speaker reports, where the article says so.")
    relayed_by: list[str]
    heading: str
    confidence: float
    confidence_word: str = Field(description="high from .8, medium from .5, else low.")
    why_unknown: str
    topic_id: str
    topic: str
    copies: int
    copy_of: str
    outlet: str
    language: str
    title: str
    url: str
    attribution: str
    published_at: datetime
    observed_at: datetime
    stored_at: datetime
    lag_ms: Milliseconds


class StatementFull(Answer):
    """Every column of a statement."""

    seq: int
    id: str
    article_id: str
    kind: str
    text: str
    spans: list[Span]
    speaker_id: str
    speaker: str
    speaker_as_written: str
    speaker_on_arrival: str
    mention: Span | None
    role: str
    reported_speaker: str
    relayed_by: list[str]
    heading: str
    evidence: list[Evidence]
    confidence: float
    confidence_word: str
    why_unknown: str
    rule: str
    extractor: str
    model: str
    topic_id: str
    topic_on_arrival: str
    copy_of: str
    outlet: str
    language: str
    published_at: datetime
    observed_at: datetime
    stored_at: datetime
    lag_ms: Milliseconds


class Source(Answer):
    """Where the article's record stood on the bus."""

    cluster: str
    topic: str
    partition: int
    offset: int


class ArticleFull(Answer):
    """The article that a statement is written in."""

    id: str
    url: str
    outlet: str
    title: str
    author: str
    language: str
    text: str
    published_at: datetime
    published_precision: str
    observed_at: datetime
    stored_at: datetime
    attribution: str
    licence: str
    source: Source


class TopicName(Answer):
    """A topic's name and the terms that describe it."""

    id: str
    title: str
    terms: list[str]


class Copy(Answer):
    """Another statement with the same words."""

    id: str
    outlet: str
    published_at: datetime
    article_id: str
    title: str
    url: str


class Before(Copy):
    """An earlier statement of the same speaker on the same topic."""

    text: str
    kind: str
    speaker: str


class Term(Answer):
    """A role, when it was given, and by how many articles."""

    role: str
    first_at: datetime
    last_at: datetime
    articles: int


class Alias(Answer):
    """A form of a speaker's name, and how many statements came with it."""

    name: str
    statements: int


class MergedSpeaker(Answer):
    """A speaker that became this one, and why."""

    id: str
    name: str
    at: datetime
    reason: str


class SpokenBy(Answer):
    """Who made a statement, over all articles; `why` holds the reasons for which names were joined."""

    id: str
    name: str
    kind: str
    role: str
    terms: list[Term]
    aliases: list[Alias]
    why: list[MergedSpeaker]


class StatementDetail(Answer):
    """Everything about one statement."""

    statement: StatementFull
    speaker: SpokenBy | None
    article: ArticleFull | None
    topic: TopicName | None
    copies: list[Copy]
    said_before: list[Before]


class TopicRow(Answer):
    """A topic in a window of time."""

    topic_id: str
    title: str
    terms: list[str]
    count: int
    previous: int
    change: Change
    total: int
    speakers: int
    outlets: int
    last_at: datetime
    spark: Spark


class SpeakerRow(Answer):
    """A speaker in a window of time."""

    speaker_id: str
    speaker: str
    kind: str
    role: str
    aliases: int = Field(description="How many forms of the name articles write.")
    count: int
    previous: int
    change: Change
    total: int
    outlets: int
    last_at: datetime
    spark: Spark


class SpeakerEventRow(Answer):
    """Something that happened to a speaker: born, merged, renamed or parted."""

    seq: int
    at: datetime
    kind: str
    speaker_id: str
    into_id: str
    name: str
    reason: str


class TimelineRow(Answer):
    """Statements on a topic in one bucket; topic_id is empty for all the others together."""

    bucket: datetime
    topic_id: str
    title: str
    count: int


class FacetValue(Answer):
    """One choice of a filter."""

    value: str
    label: str
    count: int


class Facets(Answer):
    """Choices of each filter; a facet's own filter is left out of its counts."""

    speakers: list[FacetValue]
    topics: list[FacetValue]
    outlets: list[FacetValue]
    kinds: list[FacetValue]


class SpeakerDetail(Answer):
    """Everything about one speaker, and those that became this one; `statements` with copies folded."""

    id: str
    name: str
    kind: str
    role: str
    terms: list[Term]
    aliases: list[Alias]
    merged: list[MergedSpeaker]
    events: list[SpeakerEventRow]
    first_at: datetime
    last_at: datetime
    statements: int
    outlets: list[FacetValue]
    topics: list[FacetValue]


class Count(Answer):
    """How many statements meet the filters, copies folded."""

    count: int
