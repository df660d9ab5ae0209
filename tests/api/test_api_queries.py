from __future__ import annotations

import string
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pyarrow as pa
import pytest
from api_fakes import NOON, FakeRun, FakeRuns
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from processors.errors import QueryStopped
from processors.filters import Filters, confidence_word
from processors.store.queries import detail, facets, groups, overview, pipeline, speakers, statements, timeline
from processors.store.queries.execute import fetch, snapshot, time_limit

HOUR = 3600.0


def rows(run: FakeRun, query: Any, *args: Any) -> list[dict[str, Any]]:
    with run.cursor() as cursor:
        found: list[dict[str, Any]] = query(cursor, *args).to_pylist()
        return found


def ids(run: FakeRun, filters: Filters, limit: int = 50, before: int | None = None) -> list[str]:
    return [row["id"] for row in rows(run, statements.page, filters, limit, before)]


def test_a_page_is_newest_first_and_goes_on_below_a_number(live: FakeRun) -> None:
    for n in range(5):
        live.say(f"s{n}")
    assert ids(live, Filters(), 2) == ["s4", "s3"]
    assert ids(live, Filters(), 2, before=4) == ["s2", "s1"]
    assert ids(live, Filters(outlet="Courier"), 2, before=4) == ["s2", "s1"]
    assert ids(live, Filters(), 2, before=1) == []


def test_a_row_says_what_the_page_shows(live: FakeRun) -> None:
    live.topic("grain", title="Grain corridor")
    live.say("s1", "six vessels", confidence=0.7, minutes=3)
    (row,) = rows(live, statements.page, Filters(), 10)
    assert row["spans"] == [{"start": 3, "end": 8}]
    assert (row["confidence"], row["confidence_word"], row["topic"]) == (0.7, "medium", "Grain corridor")
    assert (row["title"], row["url"], row["lag_ms"]) == ("Title of a-s1", "https://a-s1.example/", 800)
    assert row["published_at"] == NOON + timedelta(minutes=3)
    assert row["published_at"].utcoffset() == timedelta(0)


@pytest.mark.parametrize(
    ("filters", "wanted"),
    [
        (Filters(speaker="volkanova"), ["s2"]),
        (Filters(speaker="unknown"), ["s3"]),
        (Filters(topic="rates"), ["s2"]),
        (Filters(outlet="Lantern"), ["s3"]),
        (Filters(kind="indirect"), ["s2"]),
        (Filters(q="ÉLAN 100%"), ["s1"]),
        (Filters(q="%"), ["s1"]),
        (Filters(q="' OR 1=1 --"), []),
        (Filters(since=NOON + timedelta(minutes=2)), ["s3", "s2"]),
        (Filters(until=NOON + timedelta(minutes=2)), ["s1"]),
        (Filters(min_confidence=0.7), ["s3", "s2"]),
        (Filters(min_confidence=0.7, speaker="unknown", since=NOON), ["s3"]),
        (Filters(topic="nowhere"), []),
    ],
)
def test_filters(live: FakeRun, filters: Filters, wanted: list[str]) -> None:
    live.say("s1", "with élan 100% of it", minutes=1, confidence=0.69)
    live.say("s2", minutes=2, speaker_id="volkanova", topic_id="rates", kind="indirect", confidence=0.7)
    live.say("s3", minutes=3, speaker_id="", speaker="", outlet="Lantern", confidence=1.0)
    assert ids(live, filters) == wanted
    assert rows(live, statements.count, filters) == [{"count": len(wanted)}]


def test_merged_topics_are_followed_to_the_end_of_the_chain(live: FakeRun) -> None:
    live.topic("a", merged_into="b")
    live.topic("b", merged_into="c")
    live.topic("c", title="What it became")
    for n, topic in enumerate("abc"):
        live.say(f"s{n}", topic_id=topic)
    for topic in "abc":
        assert ids(live, Filters(topic=topic)) == ["s2", "s1", "s0"]
    assert {row["topic_id"] for row in rows(live, statements.page, Filters(), 9)} == {"c"}
    (only,) = rows(live, groups.topics, Filters(), NOON, HOUR, 9)
    assert (only["topic_id"], only["title"], only["count"]) == ("c", "What it became", 3)
    assert rows(live, statements.merges) == [{"id": "a", "present": "c"}, {"id": "b", "present": "c"}]
    assert rows(live, facets.facet, "topic", Filters()) == [{"value": "c", "label": "What it became", "count": 3}]
    assert {row["topic_id"] for row in rows(live, timeline.timeline, Filters(), NOON, HOUR, 300, 5)} == {"c"}


