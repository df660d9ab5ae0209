"""Bundles, records and engines for tests of the store, and the whole content of a store to compare."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from processors.clock import ManualClock
from processors.ids import article_id, digest, speaker_id, statement_id
from processors.messages import Article, DeadLetter, Embedded, Evidence, Source, Statement, pack_vectors
from processors.settings import Settings, StoreSettings
from processors.steps.cluster import Item, TopicEvent
from processors.steps.speakers.items import Said, SpeakerEvent, SpeakerRow, Term
from processors.steps.topics import TopicRow
from processors.store.sequencer import Arrival
from processors.store.speakers import Resolved
from processors.store.topics import Outcome
from processors.store.writer import RunStore

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
DIMS = 4
TABLES = [
    "meta",
    "articles",
    "statements",
    "vectors",
    "speakers",
    "speaker_events",
    "speaker_state",
    "topics",
    "topic_events",
    "topic_state",
    "inputs",
    "dead_letters",
    "offsets",
]


class FakeEngine:
    """One topic for each first letter of a statement; every third statement merges 'b' into 'a' for good.

    Its state is how many it has seen, so that a batch counted twice or not at all changes every later topic's title.
    """

    def __init__(self, rows: Iterable[TopicRow], shared: Mapping[str, bytes]) -> None:
        self.seen = int(shared.get("seen", b"0"))
        self.rows = {row.id: row for row in rows}

    def assign(self, items: Sequence[Item]) -> Outcome:
        topics, events, changed = [], [], set()
        for item in items:
            self.seen += 1
            topic = "t" + item.text[0].lower()
            row = self.rows.get(topic)
            if row is None:
                row = TopicRow(topic, f"born at {self.seen}", (), "", item.at, item.at, 0, 0, b"x")
                events.append(TopicEvent("born", topic, "", item.at, row.title))
            terms = (str(self.seen), str(round(float(item.vector.sum() + item.context.sum()), 2)))
            self.rows[topic] = row._replace(terms=terms, last_at=item.at, statements=row.statements + 1)
            topics.append(topic)
            changed.add(topic)
        rows = [self.rows[topic] for topic in sorted(changed)]
        return Outcome(topics, events, rows, {"seen": str(self.seen).encode()})


class FakeSpeakers:
    """One speaker a name; at every fifth statement a surname alone joins the first full name that ends in it, if any.

    Its state is how many it has seen, and a speaker's is when it was seen last, so that a statement counted twice or
    not at all changes later rows. ``by_hand`` maps a name to the name that ``speakers.toml`` says it is.
    """

    by_hand: Mapping[str, str] = {}

    def __init__(self, rows: Iterable[SpeakerRow], shared: Mapping[str, bytes]) -> None:
        self.seen = int(shared.get("seen", b"0"))
        self.rows = {row.id: row for row in rows}

    def resolve(self, said: Sequence[Said]) -> Resolved:
        ids, events, changed = [], [], set()
        for one in said:
            self.seen += 1
            speaker = speaker_id(one.name)
            row = self.rows.get(speaker)
            if row is None:
                row = SpeakerRow(speaker, one.name, "person", "", (), (), "", b"0")
                events.append(SpeakerEvent(one.at, "born", speaker, "", one.name, ""))
            term = Term(one.role, min([one.at, *(t.first_at for t in row.terms)]), one.at, self.seen)
            aliases = dict(row.aliases)
            aliases[one.mention] = aliases.get(one.mention, 0) + 1
            self.rows[speaker] = replace(
                row, role=one.role, terms=(term,), aliases=tuple(sorted(aliases.items())), state=b"%d" % self.seen
            )
            changed.add(speaker)
            if self.seen % 5 == 0:
                self._merge_surnames(one.at, events, changed)
            ids.append(speaker)
        return self._outcome(ids, events, changed)

    def reconcile(self, at: datetime) -> Resolved:
        events: list[SpeakerEvent] = []
        changed: set[str] = set()
        for name, other in self.by_hand.items():
            self._merge(speaker_id(name), speaker_id(other), at, "speakers.toml", events, changed)
        return self._outcome([], events, changed)

    def _merge_surnames(self, at: datetime, events: list[SpeakerEvent], changed: set[str]) -> None:
        for row in sorted(self.rows.values(), key=lambda row: row.name):
            full = [one for one in self.rows.values() if one.name.endswith(f" {row.name}")]
            for one in sorted(full, key=lambda one: one.name)[:1]:
                self._merge(row.id, one.id, at, f"the same surname as {one.name}", events, changed)

    def _merge(
        self, speaker: str, into: str, at: datetime, reason: str, events: list[SpeakerEvent], changed: set[str]
    ) -> None:
        row = self.rows.get(speaker)
        if row is not None and into in self.rows and not row.merged_into:
            self.rows[speaker] = replace(row, merged_into=into)
            events.append(SpeakerEvent(at, "merged", speaker, into, row.name, reason))
            changed.update({speaker, into})

    def _outcome(self, ids: list[str], events: list[SpeakerEvent], changed: set[str]) -> Resolved:
        return Resolved(ids, events, [self.rows[one] for one in sorted(changed)], {"seen": str(self.seen).encode()})


def article(position: int, origin: str = "o", text: str = "", **others: Any) -> Article:
    text = text or f"Text number {position} of {origin}. “We will go home,” said Ana Lom."
    url = others.pop("url", f"https://example.org/{origin}/{position}")
    values: dict[str, Any] = {
        "id": article_id(url, text), "url": url, "outlet": f"outlet{position % 3}", "title": f"Title {position}",
        "text": text, "published_at": NOON + timedelta(minutes=position), "observed_at": NOON, "origin": origin,
        "position": position, "language": "en", "attribution": "Fictional",
    }  # fmt: skip
    return Article(**(values | others))


def bundle(
    position: int, origin: str = "o", said: Sequence[str] = ("alpha", "beta"), *,
    speaker: str = "Ana Lom", model: str = "m@1", **others: Any,
) -> Embedded:  # fmt: skip
    one = article(position, origin, **others)
    statements = tuple(
        Statement(
            id=statement_id(one.id, ((i, i + 3),), "x1"), kind="direct", spans=((i, i + 3),),
            text=f"{words} {position} said by somebody about something", speaker=speaker, role="mayor",
            mention=(0, 2), relayed_by=("PPA",), evidence=(Evidence("cue", 1, 4),), confidence=0.5, extractor="x1",
        )
        for i, words in enumerate(said)
    )  # fmt: skip
    numbers = np.array([[position % 7 + i, 1, 0, 0] for i in range(len(said))], dtype=np.float32).reshape(-1, DIMS)
    packed = pack_vectors(numbers)
    return Embedded(
        article=one, statements=statements, model=model, dims=DIMS, vectors=packed, contexts=packed,
        terms={"word": 1.0}, source=Source("c", "onrecord.r.articles", 0, position),
    )  # fmt: skip


def saying(position: int, text: str, origin: str = "o", **others: Any) -> Embedded:
    """An article with one statement of exactly these words."""
    one = bundle(position, origin, ("x",), **others)
    return msgspec.structs.replace(one, statements=(msgspec.structs.replace(one.statements[0], text=text),))


def letter(position: int = -1, origin: str = "", offset: int = 0, reason: str = "broken") -> DeadLetter:
    source = Source("c", "onrecord.r.articles", 1, offset)
    return DeadLetter(stage="extract", reason=reason, source=source, at=NOON, origin=origin, position=position)


def arrivals(messages: Iterable[Embedded | DeadLetter], partitions: int = 2, topic: str = "embedded") -> list[Arrival]:
    """Messages with the places that a bus with so many partitions gives them, keyed by what they account for."""
    following = [0] * partitions
    placed = []
    for number, message in enumerate(messages):
        key = Arrival(message, ("", 0), 0).input or ("", number)
        partition = int(digest(*map(str, key)), 16) % partitions
        placed.append(Arrival(message, (topic, partition), following[partition]))
        following[partition] += 1
    return placed


def settings(folder: Path, **store: Any) -> Settings:
    values: dict[str, Any] = {"directory": str(folder), "memory_limit": "200MB", "threads": 1}
    return Settings(store=StoreSettings(**(values | store)))


def open_store(folder: Path, clock: ManualClock | None = None, **store: Any) -> RunStore:
    path = folder / "runs" / "r.duckdb"
    return RunStore("r", path, settings(folder, **store), clock or ManualClock(NOON), FakeEngine, FakeSpeakers)


def feed(store: RunStore, placed: Iterable[Arrival], cluster: str = "c") -> None:
    """Begin where the store is, take everything in, and write it."""
    store.begin(cluster, store.offsets(cluster))
    store.receive(placed)
    while store.apply() is not None:
        pass


def content(store: RunStore) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, sorted."""
    with store.cursor() as cursor:
        return {table: sorted(cursor.execute(f"FROM {table}").fetchall(), key=repr) for table in TABLES}
