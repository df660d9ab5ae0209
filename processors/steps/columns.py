"""The active topics' numbers as matrices."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from processors.steps.similarity import WIDTH, Words


class Columns:
    """Numbers of the active topics, one row each, with room to grow.

    ``sums`` (rows, dims) adds the members' unit vectors; ``slots`` and ``weights`` (rows, WIDTH) their words, padded
    with weight 0. ``lengths`` and ``word_lengths`` are Euclidean. ``richness`` adds the members'; ``first`` and
    ``last`` are seconds since 1970; ``touched`` is the count of statements at the topic's last change.
    """

    def __init__(self, dims: int, room: int = 64) -> None:
        self.sums: NDArray[np.float32] = np.zeros((room, dims), dtype=np.float32)
        self.lengths: NDArray[np.float64] = np.ones(room)
        self.slots: NDArray[np.int32] = np.zeros((room, WIDTH), dtype=np.int32)
        self.weights: NDArray[np.float32] = np.zeros((room, WIDTH), dtype=np.float32)
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

    def grow(self, room: int) -> None:
        """Make room for more rows."""
        for name, column in vars(self).items():
            larger = np.zeros((room, *column.shape[1:]), dtype=column.dtype)
            larger[: len(column)] = column
            setattr(self, name, larger)

    def keep(self, rows: NDArray[np.intp]) -> None:
        """Move these rows, in ascending order, to the front; the others are forgotten."""
        for column in vars(self).values():
            column[: rows.size] = column[rows]

    def put_sum(self, row: int, vector: NDArray[np.floating]) -> None:
        """Set the sum of a topic's vectors, and its length from the rounded numbers that are saved."""
        self.sums[row] = vector
        exact = self.sums[row].astype(np.float64)
        self.lengths[row] = np.sqrt((exact * exact).sum()) or 1.0

    def put_words(self, row: int, slots: NDArray[np.int32], weights: NDArray[np.floating]) -> None:
        """Set a topic's words, at most WIDTH."""
        self.slots[row, : slots.size], self.weights[row, : slots.size] = slots, weights
        self.slots[row, slots.size :], self.weights[row, slots.size :] = 0, 0.0
        exact = self.weights[row].astype(np.float64)
        self.word_lengths[row] = np.sqrt((exact * exact).sum()) or 1.0

    def words_of(self, row: int) -> Words:
        """A topic's words, without the padding."""
        weights = self.weights[row]
        count = int(np.count_nonzero(weights))
        return self.slots[row, :count], weights[:count].astype(np.float64)
