"""A read API without a server, for tests of what reads from it: invented people, fixed rows, the client's own methods.

The statements stand one minute apart before ``now``; filters, windows and folding are those of the real one, written
down once more in Python. Set ``down`` to see what a page does without its store.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from processors import client_fake_rows as made
from processors.client import Parameters, ReadClient, Row
from processors.errors import RunError, StoreUnavailable


class FakeReadClient(ReadClient):
    """Answers from rows in memory. ``asked`` lists the paths and parameters that were asked, oldest first."""

    def __init__(self, now: datetime = made.NOW) -> None:
        super().__init__("http://127.0.0.1:0")
        self.now = now
        self.down = False
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.stored: list[Row] = made.statements(now)
        self.known: list[Row] = [made.run("live", "live", now)]
        self.dead: list[Row] = []
        self.places: dict[str, int] = {}

    def _rows(self, path: str, parameters: Parameters) -> list[Row]:
        found: list[Row] = self._value(path, parameters)
        return found

    def _value(self, path: str, parameters: Parameters) -> Any:
        self.asked.append((path, dict(parameters)))
        if self.down:
            raise StoreUnavailable("the read API at http://127.0.0.1:0 does not answer; start it with: onrecord up")
        if parameters.get("run", "live") not in {run["name"] for run in self.known}:
            raise RunError(f"there is no run {parameters['run']!r}; /v1/runs lists the runs")
        if path.startswith("/v1/statements/"):
            return self._detail(path.rsplit("/", 1)[1])
        if path.startswith("/v1/speakers/"):
            return self._speaker(path.rsplit("/", 1)[1])
        if path.endswith("/positions"):
            place = self.places.get(parameters["origin"], 0)
            return {"next": place, "accounted": place}
        answers: dict[str, Callable[[Parameters], Any]] = {
            "/v1/runs": lambda _: self.known,
            "/v1/overview": self._overview,
            "/v1/statements": self._page,
            "/v1/count": lambda asked: {"count": len(self._found(asked))},
            "/v1/topics": lambda asked: self._groups(asked, "topic_id", made.topic),
            "/v1/speakers": self._speakers,
            "/v1/timeline": self._timeline,
            "/v1/facets": self._facets,
            "/v1/pipeline": self._pipeline,
            "/v1/dead-letters": lambda asked: self.dead[: asked["limit"]],
            "/readyz": lambda _: {"status": "ready"},
        }
        return answers[path](parameters)

    def _post(self, path: str, body: Any) -> Any:
        if self.down:
            raise StoreUnavailable("the read API at http://127.0.0.1:0 does not answer; start it with: onrecord up")
        if path == "/v1/runs":
            known = [run for run in self.known if run["name"] == body["name"]]
            if not known:
                self.known.insert(0, made.run(body["name"], body["kind"], self.now))
            return (known or self.known)[0]
        run = next(run for run in self.known if run["name"] == path.split("/")[-2])
        run["state"] = "finished"
        return run

    def _found(self, asked: Parameters) -> list[Row]:
        """Statements that meet the filters, oldest first, copies folded into the first."""
        filters = made.filters(asked)
        firsts: dict[str, Row] = {}
        for row in self.stored:
            if filters.matches_words(row, {}):
                firsts.setdefault(row["copy_of"] or row["id"], row)
        return [row for row in firsts.values() if filters.matches(row, {})]

    def _page(self, asked: Parameters) -> list[Row]:
        before = asked.get("before") or len(self.stored) + 1
        return [row for row in reversed(self._found(asked)) if row["seq"] < before][: asked["limit"]]

    def _in_window(self, asked: Parameters) -> tuple[datetime, datetime, list[Row]]:
        """Start and end of the window, and the rows of the window and all before it."""
        filters = made.filters(asked)
        end = min(self.now, filters.until or self.now)
        start = max(end - timedelta(seconds=asked["window"]), filters.since or end - timedelta(seconds=asked["window"]))
        without = {name: value for name, value in asked.items() if name not in {"since", "until"}}
        return start, end, [row for row in self._found(without) if row["published_at"] <= end]

    def _groups(self, asked: Parameters, key: str, named: Callable[[list[Row]], Row]) -> list[Row]:
        start, end, rows = self._in_window(asked)
        groups: dict[str, list[Row]] = defaultdict(list)
        for row in rows:
            groups[row[key]].append(row)
        found = []
        for name, of in groups.items():
            inside = [row for row in of if row["published_at"] > start]
            if name and inside:
                found.append(made.group(of, inside, start, end) | named(inside))
        return sorted(found, key=lambda row: -row["count"])[: asked["limit"]]

    def _speakers(self, asked: Parameters) -> list[Row]:
        name = (asked.get("name") or "").lower()
        found = self._groups(asked, "speaker_id", made.speaker)
        return [row for row in found if name in row["speaker"].lower()]

    def _speaker(self, speaker_id: str) -> Row:
        rows = [row for row in self.stored if row["speaker_id"] == speaker_id]
        if not rows:
            raise RunError(f"there is no speaker {speaker_id!r} in the run 'live'")
        largest = {name: self._facets({"speaker": speaker_id})[name] for name in ("outlets", "topics")}
        times = {"first_at": rows[0]["published_at"], "last_at": rows[-1]["published_at"]}
        more = {"merged": [made.joined(rows[0])], "events": [made.joining(rows[0])], **times}
        return made.spoken_by(rows) | more | {"statements": len(rows), **largest}

    def _timeline(self, asked: Parameters) -> list[Row]:
        start, _, rows = self._in_window(asked)
        inside = [row for row in rows if row["published_at"] > start]
        top = [topic for topic, _ in Counter(row["topic_id"] for row in inside).most_common(asked["top"])]
        counts: Counter[tuple[datetime, str]] = Counter()
        for row in inside:
            seconds = row["published_at"].timestamp() // asked["bucket"] * asked["bucket"]
            counts[datetime.fromtimestamp(seconds, UTC), row["topic_id"] if row["topic_id"] in top else ""] += 1
        return [
            {
                "bucket": at,
                "topic_id": topic,
                "title": made.TOPICS[topic][0] if topic else "Other topics",
                "count": count,
            }
            for (at, topic), count in sorted(counts.items())
        ]

    def _facets(self, asked: Parameters) -> dict[str, list[Row]]:
        labels = {"speaker": ("speaker_id", "speaker"), "topic": ("topic_id", "topic")}
        answer = {}
        for name in ("speaker", "topic", "outlet", "kind"):
            value, label = labels.get(name, (name, name))
            rows = self._found({key: given for key, given in asked.items() if key != name})
            counts = Counter((row[value] or "unknown", row[label] or "Speaker unknown") for row in rows)
            answer[f"{name}s"] = [{"value": v, "label": text, "count": n} for (v, text), n in counts.most_common(50)]
        return answer

    def _detail(self, statement_id: str) -> Row:
        found = [row for row in self.stored if row["id"] == statement_id]
        if not found:
            raise RunError(f"there is no statement {statement_id!r} in the run 'live'")
        row = found[0]
        fold = row["copy_of"] or row["id"]
        same = [other for other in self.stored if fold in (other["id"], other["copy_of"]) and other is not row]
        before = [
            other
            for other in reversed(self.stored[: row["seq"] - 1])
            if other["speaker_id"] == row["speaker_id"] != ""
            and other["topic_id"] == row["topic_id"]
            and other not in same
        ]
        more = {"mention": None, "evidence": [{"role": "speaker", "start": 0, "end": 4}], "rule": "quote"}
        more |= {"extractor": "fake", "model": "fake", "topic_on_arrival": row["topic_id"]}
        more |= {"speaker_on_arrival": row["speaker_id"]}
        listed = {"topic", "copies", "title", "url", "attribution", "speaker_mention"}
        theirs = [other for other in self.stored if other["speaker_id"] == row["speaker_id"]]
        return {
            "statement": {name: value for name, value in row.items() if name not in listed} | more,
            "speaker": made.spoken_by(theirs) | {"why": [made.joined(row)]} if row["speaker_id"] else None,
            "article": made.article(row),
            "topic": {"id": row["topic_id"], "title": row["topic"], "terms": made.TOPICS[row["topic_id"]][1]},
            "copies": [made.short(other) for other in same],
            "said_before": [
                made.short(other) | {k: other[k] for k in ("text", "kind", "speaker")} for other in before[:5]
            ],
        }

    def _overview(self, asked: Parameters) -> Row:
        newest = self.stored[-1] if self.stored else None
        return {
            "run": asked["run"],
            "kind": "live",
            "now": self.now,
            "newest_published_at": newest and newest["published_at"],
            "newest_stored_at": newest and newest["stored_at"],
            "statements": len(self.stored),
            "copies": sum(bool(row["copy_of"]) for row in self.stored),
            "articles": len({row["article_id"] for row in self.stored}),
            "speakers": len({row["speaker_id"] for row in self.stored} - {""}),
            "topics": len({row["topic_id"] for row in self.stored}),
            "rate_per_minute": 1,
            "lag_p50_ms": 800.0 if newest else None,
            "lag_p95_ms": 800.0 if newest else None,
            "accounting": self._accounting(),
        }

    def _accounting(self) -> Row:
        stored, dead = len(self.stored), len(self.dead)
        return {
            "received": stored + dead,
            "stored": stored,
            "duplicates": 0,
            "dead_letters": dead,
            "waiting": 0,
            "missing": 0,
        }

    def _pipeline(self, asked: Parameters) -> Row:
        offset = {"cluster": "fake", "stream": "onrecord.live.embedded", "partition": 0, "next": 8, "end": 8, "lag": 0}
        return {
            "run": asked["run"],
            "accounting": self._accounting(),
            "offsets": [offset],
            "lag": {"extract": 0, "embed": 0, "store": 0},
            "versions": {"extractor": "fake", "model": "fake", "schema": "1", "onrecord": "fake"},
        }
