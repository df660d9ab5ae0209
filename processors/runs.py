"""What the read side needs to know of the runs that the store keeps: protocols, and the small structs they speak in.

``processors.store.registry`` implements them over DuckDB files; ``tests/api/fake_runs.py`` over a temporary database.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Literal, Protocol

import msgspec

if TYPE_CHECKING:
    from processors.store.queries.execute import Cursor

RunKind = Literal["live", "replay", "demo"]
Notify = Callable[[int], None]
"""Is told the running number of the newest statement that is stored; called on the store's thread, must not block."""


class RunInfo(msgspec.Struct, frozen=True, kw_only=True):
    """A run in the list of runs. ``first_at`` and ``last_at`` are the oldest and newest ``published_at``; UTC."""

    name: str
    kind: RunKind
    state: str
    statements: int
    articles: int
    first_at: datetime | None
    last_at: datetime | None
    created_at: datetime


class Accounting(msgspec.Struct, frozen=True, kw_only=True):
    """Where every article that came in has gone: ``received = stored + duplicates + dead_letters + waiting + missing``.

    ``waiting`` came in but is not stored yet; ``missing`` are positions below the highest one received of which nothing
    was heard.
    """

    received: int
    stored: int
    duplicates: int
    dead_letters: int
    waiting: int
    missing: int


class Positions(msgspec.Struct, frozen=True, kw_only=True):
    """How much of one origin is accounted for: the lowest position that is not, and how many are."""

    next: int
    accounted: int


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """How far the bus is ahead: ``ends`` maps (stream, partition) of ``cluster`` to the next offset that will be
    written, ``lag`` maps a stage to the records it has not taken yet. Both are empty while no broker answers.
    """

    cluster: str
    ends: Mapping[tuple[str, int], int]
    lag: Mapping[str, int]


class Versions(msgspec.Struct, frozen=True, kw_only=True):
    """What made the rows of a run."""

    extractor: str
    model: str
    schema: str
    onrecord: str


class RunView(Protocol):
    """One run, as its readers see it. Every method may be called from any thread, and none waits for the broker."""

    @property
    def name(self) -> str:
        """Name of the run."""
        ...

    @property
    def kind(self) -> RunKind:
        """Live, replay or demo: decides what ``now`` means."""
        ...

    def cursor(self) -> Cursor:
        """A new DuckDB cursor for one request; closed by the one who asked (it is a context manager)."""
        ...

    def accounting(self) -> Accounting:
        """Where every article has gone."""
        ...

    def positions(self, origin: str) -> Positions:
        """How much of an origin is accounted for; zeros where the origin is not known."""
        ...

    def progress(self) -> Progress:
        """How far the bus is ahead, as last seen."""
        ...

    def versions(self) -> Versions:
        """What made the rows."""
        ...

    def subscribe(self, notify: Notify) -> None:
        """Call ``notify`` after each commit that stored statements."""
        ...

    def unsubscribe(self, notify: Notify) -> None:
        """Stop calling it; nothing happens where it was not subscribed."""
        ...


class RunsView(Protocol):
    """All runs of one store. Every method may be called from any thread."""

    def list(self) -> list[RunInfo]:
        """All runs, newest first."""
        ...

    def get(self, name: str) -> RunView | None:
        """The run of this name, or None."""
        ...

    def start(self, name: str, kind: RunKind, origin: str, expected: int | None) -> RunInfo:
        """Begin to consume a run; doing so twice is the same as once. Raises RunError where it cannot be."""
        ...

    def finish(self, name: str) -> RunInfo:
        """Stop consuming a run, whose rows stay readable. Raises RunError where there is none."""
        ...

    def not_ready(self) -> str:
        """Why the store does not serve yet, in one sentence; empty when it does."""
        ...
