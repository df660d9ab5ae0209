"""Speakers in the store: who they are by the registry, how often they spoke by the store, what happened to them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from store_fakes import NOON, FakeEngine, FakeSpeakers, arrivals, bundle, content, feed, open_store, saying
from store_fakes import settings as store_settings
from test_writer import Failing, query

from processors.clock import ManualClock
from processors.ids import speaker_id
from processors.messages import Embedded
from processors.store.speakers import Tally, add_up, said_in
from processors.store.writer import RunStore

ANA, LOM, DRAY = (speaker_id(name) for name in ("Ana Lom", "Lom", "Bo Dray"))
LATE = datetime(2026, 4, 1)  # noqa: DTZ001 - the store's own times are naive UTC


@pytest.fixture
def store(tmp_path: Path) -> Iterator[RunStore]:
    opened = open_store(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def by_hand(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """What speakers.toml says."""
    said: dict[str, str] = {}
    monkeypatch.setattr(FakeSpeakers, "by_hand", said)
    return said


def speaking(*names: str) -> list[Embedded]:
    """One statement of six words or more by each, in order, no two alike."""
    return [saying(i, f"number {i} is what I have to say today", speaker=name) for i, name in enumerate(names)]


def test_a_tally_counts_copies_only_for_the_times() -> None:
    noon = NOON.replace(tzinfo=None)
    hour = timedelta(hours=1)
    spoken = [("a", noon, False), ("a", noon - hour, True), ("b", noon, True), ("a", noon + hour, False)]
    known = {"a": Tally(noon, noon, 4)}
    assert add_up(known, spoken, [("a", LATE), ("c", LATE)]) == {
        "a": Tally(noon - hour, noon + hour, 6),
        "b": Tally(noon, noon, 0),
        "c": Tally(LATE, LATE, 0),
    }


def test_the_registry_gets_the_words_that_stand_for_the_speaker() -> None:
    one = said_in(bundle(3), 0)
    assert (one.name, one.mention, one.role, one.outlet) == ("Ana Lom", "Te", "mayor", "outlet0")
    assert one.article_id == bundle(3).article.id
    assert one.at == NOON + timedelta(minutes=3)


def test_every_statement_has_its_speaker_on_arrival_and_merges_are_kept_beside(store: RunStore) -> None:
    feed(store, arrivals(speaking("Lom", "Ana Lom", "", "Bo Dray", "Lom", "Lom"), 1))
    assert [row[0] for row in query(store, "SELECT speaker_id FROM statements ORDER BY seq")] == [
        *(LOM, ANA, "", DRAY, LOM, LOM)
    ]
    assert query(store, "SELECT name, merged_into, statements FROM speakers ORDER BY name") == [
        ("Ana Lom", "", 1),
        ("Bo Dray", "", 1),
        ("Lom", ANA, 3),
    ]
    assert query(store, "SELECT seq, kind, speaker_id, into_id, name, reason FROM speaker_events ORDER BY seq") == [
        (1, "born", LOM, "", "Lom", ""),
        (2, "born", ANA, "", "Ana Lom", ""),
        (3, "born", DRAY, "", "Bo Dray", ""),
        (4, "merged", LOM, ANA, "Lom", "the same surname as Ana Lom"),
    ]


def test_terms_and_aliases_are_written_as_the_registry_gives_them(store: RunStore) -> None:
    feed(store, arrivals([bundle(0), bundle(1)], 1))
    ((role, terms, aliases),) = query(store, "SELECT role, terms, aliases FROM speakers")
    noon = NOON.replace(tzinfo=None)
    assert role == "mayor"
    assert terms == [{"role": "mayor", "first_at": noon, "last_at": noon + timedelta(minutes=1), "articles": 4}]
    assert aliases == [{"name": "Te", "statements": 4}]


def test_a_speaker_is_known_before_copies_are_folded(store: RunStore) -> None:
    """Few words are copies of the same speaker only: the registry's speaker, not the name."""

    class Spelling(FakeSpeakers):
        def resolve(self, said: Any) -> Any:
            found = super().resolve(said)
            return type(found)([ANA for _ in found.ids], found.events, found.rows, found.shared)

    store._speaker_factory = Spelling
    feed(store, arrivals([saying(0, "No comment.", speaker="Ana Lom"), saying(1, "No comment.", speaker="A. Lom")], 1))
    first, second = query(store, "SELECT id, copy_of FROM statements ORDER BY seq")
    assert second[1] == first[0]
    assert query(store, "SELECT statements FROM speakers WHERE name = 'Ana Lom'") == [(1,)]