def test_merged_speakers_are_followed_wherever_they_count(live: FakeRun) -> None:
    live.topic("grain")
    live.topic("rates")
    for n, (speaker, name) in enumerate(
        [("d1", "A. Dray"), ("d2", "Dray"), ("dray", "Ansel Dray"), ("v", "Volkanova")]
    ):
        live.speaker(speaker, name)
        live.say(f"s{n}", speaker_id=speaker, speaker=name, minutes=n)
    live.merged("d1", "d2", "the same initial")
    live.merged("d2", "dray", "the surname alone")
    for speaker in ("d1", "d2", "dray"):
        assert ids(live, Filters(speaker=speaker)) == ["s2", "s1", "s0"]
        assert rows(live, statements.count, Filters(speaker=speaker)) == [{"count": 3}]
        found = rows(live, speakers.speaker, speaker)
        assert [(row["id"], row["name"]) for row in found] == [("dray", "Ansel Dray")]
    page = rows(live, statements.page, Filters(speaker="d2"), 9)
    assert {(row["speaker_id"], row["speaker"]) for row in page} == {("dray", "Ansel Dray")}
    assert [row["speaker_as_written"] for row in page] == ["Ansel Dray", "Dray", "A. Dray"]
    now = NOON + timedelta(minutes=9)
    most, other = rows(live, groups.speakers, Filters(), now, HOUR, 9)
    assert (most["speaker_id"], most["speaker"], most["count"]) == ("dray", "Ansel Dray", 3)
    assert other["speaker"] == "Volkanova"
    (topic,) = rows(live, groups.topics, Filters(), now, HOUR, 9)
    assert topic["speakers"] == 2
    assert rows(live, facets.facet, "speaker", Filters())[0] == {"value": "dray", "label": "Ansel Dray", "count": 3}
    assert rows(live, overview.overview, NOON)[0]["speakers"] == 2
    assert sum(row["count"] for row in rows(live, timeline.timeline, Filters(speaker="d1"), now, HOUR, 300, 5)) == 3
    (row,) = rows(live, detail.statement, "s0")
    assert (row["speaker_id"], row["speaker"], row["speaker_as_written"], row["speaker_on_arrival"]) == (
        *("dray", "Ansel Dray", "A. Dray", "d1"),
    )
    assert [(one["id"], one["speaker"]) for one in rows(live, detail.said_before, "s2")] == [
        ("s1", "Ansel Dray"),
        ("s0", "Ansel Dray"),
    ]
    merged = rows(live, speakers.merged, "dray")
    assert [(one["id"], one["name"], one["reason"]) for one in merged] == [
        ("d2", "Dray", "the surname alone"),
        ("d1", "A. Dray", "the same initial"),
    ]
    assert [one["seq"] for one in rows(live, speakers.events, "dray")] == [2, 1]
    assert {"id": "d1", "present": "dray"} in rows(live, statements.merges)


def test_a_speaker_who_was_parted_again_is_followed_no_more(live: FakeRun) -> None:
    live.speaker("dray", "Ansel Dray")
    live.speaker("d1", "A. Dray")
    live.say("s1", speaker_id="d1", speaker="A. Dray")
    live.merged("d1", "dray", "the same initial")
    live.merged("d1", "", "speakers.toml")
    assert ids(live, Filters(speaker="dray")) == []
    assert ids(live, Filters(speaker="d1")) == ["s1"]
    assert rows(live, speakers.merged, "dray") == []
    assert [one["reason"] for one in rows(live, speakers.events, "dray")] == ["the same initial"]


