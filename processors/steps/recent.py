"""The last statements with their vectors and words, so that a topic can be taken apart again.

A topic's own numbers are sums, which cannot be divided. Keeping every member would grow with the stream, so only the
last RECENT statements are kept, in a ring: what came before stays where it is. The ring is saved in segments; those
that did not change since they were last saved are the same objects as before.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass

import msgspec
import numpy as np
from numpy.typing import NDArray

RECENT = 1_024
"""Statements that are kept: 1.1 KB each."""
SEGMENT = 32
"""Statements in one saved row."""
WORDS = 48
"""Heaviest words that are kept of a statement."""
PREFIX = "recent."


@dataclass(frozen=True, slots=True)
class Member:
    """A statement as the ring keeps it; ``topic`` is the number of the topic that it is in."""

    id: str
    topic: int
    article: str
    at: float
    richness: float


class _Numbers(msgspec.Struct, array_like=True):
    ids: list[str]
    topics: bytes
    articles: bytes
    times: bytes
    richness: bytes
    vectors: bytes
    slots: bytes
    weights: bytes


class Recent:
    """The ring; statement number n stands at place n % RECENT. Shapes: (RECENT,), (RECENT, dims), (RECENT, WORDS)."""

    def __init__(self) -> None:
        self.ids: list[str] = [""] * RECENT
        self.topics: NDArray[np.int64] = np.full(RECENT, -1, dtype=np.int64)
        self.articles: NDArray[np.int64] = np.zeros(RECENT, dtype=np.int64)
        self.times: NDArray[np.float64] = np.zeros(RECENT)
        self.richness: NDArray[np.float64] = np.zeros(RECENT)
        self.vectors: NDArray[np.float16] = np.zeros((RECENT, 0), dtype=np.float16)
        self.slots: NDArray[np.int32] = np.zeros((RECENT, WORDS), dtype=np.int32)
        self.weights: NDArray[np.float16] = np.zeros((RECENT, WORDS), dtype=np.float16)
        self._dirty: set[int] = set()
        self._rows: dict[str, bytes] = {}

    def put(
        self,
        number: int,
        member: Member,
        vector: NDArray[np.float64],
        slots: NDArray[np.int32],
        weights: NDArray[np.float64],
    ) -> None:
        """Keep statement ``number``, in place of the one that came RECENT statements before."""
        place = number % RECENT
        if not self.vectors.size:
            self.vectors = np.zeros((RECENT, vector.size), dtype=np.float16)
        if slots.size > WORDS:
            heaviest = np.sort(np.argsort(-weights, kind="stable")[:WORDS])
            slots, weights = slots[heaviest], weights[heaviest]
        self.ids[place], self.topics[place], self.times[place] = member.id, member.topic, member.at
        self.articles[place] = zlib.crc32(member.article.encode("utf-8", "surrogatepass"))
        self.richness[place], self.vectors[place] = member.richness, vector
        self.slots[place, : slots.size], self.weights[place, : slots.size] = slots, weights
        self.slots[place, slots.size :], self.weights[place, slots.size :] = 0, 0.0
        self._dirty.add(place // SEGMENT)

    def places(self, topic: int, number: int) -> NDArray[np.intp]:
        """Places of a topic's members in order of arrival, where ``number`` statements have come in all."""
        found = np.flatnonzero(self.topics == topic)
        return found[np.argsort((found - number) % RECENT, kind="stable")]

    def move(self, places: NDArray[np.intp], topic: int) -> None:
        """Say that statements are in another topic now."""
        self.topics[places] = topic
        self._dirty.update((places // SEGMENT).tolist())

    def rows(self) -> dict[str, bytes]:
        """All that has to be saved, by key."""
        for segment in sorted(self._dirty):
            cut = slice(segment * SEGMENT, (segment + 1) * SEGMENT)
            numbers = _Numbers(
                self.ids[cut], self.topics[cut].astype("<i8").tobytes(), self.articles[cut].astype("<i8").tobytes(),
                self.times[cut].astype("<f8").tobytes(), self.richness[cut].astype("<f8").tobytes(),
                self.vectors[cut].astype("<f2").tobytes(), self.slots[cut].astype("<i4").tobytes(),
                self.weights[cut].astype("<f2").tobytes(),
            )  # fmt: skip
            self._rows[f"{PREFIX}{segment:03d}"] = msgspec.msgpack.encode(numbers)
        self._dirty.clear()
        return dict(self._rows)

    @classmethod
    def from_rows(cls, rows: Mapping[str, bytes]) -> Recent:
        """Go on where ``rows`` were taken (other keys are passed over); raises ValueError if damaged."""
        read = cls()
        for key in sorted(key for key in rows if key.startswith(PREFIX)):
            numbers = msgspec.msgpack.decode(rows[key], type=_Numbers)
            first = int(key.removeprefix(PREFIX)) * SEGMENT
            if len(numbers.ids) != SEGMENT or not 0 <= first < RECENT:
                raise ValueError("the last statements are not whole")
            cut = slice(first, first + SEGMENT)
            vectors = np.frombuffer(numbers.vectors, "<f2").reshape(SEGMENT, -1)
            if not read.vectors.size:
                read.vectors = np.zeros((RECENT, vectors.shape[1]), dtype=np.float16)
            read.ids[cut] = numbers.ids
            read.topics[cut] = np.frombuffer(numbers.topics, "<i8")
            read.articles[cut] = np.frombuffer(numbers.articles, "<i8")
            read.times[cut] = np.frombuffer(numbers.times, "<f8")
            read.richness[cut] = np.frombuffer(numbers.richness, "<f8")
            read.vectors[cut] = vectors
            read.slots[cut] = np.frombuffer(numbers.slots, "<i4").reshape(SEGMENT, WORDS)
            read.weights[cut] = np.frombuffer(numbers.weights, "<f2").reshape(SEGMENT, WORDS)
            read._rows[key] = rows[key]
        return read
