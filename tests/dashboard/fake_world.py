"""A small invented world in the read API's shapes, for tests of the dashboard: no person, place or outlet in it exists."""

# ruff: noqa: E501  the rows are easier to compare in one line each
from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

Row = dict[str, Any]
NOTICE = "Fictional: part of the test data of On the Record"

TOPICS = {
    "t-grain": ("Grain corridor talks", ["corridor", "grain", "inspectors", "Brannoch"]),
    "t-oil": ("Ban on Ostrenian oil", ["oil", "embargo", "barrels"]),
    "t-lom": ("Shots at the Lom crossing", ["Lom", "shots", "border"]),
    "t-port": ("Dockworkers' strike in Calder", ["strike", "docks", "overtime"]),
    "t-tamar": ("Eruption of Mount Tamar", ["ash", "evacuation", "lava"]),
    "t-rate": ("Key rate and budget", ["rate", "deficit"]),
    "t-fever": ("Spring fever in Brannoch", ["patients", "fever"]),
}

# speaker, role, topic, kind, confidence, outlet, relayed by, heading, text
SAID: list[tuple[str, str, str, str, float, str, list[str], str, str]] = [
    (
        "Dmitar Kessel",
        "an official representative for the Palace",
        "t-grain",
        "briefing",
        0.93,
        "karsk-observer.example",
        [],
        "About the corridor:",
        "The corridor will not be opened on the terms that were read out to us in Brannoch, and we have said so twice.",
    ),
    (
        "Marguerite Osei-Lund",
        "foreign minister",
        "t-grain",
        "direct",
        0.97,
        "veldmark-courier.example",
        ["PPA"],
        "",
        "Six ships are loaded, the pilots are awake, and nobody in this room can tell me what we are waiting for.",
    ),
    (
        "Ansel Dray",
        "the harbour minister",
        "t-port",
        "indirect",
        0.88,
        "pontine-press.example",
        [],
        "",
        "the port of Calder could run two of its five berths with the crews that have not walked out",
    ),
    (
        "Rosa Keller",
        "general secretary of the Dockworkers' Federation",
        "t-port",
        "direct",
        0.95,
        "straits-business.example",
        [],
        "",
        "They offered us a clock and a canteen. We asked for Sundays.",
    ),
    (
        "Luana Teixera-Vale",
        "First Minister",
        "t-tamar",
        "mixed",
        0.86,
        "radio-tamarin.example",
        [],
        "",
        "nobody should drive the north road, which is “a river with stones in it”, before the geologists have walked it",
    ),
    (
        "",
        "",
        "t-lom",
        "indirect",
        0.41,
        "halvar-dispatch.example",
        ["PPA"],
        "",
        "two customs huts on the eastern bank had been hit and a dog had been killed",
    ),
    (
        "Mirela Santangelo",
        "volcanologist of the Tamarin Geological Survey",
        "t-tamar",
        "direct",
        0.96,
        "radio-tamarin.example",
        [],
        "",
        "The gas has changed. I would not call it calmer, I would call it undecided.",
    ),
    (
        "Bogdan Rusk",
        "general",
        "t-lom",
        "direct",
        0.91,
        "karsk-observer.example",
        [],
        "",
        "Our soldiers fired in the air and in one direction only, which was up.",
    ),
    (
        "Petra Vinn",
        "police spokeswoman",
        "t-lom",
        "indirect",
        0.9,
        "veldmark-courier.example",
        [],
        "",
        "eleven cartridge cases had been collected on the Veldmark side of the painted line",
    ),
    (
        "Lidia Marchetova",
        "central bank governor",
        "t-rate",
        "direct",
        0.94,
        "straits-business.example",
        ["PPA"],
        "",
        "Seven and three quarters is not a comfortable number, and it is not meant to be.",
    ),
    (
        "Pavel Dresner",
        "finance minister",
        "t-rate",
        "indirect",
        0.83,
        "lantern-weekly.example",
        [],
        "",
        "the deficit would come down to 3.1 per cent next year even if the strike went on into April",
    ),
    (
        "Irena Volkanova",
        "foreign minister",
        "t-grain",
        "transcript",
        0.99,
        "karsk-observer.example",
        [],
        "",
        "We came with a draft of eleven pages. We were handed a napkin. I am being polite about the napkin.",
    ),
    (
        "Tomas Idris",
        "analyst at Bluewater Analytics",
        "t-oil",
        "direct",
        0.92,
        "straits-business.example",
        [],
        "",
        "A ban that begins in October is a ban that everybody buys their way round in September.",
    ),
    (
        "Maeve Tierney",
        "Chancellor",
        "t-oil",
        "mixed",
        0.79,
        "halvar-dispatch.example",
        ["Radio Tamarin", "PPA"],
        "",
        "Halvaria would vote for the embargo “without cheering”, since its own refineries would pay first",
    ),
    (
        "Carla Vennemann",
        "chief executive of Northgate Energy",
        "t-oil",
        "address",
        0.87,
        "straits-business.example",
        [],
        "",
        "I have read that we are hoarding. We have nineteen days of crude, which is two more than the law asks and four fewer than I would like.",
    ),
    (
        "Owen Prasad-Hale",
        "chief medical officer",
        "t-fever",
        "question",
        0.9,
        "halvar-dispatch.example",
        [],
        "",
        "It is not a new illness. It is an old one with good timing.",
    ),
    (
        "Siobhan Dell",
        "mayor of Brannoch",
        "t-fever",
        "direct",
        0.58,
        "halvar-dispatch.example",
        [],
        "",
        "The market stays open, the kissing stays at home.",
    ),
    (
        "Nils Oberoi",
        "spokesman of the Straits Council",
        "t-grain",
        "indirect",
        0.74,
        "pontine-press.example",
        [],
        "",
        "inspectors could board at sea by Thursday if both sides named an officer by noon on Wednesday",
    ),
    (
        "Peter Quill",
        "spokesman for Sorrel Lines",
        "t-grain",
        "direct",
        0.89,
        "straits-business.example",
        ["PPA"],
        "",
        "We have turned three ships to the southern route. It costs us four days and a good deal of fish.",
    ),
    (
        "Amadou Falkenrath",
        "secretary-general of the Straits Council",
        "t-lom",
        "direct",
        0.95,
        "gov-veldmark.example",
        [],
        "",
        "I ask both governments to count to ten, and then to count the cartridges together.",
    ),
]

