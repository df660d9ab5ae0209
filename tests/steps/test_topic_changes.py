"""Topics that part, come back, are forgotten, and are grouped into themes; and streams that would hurt."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import numpy as np
import pytest
from numpy.typing import NDArray

from processors.commands.cluster import final_topics
from processors.settings import ClusterSettings
from processors.steps import faded, recent, themes
from processors.steps.average_link import AverageLink
from processors.steps.cluster import Assigned, Item, TopicState, assign, build_themes
from processors.steps.recent import Recent
from processors.steps.similarity import highest
from processors.steps.split import find_splits
from processors.steps.topic import TopicRow
from tests.steps.topic_items import DIMS, START, item

RULES = ClusterSettings(merge_every=20)


def mixed(number: int, topic: int) -> Item:
    """A statement of a topic whose first statements look like those of another."""
    return replace(item(number, topic), article_id=f"a{number}", title=f"Subject {topic} of number {number}")


def loose(*, apart: float = 0.9) -> tuple[list[Item], ClusterSettings]:
    """Two stories that begin with statements on both of them, and settings that let them start as one topic."""
    both = [
        replace(
            item(number, 1),
            vector=_middle(number), context=_middle(number + 100),
            terms={f"topic{topic}word{index}": 1.0 for topic in (1, 2) for index in range(12)},
            text="topic1word1 topic2word1", article_id=f"a{number}",
        )
        for number in range(4)
    ]  # fmt: skip
    rest = [mixed(number, 1 + number % 2) for number in range(4, 40)]
    return both + rest, ClusterSettings(merge_every=20, similarity=0.3, merge_average=apart, merge_similarity=0.99)


def _middle(number: int) -> NDArray[np.float32]:
    random = np.random.default_rng(number)
    sides = [np.random.default_rng(topic).normal(size=DIMS) for topic in (1, 2)]
    middle = sum(side / np.linalg.norm(side) for side in sides) + 0.1 * random.normal(size=DIMS) / np.sqrt(DIMS)
    return np.asarray(middle / np.linalg.norm(middle), dtype=np.float32)


def run(items: list[Item], rules: ClusterSettings, cuts: list[int]) -> tuple[Assigned, dict[str, TopicRow]]:
    """Cluster, stopping and restoring at every cut."""
    state, whole, rows, shared = TopicState.empty(rules), Assigned(), {}, {}  # type: ignore[var-annotated]
    for begin, end in pairwise(sorted({0, len(items), *cuts})):
        state = TopicState.restore(rules, rows.values(), shared)
        done = assign(state, items[begin:end], rules)
        for name in ("topics", "events", "moved", "themes"):
            getattr(whole, name).extend(getattr(done, name))
        rows.update((row.id, row) for row in state.topic_rows(done.changed))
        shared = dict(state.global_rows())
    return whole, rows


def test_a_topic_that_falls_into_two_is_split() -> None:
    items, rules = loose()
    done, rows = run(items, rules, [])
    splits = [event for event in done.events if event.kind == "split"]
    assert len(splits) == 1
    assert splits[0].into == done.topics[0]
    assert {move.topic for move in done.moved} == {splits[0].topic}
    final = final_topics({each.id: topic for each, topic in zip(items, done.topics, strict=True)}, done)
    ends = [{final[each.id] for each in items[4:] if int(each.id[1:]) % 2 == odd} for odd in (0, 1)]
    assert [len(end) for end in ends] == [1, 1]
    assert ends[0] != ends[1]
    counts = {topic: sum(end == topic for end in final.values()) for topic in set(final.values())}
    assert {topic: rows[topic].statements for topic in counts} == counts


def test_splits_do_not_depend_on_cuts_or_restarts() -> None:
    items, rules = loose()
    whole, rows = run(items, rules, [])
    for cuts in ([7, 19, 20, 21, 39], list(range(len(items)))):
        done, again = run(items, rules, cuts)
        assert (done.topics, done.events, done.moved, done.themes) == (
            whole.topics, whole.events, whole.moved, whole.themes
        )  # fmt: skip
        assert again == rows


def test_one_statement_that_fits_badly_does_not_split_a_topic() -> None:
    rules = ClusterSettings(merge_every=1_000)
    state = TopicState.empty(rules)
    assign(state, [item(number, 1) for number in range(10)], rules)
    places = state.recent.places(state.topics[0].number, state.items)
    state.recent.vectors[places[4]] = -state.recent.vectors[places[4]]
    state.recent.weights[places[4]] = 0
    assert find_splits(state, replace_average(rules, 1.0)) == []


def replace_average(rules: ClusterSettings, average: float) -> ClusterSettings:
    return ClusterSettings(merge_every=rules.merge_every, merge_average=average)


def test_the_tree_is_that_of_average_link() -> None:
    near = np.array([[1.0, 0.9, 0.1, 0.2], [0.9, 1.0, 0.1, 0.1], [0.1, 0.1, 1.0, 0.8], [0.2, 0.1, 0.8, 1.0]])
    assert AverageLink(near).halves().tolist() == [False, False, True, True]
    assert len(set(AverageLink(near).groups(0.85).tolist())) == 3


def test_the_ring_forgets_the_oldest_and_keeps_the_order_of_arrival() -> None:
    ring = Recent()
    for number in range(recent.RECENT + 5):
        member = recent.Member(f"s{number}", number % 2, "a", float(number), 1.0)
        ring.put(number, member, np.ones(4), np.array([1], dtype=np.int32), np.ones(1))
    places = ring.places(1, recent.RECENT + 5)
    assert [ring.ids[place] for place in places] == [f"s{n}" for n in range(5, recent.RECENT + 5) if n % 2]
    again = Recent.from_rows(ring.rows())
    assert again.ids == ring.ids
    assert again.rows() == ring.rows()


def test_a_faded_topic_comes_back_under_its_old_id() -> None:
    rules = ClusterSettings(merge_every=10, window_hours=24)
    early = [item(number, 1) for number in range(10)]
    between = [item(number, 2, hours=200 + number / 100) for number in range(10, 30)]
    late = [item(number, 1, hours=202) for number in range(30, 33)]
    items = early + between + late
    whole, rows = run(items, rules, [])
    assert set(whole.topics[30:]) == set(whole.topics[:10])
    assert [event.kind for event in whole.events].count("revived") == 1
    assert rows[whole.topics[0]].statements == 13
    for cuts in ([10, 20, 25, 31], list(range(33))):
        again, same = run(items, rules, cuts)
        assert (again.topics, again.events) == (whole.topics, whole.events)
        assert same == rows


def test_a_topic_does_not_come_back_after_weeks_or_for_another_subject() -> None:
    rules = ClusterSettings(merge_every=10, window_hours=24)
    early = [item(number, 1) for number in range(10)]
    weeks = faded.FADED_HOURS + 100
    much_later = [item(number, 2, hours=weeks) for number in range(10, 50)] + [item(50, 1, hours=weeks)]
    done, rows = run(early + much_later, rules, [])
    assert done.topics[-1] != done.topics[0]
    assert rows[done.topics[0]].state == b""
    done, _ = run(early + [item(number, 3, hours=200) for number in range(10, 30)], rules, [])
    assert "revived" not in {event.kind for event in done.events}


def test_faded_topics_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(faded, "MOST_FADED", 7)
    rules = ClusterSettings(merge_every=10, window_hours=1)
    state = TopicState.empty(rules)
    done = assign(state, [item(number, number // 2, hours=5.0 * (number // 2)) for number in range(100)], rules)
    assert state.faded.count == 7
    rows = state.topic_rows(done.changed)
    assert sum(bool(row.state) for row in rows) == 7 + state.active


def test_themes_group_stories_and_keep_their_ids(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(themes, "EVERY", 20)
    items = [_of_theme(number) for number in range(80)]
    rules = ClusterSettings(merge_every=20, similarity=0.5, merge_similarity=0.9)
    done, rows = run(items, rules, [33])
    of = {topic: rows[topic].theme for topic in done.topics}
    by_theme = [
        {of[topic] for topic, each in zip(done.topics, items, strict=True) if each.speaker == name} for name in "ab"
    ]
    assert [len(found) for found in by_theme] == [1, 1]
    assert by_theme[0] != by_theme[1]
    assert "" not in of.values()
    assert {theme.id for theme in done.themes} == set(of.values())  # none was given up for another
    assert all(theme.title for theme in done.themes)


def _of_theme(number: int) -> Item:
    """One of six stories, three each of two themes that share a direction and words."""
    story = number % 6
    theme = story % 2
    made = replace(item(number, story, noise=0.2), article_id=f"a{number}", speaker="ab"[theme])
    common = np.random.default_rng(1_000 + theme).normal(size=DIMS)
    common = (1.2 * common / np.linalg.norm(common)).astype(np.float32)
    shared = {f"theme{theme}word{index}": 1.0 for index in range(8)}
    vectors = [vector + common for vector in (made.vector, made.context)]
    own, around = (vector / np.linalg.norm(vector) for vector in vectors)
    return replace(made, vector=own, context=around, terms={**made.terms, **shared})


def test_a_story_alone_is_no_theme() -> None:
    state = TopicState.empty(RULES)
    done = assign(state, [item(number, number % 2) for number in range(40)], RULES)
    build_themes(state, done)
    assert state.themes == {}
    assert all(topic.theme == "" for topic in state.topics)


def test_clock_jumps_and_late_items_are_survived() -> None:
    rules = ClusterSettings(merge_every=10)
    items = [item(number, number % 3) for number in range(120)]
    for place, days in ((30, -10_000), (31, 20_000), (60, -30), (61, 30), (90, -9)):
        items[place] = replace(items[place], at=START + timedelta(days=days))
    whole, rows = run(items, rules, [])
    again, same = run(items, rules, [29, 32, 61, 62, 100])
    assert (again.topics, again.events) == (whole.topics, whole.events)
    assert same == rows
    steady = [topic for place, topic in enumerate(whole.topics) if place not in (30, 31, 60, 61, 90)]
    assert len(set(steady)) == 3


def test_singletons_without_end_are_bounded() -> None:
    rules = ClusterSettings(most_topics=300, merge_every=100)
    state = TopicState.empty(rules)
    for start in range(0, 3_000, 500):
        done = assign(state, [item(number, number, words=3) for number in range(start, start + 500)], rules)
        state.topic_rows(done.changed)
    assert state.active == 300
    assert state.columns is not None
    assert state.columns.room < 550
    assert state.faded.count <= faded.MOST_FADED


def test_the_highest_of_many_are_those_of_sorting() -> None:
    for seed, size in ((1, 5), (2, 700), (3, 20_001)):
        values = np.random.default_rng(seed).normal(size=size).astype(np.float32)
        assert sorted(highest(values, 4).tolist()) == sorted(np.argsort(values)[-4:].tolist())
