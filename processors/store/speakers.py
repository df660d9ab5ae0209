"""The registry of speakers in the shape that the writer needs: what was said in, speakers and the rows to save out.

The registry's whole state lies in the tables ``speakers`` and ``speaker_state``: a row for each speaker, a few for all
of them. It knows nothing of copies, so the store itself counts statements and keeps the first and last time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from processors.messages import Embedded
from processors.steps.speakers.items import Resolution, Said, SpeakerEvent, SpeakerRow
from processors.steps.speakers.overrides import Overrides
from processors.steps.speakers.registry import SpeakerState, reconcile, resolve


@dataclass(frozen=True, slots=True)
class Resolved:
    """One speaker id a statement, what happened on the way, the speakers that are different now, and what is shared."""

    ids: Sequence[str]
    events: Sequence[SpeakerEvent]
    rows: Sequence[SpeakerRow]
    shared: Mapping[str, bytes]


class SpeakerEngine(Protocol):
    """Says who speaks, in order of storing; where the stream is cut into batches must make no difference."""

    def resolve(self, said: Sequence[Said]) -> Resolved:
        """Speakers of the next statements. Where it raises, or its outcome is not written, it is thrown away."""
        ...

    def reconcile(self, at: datetime) -> Resolved:
        """What ``speakers.toml`` newly says about the speakers that are there; ``at`` is when that is."""
        ...


SpeakerFactory = Callable[[Iterable[SpeakerRow], Mapping[str, bytes]], SpeakerEngine]
"""Makes an engine from the rows that were written last (none at first)."""


def registry_engine(overrides: Overrides) -> SpeakerFactory:
    """The factory of the real engine."""

    def restore(rows: Iterable[SpeakerRow], shared: Mapping[str, bytes]) -> SpeakerEngine:
        return _Registry(SpeakerState.restore(overrides, rows, shared))

    return restore


class _Registry:
    def __init__(self, state: SpeakerState) -> None:
        self._state = state

    def resolve(self, said: Sequence[Said]) -> Resolved:
        return self._outcome(resolve(self._state, said))

    def reconcile(self, at: datetime) -> Resolved:
        return self._outcome(reconcile(self._state, at))

    def _outcome(self, found: Resolution) -> Resolved:
        rows = self._state.rows(sorted(found.changed))
        return Resolved(found.ids, found.events, rows, self._state.global_rows())


def said_in(bundle: Embedded, index: int) -> Said:
    """A statement of an article as the registry takes it; its speaker must be known."""
    article, said = bundle.article, bundle.statements[index]
    mention = article.text[slice(*said.mention)] if said.mention else ""
    return Said(article.id, article.outlet, article.published_at, said.speaker, mention, said.role)


@dataclass(slots=True)
class Tally:
    """How often a speaker spoke, copies aside, and from when to when, copies included; naive UTC."""

    first_at: datetime
    last_at: datetime
    statements: int = 0

    def add(self, at: datetime, *, copied: bool) -> None:
        """Count one more statement."""
        self.first_at = min(self.first_at, at)
        self.last_at = max(self.last_at, at)
        self.statements += not copied


def add_up(
    known: Mapping[str, Tally], spoken: Iterable[tuple[str, datetime, bool]], others: Iterable[tuple[str, datetime]]
) -> dict[str, Tally]:
    """The tallies with what was spoken (id, time, whether it is a copy) on top.

    The ``others`` (id, time) have one too: a form of a name that was merged at once has never spoken itself.
    """
    found = dict(known)
    for speaker, time, copied in spoken:
        found.setdefault(speaker, Tally(time, time)).add(time, copied=copied)
    for speaker, time in others:
        found.setdefault(speaker, Tally(time, time))
    return found
