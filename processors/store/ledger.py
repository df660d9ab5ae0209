"""What became of every input: the sums that have to come out even.

``received = stored + duplicates + dead letters + waiting + missing``, in articles: ``waiting`` came but is not written
yet (a batch is being filled, or a lower position has not come), ``missing`` lies below the highest position of its
origin and has not come. A dead letter whose article nobody can name counts as received.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import duckdb

from processors.runs import Positions
from processors.store.sequencer import Seen

STORED, DUPLICATE, DEAD = "stored", "duplicate", "dead"


@dataclass(slots=True)
class Ledger:
    """The committed part of the sums; read from the file at start, kept in step afterwards."""

    seen: dict[str, Seen] = field(default_factory=dict)
    outcomes: Counter[str] = field(default_factory=Counter)
    unattributed: int = 0

    def add(self, origin: str, position: int, outcome: str) -> None:
        """One more input is in the file."""
        self.seen.setdefault(origin, Seen()).add(position)
        self.outcomes[outcome] += 1

    def positions(self, origin: str) -> Positions:
        """How far an origin is; zeros for one that was never heard of."""
        seen = self.seen.get(origin, Seen())
        return Positions(next=seen.first_missing, accounted=seen.end - seen.missing)


def load_ledger(connection: duckdb.DuckDBPyConnection) -> Ledger:
    """The ledger that the file holds."""
    ledger = Ledger()
    for origin, end in connection.execute("SELECT origin, max(position) + 1 FROM inputs GROUP BY origin").fetchall():
        ledger.seen[origin] = Seen(end)
    gaps = connection.execute(
        """SELECT origin, before + 1, position FROM (
               SELECT origin, position, lag(position, 1, -1) OVER (PARTITION BY origin ORDER BY position) AS before
               FROM inputs)
           WHERE position > before + 1 ORDER BY origin, position"""
    )
    for origin, start, end in gaps.fetchall():
        ledger.seen[origin].holes.append((start, end))
    ledger.outcomes.update(dict(connection.execute("SELECT outcome, count(*) FROM inputs GROUP BY outcome").fetchall()))
    row = connection.execute("SELECT count(*) FROM dead_letters WHERE origin = ''").fetchone()
    ledger.unattributed = row[0] if row else 0
    return ledger