def test_a_name_without_letters_is_nobody(store: RunStore) -> None:
    feed(store, arrivals(speaking("—"), 1))
    assert query(store, "SELECT speaker_id FROM statements") == [("",)]
    assert content(store)["speakers"] == []


def test_the_registry_goes_on_after_reopening(tmp_path: Path) -> None:
    seen: list[FakeSpeakers] = []

    def restore(rows: Any, shared: Mapping[str, bytes]) -> FakeSpeakers:
        seen.append(FakeSpeakers(list(rows), shared))
        return seen[-1]

    store = open_store(tmp_path)
    feed(store, arrivals(speaking("Ana Lom", "Bo Dray", "Ana Lom"), 1))
    written = {row.id: row for row in store._speakers.rows.values()}  # type: ignore[union-attr]
    store.close()
    store = open_store(tmp_path)
    store._speaker_factory = restore
    store.begin("c", {})
    store.close()
    assert seen[0].seen == 3
    assert seen[0].rows == written
    assert seen[0].rows[ANA].terms[0].first_at.tzinfo is UTC


def test_the_real_speakers_are_the_same_however_the_stream_is_cut_and_restarted(tmp_path: Path) -> None:
    names = ["Mira Castell", "Castell", "a police spokesman", "Harbour Board", "M. Castell", "", "Jon Ash", "Ash"]
    placed = arrivals([bundle(i, speaker=names[(i * 5 + i // 9) % len(names)]) for i in range(60)], 1)
    contents = []
    for folder, most, restart in (("straight", 500, 1_000), ("cut", 7, 11)):
        for end in range(restart, len(placed) + restart, restart):
            options = store_settings(tmp_path, batch_statements=most)
            store = RunStore("r", tmp_path / f"{folder}.duckdb", options, ManualClock(NOON), FakeEngine)
            feed(store, placed[store.offsets("c").get(("embedded", 0), 0) : end])
            contents.append(content(store))
            store.close()
    straight, cut = contents[0], contents[-1]
    assert {row[2] for row in straight["speakers"]} >= {"person", "unnamed", "organisation"}
    assert any(row[2] == "merged" for row in straight["speaker_events"])
    for table in ("speakers", "speaker_events", "speaker_state", "statements", "offsets"):
        assert cut[table] == straight[table], table


def test_what_is_said_by_hand_is_applied_when_writing_begins_and_once(store: RunStore, by_hand: dict[str, str]) -> None:
    placed = arrivals(speaking("Ana Lom", "Bo Dray"), 1)
    feed(store, placed)
    before = content(store)
    by_hand["Bo Dray"] = "Ana Lom"
    store._stale = True
    for _ in range(2):
        store.begin("c", store.offsets("c"))
        assert query(store, "SELECT id FROM speakers WHERE merged_into <> ''") == [(DRAY,)]
        last = 'SELECT seq, kind, reason, "at" FROM speaker_events ORDER BY seq DESC LIMIT 1'
        # The stream's own time: the newest publication.
        at = (NOON + timedelta(minutes=1)).replace(tzinfo=None)
        assert query(store, last) == [(3, "merged", "speakers.toml", at)]
        store._stale = True
    after = content(store)
    assert {table for table in after if after[table] != before[table]} == {"speakers", "speaker_events"}
    assert [row[9] for row in after["speakers"]] == [row[9] for row in before["speakers"]], "counts stay"


def test_where_the_file_does_not_take_it_nothing_is_said_by_hand(store: RunStore, by_hand: dict[str, str]) -> None:
    feed(store, arrivals(speaking("Ana Lom", "Bo Dray"), 1))
    before = content(store)
    by_hand["Bo Dray"] = "Ana Lom"
    good = store._connection
    counting = Failing(good, math.inf, KeyError())
    for broken_at in range(6):
        store._connection = Failing(good, broken_at, KeyError("pulled out"))
        store._stale = True
        try:
            store.begin("c", {})
        except KeyError:
            store._connection = good
            assert content(store) == before
        else:
            counting = store._connection
            break
    store._connection = good
    assert 2 < counting.executed < 6
    assert content(store) != before


def test_a_speaker_that_only_copies_know_has_times_and_no_count(store: RunStore) -> None:
    words = "we will be going home before the winter comes"
    feed(store, arrivals([saying(0, words), saying(1, words, speaker="Bo Dray")], 1))
    noon = NOON.replace(tzinfo=None)
    assert query(store, "SELECT name, statements, first_at FROM speakers ORDER BY name") == [
        ("Ana Lom", 1, noon),
        ("Bo Dray", 0, noon + timedelta(minutes=1)),
    ]
