"""A read API for tests: the contract's paths and shapes over the invented world, with push, and with outages on demand.

``python tests/dashboard/fake_api.py 8600`` serves it to look at, a new statement every few seconds.
"""

# ruff: noqa: E501  the rows are easier to compare in one line each
from __future__ import annotations

import asyncio
import io
import json
import socket
import sys
import threading
import time
from collections import Counter, defaultdict
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

import fake_world as world
import pyarrow as pa
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

Row = dict[str, Any]


class FakeApi:
    """Serves on a loopback port between ``start`` and ``stop``; both can be called again on the same port."""

    lag: ClassVar[dict[str, int]] = {"extract": 0, "embed": 3, "store": 0}

    def __init__(self, count: int = 90, port: int = 0) -> None:
        self.statements, self.articles = world.build(count=count)
        self.listeners: set[asyncio.Queue[Row]] = set()
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.dead: list[Row] = []
        self.kinds = {"live": "live"}
        self.broken: set[str] = set()
        self.empty: set[str] = set()
        self.lost = 0
        self.port = port
        self._server: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> FakeApi:
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", self.port))
        self.port = listener.getsockname()[1]
        config = uvicorn.Config(
            self._app(), log_level="error", access_log=False, timeout_graceful_shutdown=0, lifespan="off"
        )
        self._server = uvicorn.Server(config)
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._serve, args=(listener,), daemon=True)
        self._thread.start()
        assert self._ready.wait(10)
        return self

    def stop(self) -> None:
        if self._server and self._thread:
            self._server.should_exit = True
            self.loop.call_soon_threadsafe(lambda: [queue.put_nowait({}) for queue in self.listeners])
            self._thread.join(10)
            self._server = self._thread = None

    def push(self, at: datetime | None = None, **changes: Any) -> Row:
        """Store a further statement and tell all listeners; gives its row."""
        row, article = world.make(len(self.statements), at or datetime.now(UTC), **changes)
        self.articles[article["id"]] = article
        self.statements.append(row)
        if self._server:
            self.loop.call_soon_threadsafe(lambda: [queue.put_nowait(row) for queue in self.listeners])
        return row

    def _serve(self, listener: socket.socket) -> None:
        async def main() -> None:
            self.loop = asyncio.get_running_loop()
            self._ready.set()
            assert self._server
            await self._server.serve(sockets=[listener])

        asyncio.run(main())

    def _app(self) -> Starlette:
        plain = {
            "runs": self.runs, "overview": self.overview, "statements": self.rows, "topics": self.topics, "speakers": self.speakers,
            "timeline": self.timeline, "facets": self.facets, "count": lambda parameters: {"count": len(self.kept(parameters))}, "pipeline": self.pipeline, "dead-letters": lambda _: self.dead[::-1],
        }  # fmt: skip

        def route(name: str, make: Any) -> Route:
            async def answer(request: Request) -> Response:
                parameters = dict(request.query_params)
                arrow = parameters.pop("format", "json") == "arrow"
                self.asked.append((name, parameters))
                if name != "runs" and parameters.get("run", "live") not in self.kinds:
                    return JSONResponse({"error": "there is no such run"}, 404)
                if name in self.broken:
                    return JSONResponse({"error": "broken on purpose"}, 500)
                return _arrow(make(parameters)) if arrow else JSONResponse(make(parameters))

            return Route(f"/v1/{name}", answer)

        async def healthz(_: Request) -> Response:
            return JSONResponse({"status": "ok"})

        detail = Route("/v1/statements/{id}", self.detail)
        return Starlette(
            routes=[
                *(route(name, make) for name, make in plain.items()),
                detail,
                Route("/v1/events", self.events),
                Route("/healthz", healthz),
            ]
        )

    def kept(self, parameters: dict[str, str]) -> list[Row]:
        at = datetime.fromisoformat

        def keep(row: Row) -> bool:
            speaker = "" if parameters.get("speaker") == "unknown" else parameters.get("speaker")
            return (
                ("speaker" not in parameters or row["speaker_id"] == speaker)
                and all(
                    row[column] == parameters[name]
                    for name, column in (("topic", "topic_id"), ("outlet", "outlet"), ("kind", "kind"))
                    if name in parameters
                )
                and parameters.get("q", "").lower() in row["text"].lower()
                and ("since" not in parameters or at(row["published_at"]) >= at(parameters["since"]))
                and ("until" not in parameters or at(row["published_at"]) < at(parameters["until"]))
            )

        return [row for row in self.statements if keep(row)]

    def runs(self, _: dict[str, str]) -> list[Row]:
        times = {"first_at": None, "last_at": None, "created_at": world._iso(datetime.now(UTC))}
        return [
            {
                "name": name,
                "kind": kind,
                "state": "running",
                "statements": len(self.statements),
                "articles": 0 if name in self.empty else len(self.articles),
                **times,
            }
            for name, kind in self.kinds.items()
        ]

    def accounting(self) -> Row:
        return {
            "received": len(self.articles) + len(self.dead) + 4 + self.lost,
            "stored": len(self.articles),
            "duplicates": 4,
            "dead_letters": len(self.dead),
            "waiting": 0,
            "missing": self.lost,
        }

    def overview(self, parameters: dict[str, str]) -> Row:
        last = self.statements[-1] if self.statements else {}
        lags = sorted(row["lag_ms"] for row in self.statements) or [None]
        return {
            "run": parameters.get("run", "live"), "now": world._iso(datetime.now(UTC)), "newest_published_at": last.get("published_at"), "newest_stored_at": last.get("stored_at"),
            "statements": len(self.statements), "articles": len(self.articles), "speakers": 19, "topics": len(world.TOPICS), "lag_p50_ms": lags[len(lags) // 2],
            "lag_p95_ms": lags[int(len(lags) * 0.95) - 1], "accounting": self.accounting(), "rate_per_minute": 2,
        }  # fmt: skip

    def rows(self, parameters: dict[str, str]) -> list[Row]:
        before = int(parameters.get("before", 10**9))
        found = [row for row in self.kept(parameters) if row["seq"] < before]
        return found[::-1][: int(parameters.get("limit", 50))]

    async def detail(self, request: Request) -> Response:
        if "statement" in self.broken:
            return JSONResponse({"error": "broken on purpose"}, 500)
        row = next((row for row in self.statements if row["id"] == request.path_params["id"]), None)
        if row is None:
            return JSONResponse({"error": "there is no such statement in this run"}, 404)
        title, terms = world.TOPICS.get(row["topic_id"], ("", []))
        earlier = [
            one
            for one in self.statements
            if one["speaker_id"] == row["speaker_id"] and one["topic_id"] == row["topic_id"] and one["seq"] < row["seq"]
        ]
        copies = [
            {
                "id": f"c{n}",
                "outlet": outlet,
                "published_at": row["published_at"],
                "article_id": "x",
                "title": row["title"],
                "url": "https://example.example/",
            }
            for n, outlet in enumerate(["veldmark-courier.example", "halvar-dispatch.example"][: row["copies"]])
        ]
        return JSONResponse(
            {
                "statement": row,
                "speaker": world.spoken_by(row),
                "article": self.articles[row["article_id"]],
                "topic": {"id": row["topic_id"], "title": title, "terms": terms},
                "copies": copies,
                "said_before": earlier[::-1][:5],
            }
        )

    def topics(self, parameters: dict[str, str]) -> list[Row]:
        found = self._movers(parameters, "topic_id")
        return [
            {
                **row,
                "topic_id": key,
                "title": next((r["topic"] for r in self.statements if r["topic_id"] == key), ""),
                "terms": world.TOPICS.get(key, ("", []))[1],
                "speakers": 3,
                "outlets": 4,
            }
            for key, row in found
            if key
        ]

    def speakers(self, parameters: dict[str, str]) -> list[Row]:
        names = {row["speaker_id"]: (row["speaker"], row["role"]) for row in self.statements}
        return [
            {**row, "speaker_id": key, "speaker": names[key][0], "role": names[key][1]}
            for key, row in self._movers(parameters, "speaker_id")
            if key
        ]

    def _movers(self, parameters: dict[str, str], column: str) -> list[tuple[str, Row]]:
        window, now = int(parameters.get("window", 3600)), datetime.now(UTC)
        groups: dict[str, list[tuple[float, Row]]] = defaultdict(list)
        for row in self.kept(parameters):
            groups[row[column]].append(((now - datetime.fromisoformat(row["published_at"])).total_seconds(), row))
        found = []
        for key, rows in groups.items():
            ages = [age for age, _ in rows]
            spark = [
                sum(1 for age in ages if window * (11 - n) / 12 <= age < window * (12 - n) / 12) for n in range(12)
            ]
            count, previous = sum(spark), sum(1 for age in ages if window <= age < 2 * window)
            if count:
                found.append(
                    (
                        key,
                        {
                            "count": count,
                            "previous": previous,
                            "change": count / previous if previous else None,
                            "total": len(rows),
                            "last_at": rows[-1][1]["published_at"],
                            "spark": spark,
                        },
                    )
                )
        return sorted(found, key=lambda item: -item[1]["count"])[: int(parameters.get("limit", 20))]

    def timeline(self, parameters: dict[str, str]) -> list[Row]:
        bucket, window, now = int(parameters["bucket"]), int(parameters["window"]), datetime.now(UTC)
        recent = [
            row
            for row in self.kept(parameters)
            if datetime.fromisoformat(row["published_at"]) > now - timedelta(seconds=window)
        ]
        top = {key for key, _ in Counter(row["topic_id"] for row in recent).most_common(int(parameters.get("top", 6)))}
        counts: Counter[tuple[int, str]] = Counter()
        for row in recent:
            stamp = int(datetime.fromisoformat(row["published_at"]).timestamp())
            counts[stamp - stamp % bucket, row["topic_id"] if row["topic_id"] in top else ""] += 1
        titles = {row["topic_id"]: row["topic"] for row in recent}
        return [
            {
                "bucket": world._iso(datetime.fromtimestamp(stamp, UTC)),
                "topic_id": key,
                "title": titles.get(key, ""),
                "count": n,
            }
            for (stamp, key), n in sorted(counts.items())
        ]

    def facets(self, parameters: dict[str, str]) -> dict[str, list[Row]]:
        rows = self.kept(parameters)
        columns = {
            "speakers": ("speaker_id", "speaker"),
            "topics": ("topic_id", "topic"),
            "outlets": ("outlet", "outlet"),
            "kinds": ("kind", "kind"),
        }
        return {
            name: [
                {"value": value, "label": label, "count": n}
                for (value, label), n in Counter((row[key], row[text]) for row in rows).most_common(50)
            ]
            for name, (key, text) in columns.items()
        }

    def pipeline(self, _: dict[str, str]) -> Row:
        offsets = [
            {
                "cluster": "test-cluster",
                "stream": "onrecord.live.embedded",
                "partition": n,
                "next": 20 + n,
                "end": 20 + n,
                "lag": 0,
            }
            for n in range(4)
        ]
        versions = {"extractor": "english-1", "model": "all-MiniLM-L6-v2@53aa5117", "schema": "1", "onrecord": "0.1.0"}
        return {
            "accounting": self.accounting(),
            "offsets": offsets,
            "lag": self.lag,
            "versions": versions,
        }

    async def events(self, request: Request) -> Response:
        parameters = dict(request.query_params)
        after = int(request.headers.get("last-event-id") or parameters.pop("after", None) or len(self.statements))
        parameters.pop("after", None)
        self.asked.append(("events", {**parameters, "after": str(after)}))
        if "events" in self.broken:
            return JSONResponse({"error": "broken on purpose"}, 500)
        return StreamingResponse(self._events(parameters, after), media_type="text/event-stream")

    async def _events(self, parameters: dict[str, str], after: int) -> AsyncIterator[str]:
        queue: asyncio.Queue[Row] = asyncio.Queue()
        self.listeners.add(queue)
        try:
            yield f"event: overview\ndata: {json.dumps(self.overview(parameters))}\n\n"
            for row in [row for row in self.kept(parameters) if row["seq"] > after]:
                yield f"id: {row['seq']}\nevent: statement\ndata: {json.dumps(row)}\n\n"
            while row := await queue.get():
                if row in self.kept(parameters):
                    yield f"id: {row['seq']}\nevent: statement\ndata: {json.dumps(row)}\n\n"
                yield f"event: overview\ndata: {json.dumps(self.overview(parameters))}\n\n"
        finally:
            self.listeners.discard(queue)


def _arrow(rows: list[Row]) -> Response:
    times = {"bucket", "at", "published_at", "observed_at", "stored_at", "last_at"}
    table = pa.Table.from_pylist(
        [
            {name: datetime.fromisoformat(value) if name in times and value else value for name, value in row.items()}
            for row in rows
        ]
    )
    sink = io.BytesIO()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return Response(sink.getvalue(), media_type="application/vnd.apache.arrow.stream")


if __name__ == "__main__":
    api = FakeApi(port=int(sys.argv[1])).start()
    print(api.url, flush=True)
    while True:
        time.sleep(float(sys.argv[2]) if len(sys.argv) > 2 else 4)
        api.push()
