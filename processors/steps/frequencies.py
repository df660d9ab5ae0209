"""In how many articles of the stream so far each word occurred, and how that is saved without writing it all each time.

A table of 262,144 counts would be rewritten with nearly every batch. Saved are the table as it was at the last multiple
of FOLD articles, and a journal of the articles since: which slots each of them counted. The journal is cut into
segments by the number of the article, and a segment takes the place of the one that is FOLD articles older, so the rows
are the same wherever the stream was cut into batches, and a batch writes only the segments that it reached. The journal
also says which articles were counted lately.
"""

from __future__ import annotations

import zlib
from collections import deque
from collections.abc import Iterable, Mapping

import msgspec
import numpy as np
from numpy.typing import NDArray

from processors.steps.words import SLOTS, slots_of

RECENT_ARTICLES = 512
"""Articles whose words were counted lately: statements of one article count them once."""
SEGMENT = 16
"""Articles in one row of the journal."""
FOLD = 4096
"""Articles after which the whole table is written again: 1 MB or less, 256 bytes an article. The journal goes back
nearly as far, and must hold at least the RECENT_ARTICLES."""
LEAST = 0.2
"""Weight of a word that is everywhere. 1, as is usual, gives such words half the weight while articles are few."""
TABLE, JOURNAL = "words", "words."


class _Segment(msgspec.Struct, array_like=True):
    """Articles from number ``first`` on: their ids, and the slots of each as little-endian int32."""

    first: int
    articles: list[tuple[str, bytes]]


class DocumentFrequencies:
    """Counts of articles by slot of their words, shape (SLOTS,); ``recent`` are the ids of the last articles."""

    def __init__(self) -> None:
        self.documents = 0
        self.counts: NDArray[np.int32] = np.zeros(SLOTS, dtype=np.int32)
        self.recent: deque[str] = deque(maxlen=RECENT_ARTICLES)
        self._segment = _Segment(0, [])
        self._rows: dict[str, bytes] = {}

    def counted(self, article: str) -> bool:
        """Whether the article was counted lately."""
        return bool(self.recent) and (self.recent[-1] == article or article in self.recent)

    def add(self, terms: Iterable[str], article: str = "") -> None:
        """Count one article's words."""
        slots = np.unique(slots_of(terms))
        self.counts[slots] += 1
        self.documents += 1
        self.recent.append(article)
        self._segment.articles.append((article, slots.astype("<i4").tobytes()))
        if len(self._segment.articles) == SEGMENT:
            self._keep_segment()
            self._segment = _Segment(self.documents, [])
        if self.documents % FOLD == 0:
            self._keep_table()

    def idf(self, slots: NDArray[np.int32]) -> NDArray[np.float64]:
        """Smoothed inverse document frequency of the words in the slots: LEAST for a word that is in every article."""
        rare: NDArray[np.float64] = np.log((1.0 + self.documents) / (1.0 + self.counts[slots])) + LEAST
        return rare

    def rows(self) -> dict[str, bytes]:
        """All that has to be saved, by key; rows that did not change are the same objects as before."""
        if TABLE not in self._rows:
            self._keep_table()
        if self._segment.articles:
            self._keep_segment()
        return dict(self._rows)

    @classmethod
    def from_rows(cls, rows: Mapping[str, bytes]) -> DocumentFrequencies:
        """Go on where ``rows`` were taken (other keys are passed over); raises ValueError or KeyError if damaged."""
        read = cls()
        read.documents, read.counts = _unpack_table(rows[TABLE])
        segments = {
            key: msgspec.msgpack.decode(data, type=_Segment) for key, data in rows.items() if key.startswith(JOURNAL)
        }
        for segment in sorted(segments.values(), key=lambda one: one.first):
            for number, (article, slots) in enumerate(segment.articles, start=segment.first):
                read.recent.append(article)
                if number < read.documents:
                    continue
                if number > read.documents:
                    raise ValueError(f"article {read.documents} is missing in the journal of words")
                read.counts[np.frombuffer(slots, "<i4")] += 1
                read.documents += 1
        last = segments.get(_key(read.documents))
        if last is not None and last.first == read.documents - read.documents % SEGMENT:
            read._segment = last
        else:
            read._segment = _Segment(read.documents, [])
        read._rows = {key: rows[key] for key in (TABLE, *segments)}
        return read

    def _keep_table(self) -> None:
        # Between two multiples of FOLD the journal says what has come since, so the first table is empty.
        counts = self.counts if self.documents % FOLD == 0 else np.zeros(SLOTS, dtype=np.int32)
        documents = self.documents - self.documents % FOLD
        table = zlib.compress(counts.astype("<i4").tobytes(), level=1)
        self._rows[TABLE] = documents.to_bytes(8, "little") + table

    def _keep_segment(self) -> None:
        self._rows[_key(self._segment.first)] = msgspec.msgpack.encode(self._segment)


def _key(article: int) -> str:
    return f"{JOURNAL}{article % FOLD // SEGMENT:03d}"


def _unpack_table(data: bytes) -> tuple[int, NDArray[np.int32]]:
    try:
        table = np.frombuffer(zlib.decompress(data[8:]), dtype="<i4")
    except zlib.error as error:
        raise ValueError("the table of document frequencies is damaged") from error
    if table.shape != (SLOTS,):
        raise ValueError(f"the table of document frequencies has {table.size} slots, not {SLOTS}")
    return int.from_bytes(data[:8], "little"), table.astype(np.int32)
