"""The invented rows that ``processors.client_fake`` serves, and the sums that it makes of them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from processors.client import Parameters, Row
from processors.filters import Filters, confidence_word
from processors.ids import speaker_id

NOW = datetime(2026, 3, 17, 12, tzinfo=UTC)
TOPICS = {
    "t-grain": ("Grain corridor", ["grain", "corridor", "ships"]),
    "t-rates": ("Key rate", ["rate", "budget", "bank"]),
    "t-bridge": ("Weavers' Bridge", ["bridge", "repair", "mayor"]),
}
# speaker, role, topic, outlet, kind, confidence, words; "↑" repeats the words before it.
_SAID = (
    ("Ansel Dray", "harbour minister", "t-grain", "pontine-press.example", "direct", 0.93, "The holds are full."),
    ("Ansel Dray", "harbour minister", "t-grain", "courier.example", "direct", 0.93, "↑"),
    ("Irena Volkanova", "foreign minister", "t-grain", "courier.example", "indirect", 0.71, "no ship would pass"),
    ("", "", "t-grain", "lantern.example", "indirect", 0.42, "forty-one ships are waiting"),
    ("Jon Achterberg", "governor", "t-rates", "observer.example", "direct", 0.88, "The rate stays where it is."),
    ("Jon Achterberg", "governor", "t-rates", "courier.example", "mixed", 0.66, "prices would settle by May"),
    ("Lene Prasad", "mayor", "t-bridge", "lantern.example", "briefing", 0.81, "The bridge will open on Monday."),
    ("Lene Prasad", "mayor", "t-bridge", "courier.example", "question", 0.35, "Who pays for the repair?"),
)


def filters(asked: Parameters) -> Filters:
    """The filters among the parameters of a question."""
    given: dict[str, Any] = {name: asked[name] for name in Filters.__struct_fields__ if name in asked}
    times: dict[str, Any] = {name: datetime.fromisoformat(given[name]) for name in ("since", "until") if name in given}
    return Filters(**given | times | {"min_confidence": float(given.get("min_confidence", 0))})


def statements(now: datetime) -> list[Row]:
    """The statements as /v1/statements has them, oldest first; the last one was published at ``now``."""
    rows: list[Row] = []
    for n, (speaker, role, topic, outlet, kind, confidence, words) in enumerate(_SAID, 1):
        at = now - timedelta(minutes=len(_SAID) - n)
        rows.append(
            {
                "seq": n,
                "id": f"s{n}",
                "article_id": f"a{n}",
                "kind": kind,
                "text": rows[-1]["text"] if words == "↑" else words,
                "spans": [{"start": 6, "end": 6 + len(words)}],
                "speaker_id": speaker_id(speaker),
                "speaker": speaker,
                "speaker_as_written": speaker,
                "speaker_mention": speaker.rpartition(" ")[2],
                "role": role,
                "reported_speaker": "",
                "relayed_by": [],
                "heading": "",
                "confidence": confidence,
                "confidence_word": confidence_word(confidence),
                "why_unknown": "" if speaker else "no name stands near the words",
                "topic_id": topic,
                "topic": TOPICS[topic][0],
                "copies": 1 if n in {1, 2} else 0,
                "copy_of": rows[-1]["id"] if words == "↑" else "",
                "outlet": outlet,
                "language": "en",
                "title": f"Report {n}",
                "url": f"https://{outlet}/{n}",
                "attribution": "Fictional",
                "published_at": at,
                "observed_at": at,
                "stored_at": at + timedelta(milliseconds=800),
                "lag_ms": 800,
            }
        )
    return rows


def run(name: str, kind: str, now: datetime) -> Row:
    """A run as /v1/runs has it; only ``live`` has rows."""
    counts = {"statements": len(_SAID), "articles": len(_SAID)} if name == "live" else {"statements": 0, "articles": 0}
    times = {"first_at": now, "last_at": now} if name == "live" else {"first_at": None, "last_at": None}
    return {"name": name, "kind": kind, "state": "running", "created_at": now, **counts, **times}


def group(rows: list[Row], inside: list[Row], start: datetime, end: datetime) -> Row:
    """What topics and speakers have in common: the window, the time before, the course."""
    span = end - start
    previous = sum(start - span < row["published_at"] <= start for row in rows)
    spark = [0] * 12
    for row in inside:
        spark[min(11, int((row["published_at"] - start) / span * 12))] += 1
    return {
        "count": len(inside),
        "previous": previous,
        "change": round(len(inside) / previous - 1, 4) if previous else None,
        "total": len(rows),
        "outlets": distinct(inside, "outlet"),
        "last_at": max(row["published_at"] for row in rows),
        "spark": spark,
    }


def distinct(rows: Iterable[Row], name: str) -> int:
    """How many values a column has, the empty one aside."""
    return len({row[name] for row in rows} - {""})


def topic(rows: list[Row]) -> Row:
    """What a topic has beside its counts."""
    topic = rows[0]["topic_id"]
    speakers = distinct(rows, "speaker_id")
    return {"topic_id": topic, "title": rows[0]["topic"], "terms": TOPICS[topic][1], "speakers": speakers}


def speaker(rows: list[Row]) -> Row:
    """What a speaker has beside the counts."""
    return {name: rows[0][name] for name in ("speaker_id", "speaker", "role")} | {"kind": "person", "aliases": 2}


def spoken_by(rows: list[Row]) -> Row:
    """Who made these statements: two forms of one name, joined for one reason."""
    first, last = rows[0], rows[-1]
    times = {"first_at": first["published_at"], "last_at": last["published_at"]}
    surname = first["speaker_mention"]
    return {
        "id": first["speaker_id"],
        "name": first["speaker"],
        "kind": "person",
        "role": first["role"],
        "terms": [{"role": first["role"], **times, "articles": len(rows)}],
        "aliases": [{"name": first["speaker"], "statements": len(rows)}, {"name": surname, "statements": 1}],
    }


def joined(row: Row) -> Row:
    """The speaker that became the one of a statement."""
    surname = row["speaker_mention"]
    reason = f"the same surname as {row['speaker']}"
    return {"id": speaker_id(surname), "name": surname, "at": row["published_at"], "reason": reason}


def joining(row: Row) -> Row:
    """The event of it."""
    one = joined(row)
    ids = {"speaker_id": one["id"], "into_id": row["speaker_id"]}
    return {"seq": 1, "at": one["at"], "kind": "merged", **ids, "name": one["name"], "reason": one["reason"]}


def short(row: Row) -> Row:
    """A statement as copies and earlier ones are listed."""
    return {name: row[name] for name in ("id", "outlet", "published_at", "article_id", "title", "url")}


def article(row: Row) -> Row:
    """The article that a statement is written in."""
    same = ("url", "outlet", "title", "language", "published_at", "observed_at", "stored_at", "attribution")
    return {name: row[name] for name in same} | {
        "id": row["article_id"],
        "author": "",
        "text": f"Dray: {row['text']}",
        "published_precision": "second",
        "licence": "own",
        "source": {"cluster": "fake", "topic": "onrecord.live.articles", "partition": 0, "offset": row["seq"]},
    }
