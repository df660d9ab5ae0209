"""Topics and themes as data: what they have beside numbers, how the database keeps them, what can happen to them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple

import msgspec


class Sample(msgspec.Struct, frozen=True, gc=False):
    """A member that may name its topic: its headline and the beginning of its text."""

    headline: str
    text: str


class Topic(msgspec.Struct, kw_only=True):
    """What a topic has beside its columns.

    ``number`` counts births and never changes, ``order`` is the place in the order of becoming active or faded.
    ``named_at`` is its size when it was last named; ``theme`` the id of the theme that it is in, empty before the next
    time that themes are built; ``faded`` says that the window has left it behind.
    """

    id: str
    number: int
    order: int
    title: str
    chips: tuple[str, ...] = ()
    articles: int = 0
    last_article: str = ""
    named_at: int = 0
    samples: list[Sample] = []
    theme: str = ""
    faded: bool = False


class TopicRow(NamedTuple):
    """A topic as the database keeps it; ``state`` is empty for a topic that will take no more statements."""

    id: str
    title: str
    terms: tuple[str, ...]
    merged_into: str
    first_at: datetime
    last_at: datetime
    statements: int
    articles: int
    state: bytes
    theme: str = ""


class ThemeRow(NamedTuple):
    """A theme: stories that belong together over weeks. One without stories is over."""

    id: str
    title: str
    terms: tuple[str, ...]
    stories: int


@dataclass(frozen=True, slots=True)
class TopicEvent:
    """What happened to a topic: it was born, merged ``into`` another, renamed, or came back.

    For a split ``topic`` is the new one, and ``into`` the one that it was split from.
    """

    kind: Literal["born", "merged", "renamed", "split", "revived"]
    topic: str
    into: str
    at: datetime
    title: str


class Moved(NamedTuple):
    """A statement that a split took into another topic than it was in. The latest one of a statement counts."""

    statement: str
    topic: str
