"""Runs for the read side's tests: real tables in a temporary file, written by hand, without a bus."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import api_generate
import duckdb

from processors.errors import RunError
from processors.runs import Accounting, Positions, Progress, RunInfo, RunKind, Versions
from processors.settings import StoreSettings
from processors.store.database import Database
from processors.store.queries import overview

NOON = datetime(2026, 3, 17, 12, tzinfo=UTC)


class FakeRun:
    """One run; ``say`` stores a statement and ``commit`` tells the subscribers."""

    def __init__(self, folder: Path, name: str, kind: RunKind = "live") -> None:
        self.name = name
        self._kind = kind
        self.database = Database(folder / f"{name}.duckdb", StoreSettings())
        self.state = "running"
        self.subscribers: list[Callable[[int], None]] = []
        self.lags = {"extract": 3, "embed": 2, "store": 1}
        self.seq = 0
        self._articles: set[str] = set()

    @property
    def kind(self) -> RunKind:
        return self._kind

    def cursor(self) -> duckdb.DuckDBPyConnection:
        return self.database.cursor()

    def accounting(self) -> Accounting:
        return Accounting(received=10, stored=6, duplicates=2, dead_letters=1, waiting=1, missing=0)

    def positions(self, origin: str) -> Positions:
        return Positions(next=7, accounted=9) if origin == "feeds-1" else Positions(next=0, accounted=0)

    def progress(self) -> Progress:
        return Progress(cluster="cluster", ends={("onrecord.live.embedded", 0): 25}, lag=self.lags)

    def versions(self) -> Versions:
        return Versions(extractor="extract-1", model="minilm@12345678", schema="1", onrecord="0.1.0")

    def subscribe(self, notify: Callable[[int], None]) -> None:
        self.subscribers.append(notify)

    def unsubscribe(self, notify: Callable[[int], None]) -> None:
        if notify in self.subscribers:
            self.subscribers.remove(notify)

    def fill(self, statements: int, newest: datetime = NOON, **more: Any) -> FakeRun:
        with self.cursor() as cursor:
            api_generate.fill(cursor, statements, newest.replace(tzinfo=None), **more)
        self.seq = statements
        return self

    def insert(self, table: str, **values: Any) -> None:
        """One row; times aware."""
        plain = {k: v.replace(tzinfo=None) if isinstance(v, datetime) else v for k, v in values.items()}
        names = ", ".join(f'"{name}"' for name in plain)
        with self.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {table} ({names}) VALUES ({', '.join('?' * len(plain))})",  # noqa: S608 - names of ours
                list(plain.values()),
            )

    def topic(self, topic_id: str, merged_into: str = "", title: str = "") -> None:
        self.insert(
            "topics",
            id=topic_id,
            title=title or f"Topic {topic_id}",
            terms=["grain", "ships", "talks"],
            merged_into=merged_into,
            first_at=NOON,
            last_at=NOON,
            statements=1,
            articles=1,
            state=b"",
        )

    def speaker(self, speaker_id: str, name: str, role: str = "", **more: Any) -> None:
        values: dict[str, Any] = {
            "id": speaker_id,
            "name": name,
            "kind": "person",
            "role": role,
            "terms": [],
            "aliases": [{"name": name, "statements": 1}],
            "merged_into": "",
            "first_at": NOON,
            "last_at": NOON,
            "statements": 1,
            "state": b"",
        }
        self.insert("speakers", **(values | more))

    def merged(self, speaker_id: str, into: str, reason: str, at: datetime = NOON, name: str = "") -> None:
        """Merge a speaker into another and keep the reason."""
        with self.cursor() as cursor:
            cursor.execute("UPDATE speakers SET merged_into = ? WHERE id = ?", [into, speaker_id])
            seq = len(cursor.execute("FROM speaker_events").fetchall()) + 1
        event = {"seq": seq, "at": at, "kind": "merged", "speaker_id": speaker_id, "into_id": into, "name": name}
        self.insert("speaker_events", **event, reason=reason)

    def article(self, article_id: str, at: datetime = NOON, text: str = "", **more: Any) -> None:
        if article_id in self._articles:
            return
        self._articles.add(article_id)
        values = {
            "seq": len(self._articles),
            "id": article_id,
            "url": f"https://{article_id}.example/",
            "outlet": "Courier",
            "title": f"Title of {article_id}",
            "author": "",
            "language": "en",
            "licence": "own",
            "attribution": "",
            "published_at": at,
            "published_precision": "second",
            "observed_at": at,
            "stored_at": at + timedelta(milliseconds=800),
            "text": text,
            "origin": "feeds-1",
            "position": len(self._articles) - 1,
            "cluster": "cluster",
            "stream": "onrecord.live.articles",
            "partition": 2,
            "offset": 17,
            "statements": 1,
            "skipped": "",
        }
        self.insert("articles", **(values | more))

    def say(self, statement_id: str, text: str = "", *, at: datetime = NOON, minutes: float = 0, **more: Any) -> int:
        """Store a statement ``minutes`` after ``at`` and its article; its running number."""
        self.seq += 1
        moment = at + timedelta(minutes=minutes)
        values: dict[str, Any] = {
            "seq": self.seq,
            "id": statement_id,
            "article_id": f"a-{statement_id}",
            "kind": "direct",
            "text": text or f"Words of {statement_id}",
            "spans": [{"s": 3, "e": 8}],
            "speaker_id": "dray",
            "speaker": "Ansel Dray",
            "mention": {"s": 10, "e": 14},
            "role": "harbour minister",
            "relayed_by": [],
            "heading": "",
            "evidence": [{"role": "cue", "s": 15, "e": 19}],
            "confidence": 0.9,
            "why_unknown": "",
            "rule": "quote",
            "extractor": "extract-1",
            "topic_id": "grain",
            "copy_of": "",
            "text_key": self.seq,
            "outlet": "Courier",
            "language": "en",
            "published_at": moment,
            "observed_at": moment,
            "stored_at": moment + timedelta(milliseconds=800),
            "reported_speaker": "",
        } | more
        self.article(values["article_id"], moment, outlet=values["outlet"])
        self.insert("statements", **values)
        return self.seq

    def commit(self) -> None:
        for notify in list(self.subscribers):
            notify(self.seq)

    def info(self) -> RunInfo:
        with self.cursor() as cursor:
            totals = overview.totals(cursor).to_pylist()[0]
        return RunInfo(name=self.name, kind=self.kind, state=self.state, created_at=NOON, **totals)


class FakeRuns:
    """Runs in a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._runs: dict[str, FakeRun] = {}
        self.waits_for = ""

    def add(self, name: str, kind: RunKind = "live") -> FakeRun:
        self._runs[name] = FakeRun(self._folder, name, kind)
        return self._runs[name]

    def list(self) -> list[RunInfo]:
        return [run.info() for run in self._runs.values()]

    def get(self, name: str) -> FakeRun | None:
        return self._runs.get(name)

    def start(self, name: str, kind: RunKind, origin: str, expected: int | None) -> RunInfo:
        if name in self._runs and self._runs[name].kind != kind:
            raise RunError(f"there is a run called {name!r} already; choose another name")
        return (self._runs.get(name) or self.add(name, kind)).info()

    def finish(self, name: str) -> RunInfo:
        self._runs[name].state = "finished"
        return self._runs[name].info()

    def not_ready(self) -> str:
        return self.waits_for

    def close(self) -> None:
        for run in self._runs.values():
            run.database.close()
