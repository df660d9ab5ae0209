"""How quickly the store writes, beside a bare append of the same rows, on made-up statements.

Statements come five an article, vectors of 384 numbers around 400 stories; everything is seeded.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from processors.clock import SystemClock
from processors.ids import article_id, statement_id
from processors.messages import Article, Embedded, Evidence, Source, Statement, pack_vectors
from processors.settings import Settings, StoreSettings
from processors.store.batch import Batch
from processors.store.database import Database, transaction
from processors.store.rows import Rows
from processors.store.sequencer import Arrival
from processors.store.topics import EngineFactory
from processors.store.writer import RunStore
from processors.streams import Position

DIMS, EACH, STORIES = 384, 5, 400
_WORDS = [f"word{i}" for i in range(5_000)]
_NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
_APPENDED = ("articles", "statements", "vectors")


@dataclass(slots=True)
class WriteTimes:
    """Seconds of each batch, with all that the store does and of the bare append of its rows."""

    statements: int
    store: list[float] = field(default_factory=list)
    bare: list[float] = field(default_factory=list)
    file_bytes: int = 0
    store_cpu: float = 0.0
    bare_cpu: float = 0.0


def made_bundles(articles: int, seed: int = 7) -> Iterator[Embedded]:
    """Made-up articles with their statements and vectors, one every two seconds."""
    random = np.random.default_rng(seed)
    stories = random.normal(size=(STORIES, DIMS))
    for position in range(articles):
        story = int(random.integers(STORIES))
        vectors = stories[story] + 0.6 * random.normal(size=(EACH, DIMS))
        packed = pack_vectors(vectors / np.linalg.norm(vectors, axis=1, keepdims=True))
        vocabulary = [_WORDS[(story * 37 + int(i)) % 5_000] for i in random.integers(0, 120, 64)]
        one = _article(position, f"{position} {' '.join(vocabulary * 5)}")
        spans = [(30 * i, 30 * i + 200) for i in range(EACH)]
        statements = tuple(
            Statement(
                id=statement_id(one.id, (span,), "x1"), kind="direct", spans=(span,), text=one.text[slice(*span)],
                speaker=f"Speaker {int(random.integers(900))}", role="minister",
                mention=(5, 9), evidence=(Evidence("speaker", 5, 9), Evidence("cue", 10, 14)), confidence=0.9,
                extractor="x1", rule="direct",
            )
            for span in spans
        )  # fmt: skip
        yield Embedded(
            article=one, statements=statements, model="m", dims=DIMS, vectors=packed, contexts=packed,
            terms=dict.fromkeys(vocabulary, 1.0), source=Source("c", "articles", 0, position),
        )  # fmt: skip


def measure_writes(folder: Path, statements: int, batch: int = 500, engine: EngineFactory | None = None) -> WriteTimes:
    """Write made-up statements into a run's file under ``folder``, then append the same rows to a bare one.

    ``engine`` replaces clustering, which shows what the store alone costs.
    """
    settings = Settings(store=StoreSettings(directory=str(folder), batch_statements=batch))
    path = folder / "runs" / "made.duckdb"
    store = _Kept("made", path, settings, SystemClock(), engine)
    store.begin("c", {})
    bundles = made_bundles(statements // EACH)
    placed = [Arrival(one, ("embedded", i % 4), i // 4) for i, one in enumerate(bundles)]
    times = WriteTimes(statements)
    step = max(1, batch // EACH)
    cpu = time.process_time()
    for start in range(0, len(placed), step):
        began = time.perf_counter()
        store.receive(placed[start : start + step])
        store.apply()
        times.store.append(time.perf_counter() - began)
    times.store_cpu = time.process_time() - cpu
    store.close()
    times.file_bytes = path.stat().st_size
    cpu = time.process_time()
    times.bare = _append(folder / "bare.duckdb", settings.store, store.batches)
    times.bare_cpu = time.process_time() - cpu
    return times


class _Kept(RunStore):
    """Remembers the rows of each batch, so that the bare append writes the same."""

    def __init__(
        self, name: str, path: Path, settings: Settings, clock: SystemClock, engine: EngineFactory | None
    ) -> None:
        super().__init__(name, path, settings, clock, engine)
        self.batches: list[Rows] = []

    def _write(self, taken: Sequence[Arrival], moved: Mapping[Position, int]) -> Batch:
        batch = super()._write(taken, moved)
        self.batches.append(batch.rows)
        return batch


def _append(path: Path, settings: StoreSettings, batches: Sequence[Rows]) -> list[float]:
    database = Database(path, settings)
    connection = database.cursor()
    times = []
    for batch in batches:
        tables = [(name, rows) for name, rows in batch.arrow() if name in _APPENDED]
        began = time.perf_counter()
        with transaction(connection):
            for name, rows in tables:
                connection.register("incoming", rows)
                connection.execute(f"INSERT INTO {name} SELECT * FROM incoming")  # noqa: S608  (names of ours)
                connection.unregister("incoming")
        times.append(time.perf_counter() - began)
    connection.close()
    database.close()
    return times


def _article(position: int, text: str) -> Article:
    url = f"https://example.org/made/{position}"
    return Article(
        id=article_id(url, text), url=url, outlet=f"outlet{position % 3}", title=f"Title {position}", text=text,
        published_at=_NOON + timedelta(seconds=2 * position), observed_at=_NOON, origin="made", position=position,
        language="en", attribution="Fictional",
    )  # fmt: skip
