"""The active topics' numbers as matrices."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from processors.steps.similarity import WIDTH, Words, top_words

GROWTH = 1.05
"""Room is made for a twentieth more rows at a time: doubling would leave nearly half of the memory empty, and copying a
row twenty times costs 10 microseconds."""
STEADY = 256
"""Members after which the words of a topic follow its newest members instead of averaging all."""


class Columns:
    """Numbers of the active topics, one row each, with room to grow.

    ``sums`` (rows, dims) adds the members' unit vectors; ``slots`` and ``weights`` (rows, WIDTH) are the mean of their
    words, padded with weight 0. ``lengths`` (and their ``inverses``) and ``word_lengths`` are
    Euclidean. ``richness`` adds the members';
    ``first`` and ``last`` are seconds since 1970; ``touched`` is the count of statements at the topic's last change.

    Words are a mean in half precision that never weighs a new member less than 1 / STEADY, since half precision would
    lose it; sums are in single precision, which loses nothing before millions of members.
    """

    def __init__(self, dims: int, room: int = 64) -> None:
        self.sums: NDArray[np.float32] = np.zeros((room, dims), dtype=np.float32)
        self.lengths: NDArray[np.float64] = np.ones(room)
        self.inverses: NDArray[np.float32] = np.ones(room, dtype=np.float32)
        self.slots: NDArray[np.int32] = np.zeros((room, WIDTH), dtype=np.int32)
        self.weights: NDArray[np.float16] = np.zeros((room, WIDTH), dtype=np.float16)
        self.word_lengths: NDArray[np.float64] = np.ones(room)
        self.counts: NDArray[np.int64] = np.zeros(room, dtype=np.int64)
        self.richness: NDArray[np.float64] = np.zeros(room)
        self.first: NDArray[np.float64] = np.zeros(room)
        self.last: NDArray[np.float64] = np.zeros(room)
        self.touched: NDArray[np.int64] = np.zeros(room, dtype=np.int64)

    @property
    def room(self) -> int:
        """Rows that there is room for."""
        return int(self.counts.size)

    def make_room(self, rows: int) -> None:
        """Have room for so many rows."""
        if rows <= self.room:
            return
        room = max(rows, int(GROWTH * self.room))
        for name, column in vars(self).items():
            larger = np.zeros((room, *column.shape[1:]), dtype=column.dtype)
            larger[: len(column)] = column
            setattr(self, name, larger)

    def keep(self, rows: NDArray[np.intp]) -> None:
        """Move these rows, in ascending order, to the front; the others are forgotten."""
        for column in vars(self).values():
            column[: rows.size] = column[rows]

    def copy(self, row: int, other: Columns, source: int) -> None:
        """Take over a row of other columns."""
        for name, column in vars(self).items():
            column[row] = getattr(other, name)[source]

    def clear(self, row: int, at: float) -> None:
        """Make a row that of a topic without members, begun at a time."""
        self.sums[row], self.lengths[row], self.inverses[row] = 0.0, 1.0, 1.0
        self.slots[row], self.weights[row], self.word_lengths[row] = 0, 0.0, 1.0
        self.counts[row], self.richness[row], self.touched[row] = 0, 0.0, 0
        self.first[row] = self.last[row] = at

    def put_sum(self, row: int, vector: NDArray[np.floating]) -> None:
        """Set the sum of a topic's vectors, and its length from the rounded numbers that are saved."""
        self.sums[row] = vector
        exact = self.sums[row].astype(np.float64)
        self.lengths[row] = np.sqrt((exact * exact).sum()) or 1.0
        self.inverses[row] = 1.0 / self.lengths[row]

    def put_words(self, row: int, slots: NDArray[np.int32], weights: NDArray[np.floating]) -> None:
        """Set the mean of a topic's words, at most WIDTH; what half precision cannot hold is left out."""
        half = weights.astype(np.float16)
        if not half.all():
            slots, half = slots[half != 0], half[half != 0]
        self.slots[row, : slots.size], self.weights[row, : slots.size] = slots, half
        self.slots[row, slots.size :], self.weights[row, slots.size :] = 0, 0.0
        exact = self.weights[row].astype(np.float64)
        self.word_lengths[row] = np.sqrt((exact * exact).sum()) or 1.0

    def words_of(self, row: int) -> Words:
        """The mean of a topic's words, without the padding."""
        weights = self.weights[row]
        count = int(np.count_nonzero(weights))
        return self.slots[row, :count], weights[:count].astype(np.float64)

    def add(
        self, row: int, vector: NDArray[np.float64], slots: NDArray[np.int32], weights: NDArray[np.float64]
    ) -> None:
        """A member more: its unit vector and words; counts and times are the caller's."""
        self.put_sum(row, self.sums[row] + vector)
        known, heavy = self.words_of(row)
        before = min(int(self.counts[row]), STEADY - 1)
        together, sums = top_words([known, slots], [before * heavy, weights])
        self.put_words(row, together, sums / (before + 1))

    def unite(self, row: int, into: int) -> None:
        """Add everything of one row to another."""
        self.put_sum(into, self.sums[into] + self.sums[row])
        stays, comes = self.words_of(into), self.words_of(row)
        many, few = float(self.counts[into]), float(self.counts[row])
        slots, weights = top_words([stays[0], comes[0]], [many * stays[1], few * comes[1]])
        self.put_words(into, slots, weights / (many + few))
        self.counts[into] += self.counts[row]
        self.richness[into] += self.richness[row]
        self.first[into] = min(self.first[into], self.first[row])
        self.last[into] = max(self.last[into], self.last[row])
