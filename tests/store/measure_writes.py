"""Sustained writes against a bare append of the same Arrow tables: ``python tests/store/measure_writes.py``.

Prints one JSON object a line. Statements come in batches of about 500, five an article, vectors of 384 numbers around
400 stories; everything is seeded. ``--engine fake`` leaves clustering out, which shows what the store alone costs.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import numpy as np
from store_fakes import NOON, FakeEngine, article

from processors.clock import SystemClock
from processors.ids import statement_id
from processors.messages import Embedded, Evidence, Source, Statement, pack_vectors
from processors.settings import Settings, StoreSettings
from processors.store.database import Database, transaction
from processors.store.rows import Rows
from processors.store.sequencer import Arrival
from processors.store.writer import RunStore

DIMS, EACH, STORIES = 384, 5, 400
WORDS = [f"word{i}" for i in range(5_000)]


def stream(articles: int, seed: int = 7) -> Iterator[Embedded]:
    """Made-up articles, five statements each, one every two seconds."""
    random = np.random.default_rng(seed)
    stories = random.normal(size=(STORIES, DIMS))
    for position in range(articles):
        story = int(random.integers(STORIES))
        vectors = stories[story] + 0.6 * random.normal(size=(EACH, DIMS))
        packed = pack_vectors(vectors / np.linalg.norm(vectors, axis=1, keepdims=True))
        vocabulary = [WORDS[(story * 37 + int(i)) % 5_000] for i in random.integers(0, 120, 64)]
        text = " ".join(vocabulary * 5)
        one = article(position, text=f"{position} {text}", published_at=NOON + timedelta(seconds=2 * position))
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


class _Kept(RunStore):
    """Remembers the rows of each batch, so that the bare append writes the same."""

    def _write(self, taken, moved):  # type: ignore[no-untyped-def]
        batch = super()._write(taken, moved)
        self.batches.append(batch.rows)
        return batch


_APPENDED = ("articles", "statements", "vectors")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--statements", type=int, default=50_000)
    parser.add_argument("--engine", choices=("cluster", "fake"), default="cluster")
    parser.add_argument("--batch", type=int, default=500)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(store=StoreSettings(directory=folder, batch_statements=options.batch))
        engine = FakeEngine if options.engine == "fake" else None
        path = Path(folder) / "runs" / "r.duckdb"
        store = _Kept("r", path, settings, SystemClock(), engine)
        store.batches = []
        store.begin("c", {})
        bundles = list(stream(options.statements // EACH))
        placed = [Arrival(one, ("embedded", i % 4), i // 4) for i, one in enumerate(bundles)]
        times, cpu = [], time.process_time()
        step = options.batch // EACH
        for start in range(0, len(placed), step):
            began = time.perf_counter()
            store.receive(placed[start : start + step])
            store.apply()
            times.append(time.perf_counter() - began)
        cpu = time.process_time() - cpu
        store.close()
        tail = sum(times[-20:]) / len(times[-20:])
        print(json.dumps({
            "measure": "store write", "engine": options.engine, "statements": options.statements,
            "per_second": round(options.statements / sum(times)), "per_second_last_20": round(options.batch / tail),
            "median_batch_ms": round(1000 * float(np.median(times)), 1), "worst_batch_ms": round(1000 * max(times), 1),
            "file_mb": round(path.stat().st_size / 1e6, 1), "cpu_seconds": round(cpu, 2),
        }))  # fmt: skip
        bare_cpu = time.process_time()
        bare = _bare(Path(folder) / "bare.duckdb", settings.store, store.batches)
        bare_cpu = time.process_time() - bare_cpu
        print(json.dumps({
            "measure": "bare append", "per_second": round(options.statements / sum(bare)),
            "median_batch_ms": round(1000 * float(np.median(bare)), 1), "worst_batch_ms": round(1000 * max(bare), 1),
            "ratio": round(sum(bare) / sum(times), 3), "cpu_seconds": round(bare_cpu, 2),
        }))  # fmt: skip


def _bare(path: Path, settings: StoreSettings, batches: list[Rows]) -> list[float]:
    database = Database(path, settings)
    connection = database.cursor()
    times = []
    for batch in batches:
        tables = [(name, rows) for name, rows in batch.arrow() if name in _APPENDED]
        began = time.perf_counter()
        with transaction(connection):
            for name, rows in tables:
                connection.register("incoming", rows)
                connection.execute(f"INSERT INTO {name} SELECT * FROM incoming")  # noqa: S608
                connection.unregister("incoming")
        times.append(time.perf_counter() - began)
    connection.close()
    database.close()
    return times


if __name__ == "__main__":
    main()
