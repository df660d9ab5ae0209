"""What clustering remembers: one row a topic, columns of numbers, and how both are saved and read back.

Topics that are active (they had news within the window) stand in matrices, in order of birth; the others have left them
and live on only in the database, so memory is bounded by the window and not by the age of the stream.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from statistics import median_low
from typing import Literal, NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from processors.errors import StoreError
from processors.settings import ClusterSettings
from processors.steps.columns import Columns
from processors.steps.frequencies import DocumentFrequencies
from processors.steps.similarity import ArticleWords
from processors.steps.words import SLOTS

FORMAT = b"OT1\n"
"""First bytes of a saved topic; a change of the format or of what the numbers mean gets another."""
VERSION = 2
"""Of what belongs to no single topic."""
_REPLAY = "replay the stream into a new run"
RECENT_TIMES = 31
"""The stream's own time is the median of this many items', so that one wrong date cannot end the window."""


class Sample(msgspec.Struct, frozen=True):
    """A member that may name its topic: its headline and the beginning of its text."""

    headline: str
    text: str


class Topic(msgspec.Struct, kw_only=True):
    """What a topic has beside its columns. ``order`` counts births; ``named_at`` is its size when it was last named."""

    id: str
    order: int
    title: str
    chips: tuple[str, ...] = ()
    articles: int = 0
    last_article: str = ""
    named_at: int = 0
    samples: list[Sample] = []


class TopicRow(NamedTuple):
    """A topic as the database keeps it; ``state`` is empty for a topic that will take no more statements."""

    id: str
    title: str
    terms: tuple[str, ...]
    merged_into: str
    first_at: datetime
    last_at: datetime
    statements: int
    articles: int
    state: bytes


@dataclass(frozen=True, slots=True)
class TopicEvent:
    """A topic was born, was merged into another, or got another title."""

    kind: Literal["born", "merged", "renamed"]
    topic: str
    into: str
    at: datetime
    title: str


class _Saved(msgspec.Struct, kw_only=True):
    topic: Topic
    dims: int
    words: int
    count: int
    richness: float
    first: float
    last: float
    touched: int


class _SavedEngine(msgspec.Struct, kw_only=True):
    version: int
    items: int
    births: int
    passed: int
    times: list[float]


@dataclass(slots=True)
class TopicState:
    """Everything that clustering knows. ``assign`` moves it forward; the store saves what it says has changed.

    ``topics[i]`` describes row ``i`` of ``columns``. ``items`` counts the statements seen, ``passed`` is that count at
    the last search for topics to merge; ``titles`` counts the titles of active topics. ``scratch`` holds zeros between
    uses, ``article_words`` what can be computed again.
    """

    topics: list[Topic] = field(default_factory=list)
    columns: Columns | None = None
    frequencies: DocumentFrequencies = field(default_factory=DocumentFrequencies)
    items: int = 0
    births: int = 0
    passed: int = 0
    times: deque[float] = field(default_factory=lambda: deque(maxlen=RECENT_TIMES))
    titles: Counter[str] = field(default_factory=Counter)
    scratch: NDArray[np.float64] = field(default_factory=lambda: np.zeros(SLOTS))
    article_words: ArticleWords = field(default_factory=ArticleWords)
    _rows: dict[str, int] = field(default_factory=dict)
    _left: dict[str, TopicRow] = field(default_factory=dict)

    @classmethod
    def empty(cls, settings: ClusterSettings) -> TopicState:
        """The state before the first statement."""
        del settings
        return cls()

    @classmethod
    def restore(
        cls, settings: ClusterSettings, topic_rows: Iterable[TopicRow], global_rows: Mapping[str, bytes]
    ) -> TopicState:
        """Go on where ``topic_rows`` and ``global_rows`` were taken; raises StoreError where they cannot be read.

        ``topic_rows`` are the newest rows of all topics (those without state are passed over).
        """
        state = cls.empty(settings)
        if not global_rows:
            return state
        try:
            engine = msgspec.json.decode(global_rows["engine"], type=_SavedEngine)
            state.frequencies = DocumentFrequencies.from_rows(global_rows)
        except (KeyError, ValueError, msgspec.DecodeError) as error:
            raise StoreError(f"the saved state of the topics is damaged ({error}); {_REPLAY}") from error
        if engine.version != VERSION:
            raise StoreError("the saved state of the topics is of another version; " + _REPLAY)
        state.items, state.births, state.passed = engine.items, engine.births, engine.passed
        state.times.extend(engine.times)
        saved = [_unpack(row.state) for row in topic_rows if row.state]
        for entry, vector, slots, weights in sorted(saved, key=lambda one: one[0].topic.order):
            row = state._add(entry.topic, entry.dims)
            columns = state.columns
            assert columns is not None  # noqa: S101  (made by _add)
            columns.put_sum(row, vector)
            columns.put_words(row, slots, weights)
            columns.counts[row], columns.richness[row] = entry.count, entry.richness
            columns.first[row], columns.last[row], columns.touched[row] = entry.first, entry.last, entry.touched
        return state

    @property
    def active(self) -> int:
        """How many topics take statements."""
        return len(self.topics)

    def now(self) -> float:
        """Time of the stream in seconds since 1970, which a few wrong dates do not move."""
        return median_low(self.times) if self.times else 0.0

    def row_of(self, topic: str) -> int:
        """Row of an active topic."""
        return self._rows[topic]

    def cells(self) -> Columns:
        """The columns; there must be a topic."""
        if self.columns is None:
            raise LookupError("there is no topic yet")
        return self.columns

    def birth(self, topic: Topic, dims: int, at: float) -> int:
        """Add a topic that has no items yet; returns its row."""
        row = self._add(topic, dims)
        columns = self.cells()
        columns.counts[row], columns.richness[row] = 0, 0.0
        columns.first[row] = columns.last[row] = at
        columns.sums[row] = 0.0
        columns.weights[row] = 0.0
        self.births += 1
        return row

    def check_dims(self, dims: int) -> None:
        """Raise StoreError where vectors do not fit those that the topics were made of."""
        if self.columns is not None and self.columns.sums.shape[1] != dims:
            raise StoreError(
                f"the topics were made of vectors of {self.columns.sums.shape[1]} numbers and this has {dims}: "
                "another model needs another run"
            )

    def retitle(self, row: int, title: str) -> None:
        """Give a topic another title."""
        self._drop_title(self.topics[row].title)
        self.topics[row].title = title
        self.titles[title] += 1

    def leave(self, gone: Mapping[int, str]) -> set[str]:
        """Take rows out of the matrices; ``gone`` maps a row to the topic that it was merged into, or to nothing.

        Returns the ids of those topics, whose rows have to be saved once more.
        """
        left = set()
        for row, into in gone.items():
            last = self._row(row)._replace(merged_into=into, state=b"")
            self._left[last.id] = last
            left.add(last.id)
            self._drop_title(last.title)
        kept = np.array([row for row in range(self.active) if row not in gone], dtype=np.intp)
        self.cells().keep(kept)
        self.topics = [self.topics[row] for row in kept]
        self._rows = {topic.id: row for row, topic in enumerate(self.topics)}
        return left

    def topic_rows(self, changed: Iterable[str]) -> list[TopicRow]:
        """Rows of the topics named, to be saved; a topic that has left is given once and then forgotten."""
        rows = []
        for topic in sorted(changed):
            if topic in self._rows:
                rows.append(self._row(self._rows[topic], with_state=True))
            elif topic in self._left:
                rows.append(self._left.pop(topic))
        return rows

    def global_rows(self) -> dict[str, bytes]:
        """What belongs to no single topic, to be saved with the rows."""
        engine = _SavedEngine(
            version=VERSION, items=self.items, births=self.births, passed=self.passed, times=list(self.times)
        )  # fmt: skip
        return {"engine": msgspec.json.encode(engine), **self.frequencies.rows()}

    def _drop_title(self, title: str) -> None:
        self.titles[title] -= 1
        if not self.titles[title]:
            del self.titles[title]

    def _add(self, topic: Topic, dims: int) -> int:
        if self.columns is None:
            self.columns = Columns(dims)
        self.check_dims(dims)
        row = len(self.topics)
        if row == self.columns.room:
            self.columns.grow(2 * row)
        self.topics.append(topic)
        self.titles[topic.title] += 1
        self._rows[topic.id] = row
        return row

    def _row(self, row: int, *, with_state: bool = False) -> TopicRow:
        topic, columns = self.topics[row], self.cells()
        state = b""
        if with_state:
            words = int(np.count_nonzero(columns.weights[row]))
            entry = _Saved(
                topic=topic, dims=columns.sums.shape[1], words=words, count=int(columns.counts[row]),
                richness=float(columns.richness[row]), first=float(columns.first[row]), last=float(columns.last[row]),
                touched=int(columns.touched[row]),
            )  # fmt: skip
            state = _pack(entry, columns.sums[row], columns.slots[row, :words], columns.weights[row, :words])
        return TopicRow(
            topic.id, topic.title, topic.chips, "", _time(columns.first[row]), _time(columns.last[row]),
            int(columns.counts[row]), topic.articles, state,
        )  # fmt: skip


def _time(seconds: float) -> datetime:
    return datetime.fromtimestamp(float(seconds), UTC)


def _pack(entry: _Saved, vector: NDArray[np.float32], slots: NDArray[np.int32], weights: NDArray[np.float32]) -> bytes:
    header = msgspec.json.encode(entry)
    numbers = vector.astype("<f4").tobytes() + slots.astype("<i4").tobytes() + weights.astype("<f4").tobytes()
    return FORMAT + len(header).to_bytes(4, "little") + header + numbers


def _unpack(data: bytes) -> tuple[_Saved, NDArray[np.float32], NDArray[np.int32], NDArray[np.float32]]:
    if data[:4] != FORMAT:
        raise StoreError("a saved topic is of another version of this program; " + _REPLAY)
    end = 8 + int.from_bytes(data[4:8], "little")
    try:
        entry = msgspec.json.decode(data[8:end], type=_Saved)
        vector = np.frombuffer(data, "<f4", entry.dims, end)
        slots = np.frombuffer(data, "<i4", entry.words, end + 4 * entry.dims)
        weights = np.frombuffer(data, "<f4", entry.words, end + 4 * (entry.dims + entry.words))
    except (ValueError, msgspec.DecodeError) as error:
        raise StoreError(f"a saved topic is damaged ({error}); {_REPLAY}") from error
    return entry, vector.astype(np.float32), slots.astype(np.int32), weights.astype(np.float32)