def test_speakers_without_a_name_are_in_lists_only_when_asked_for(live: FakeRun) -> None:
    live.speaker("o1", "officials", kind="unnamed")
    live.speaker("dray", "Ansel Dray")
    live.say("s1", speaker_id="o1", speaker="officials")
    live.say("s2")
    asked = (Filters(), NOON, HOUR, 9)
    assert [row["speaker_id"] for row in rows(live, groups.speakers, *asked)] == ["dray"]
    with live.cursor() as cursor:
        every = groups.speakers(cursor, *asked, unnamed=True).to_pylist()
    assert {(row["speaker_id"], row["kind"]) for row in every} == {("dray", "person"), ("o1", "unnamed")}
    assert [row["value"] for row in rows(live, facets.facet, "speaker", Filters())] == ["dray"]
    assert len(rows(live, facets.facet, "speaker", Filters(), 50, True)) == 2
    assert rows(live, groups.topics, *asked)[0]["speakers"] == 1
    assert rows(live, overview.overview, NOON)[0]["speakers"] == 1
    # What they said stays in sight.
    assert ids(live, Filters()) == ["s2", "s1"]
    assert ids(live, Filters(speaker="o1")) == ["s1"]


def test_speakers_are_found_by_any_of_their_names(live: FakeRun) -> None:
    forms = [{"name": "Ansel Dray", "statements": 3}, {"name": "Minister Dräy", "statements": 1}]
    live.speaker("dray", "Ansel Dray", aliases=forms)
    live.speaker("v", "Irena Volkanova")
    live.say("s1")
    live.say("s2", speaker_id="v")
    with live.cursor() as cursor:
        for name, wanted in (("ANSEL", ["dray"]), ("dräy", ["dray"]), ("volk", ["v"]), ("%", []), ("", ["dray", "v"])):
            found = groups.speakers(cursor, Filters(), NOON, HOUR, 9, name=name).to_pylist()
            assert [row["speaker_id"] for row in found] == wanted, name
        assert [row["aliases"] for row in groups.speakers(cursor, Filters(), NOON, HOUR, 9).to_pylist()] == [2, 1]


def test_terms_come_in_order_of_time_and_aliases_as_they_are_stored(live: FakeRun) -> None:
    times = [NOON.replace(tzinfo=None) + timedelta(days=n) for n in range(3)]
    terms = [
        {"role": "minister", "first_at": times[1], "last_at": times[2], "articles": 9},
        {"role": "deputy", "first_at": times[0], "last_at": times[1], "articles": 2},
    ]
    forms = [{"name": name, "statements": n} for name, n in (("Ansel Dray", 5), ("A. Dray", 2), ("Dray", 2))]
    live.speaker("dray", "Ansel Dray", terms=terms, aliases=forms)
    (row,) = rows(live, speakers.speaker, "dray")
    assert [one["role"] for one in row["terms"]] == ["deputy", "minister"]
    assert row["terms"][0]["first_at"] == NOON
    assert row["terms"][0]["first_at"].utcoffset() == timedelta(0)
    assert [one["name"] for one in row["aliases"]] == ["Ansel Dray", "A. Dray", "Dray"]
    assert rows(live, speakers.speaker, "nobody") == []


def test_the_words_that_stand_for_the_speaker_are_cut_from_the_article(live: FakeRun) -> None:
    text = "🦆 “We go,” said Zoë D\u0301ray of the port."
    at = text.index("Zoë")
    live.article("a1", text=text)
    live.say("s1", article_id="a1", mention={"s": at, "e": at + 9})
    live.say("s2", article_id="a1", mention=None)
    assert [row["speaker_mention"] for row in rows(live, statements.page, Filters(), 9)] == ["", text[at : at + 9]]


def test_copies_can_be_rows_of_their_own(live: FakeRun) -> None:
    live.say("first")
    live.say("copy", copy_of="first", outlet="Lantern")
    with live.cursor() as cursor:
        found = statements.page(cursor, Filters(), 9, unfolded=True).to_pylist()
        assert [row["id"] for row in found] == ["copy", "first"]
        filtered = statements.page(cursor, Filters(outlet="Lantern"), 9, unfolded=True).to_pylist()
        assert [row["id"] for row in filtered] == ["copy"]
        assert statements.page(cursor, Filters(), 9, before=2, unfolded=True).num_rows == 1


def test_a_circle_of_merges_does_not_hang_a_query(live: FakeRun) -> None:
    live.topic("a", merged_into="b")
    live.topic("b", merged_into="a")
    live.say("s1", topic_id="a")
    assert ids(live, Filters()) == ["s1"]


