"""Topics that the window has left behind, and that may come back under their old id.

A story that returns after weeks is the same story. Faded topics take no part in the search for the nearest topic; they
are looked at only where a statement would begin a new one, and it must be clearly more similar than to an active one,
since the last thing that was said is long ago. Their number and their age are bounded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from processors.steps.columns import Columns

if TYPE_CHECKING:
    from processors.steps.topic import Topic

MOST_FADED = 2_000
"""Faded topics that are remembered: 2.2 KB each."""
FADED_HOURS = 6 * 7 * 24.0
"""After this long without news a topic is not coming back: who returns then is another story on the same subject."""
LEAST = 2
"""Statements that a topic must have had: of one alone nobody can say what its story is."""
CLEARER = 1.5
"""Times the similarity with which a statement joins an active topic."""


class Faded:
    """Faded topics in order of fading; ``topics[i]`` describes row ``i`` of ``columns``."""

    def __init__(self) -> None:
        self.topics: list[Topic] = []
        self.columns: Columns | None = None

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.topics)

    def cells(self) -> Columns:
        """The columns; there must be a topic."""
        if self.columns is None:
            raise LookupError("no topic has faded yet")
        return self.columns

    def add(self, topic: Topic, columns: Columns, row: int) -> None:
        """Remember a topic from its row."""
        if self.columns is None:
            self.columns = Columns(columns.sums.shape[1])
        self.columns.make_room(self.count + 1)
        self.columns.copy(self.count, columns, row)
        self.topics.append(topic)

    def too_many(self, now: float) -> list[int]:
        """Rows to forget: too long ago, or the earliest of too many."""
        if not self.count:
            return []
        old = np.flatnonzero(self.cells().last[: self.count] < now - FADED_HOURS * 3600.0).tolist()
        return sorted({*old, *range(self.count - MOST_FADED)})

    def forget(self, rows: list[int]) -> list[Topic]:
        """Take rows out; returns their topics."""
        gone = set(rows)
        kept = [row for row in range(self.count) if row not in gone]
        left = [self.topics[row] for row in rows]
        self.cells().keep(np.array(kept, dtype=np.intp))
        self.topics = [self.topics[row] for row in kept]
        return left