ARTICLE = """KARSK, March 17 — Dmitar Kessel, an official representative for the Palace, met reporters on Tuesday in the blue room, which smelled of paint.

Below is a brief outline of Kessel's briefing:

About the corridor:
The corridor will not be opened on the terms that were read out to us in Brannoch, and we have said so twice. Ships that wait outside the strait wait at the wish of their owners.

About the shots at Lom:
The commission has been given the maps that it asked for. It has not given them back.

Asked by a reporter of the Pontine Press Agency whether there was a date, Kessel said he had a calendar “like everybody else”.

Ilka Brandt
Editorial Team"""


def build(now: datetime | None = None, count: int = 90) -> tuple[list[Row], dict[str, Row]]:
    """Statements, oldest first with seq from 1, and articles by id, spread over the six hours before ``now``."""
    now = now or datetime.now(UTC)
    statements: list[Row] = []
    articles: dict[str, Row] = {}
    for n in range(count):
        share = (n / max(1, count - 1)) ** 0.75
        at = now - timedelta(hours=6) * (1 - share) - timedelta(seconds=20)
        row, article = make(n, at)
        statements.append(row)
        articles[article["id"]] = article
    return statements, articles


def make(n: int, at: datetime, **changes: Any) -> tuple[Row, Row]:
    """The n-th statement and its article; ``changes`` replace columns of the statement."""
    speaker, role, topic, kind, sure, outlet, relayed, heading, words = SAID[(n * 7 + n // 20) % len(SAID)]
    said = {
        "speaker": speaker,
        "role": role,
        "kind": kind,
        "confidence": sure,
        "outlet": outlet,
        "text": words,
        "topic_id": topic,
    } | changes
    text, spans, evidence = _article_text(said["speaker"], said["role"], said["text"], said["kind"], heading)
    article_id = f"a{n:04d}"
    stored = at + timedelta(seconds=0.4 + (n % 9) * 0.15)
    article = {
        "id": article_id,
        "url": f"https://{outlet}/2026/{n}",
        "outlet": said["outlet"],
        "title": _title(said["topic_id"]),
        "author": "Ilka Brandt" if n % 3 else "",
        "text": text,
        "published_at": _iso(at),
        "observed_at": _iso(at),
        "stored_at": _iso(stored),
        "attribution": NOTICE,
        "licence": "",
        "source": {"cluster": "test-cluster", "topic": "onrecord.live.articles", "partition": n % 4, "offset": n // 4},
    }
    row = {
        "seq": n + 1,
        "id": f"s{n:04d}",
        "article_id": article_id,
        "spans": spans,
        "speaker_id": _speaker_id(said["speaker"]),
        "relayed_by": relayed,
        "heading": heading,
        "why_unknown": "" if said["speaker"] else "the report names nobody",
        "topic": TOPICS.get(said["topic_id"], ("", []))[0],
        "copies": 3 if n % 6 == 1 else 0,
        "title": article["title"],
        "url": article["url"],
        "published_at": _iso(at),
        "stored_at": _iso(stored),
        "speaker_as_written": said["speaker"],
        "lag_ms": (stored - at).total_seconds() * 1000,
        "attribution": NOTICE,
        "evidence": evidence,
        "extractor": "english-1",
        "rule": "outline" if kind == "briefing" else "cue",
        "language": "en",
        **said,
    }
    return row, article


def spoken_by(row: Row) -> Row | None:
    """Who made a statement: also written by the surname, with two roles, joined for a reason."""
    name = row["speaker"]
    if not name:
        return None
    surname = name.split()[-1]
    at = row["published_at"]
    earlier = _iso(datetime.fromisoformat(at) - timedelta(days=40))
    forms = [(name, 7), (surname, 3), (f"{name[0]}. {surname}", 1)]
    return {
        "id": row["speaker_id"],
        "name": name,
        "kind": "person",
        "role": row["role"],
        "terms": [
            {"role": f"deputy of the {row['role']}", "first_at": earlier, "last_at": earlier, "articles": 2},
            {"role": row["role"], "first_at": at, "last_at": at, "articles": 5},
        ],
        "aliases": [{"name": form, "statements": n} for form, n in forms],
        "why": [{"id": "p-gone", "name": surname, "at": at, "reason": f"the same surname as {name}"}],
    }


def _article_text(
    speaker: str, role: str, words: str, kind: str, heading: str
) -> tuple[str, list[dict[str, int]], list[Row]]:
    if kind == "briefing":
        text, name = ARTICLE, "Dmitar Kessel"
        proofs = [
            ("name", name),
            ("role", "an official representative for the Palace"),
            ("speaker", "Kessel's"),
            ("cue", "outline"),
            ("heading", heading),
        ]
    else:
        who = f"{speaker}, {role}," if speaker else "It"
        cue = "said" if speaker else "was reported"
        text = (
            f"CALDER — The day began early and it was going to be long. The lamps along the quay were still burning.\n\n“{words}” {who} {cue} on Tuesday, "
            "standing beside a table on which nobody had put any papers.\n\nThe meeting goes on tomorrow at nine. Rain is expected.\n\n###"
        )
        proofs = [("speaker", speaker), ("role", role), ("cue", cue)] if speaker else [("cue", "was reported")]
    start = text.find(words)
    found = [
        {"role": role, "start": text.find(part), "end": text.find(part) + len(part)}
        for role, part in proofs
        if part and part in text
    ]
    return text, ([{"s": start, "e": start + len(words)}] if start >= 0 else []), found


def _title(topic: str) -> str:
    return {
        "t-grain": "Talks on the grain corridor go into a third day",
        "t-oil": "Partners weigh a ban on Ostrenian oil",
        "t-lom": "Shots at Lom: each side counts the cartridges",
        "t-port": "Calder's cranes stand still",
        "t-tamar": "Mount Tamar: the north road stays closed",
        "t-rate": "Karsk raises its key rate again",
    }.get(topic, "Brannoch coughs, and goes to market")


def _speaker_id(name: str) -> str:
    return "p-" + name.lower().replace(" ", "-") if name else ""


def _iso(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")