def test_copies_are_folded_into_the_first_that_meets_the_filters(live: FakeRun) -> None:
    live.say("first", outlet="PPA")
    live.say("copy1", outlet="Courier", copy_of="first", minutes=5)
    live.say("copy2", outlet="Courier", copy_of="first", minutes=9)
    live.say("alone", outlet="Courier", minutes=10)
    assert [(row["id"], row["copies"]) for row in rows(live, statements.page, Filters(), 9)] == [
        ("alone", 0),
        ("first", 2),
    ]
    assert ids(live, Filters(outlet="Courier")) == ["alone", "copy1"]
    # A later copy is no news of its own.
    assert ids(live, Filters(since=NOON + timedelta(minutes=1))) == ["alone"]
    assert ids(live, Filters(outlet="Courier", since=NOON + timedelta(minutes=6))) == ["alone"]
    (row,) = rows(live, groups.topics, Filters(), NOON + timedelta(minutes=10), HOUR, 9)
    assert row["count"] == 2


def test_windows_compare_with_the_equally_long_time_before(live: FakeRun) -> None:
    live.speaker("dray", "Ansel Dray", "harbour minister")
    for minutes in (-150, -119, -61, -60, -59, -1, 0):
        live.say(f"s{minutes}", minutes=minutes)
    live.say("later", minutes=1)
    (row,) = rows(live, groups.speakers, Filters(), NOON, HOUR, 9)
    assert (row["speaker"], row["role"]) == ("Ansel Dray", "harbour minister")
    # The window is open at its start: what was said exactly an hour ago belongs to the hour before.
    assert (row["count"], row["previous"], row["change"], row["total"]) == (3, 3, 0.0, 7)
    assert row["spark"] == [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2]
    assert row["last_at"] == NOON
    (past,) = rows(live, groups.speakers, Filters(until=NOON - timedelta(hours=1)), NOON, HOUR, 9)
    assert (past["count"], past["previous"], past["change"]) == (3, 1, 2.0)
    (half,) = rows(live, groups.speakers, Filters(since=NOON - timedelta(minutes=30)), NOON, HOUR, 9)
    assert (half["count"], half["previous"], half["change"]) == (2, 1, 1.0)


def test_change_is_null_without_a_past_and_unknown_speakers_are_no_row(live: FakeRun) -> None:
    live.say("s1")
    live.say("s2", speaker_id="", speaker="", topic_id="")
    (topic,) = rows(live, groups.topics, Filters(), NOON, HOUR, 9)
    (speaker,) = rows(live, groups.speakers, Filters(), NOON, HOUR, 9)
    assert topic["change"] is None
    assert speaker["speaker_id"] == "dray"
    assert (topic["speakers"], topic["outlets"]) == (1, 1)


def test_timeline_folds_small_topics_and_counts_everything(live: FakeRun) -> None:
    live.topic("big", title="Big")
    for n in range(4):
        live.say(f"b{n}", topic_id="big", minutes=-10 * n)
    live.say("x", topic_id="x", minutes=-1)
    live.say("y", topic_id="y", minutes=-2)
    found = rows(live, timeline.timeline, Filters(), NOON, HOUR, 600, 1)
    others = [row for row in found if not row["topic_id"]]
    assert others == [{"bucket": NOON - timedelta(minutes=10), "topic_id": "", "title": "Other topics", "count": 2}]
    assert sum(row["count"] for row in found) == 6
    assert [row["bucket"] for row in found] == sorted(row["bucket"] for row in found)
    # The first bucket is whole although the window begins inside it.
    odd = rows(live, timeline.timeline, Filters(), NOON, 25 * 60, 1800, 1)
    assert odd[0]["bucket"] == NOON - timedelta(minutes=30)
    assert sum(row["count"] for row in odd) == 6


def test_a_facet_ignores_its_own_filter(live: FakeRun) -> None:
    live.speaker("dray", "Ansel Dray")
    live.say("s1")
    live.say("s2", speaker_id="", outlet="Lantern")
    chosen = Filters(outlet="Lantern")
    assert {row["value"] for row in rows(live, facets.facet, "outlet", chosen)} == {"Courier", "Lantern"}
    assert rows(live, facets.facet, "speaker", chosen) == [{"value": "unknown", "label": "Speaker unknown", "count": 1}]
    assert rows(live, facets.facet, "speaker", Filters())[0]["label"] in {"Ansel Dray", "Speaker unknown"}


