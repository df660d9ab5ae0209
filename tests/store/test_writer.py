from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb
import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from store_fakes import NOON, TABLES, FakeEngine, arrivals, bundle, content, feed, letter, open_store, saying
from store_fakes import settings as store_settings

from processors.clock import ManualClock
from processors.errors import StoreError
from processors.ids import speaker_id
from processors.messages import DeadLetter, Embedded
from processors.runs import Positions
from processors.store.copies import WINDOW
from processors.store.sequencer import Arrival
from processors.store.writer import RunStore

MODEL_REASON = (
    "its vectors come from other (4 numbers), those of this run from m@1 (4); start a new run for another model"
)
QUICK = settings(deadline=None, max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])


def query(store: RunStore, sql: str) -> list[tuple[Any, ...]]:
    with store.cursor() as cursor:
        return cursor.execute(sql).fetchall()


def mixed(count: int = 8) -> list[Embedded | DeadLetter]:
    """Two origins, duplicates, copies, dead letters of both kinds, articles without statements."""
    messages: list[Embedded | DeadLetter] = []
    for i in range(count):
        if i == 2:
            messages.append(letter(i, "o"))
        elif i == 5:
            messages.append(msgspec.structs.replace(bundle(i), article=bundle(1).article))
            copied = msgspec.structs.replace(bundle(1).article, position=i)
            messages[-1] = msgspec.structs.replace(bundle(1), article=copied)
        elif i == 4:
            messages.append(bundle(i, said=()))
        else:
            messages.append(bundle(i, said=("alpha", "beta", "gamma")[: 1 + i % 3]))
    messages.append(saying(count, "alpha 0 said by somebody about something!"))
    return [*messages, letter(offset=77)]


class Failing:
    """A connection that breaks at its nth statement."""

    def __init__(self, connection: Any, after: float, error: BaseException) -> None:
        self._connection, self._after, self._error = connection, after, error
        self.executed = 0

    def execute(self, *arguments: Any) -> Any:
        self.executed += 1
        if self.executed > self._after:
            raise self._error
        return self._connection.execute(*arguments)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)


