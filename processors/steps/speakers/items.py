"""What speaker resolution takes and gives."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Said:
    """A statement with a speaker, as the extractor gives it; fed in the order of storing, one article's together.

    ``at`` is when the article was published (aware, UTC); ``name`` is never empty; ``mention`` are the words nearest
    to the cue and ``role`` who the article says that this is, either may be empty.
    """

    article_id: str
    outlet: str
    at: datetime
    name: str
    mention: str
    role: str


@dataclass(frozen=True, slots=True)
class SpeakerEvent:
    """What happened to a speaker: ``kind`` is born, merged, renamed or parted.

    ``into`` is the speaker that a merged one is from now on, or that a parted one leaves; ``reason`` is for readers.
    """

    at: datetime
    kind: str
    speaker: str
    into: str
    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Term:
    """A role, and from when to when articles gave it."""

    role: str
    first_at: datetime
    last_at: datetime
    articles: int


@dataclass(frozen=True, slots=True)
class SpeakerRow:
    """A speaker as the database keeps it.

    ``kind`` is person, organisation, document or unnamed; ``role`` the present one, by articles; ``aliases`` how often
    the speaker was named in which form, in statements; ``merged_into`` is empty for a speaker that is there; ``state``
    is what the step needs to resume, empty for a speaker that it needs no longer.
    """

    id: str
    name: str
    kind: str
    role: str
    terms: tuple[Term, ...]
    aliases: tuple[tuple[str, int], ...]
    merged_into: str
    state: bytes


@dataclass(frozen=True, slots=True)
class Resolution:
    """The speaker of each statement on arrival, what happened, and which speakers have to be saved."""

    ids: list[str]
    events: list[SpeakerEvent]
    changed: set[str]