def test_detail_has_article_copies_and_what_was_said_before(live: FakeRun) -> None:
    live.topic("old", merged_into="grain")
    live.topic("grain")
    live.say("before", topic_id="old", minutes=-30)
    live.say("elsewhere", topic_id="rates", minutes=-20)
    live.say("others", speaker_id="volkanova", minutes=-10)
    live.say("this", minutes=0, outlet="PPA")
    live.say("copy", minutes=5, copy_of="this")
    live.say("after", minutes=6)
    (row,) = rows(live, detail.statement, "this")
    assert row["evidence"] == [{"role": "cue", "start": 15, "end": 19}]
    assert row["mention"] == {"start": 10, "end": 14}
    assert [one["id"] for one in rows(live, detail.said_before, "this")] == ["before"]
    assert [one["id"] for one in rows(live, detail.copies, "this", "")] == ["copy"]
    assert [one["id"] for one in rows(live, detail.copies, "copy", "this")] == ["this"]
    # A copy repeats the first one's words: that one was not said before.
    assert [one["id"] for one in rows(live, detail.said_before, "copy")] == ["before"]
    (article,) = rows(live, detail.article, "a-this")
    assert article["source"] == {"cluster": "cluster", "topic": "onrecord.live.articles", "partition": 2, "offset": 17}
    assert rows(live, detail.statement, "nothing") == []


def test_nobody_has_said_anything_before(live: FakeRun) -> None:
    live.say("s1", speaker_id="", minutes=-5)
    live.say("s2", speaker_id="")
    live.insert("statements", **(_without_mention(live)))
    assert rows(live, detail.said_before, "s2") == []
    assert rows(live, detail.statement, "bare")[0]["mention"] is None


def _without_mention(run: FakeRun) -> dict[str, Any]:
    (row,) = rows(run, lambda cursor: fetch(cursor, "SELECT * FROM statements WHERE id = 's1'", {}))
    return row | {"id": "bare", "seq": 99, "mention": None}


def test_overview_of_an_empty_run_has_nulls_not_errors(live: FakeRun) -> None:
    (row,) = rows(live, overview.overview, NOON)
    assert row["newest_published_at"] is None
    assert row["lag_p50_ms"] is None
    assert (row["statements"], row["articles"], row["rate_per_minute"]) == (0, 0, 0)
    assert ids(live, Filters()) == []
    assert rows(live, groups.topics, Filters(), NOON, HOUR, 5) == []


def test_overview_counts_and_measures(live: FakeRun) -> None:
    live.topic("grain")
    live.topic("gone", merged_into="grain")
    live.say("s1", minutes=-2)
    live.say("s2", copy_of="s1", minutes=-0.5)
    (row,) = rows(live, overview.overview, NOON)
    assert (row["statements"], row["copies"], row["articles"], row["topics"]) == (2, 1, 2, 1)
    assert (row["rate_per_minute"], row["lag_p50_ms"], row["lag_p95_ms"]) == (1, 800.0, 800.0)


def test_dead_letters_and_offsets(live: FakeRun) -> None:
    live.fill(10)
    assert [row["seq"] for row in rows(live, pipeline.dead_letters, 2)] == [3, 2]
    assert [row["seq"] for row in rows(live, pipeline.dead_letters, 2, 2)] == [1]
    assert rows(live, pipeline.offsets)[0]["next"] == 2


def test_a_query_that_takes_too_long_is_stopped_and_the_cursor_lives_on(live: FakeRun) -> None:
    endless = "SELECT sum(a.i * b.i % 7) AS n FROM range(10_000_000) a(i), range(10_000_000) b(i)"
    with live.cursor() as cursor:
        with pytest.raises(QueryStopped, match="took longer than"), time_limit(cursor, 0.05), snapshot(cursor):
            fetch(cursor, endless, {})
        assert rows(live, statements.newest) == [{"seq": 0}]


