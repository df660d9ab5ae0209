"""Clustering: it finds topics, forgets none of them between restarts, and no cut of the stream changes anything."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from processors.commands.cluster import cluster, read_stream
from processors.errors import SourceError, StoreError
from processors.quality.topics import bcubed, cross_article_f1, moved, pair_f1, score
from processors.settings import ClusterSettings
from processors.steps.cluster import CANDIDATES, Assigned, Item, TopicState, assign
from processors.steps.topics import TopicRow
from tests.steps.topic_items import DIMS, START, item, stream

RULES = ClusterSettings(merge_every=20)
SPLIT = msgspec.structs.replace(RULES, similarity=0.55, merge_similarity=0.4, merge_average=0.2)
SHARED = Path(__file__).resolve().parents[2] / "../shared"


class Saved:
    """What a store keeps: the newest row of each topic, and the rows of none."""

    def __init__(self) -> None:
        self.rows: dict[str, TopicRow] = {}
        self.shared: dict[str, bytes] = {}

    def save(self, state: TopicState, done: Assigned) -> None:
        self.rows.update((row.id, row) for row in state.topic_rows(done.changed))
        self.shared = state.global_rows()

    def plain(self) -> tuple[dict[str, TopicRow], dict[str, bytes]]:
        return self.rows, self.shared


def run(
    items: list[Item], cuts: list[int], rules: ClusterSettings, *, stop: bool
) -> tuple[list[str], list[object], Saved]:
    """Cluster in batches that end at ``cuts``; with ``stop`` every batch begins from what was saved."""
    state, saved = TopicState.empty(rules), Saved()
    topics: list[str] = []
    events: list[object] = []
    edges = sorted({0, *[cut % (len(items) + 1) for cut in cuts], len(items)})
    for begin, end in pairwise(edges):
        if stop:
            state = TopicState.restore(rules, saved.rows.values(), saved.shared)
        done = assign(state, items[begin:end], rules)
        saved.save(state, done)
        topics += done.topics
        events += done.events
    return topics, events, saved


def test_statements_of_a_topic_come_together_and_others_do_not() -> None:
    items = [item(number, number % 4) for number in range(60)]
    done = assign(TopicState.empty(RULES), items, RULES)
    assert bcubed([number % 4 for number in range(60)], done.topics)[2] == 1.0
    assert [event.kind for event in done.events].count("born") == 4
    assert done.topics[0].startswith("t")
    assert done.changed == set(done.topics)


NOISY = stream(240, 12)
WHOLE = run(NOISY, [], SPLIT, stop=False)


def test_the_noisy_stream_has_merges() -> None:
    assert "merged" in {event.kind for event in WHOLE[1]}  # type: ignore[attr-defined]


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(min_value=0), max_size=12), st.booleans())
def test_no_cut_and_no_restart_changes_anything(cuts: list[int], stop: bool) -> None:
    topics, events, saved = run(NOISY, cuts, SPLIT, stop=stop)
    assert topics == WHOLE[0]
    assert events == WHOLE[1]
    assert saved.plain() == WHOLE[2].plain()


def test_stopping_after_every_statement_changes_nothing() -> None:
    topics, events, saved = run(NOISY, list(range(len(NOISY))), SPLIT, stop=True)
    assert (topics, events) == WHOLE[:2]
    assert saved.plain() == WHOLE[2].plain()


def test_more_topics_than_candidates_are_cut_alike() -> None:
    items = stream(400, 90, seed=5)
    whole = run(items, [], SPLIT, stop=False)
    assert len(whole[2].rows) > 2 * CANDIDATES
    for cuts, stop in (([7, 150, 151, 333], True), (list(range(0, 400, 13)), False)):
        topics, events, saved = run(items, cuts, SPLIT, stop=stop)
        assert (topics, events) == whole[:2]
        assert saved.plain() == whole[2].plain()


def test_topics_beyond_the_most_are_let_go_from_the_quietest() -> None:
    rules = ClusterSettings(merge_every=50, most_topics=30)
    state = TopicState.empty(rules)
    done = assign(state, [item(number, number) for number in range(100)], rules)
    assert state.active == 30
    assert [topic.id for topic in state.topics] == done.topics[-30:]


def test_a_merged_topic_points_to_the_one_it_went_into() -> None:
    topics, events, saved = WHOLE
    merged = {event.topic: event.into for event in events if event.kind == "merged"}  # type: ignore[attr-defined]
    assert merged
    for gone, into in merged.items():
        assert saved.rows[gone].merged_into == into
        assert saved.rows[gone].state == b""
    alive = [row for row in saved.rows.values() if not row.merged_into]
    assert sum(row.statements for row in alive) == len(NOISY)
    final = topics
    while set(final) & merged.keys():
        final = [merged.get(topic, topic) for topic in final]
    assert moved(topics, final) == 0


def test_a_topic_that_the_window_left_behind_leaves_memory_and_takes_no_more() -> None:
    rules = ClusterSettings(merge_every=10, window_hours=24)
    state, saved = TopicState.empty(rules), Saved()
    early = assign(state, [item(number, 1) for number in range(10)], rules)
    saved.save(state, early)
    later = assign(state, [item(number, 2, hours=1_000 + number) for number in range(10, 50)], rules)
    saved.save(state, later)
    assert state.active == 1
    assert saved.rows[early.topics[0]].state == b""
    assert saved.rows[early.topics[0]].statements == 10
    again = assign(state, [item(50, 1, hours=1_051)], rules)
    assert again.topics != early.topics[:1]
    assert TopicState.restore(rules, saved.rows.values(), saved.shared).active == 1


def test_one_wrong_date_ends_no_topic() -> None:
    rules = ClusterSettings(merge_every=10)
    items = [item(number, 1) for number in range(40)]
    items[20] = replace(items[20], at=START + timedelta(days=20_000))
    done = assign(TopicState.empty(rules), items, rules)
    assert len(set(done.topics[:20] + done.topics[21:])) == 1


def test_vectors_that_are_no_numbers_do_not_poison_a_topic() -> None:
    bad = [
        np.full(DIMS, np.nan, dtype=np.float32),
        np.zeros(DIMS, dtype=np.float32),
        np.full(DIMS, np.inf, dtype=np.float32),
    ]
    items = [item(number, 1) for number in range(30)]
    items[3:6] = [replace(each, vector=vector, context=vector) for each, vector in zip(items[3:6], bad, strict=True)]
    state = TopicState.empty(RULES)
    done = assign(state, items, RULES)
    assert len(set(done.topics[:3] + done.topics[6:])) == 1
    assert np.isfinite(state.cells().sums[: state.active]).all()


def test_ten_thousand_identical_statements_are_one_topic() -> None:
    same = item(1, 1)
    state = TopicState.empty(ClusterSettings())
    done = assign(state, [replace(same, id=str(number)) for number in range(10_000)], ClusterSettings())
    assert len(set(done.topics)) == state.active == 1
    assert len(state.topic_rows(done.changed)[0].state) < 8_000


def test_statements_of_one_article_count_its_words_once() -> None:
    state = TopicState.empty(RULES)
    assign(state, [replace(item(number, 1), article_id="a") for number in range(5)], RULES)
    assert state.frequencies.documents == 1
    assert state.topics[0].articles == 1


def test_nearest_in_time_counts() -> None:
    rules = ClusterSettings(half_life_hours=1, window_hours=100)
    near = assign(TopicState.empty(rules), [item(0, 1, hours=0), item(1, 1, hours=0.5)], rules)
    far = assign(TopicState.empty(rules), [item(0, 1, hours=0), item(1, 1, hours=50)], rules)
    assert len(set(near.topics)) == 1
    assert len(set(far.topics)) == 2


def test_damaged_or_foreign_state_is_refused_with_a_sentence() -> None:
    _, _, saved = WHOLE
    good = next(row for row in saved.rows.values() if row.state)
    for state in (b"\x80\x04pickle", good.state[:40], good.state[:-8]):
        with pytest.raises(StoreError, match="new run"):
            TopicState.restore(SPLIT, [good._replace(state=state)], saved.shared)
    words = saved.shared["words"]
    for shared in ({"engine": b"{}", "words": b""}, {"words": words}, {**saved.shared, "words": words[:-9]}):
        with pytest.raises(StoreError, match="new run"):
            TopicState.restore(SPLIT, [good], shared)


def test_vectors_of_another_model_are_refused() -> None:
    state = TopicState.empty(RULES)
    assign(state, [item(0, 1)], RULES)
    other = np.ones(8, dtype=np.float32)
    with pytest.raises(StoreError, match="another model"):
        assign(state, [replace(item(1, 1), vector=other, context=other)], RULES)


def test_measures_by_hand() -> None:
    true, found = list("aabb"), list("xxxy")
    precision, recall, f1 = bcubed(true, found)
    assert precision == pytest.approx((2 / 3 + 2 / 3 + 1 / 3 + 1) / 4)
    assert recall == pytest.approx((1 + 1 + 0.5 + 0.5) / 4)
    assert f1 == pytest.approx(2 * precision * recall / (precision + recall))
    assert pair_f1(true, found) == pytest.approx(2 * 1 / (2 + 3))
    assert cross_article_f1(list("1112"), true, found) == 0.0
    assert cross_article_f1(list("1212"), true, found) == pytest.approx(2 * 1 / (2 + 2))
    assert moved(list("xxxy"), list("zzwz")) == 0.25


def test_bad_rows_are_refused_with_their_line(tmp_path: Path) -> None:
    path = tmp_path / "stream.jsonl"
    good = {"id": "1", "timestamp": 5, "text": "Words", "publisher": float("nan"), "title": None}
    path.write_text(json.dumps(good) + "\n\n" + json.dumps({**good, "id": "2"}), encoding="utf-8")
    assert [row.id for row in read_stream(path)] == ["1", "2"]
    late, never = {**good, "timestamp": 1e20}, {**good, "timestamp": float("nan")}
    bad: list[object] = [{**good, "text": 5}, {"id": "3"}, late, never, good, [1], "x"]
    for row in bad:
        path.write_text(json.dumps(good) + "\n" + json.dumps(row), encoding="utf-8")
        with pytest.raises(SourceError, match=r"(line|row) 2") as refused:
            read_stream(path)
        assert "\n" not in str(refused.value)
    with pytest.raises(SourceError, match="cannot read"):
        read_stream(tmp_path / "absent.jsonl")
    path.write_text(json.dumps(good), encoding="utf-8")
    with pytest.raises(SourceError, match="cannot write"):
        cluster(path, output=tmp_path / "no" / "folder.jsonl")


@pytest.mark.model
def test_the_command_writes_a_row_for_each_row(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    texts = ["Oil prices rise on supply fears", "The home team won the cup final", "Oil price up as supply tightens"]
    rows = [{"id": str(number), "timestamp": 100 - number, "text": text} for number, text in enumerate(texts)]
    path, output = tmp_path / "stream.jsonl", tmp_path / "out.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    cluster(path, output=output)
    answers = [json.loads(line) for line in output.read_text(encoding="utf-8").splitlines()]
    assert [answer["id"] for answer in answers] == ["0", "1", "2"]
    assert answers[0]["cluster"] == answers[2]["cluster"] != answers[1]["cluster"]
    assert "3 statements, 2 topics" in capsys.readouterr().out


@pytest.mark.model
@pytest.mark.shared
def test_the_labelled_week_keeps_its_quality() -> None:
    from processors.commands.cluster import cluster_stream, read_articles
    from processors.settings import Settings
    from processors.steps.embed import build_embedder

    folder = SHARED / "data/topics"
    if not folder.is_dir():
        pytest.skip("the labelled streams lie in ../shared, which is not here")
    rows = read_stream(folder / "week.jsonl")
    chosen = Settings()
    answers, _ = cluster_stream(
        rows, read_articles(folder / "week_articles.jsonl"), build_embedder(chosen.embed), chosen
    )
    labelled = [json.loads(line) for line in (folder / "week.jsonl").read_text(encoding="utf-8").splitlines()]
    figures = score(labelled, answers)
    assert figures["bcubed_f1"] >= 0.80
    assert figures["cross_article_f1"] >= 0.5
    assert figures["moved"] == 0
