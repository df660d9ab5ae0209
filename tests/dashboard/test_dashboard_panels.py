from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from dashboard import filterbar, layout, panels, quiet
from dashboard.livefeed import identity

AT = datetime(2026, 3, 17, 12, 3, tzinfo=UTC)


def test_a_topic_keeps_its_colour_while_it_is_shown() -> None:
    first = panels.assign_slots({}, ["a", "b", "c"])
    assert panels.assign_slots(first, ["c", "d", "a"]) == {"c": first["c"], "a": first["a"], "d": first["b"]}


@given(st.lists(st.lists(st.sampled_from("abcdefghij"), max_size=10), max_size=6))
def test_colours_are_never_shared(rounds: list[list[str]]) -> None:
    slots: dict[str, int] = {}
    for topics in rounds:
        slots = panels.assign_slots(slots, topics)
        assert len(set(slots.values())) == len(slots) == min(panels.COLOURS, len(set(topics)))
        assert set(slots.values()) <= set(range(panels.COLOURS))


def test_the_timeline_fills_gaps_and_folds_the_rest_last() -> None:
    rows = [
        {"bucket": "2026-03-17T12:00:00Z", "topic_id": "", "title": "", "count": 9},
        {"bucket": "2026-03-17T12:00:00Z", "topic_id": "t", "title": "Oil", "count": 2},
        {"bucket": "2026-03-17T11:50:00Z", "topic_id": "t", "title": "Oil", "count": 1},
        {"bucket": "2026-03-17T01:00:00Z", "topic_id": "t", "title": "Oil", "count": 5},
    ]
    drawn = panels.timeline(rows, {"t": 3}, 300, AT, 900)
    assert drawn["buckets"] == ["2026-03-17T11:50:00.000Z", "2026-03-17T11:55:00.000Z", "2026-03-17T12:00:00.000Z"]
    assert [(s["id"], s["slot"], s["values"]) for s in drawn["series"]] == [("t", 3, [1, 0, 2]), ("", -1, [0, 0, 9])]
    assert drawn["peak"] == 11


def test_an_empty_timeline_has_an_axis_and_no_peak() -> None:
    drawn = panels.timeline([], {}, 300, AT, 900)
    assert len(drawn["buckets"]) == 3
    assert drawn["series"] == []
    assert drawn["peak"] == 0


def test_movers_show_change_and_direction() -> None:
    row = {
        "topic_id": "t",
        "title": "Oil",
        "terms": ["oil", "ban"],
        "count": 22,
        "previous": 10,
        "total": 40,
        "last_at": None,
        "spark": [1, 2],
    }
    (shown,) = panels.movers([row], "topic_id", "title", "terms", {"t": 2})
    assert (shown["change"], shown["direction"], shown["sub"], shown["slot"]) == ("+120 %", "up", "oil, ban", 2)


def explain(filters: Mapping[str, str], stored: int, counts: Mapping[frozenset[str], int]) -> quiet.Empty:
    active = {name: {name: value} for name, value in filters.items()}
    return quiet.explain(active, stored, lambda kept: counts.get(frozenset(kept), 0), {"topic": "Oil"})


def test_an_empty_feed_names_the_filter_that_removes_most() -> None:
    counts = {frozenset({"speaker"}): 12, frozenset({"topic"}): 3}
    said = explain({"speaker": "p", "topic": "t"}, 5, counts)
    assert (said.drop, said.button) == ("topic", "Drop topic")
    assert said.text == "Without topic “Oil” there would be 12 statements."


def test_both_ends_of_the_time_are_one_filter() -> None:
    active = {"topic": {"topic": "t"}, "time": {"since": "a", "until": "b"}}
    said = quiet.explain(active, 5, lambda kept: 7 if set(kept) == {"topic"} else 2, {"time": "18 Mar 06:00–07:00"})
    assert (said.drop, said.button) == ("time", "Drop time")
    assert said.text == "Without time “18 Mar 06:00–07:00” there would be 7 statements."


def test_an_empty_feed_tells_nothing_yet_from_nothing_quoted_from_too_strict() -> None:
    assert explain({}, 0, {}).title == "Nothing has come in yet"
    assert explain({}, 5, {}).title == "No statements yet"
    assert explain({"speaker": "p", "q": "x"}, 5, {}).drop == "all"


def test_a_chosen_value_stays_in_its_list_and_equal_labels_are_told_apart() -> None:
    rows = [{"value": "t1", "label": "Oil"}, {"value": "t2", "label": "Oil"}]
    assert filterbar.options(rows, "t9", "topic") == {"t1": "Oil", "t2": "Oil (2)", "t9": "t9"}
    assert filterbar.options([{"value": "", "label": ""}], "", "speaker") == {"unknown": "Speaker unknown"}
    assert filterbar.options([{"value": "direct", "label": "direct"}], "", "kind") == {"direct": "quotation"}


def test_a_feed_is_another_one_when_filters_change_or_the_first_answer_comes() -> None:
    query = {"run": "live", "q": "oil"}
    assert identity(query, True) == identity(dict(reversed(query.items())), True)
    assert (
        len(
            {
                identity(query, True),
                identity(query, False),
                identity({"run": "live"}, True),
                identity({"run": "live", "q": "oi", "k": "l"}, True),
            }
        )
        == 4
    )


def test_tables_escape_what_they_are_given() -> None:
    made = layout.table(("<b>",), [("<img src=x onerror=alert(1)>",), (3,)], numbers=(0,))
    assert "<img" not in made
    assert "<b>" not in made
    assert '<td class="n">3</td>' in made
    assert layout.paragraph("<script>") == '<div class="onrecord-note">&lt;script&gt;</div>'
