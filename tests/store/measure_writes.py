"""Sustained writes against a bare append of the same Arrow tables: ``python tests/store/measure_writes.py``.

Prints one JSON object a line; ``onrecord bench store`` is the short form. ``--engine fake`` leaves clustering out,
which shows what the store alone costs.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path

import numpy as np
from store_fakes import FakeEngine

from processors.quality.writes import measure_writes


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--statements", type=int, default=50_000)
    parser.add_argument("--engine", choices=("cluster", "fake"), default="cluster")
    parser.add_argument("--batch", type=int, default=500)
    options = parser.parse_args()
    engine = FakeEngine if options.engine == "fake" else None
    with tempfile.TemporaryDirectory() as folder:
        times = measure_writes(Path(folder), options.statements, options.batch, engine)
    tail = sum(times.store[-20:]) / len(times.store[-20:])
    print(json.dumps({
        "measure": "store write", "engine": options.engine, "statements": options.statements,
        "per_second": round(options.statements / sum(times.store)), "per_second_last_20": round(options.batch / tail),
        **_batches(times.store), "file_mb": round(times.file_bytes / 1e6, 1), "cpu_seconds": round(times.store_cpu, 2),
    }))  # fmt: skip
    print(json.dumps({
        "measure": "bare append", "per_second": round(options.statements / sum(times.bare)), **_batches(times.bare),
        "ratio": round(sum(times.bare) / sum(times.store), 3), "cpu_seconds": round(times.bare_cpu, 2),
    }))  # fmt: skip


def _batches(times: list[float]) -> dict[str, float]:
    return {
        "median_batch_ms": round(1000 * float(np.median(times)), 1),
        "worst_batch_ms": round(1000 * max(times), 1),
    }


if __name__ == "__main__":
    main()
