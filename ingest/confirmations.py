"""What the store says of the inputs that were published: the one way in which ingest learns that something is done.

``processors.client.ReadClient`` asks the real one over HTTP.
"""

from __future__ import annotations

from typing import Protocol

from processors.client import ReadClient
from processors.errors import StoreUnavailable
from processors.runs import Positions, RunKind
from processors.settings import Settings


class Confirmations(Protocol):
    """Asks how much of an origin the store has accounted for, and tells it which run is being fed."""

    def positions(self, run: str, origin: str) -> Positions:
        """The lowest position not accounted for, and how many are. Raises StoreError or RunError."""
        ...

    def start_run(self, name: str, kind: RunKind, origin: str = "", expected: int | None = None) -> object:
        """Have the store consume a run; doing so twice is the same as once. Raises StoreError or RunError."""
        ...


def connect_store(settings: Settings) -> Confirmations:
    """The store that the settings name, over its read API; nothing is asked yet."""
    return ReadClient(settings.api_url, settings.data / "control.token")


class FakeConfirmations:
    """A store for tests: it accounts for what it is told to, and can be away."""

    def __init__(self) -> None:
        self.away = False
        self.started: list[tuple[str, RunKind, str, int | None]] = []
        self._accounted: dict[tuple[str, str], set[int]] = {}

    def account(self, run: str, origin: str, position: int) -> None:
        """Say that an input is stored, a duplicate or a dead letter."""
        self._accounted.setdefault((run, origin), set()).add(position)

    def positions(self, run: str, origin: str) -> Positions:
        """What was accounted for."""
        if self.away:
            raise StoreUnavailable("the store is away")
        seen = self._accounted.get((run, origin), set())
        following = next(position for position in range(len(seen) + 1) if position not in seen)
        return Positions(next=following, accounted=len(seen))

    def start_run(self, name: str, kind: RunKind, origin: str = "", expected: int | None = None) -> None:
        """Remember the call."""
        if self.away:
            raise StoreUnavailable("the store is away")
        self.started.append((name, kind, origin, expected))
