"""Time of each query: ``python tests/api/bench_queries.py [statements] [repeats]`` prints one JSON object a line.

``query_ms`` is a cursor, a snapshot and the Arrow table; ``http_ms`` the same asked over loopback with its answer read.
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import httpx
from api_fakes import NOON, FakeRuns

from processors.api.app import build_app
from processors.api.serve import ApiServer
from processors.clock import ManualClock
from processors.filters import Filters
from processors.settings import Settings, StoreSettings
from processors.store.queries import detail, facets, groups, overview, pipeline, statements, timeline
from processors.store.queries.execute import Cursor, snapshot, time_limit

FILTERS = {
    "": Filters(),
    " speaker": Filters(speaker="p5"),
    " topic": Filters(topic="t5"),
    " outlet": Filters(outlet="outlet7"),
    " text": Filters(q="grain"),
    " confidence": Filters(min_confidence=0.5),
    " since": Filters(since=NOON - timedelta(hours=6)),
}


Query = Callable[[Cursor], Any]


def _listed(name: str, chosen: Filters) -> dict[str, tuple[Query, str, dict[str, Any]]]:
    asked = {**chosen.parameters(), "format": "arrow"}
    names: tuple[facets.FacetName, ...] = ("speaker", "topic", "outlet", "kind")
    return {
        f"statements{name}": (lambda c: statements.page(c, chosen, 50), "/v1/statements", asked),
        f"topics{name}": (lambda c: groups.topics(c, chosen, NOON, 3600, 20), "/v1/topics", asked),
        f"speakers{name}": (lambda c: groups.speakers(c, chosen, NOON, 3600, 20), "/v1/speakers", asked),
        f"timeline{name}": (lambda c: timeline.timeline(c, chosen, NOON, 21_600, 300, 6), "/v1/timeline", asked),
        f"count{name}": (lambda c: statements.count(c, chosen), "/v1/count", chosen.parameters()),
        f"facets{name}": (lambda c: [facets.facet(c, f, chosen) for f in names], "/v1/facets", chosen.parameters()),
    }


def queries() -> dict[str, tuple[Query, str, dict[str, Any]]]:
    """Name → the query, and the path and parameters that ask for it."""
    found: dict[str, tuple[Query, str, dict[str, Any]]] = {}
    for name, chosen in FILTERS.items():
        found |= _listed(name, chosen)
    found["overview"] = (lambda c: overview.overview(c, NOON), "/v1/overview", {})
    found["statement"] = (_detail, "/v1/statements/s77777", {})
    found["pipeline"] = (pipeline.offsets, "/v1/pipeline", {})
    found["dead-letters"] = (lambda c: pipeline.dead_letters(c, 50), "/v1/dead-letters", {"format": "arrow"})
    found["tail, 500 rows"] = (lambda c: statements.arrivals(c, 99_500, 100_000, 500), "", {})
    return found


def _detail(cursor: Cursor) -> None:
    row = detail.statement(cursor, "s77777").to_pylist()[0]
    detail.article(cursor, row["article_id"])
    detail.topic(cursor, row["topic_id"])
    detail.copies(cursor, row["id"], row["copy_of"])
    detail.said_before(cursor, row["id"])


def timed(ask: Callable[[], Any], repeats: int) -> tuple[float, float]:
    """p50 and p95 in milliseconds."""
    ask()
    taken = []
    for _ in range(repeats):
        start = time.perf_counter()
        ask()
        taken.append((time.perf_counter() - start) * 1000)
    cut = statistics.quantiles(taken, n=20)
    return round(statistics.median(taken), 1), round(cut[18], 1)


def main(count: int, repeats: int) -> None:
    """Fill a database, ask, print."""
    with tempfile.TemporaryDirectory() as folder:
        runs = FakeRuns(Path(folder))
        run = runs.add("live").fill(count)
        settings = Settings(store=StoreSettings(directory=folder))
        server = ApiServer(build_app(runs, settings, ManualClock(NOON)), "127.0.0.1", 0)
        server.start()
        client = httpx.Client(base_url=server.url, timeout=30)

        def direct(query: Query) -> None:
            with run.cursor() as cursor, time_limit(cursor, 10), snapshot(cursor):
                query(cursor)

        def over_http(path: str, asked: dict[str, Any]) -> None:
            answer = client.get(path, params=asked)
            assert answer.status_code == 200, answer.text

        for name, (query, path, asked) in queries().items():
            p50, p95 = timed(partial(direct, query), repeats)
            line: dict[str, Any] = {"query": name, "statements": count, "query_ms": {"p50": p50, "p95": p95}}
            if path:
                p50, p95 = timed(partial(over_http, path, asked), repeats)
                line["http_ms"] = {"p50": p50, "p95": p95}
            print(json.dumps(line), flush=True)
        client.close()
        server.stop()
        runs.close()


if __name__ == "__main__":
    main(*(int(text) for text in [*sys.argv[1:], *("100000", "40")[len(sys.argv) - 1 :]]))
