"""What clustering remembers: one row a topic, columns of numbers, and how both are saved and read back.

Topics that are active (they had news within the window) stand in matrices, in the order in which they became active.
Those that faded stand aside for some weeks; the others live on only in the database, so memory is bounded by the window
and not by the age of the stream.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from statistics import median_low

import msgspec
import numpy as np
from numpy.typing import NDArray

from processors.errors import StoreError
from processors.settings import ClusterSettings
from processors.steps.columns import Columns
from processors.steps.faded import LEAST, Faded
from processors.steps.frequencies import DocumentFrequencies
from processors.steps.recent import Recent
from processors.steps.saved import REPLAY, pack, unpack
from processors.steps.similarity import ArticleWords
from processors.steps.topic import Moved, Sample, ThemeRow, Topic, TopicEvent, TopicRow
from processors.steps.words import SLOTS

VERSION = 3
"""Of what belongs to no single topic."""
RECENT_TIMES = 31
"""The stream's own time is the median of this many items', so that one wrong date cannot end the window."""

__all__ = ["Moved", "Sample", "ThemeRow", "Topic", "TopicEvent", "TopicRow", "TopicState"]


class _SavedEngine(msgspec.Struct, kw_only=True):
    version: int
    items: int
    births: int
    passed: int
    times: list[float]
    themes: list[ThemeRow] = []


@dataclass(slots=True)
class TopicState:
    """Everything that clustering knows. ``assign`` moves it forward; the store saves what it says has changed.

    ``topics[i]`` describes row ``i`` of ``columns``. ``items`` counts the statements seen, ``births`` how often a topic
    became active or faded, ``passed`` is ``items`` at the last pass; ``titles`` counts the titles of active topics.
    ``scratch`` holds zeros between uses, ``article_words`` what can be computed again.
    """

    topics: list[Topic] = field(default_factory=list)
    columns: Columns | None = None
    frequencies: DocumentFrequencies = field(default_factory=DocumentFrequencies)
    recent: Recent = field(default_factory=Recent)
    faded: Faded = field(default_factory=Faded)
    themes: dict[str, ThemeRow] = field(default_factory=dict)
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
            if engine.version != VERSION:
                raise StoreError("the saved state of the topics is of another version; " + REPLAY)
            state.frequencies = DocumentFrequencies.from_rows(global_rows)
            state.recent = Recent.from_rows(global_rows)
        except (KeyError, ValueError, msgspec.DecodeError) as error:
            raise StoreError(f"the saved state of the topics is damaged ({error}); {REPLAY}") from error
        state.items, state.births, state.passed = engine.items, engine.births, engine.passed
        state.times.extend(engine.times)
        state.themes = {theme.id: theme for theme in engine.themes}
        for entry in sorted(
            (unpack(row.state) for row in topic_rows if row.state), key=lambda one: one.saved.topic.order
        ):
            topic = entry.saved.topic
            row = state._add(topic, entry.saved.dims)
            entry.put(state.cells(), row)
            if topic.faded:
                state._set_aside(row)
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

    def birth(self, topic: str, title: str, dims: int, at: float) -> int:
        """Add a topic that has no items yet; returns its row."""
        row = self._add(Topic(id=topic, number=self.births, order=self.births, title=title), dims)
        self.cells().clear(row, at)
        self.births += 1
        return row

    def revive(self, faded: int) -> int:
        """Make a faded topic active again; returns its row."""
        columns = self.faded.cells()
        row = self._add(self.faded.topics[faded], columns.sums.shape[1])
        self.cells().copy(row, columns, faded)
        (topic,) = self.faded.forget([faded])
        topic.faded, topic.order = False, self.births
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

    def leave(self, merged: Mapping[int, str], quiet: Iterable[int]) -> set[str]:
        """Take rows out of the matrices: those ``merged`` into the topic given, and those that were ``quiet``.

        A quiet topic fades, if it had statements enough. Returns the ids of all of them, to be saved once more.
        """
        left = set()
        gone = dict(merged)
        for row in sorted(quiet, key=lambda row: self.topics[row].order):
            gone[row] = ""
            if self.cells().counts[row] >= LEAST:
                self.topics[row].faded, self.topics[row].order = True, self.births
                self.births += 1
                self.faded.add(self.topics[row], self.cells(), row)
        for row, into in gone.items():
            topic = self.topics[row]
            if not topic.faded:
                self._left[topic.id] = self._row(topic, self.cells(), row)._replace(merged_into=into)
            left.add(topic.id)
            self._drop_title(topic.title)
        self._keep([row for row in range(self.active) if row not in gone])
        return left

    def forget(self) -> set[str]:
        """Let go of topics that faded too long ago; returns their ids, to be saved once more."""
        rows = self.faded.too_many(self.now())
        for row in rows:
            topic = self.faded.topics[row]
            self._left[topic.id] = self._row(topic, self.faded.cells(), row)
        return {topic.id for topic in self.faded.forget(rows)} if rows else set()

    def topic_rows(self, changed: Iterable[str]) -> list[TopicRow]:
        """Rows of the topics named, to be saved; a topic that has left is given once and then forgotten."""
        aside = {topic.id: row for row, topic in enumerate(self.faded.topics)}
        rows = []
        for topic in sorted(changed):
            if topic in self._rows:
                rows.append(self._row(self.topics[self._rows[topic]], self.cells(), self._rows[topic], with_state=True))
            elif topic in aside:
                rows.append(
                    self._row(self.faded.topics[aside[topic]], self.faded.cells(), aside[topic], with_state=True)
                )
            elif topic in self._left:
                rows.append(self._left.pop(topic))
        return rows

    def global_rows(self) -> dict[str, bytes]:
        """What belongs to no single topic, to be saved with the rows."""
        engine = _SavedEngine(
            version=VERSION, items=self.items, births=self.births, passed=self.passed, times=list(self.times),
            themes=list(self.themes.values()),
        )  # fmt: skip
        return {"engine": msgspec.json.encode(engine), **self.frequencies.rows(), **self.recent.rows()}

    def _drop_title(self, title: str) -> None:
        self.titles[title] -= 1
        if not self.titles[title]:
            del self.titles[title]

    def _add(self, topic: Topic, dims: int) -> int:
        if self.columns is None:
            self.columns = Columns(dims)
        self.check_dims(dims)
        row = len(self.topics)
        self.columns.make_room(row + 1)
        self.topics.append(topic)
        self.titles[topic.title] += 1
        self._rows[topic.id] = row
        return row

    def _set_aside(self, row: int) -> None:
        """Of a topic that was just added as the last one."""
        topic = self.topics.pop()
        del self._rows[topic.id]
        self._drop_title(topic.title)
        self.faded.add(topic, self.cells(), row)

    def _keep(self, rows: list[int]) -> None:
        self.cells().keep(np.array(rows, dtype=np.intp))
        self.topics = [self.topics[row] for row in rows]
        self._rows = {topic.id: row for row, topic in enumerate(self.topics)}

    @staticmethod
    def _row(topic: Topic, columns: Columns, row: int, *, with_state: bool = False) -> TopicRow:
        return TopicRow(
            topic.id, topic.title, topic.chips, "", _time(columns.first[row]), _time(columns.last[row]),
            int(columns.counts[row]), topic.articles, pack(topic, columns, row) if with_state else b"", topic.theme,
        )  # fmt: skip


def _time(seconds: float) -> datetime:
    return datetime.fromtimestamp(float(seconds), UTC)