def test_one_batch_writes_every_table(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    feed(store, arrivals(mixed()))
    assert all(content(store).values())
    store.close()


def test_failure_between_any_two_statements_leaves_nothing_and_a_retry_gives_the_same(tmp_path: Path) -> None:
    calm = open_store(tmp_path / "calm")
    placed = arrivals(mixed())
    half = len(placed) // 2
    feed(calm, placed[:half])
    before = content(calm)
    counting = Failing(calm._connection, math.inf, KeyError())
    calm._connection = counting
    feed(calm, placed)
    after = content(calm)
    calm.close()
    assert counting.executed > 15

    store = open_store(tmp_path / "shaken")
    feed(store, placed[:half])
    for broken_at in range(counting.executed):
        good = store._connection
        store._connection = Failing(good, broken_at, KeyError("pulled out"))
        with pytest.raises(KeyError):
            feed(store, placed)
        store._connection = good
        assert content(store) == before
        assert store.counts == (len(before["articles"]), len(before["statements"]))
        with pytest.raises(RuntimeError, match="begin"):
            store.apply()
    feed(store, placed)
    assert content(store) == after
    store.close()


def test_a_failed_commit_leaves_nothing(tmp_path: Path) -> None:
    store = open_store(tmp_path)

    class NoCommit(Failing):
        def commit(self) -> None:
            raise duckdb.IOException("no space left on device")

    good = store._connection
    store._connection = NoCommit(good, math.inf, KeyError())
    with pytest.raises(StoreError, match="run r does not take more: no space left"):
        feed(store, arrivals(mixed()))
    assert not any(rows for table, rows in content(store).items() if table != "meta")
    store._connection = good
    feed(store, arrivals(mixed()))
    assert store.accounting().stored > 0
    store.close()


def test_redelivery_changes_nothing(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    placed = arrivals(mixed())
    feed(store, placed)
    before = content(store)
    store.begin("c", {})
    store.receive(placed)
    while store.apply():
        pass
    assert content(store) == before
    store.close()


def test_published_again_on_a_new_log_changes_only_the_offsets(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    feed(store, arrivals(mixed()))
    before = content(store)
    feed(store, arrivals([bundle(0), bundle(1), bundle(9)]), cluster="another")
    after = content(store)
    assert {row[0] for row in after["offsets"]} == {"c", "another"}
    assert len(after["articles"]) == len(before["articles"]) + 1
    store.close()


def canonical(rows: dict[str, list[tuple[Any, ...]]]) -> dict[str, list[tuple[Any, ...]]]:
    """Without the running number of dead letters: one that nobody can place is written when it comes."""
    return rows | {"dead_letters": sorted((row[1:] for row in rows["dead_letters"]), key=repr)}


@QUICK
@given(data=st.data(), partitions=st.integers(1, 3))
def test_order_of_partitions_and_cuts_into_batches_make_no_difference(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject, partitions: int
) -> None:
    placed = arrivals(mixed(), partitions)
    straight = open_store(tmp_path_factory.mktemp("straight"))
    feed(straight, placed)
    expected = canonical(content(straight))
    straight.close()

    store = open_store(tmp_path_factory.mktemp("cut"), batch_statements=data.draw(st.integers(1, 6)))
    store.begin("c", {})
    queues = [[one for one in placed if one.at[1] == partition] for partition in range(partitions)]
    while any(queues):
        partition = data.draw(st.sampled_from([i for i, queue in enumerate(queues) if queue]))
        store.receive([queues[partition].pop(0)])
        step = data.draw(st.sampled_from(["wait", "apply", "restart"]))
        if step == "apply":
            store.apply()
        elif step == "restart":
            store._stale = True
            store.begin("c", store.offsets("c"))
            resumed = store.offsets("c")
            queues = [
                [one for one in placed if one.at[1] == part and one.offset >= resumed.get(one.at, 0)]
                for part in range(partitions)
            ]
        sums = store.accounting()
        assert sums.received == sums.stored + sums.duplicates + sums.dead_letters + sums.waiting + sums.missing
    while store.apply():
        pass
    assert canonical(content(store)) == expected
    store.close()


def test_resumes_in_the_middle_after_reopening(tmp_path: Path) -> None:
    placed = arrivals(mixed(), 1)
    calm = open_store(tmp_path / "calm")
    feed(calm, placed)
    expected = content(calm)
    calm.close()
    for end in range(len(placed) + 1):
        store = open_store(tmp_path / "cut")
        resumed = store.offsets("c").get(("embedded", 0), 0)
        feed(store, placed[resumed:end])
        store.close()
    store = open_store(tmp_path / "cut")
    assert canonical(content(store)) == canonical(expected)
    store.close()


def test_same_article_twice_is_a_duplicate(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    again = msgspec.structs.replace(bundle(0), article=msgspec.structs.replace(bundle(0).article, position=1))
    third = msgspec.structs.replace(bundle(0), article=msgspec.structs.replace(bundle(0).article, origin="p"))
    feed(store, arrivals([bundle(0), again]))
    feed(store, arrivals([bundle(0), again, third], 1, "more"))
    outcomes = query(store, "SELECT origin, position, outcome FROM inputs ORDER BY ALL")
    assert outcomes == [("o", 0, "stored"), ("o", 1, "duplicate"), ("p", 0, "duplicate")]
    assert store.counts == (1, 2)
    store.close()


def test_a_known_statement_id_is_not_stored_again(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    feed(store, arrivals([bundle(0)]))
    feed(store, arrivals([msgspec.structs.replace(bundle(1), statements=bundle(0).statements)], 1, "more"))
    assert query(store, "SELECT id, statements FROM articles ORDER BY seq")[1][1] == 0
    assert store.counts == (2, 2)
    store.close()


@pytest.mark.parametrize("together", [True, False])
def test_same_words_within_three_days_are_a_copy_with_the_originals_topic(tmp_path: Path, together: bool) -> None:
    words = "we will be going home before the winter comes"
    placed = arrivals(
        [
            saying(0, words),
            saying(1, words.upper() + "!", published_at=NOON + WINDOW),
            saying(2, words, published_at=NOON + WINDOW + timedelta(seconds=1)),
            saying(3, words, published_at=NOON - WINDOW),
        ],
        1,
    )
    store = open_store(tmp_path, batch_statements=500 if together else 1)
    feed(store, placed)
    first, second, third, fourth = query(store, "SELECT id, copy_of, topic_id FROM statements ORDER BY seq")
    assert first[1:] == ("", "tw")
    assert second[1:] == (first[0], "tw")
    assert third[1:] == ("", "tw")
    assert fourth[1:] == (first[0], "tw")
    assert query(store, "SELECT statements FROM topics") == [(2,)]
    assert query(store, "SELECT statements FROM speakers") == [(2,)]
    store.close()


def test_few_words_are_a_copy_only_of_the_same_speaker(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    said = [saying(0, "No comment."), saying(1, "No comment.", speaker="Bo"), saying(2, "no comment")]
    feed(store, arrivals(said, 1))
    assert [row[0] != "" for row in query(store, "SELECT copy_of FROM statements ORDER BY seq")] == [False, False, True]
    store.close()


def test_speakers_add_up_over_batches(tmp_path: Path) -> None:
    store = open_store(tmp_path, batch_statements=1)
    unknown = bundle(2, speaker="")
    feed(store, arrivals([bundle(0), bundle(1, speaker="ANA LOM"), unknown, bundle(3)], 1))
    assert query(store, "SELECT id, name, role, statements, last_at - first_at FROM speakers") == [
        (speaker_id("Ana Lom"), "Ana Lom", "mayor", 6, timedelta(minutes=3))
    ]
    store.close()


def test_vectors_of_another_model_become_a_dead_letter_in_their_place(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    silent = bundle(0, said=(), model="")
    feed(store, arrivals([silent, bundle(1), bundle(2, model="other"), bundle(3)], 1))
    assert query(store, "SELECT origin, position, stage, reason FROM dead_letters") == [
        (
            *("o", 2, "store"),
            MODEL_REASON,
        )
    ]
    assert store.accounting().stored == 3
    assert store.model == "m@1"
    store.close()


def test_accounting_and_positions(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    placed = arrivals([bundle(0), bundle(1), bundle(4), letter(offset=9)], 1)
    store.begin("c", {})
    store.receive(placed)
    sums = store.accounting()
    assert (sums.received, sums.waiting, sums.missing, sums.stored) == (6, 4, 2, 0)
    assert store.positions("o") == Positions(next=0, accounted=0)
    store.apply()
    sums = store.accounting()
    assert (sums.received, sums.stored, sums.dead_letters, sums.waiting, sums.missing) == (6, 2, 1, 1, 2)
    assert store.offsets("c") == {("embedded", 0): 2}
    store.release(before=1.0)
    store.apply()
    assert store.positions("o") == Positions(next=2, accounted=3)
    assert store.positions("nobody") == Positions(next=0, accounted=0)
    store.close()
    store = open_store(tmp_path)
    assert store.positions("o") == Positions(next=2, accounted=3)
    sums = store.accounting()
    assert (sums.received, sums.stored, sums.dead_letters, sums.waiting, sums.missing) == (6, 3, 1, 0, 2)
    feed(store, [Arrival(bundle(2), ("embedded", 0), 4)])
    assert store.positions("o") == Positions(next=3, accounted=4)
    store.close()


def test_subscribers_hear_the_newest_number_until_they_leave(tmp_path: Path) -> None:
    store = open_store(tmp_path, batch_statements=1)
    heard: list[int] = []
    seen: list[int] = []

    def notify(newest: int) -> None:
        heard.append(newest)
        seen.append(query(store, "SELECT max(seq) FROM statements")[0][0])

    store.subscribe(notify)
    feed(store, arrivals([bundle(0), bundle(1, said=()), bundle(2, said=("a", "b", "c"))], 1))
    store.unsubscribe(notify)
    store.unsubscribe(notify)
    feed(store, arrivals([bundle(3)], 1, "more"))
    assert heard == seen == [2, 5]
    store.close()


def test_topics_go_on_after_reopening(tmp_path: Path) -> None:
    engines: list[FakeEngine] = []

    def restore(rows: Any, shared: Any) -> FakeEngine:
        engines.append(FakeEngine(list(rows), shared))
        return engines[-1]

    store = open_store(tmp_path)
    feed(store, arrivals([bundle(0)]))
    store.close()
    store = open_store(tmp_path)
    store._engine_factory = restore
    store.begin("c", {})
    assert engines[0].seen == 2
    assert set(engines[0].rows) == {"ta", "tb"}
    assert engines[0].rows["ta"].first_at == NOON
    store.close()


def test_the_real_topics_are_the_same_however_the_stream_is_cut_and_restarted(tmp_path: Path) -> None:
    placed = arrivals(
        [bundle(i, said=("grain ships leave port", "budget talks fail")[: 1 + i % 2]) for i in range(60)], 1
    )
    contents = []
    for name, most, restart in (("straight", 500, 1_000), ("cut", 7, 11)):
        path = tmp_path / f"{name}.duckdb"
        for end in range(restart, len(placed) + restart, restart):
            options = store_settings(tmp_path, batch_statements=most)
            store = RunStore("r", path, options, ManualClock(NOON))
            resumed = store.offsets("c").get(("embedded", 0), 0)
            feed(store, placed[resumed:end])
            contents.append(content(store))
            store.close()
    straight, cut = contents[0], contents[-1]
    assert straight["topics"]
    for table in ("topics", "topic_events", "statements", "topic_state", "offsets"):
        assert cut[table] == straight[table], table


def test_reading_while_a_batch_is_written_sees_only_what_is_committed(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    counted: list[int] = []

    class Looking(FakeEngine):
        def assign(self, items: Sequence[Any]) -> Any:
            outcome = super().assign(items)
            counted.append(query(store, "SELECT count(*) FROM inputs")[0][0])
            return outcome

    store._engine_factory = Looking
    feed(store, arrivals([bundle(0)]))
    feed(store, arrivals([bundle(1)], 1, "more"))
    assert counted == [0, 1]
    store.close()


def test_the_content_that_is_compared_covers_all_tables(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    names = {row[0] for row in query(store, "SELECT table_name FROM duckdb_tables() WHERE database_name = 'run'")}
    assert names == {*TABLES, "migrations"}
    store.close()
