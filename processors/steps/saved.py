"""How a topic is written as bytes and read back: a header in JSON, then its numbers in little-endian order."""

from __future__ import annotations

import msgspec
import numpy as np
from numpy.typing import NDArray

from processors.errors import StoreError
from processors.steps.columns import Columns
from processors.steps.topic import Topic

FORMAT = b"OT2\n"
"""First bytes of a saved topic; a change of the format or of what the numbers mean gets another."""
REPLAY = "replay the stream into a new run"


class SavedTopic(msgspec.Struct, kw_only=True):
    """A topic without its vectors and words."""

    topic: Topic
    dims: int
    words: int
    count: int
    richness: float
    first: float
    last: float
    touched: int


class Entry:
    """A saved topic that was read."""

    __slots__ = ("saved", "slots", "vector", "weights")

    def __init__(
        self,
        saved: SavedTopic,
        vector: NDArray[np.float32],
        slots: NDArray[np.int32],
        weights: NDArray[np.float16],
    ) -> None:
        self.saved = saved
        self.vector = vector
        self.slots = slots
        self.weights = weights

    def put(self, columns: Columns, row: int) -> None:
        """Write the numbers into a row."""
        saved = self.saved
        columns.clear(row, saved.first)
        columns.put_sum(row, self.vector)
        columns.put_words(row, self.slots, self.weights)
        columns.counts[row], columns.richness[row] = saved.count, saved.richness
        columns.first[row], columns.last[row], columns.touched[row] = saved.first, saved.last, saved.touched


def pack(topic: Topic, columns: Columns, row: int) -> bytes:
    """A topic's whole state."""
    words = int(np.count_nonzero(columns.weights[row]))
    entry = SavedTopic(
        topic=topic, dims=columns.sums.shape[1], words=words, count=int(columns.counts[row]),
        richness=float(columns.richness[row]), first=float(columns.first[row]), last=float(columns.last[row]),
        touched=int(columns.touched[row]),
    )  # fmt: skip
    header = msgspec.json.encode(entry)
    numbers = columns.sums[row].astype("<f4").tobytes() + columns.slots[row, :words].astype("<i4").tobytes()
    words_of = columns.weights[row, :words].astype("<f2").tobytes()
    packed: bytes = FORMAT + len(header).to_bytes(4, "little") + header + numbers + words_of
    return packed


def unpack(data: bytes) -> Entry:
    """Read what ``pack`` wrote; raises StoreError where that cannot be."""
    if data[:4] != FORMAT:
        raise StoreError("a saved topic is of another version of this program; " + REPLAY)
    end = 8 + int.from_bytes(data[4:8], "little")
    try:
        saved = msgspec.json.decode(data[8:end], type=SavedTopic)
        vector = np.frombuffer(data, "<f4", saved.dims, end)
        slots = np.frombuffer(data, "<i4", saved.words, end + 4 * saved.dims)
        weights = np.frombuffer(data, "<f2", saved.words, end + 4 * (saved.dims + saved.words))
    except (ValueError, msgspec.DecodeError) as error:
        raise StoreError(f"a saved topic is damaged ({error}); {REPLAY}") from error
    return Entry(saved, vector.astype(np.float32), slots.astype(np.int32), weights.astype(np.float16))