def test_the_limit_covers_queries_that_begin_after_it(live: FakeRun) -> None:
    endless = "SELECT sum(a.i * b.i % 7) AS n FROM range(10_000_000) a(i), range(10_000_000) b(i)"
    with live.cursor() as cursor, pytest.raises(QueryStopped), time_limit(cursor, 0.0):
        fetch(cursor, endless, {})


def test_too_little_memory_is_said_so(live: FakeRun) -> None:
    with live.cursor() as cursor:
        cursor.execute("SET memory_limit = '20MB'")
        cursor.execute("SET max_temp_directory_size = '0KB'")
        with pytest.raises(QueryStopped, match=r"store\.memory_limit"), time_limit(cursor, 30):
            fetch(cursor, "SELECT list(i::VARCHAR) AS l FROM range(5_000_000) r(i)", {})


def test_a_snapshot_does_not_see_what_is_stored_meanwhile(live: FakeRun) -> None:
    live.say("s1")
    with live.cursor() as cursor, snapshot(cursor):
        first = statements.newest(cursor).to_pylist()
        live.say("s2")
        assert statements.newest(cursor).to_pylist() == first
    assert rows(live, statements.newest) == [{"seq": 2}]


def test_all_times_come_out_as_utc(live: FakeRun) -> None:
    live.say("s1")
    with live.cursor() as cursor:
        schema = statements.page(cursor, Filters(), 1).schema
    assert schema.field("published_at").type == pa.timestamp("us", tz="UTC")


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FakeRun]:
    runs = FakeRuns(tmp_path_factory.mktemp("many"))
    yield runs.add("live").fill(500, hours=10, topics=12, speakers=8)
    runs.close()


FILTERS = st.builds(
    Filters,
    speaker=st.sampled_from(["", "", "p1", "p0", "p2", "p6", "p7", "unknown", "p99"]),
    topic=st.sampled_from(["", "", "t1", "t3", "t4", "t9", "t99"]),
    outlet=st.sampled_from(["", "", "outlet3", "outlet7"]),
    kind=st.sampled_from(["", "", "direct", "briefing"]),
    q=st.one_of(st.just(""), st.sampled_from(["GRAIN", "the", "%", "1"]), st.text(string.printable, max_size=3)),
    since=st.one_of(st.none(), st.integers(0, 600).map(lambda minutes: NOON - timedelta(minutes=minutes))),
    until=st.one_of(st.none(), st.integers(0, 600).map(lambda minutes: NOON - timedelta(minutes=minutes))),
    min_confidence=st.sampled_from([0.0, 0.0, 0.5, 0.8123]),
)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(filters=FILTERS)
def test_the_live_feed_and_the_database_filter_alike(many: FakeRun, filters: Filters) -> None:
    from processors.api.tail import Arrived

    everything = rows(many, statements.arrivals, 0, 500, 500)
    moved = {row["id"]: row["present"] for row in rows(many, statements.merges)}
    folds: dict[str, list[dict[str, Any]]] = {}
    for other in rows(many, statements.siblings, sorted({row["copy_of"] for row in everything} - {""})):
        folds.setdefault(other["fold"], []).append(other)
    arrived = Arrived(everything, folds, moved)
    pushed = [row["id"] for row in reversed(everything) if arrived.wanted(row, filters)]
    assert pushed == ids(many, filters, 500)
    assert rows(many, statements.count, filters) == [{"count": len(pushed)}]


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(filters=FILTERS, window=st.integers(12, 40_000))
def test_counts_open_as_many_statements(many: FakeRun, filters: Filters, window: int) -> None:
    for row in rows(many, groups.topics, filters, NOON, window, 100):
        end = min(NOON, filters.until or NOON)
        start = max(end - timedelta(seconds=window), filters.since or end - timedelta(seconds=window))
        if start >= end:
            start = end - timedelta(seconds=window)
        opened = Filters(
            speaker=filters.speaker,
            topic=row["topic_id"],
            outlet=filters.outlet,
            kind=filters.kind,
            q=filters.q,
            min_confidence=filters.min_confidence,
            since=start + timedelta(microseconds=1),
            until=end + timedelta(microseconds=1),
        )
        assert len(ids(many, opened, 500)) == row["count"] == sum(row["spark"])


def test_confidence_has_a_word() -> None:
    assert [confidence_word(n) for n in (0.8, 0.79, 0.5, 0.49)] == ["high", "medium", "medium", "low"]
