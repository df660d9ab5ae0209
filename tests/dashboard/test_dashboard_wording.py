from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard import freshness, pipelinetables, wording

NOON = datetime(2026, 3, 17, 12, 0, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.004, "4 ms"),
        (0.83, "0.8 s"),
        (9.96, "10 s"),
        (42, "42 s"),
        (90, "2 min"),
        (3600, "60 min"),
        (7200, "2 h"),
        (259_200, "3 days"),
        (-4, "0 ms"),
        (None, "–"),
    ],
)
def test_durations_use_the_unit_that_fits(seconds: float | None, words: str) -> None:
    assert wording.duration(seconds) == words


@pytest.mark.parametrize(
    ("now", "before", "words"),
    [
        (22, 10, "+120 %"),
        (9, 10, "−10 %"),
        (10, 10, "steady"),
        (120, 10, "×12"),
        (2, 1, "+1"),
        (1, 3, "−2"),
        (3, 3, "steady"),
        (4, 0, "new"),
        (0, 0, "–"),
        (4, None, "new"),
    ],
)
def test_a_change_is_told_without_crying_wolf(now: int, before: int | None, words: str) -> None:
    assert wording.change(now, before) == words


def test_confidence_is_a_word_and_a_number() -> None:
    assert wording.confidence(0.91) == ("high", "0.91")
    assert wording.confidence(0.7) == ("medium", "0.70")
    assert wording.confidence(0.2) == ("low", "0.20")
    assert wording.confidence(0.4999) == ("low", "0.49")
    assert wording.confidence(0.8999999762) == ("high", "0.90")
    assert wording.confidence(None) == ("not known", "–")


@pytest.mark.parametrize("text", ["2026-03-17T12:00:05Z", "2026-03-17T13:00:05+01:00", "2026-03-17 12:00:05"])
def test_times_are_read_as_utc_whatever_their_zone(text: str) -> None:
    assert wording.parse_time(text) == NOON
    assert wording.iso(text) == "2026-03-17T12:00:05.000Z"
    assert wording.stamp(text) == "17 March 2026, 12:00 UTC"


def test_what_is_no_time_is_a_dash() -> None:
    assert wording.parse_time("soon") is None
    assert wording.stamp(None) == "–"
    assert wording.iso("") == ""


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "JAVASCRIPT:alert(1)", "data:text/html,x", "//host/x", " https://x", ""]
)
def test_only_web_links_are_links(url: str) -> None:
    assert wording.safe_link(url) == ""


def test_web_links_stay() -> None:
    assert wording.safe_link("HTTPS://veldmark-courier.example/a?b=c") == "HTTPS://veldmark-courier.example/a?b=c"


@given(st.datetimes(min_value=datetime(1990, 1, 1), max_value=datetime(2100, 1, 1)))  # noqa: DTZ001
def test_a_time_without_zone_comes_back_as_it_was(moment: datetime) -> None:
    text = wording.iso(moment.isoformat())
    assert abs(wording.parse_time(text) - moment.replace(tzinfo=UTC)) < timedelta(milliseconds=1)  # type: ignore[operator]


def test_windows_counts_and_plurals() -> None:
    assert [wording.window(n) for n in (3600, 1800, 86400, 172_800)] == ["1 h", "30 min", "24 h", "2 days"]
    assert wording.count(1_234_567) == "1\u2009234\u2009567"
    assert wording.plural(1, "copy", "copies") == "1 copy"
    assert wording.plural(2, "copy", "copies") == "2 copies"


OVERVIEW = {"articles": 4, "newest_stored_at": "2026-03-17T12:00:00Z"}


@pytest.mark.parametrize(
    ("overview", "kind", "later", "state"),
    [
        (None, "live", 0, "unreachable"),
        ({"articles": 0}, "live", 0, "empty"),
        (OVERVIEW, "live", 10, "live"),
        (OVERVIEW, "live", 301, "quiet"),
        (OVERVIEW, "demo", 900, "recorded"),
    ],
)
def test_the_state_of_the_page(overview: dict[str, object] | None, kind: str, later: int, state: str) -> None:
    assert freshness.state(overview, kind, NOON + timedelta(seconds=later)) == state


def test_the_sum_of_articles_is_an_equation() -> None:
    counted = {"received": 1200, "stored": 1190, "duplicates": 8, "dead_letters": 1, "waiting": 1, "missing": 0}
    found = freshness.sums(counted, behind=0, running=True)
    assert [(sign, number) for sign, number, _ in found.terms] == [
        ("", 1200),
        ("=", 1190),
        ("+", 8),
        ("+", 1),
        ("+", 1),
    ]
    assert [what for *_, what in found.terms][-2:] == ["dead letter", "on the way"]
    assert found.balanced
    assert found.sentence == "Every article is accounted for. The rest is being processed."
    wrong = freshness.sums(counted | {"stored": 1189}, behind=0, running=True)
    assert not wrong.balanced
    assert wrong.sentence.startswith("The two sides differ")


@pytest.mark.parametrize(
    ("behind", "running", "missing"), [(0, True, 2), (3, True, 0), (None, True, 0), (None, False, 2), (3, False, 2)]
)
def test_what_a_stage_has_yet_to_take_is_on_the_way_and_not_missing(
    behind: int | None, running: bool, missing: int
) -> None:
    counted = {"received": 10, "stored": 7, "duplicates": 0, "dead_letters": 0, "waiting": 1, "missing": 2}
    found = freshness.sums(counted, behind, running)
    assert (found.missing, found.under_way) == (missing, 3 - missing)
    assert found.balanced == (not missing)
    assert sum(number for _, number, _ in found.terms[1:]) == 10
    if missing:
        assert found.sentence == "2 articles came in, and nothing was heard of them again."


@pytest.mark.parametrize(
    ("since", "until", "words"),
    [
        ("2026-03-18T06:00Z", "2026-03-18T07:30Z", "18 Mar 06:00–07:30"),
        ("2026-03-17T23:00+01:00", "2026-03-18T01:00Z", "17 Mar 22:00 – 18 Mar 01:00"),
        ("2026-03-18T06:00Z", "", "since 18 Mar 06:00"),
        ("", "2026-03-18T06:00Z", "until 18 Mar 06:00"),
        ("", "", ""),
    ],
)
def test_a_range_of_time_reads_short(since: str, until: str, words: str) -> None:
    assert wording.stretch(wording.parse_time(since), wording.parse_time(until)) == words


def test_pipeline_tables_read_the_answers_of_the_api() -> None:
    state = {
        "lag": {"extract": 2},
        "versions": {"model": "m@1"},
        "offsets": [{"stream": "s", "partition": 1, "next": 5, "end": None, "lag": None, "cluster": "c"}],
    }
    assert [(stage, waiting) for stage, _, waiting in pipelinetables.stage_rows(state)] == [
        ("extract", "2"),
        ("embed", "–"),
        ("store", "–"),
    ]
    assert pipelinetables.behind(state) == 2
    assert pipelinetables.behind({}) is None
    assert pipelinetables.lag_rows({"lag_p50_ms": 800})[0][1] == "0.8 s"
    assert ("Embedding model", "m@1") in pipelinetables.version_rows(state)
    assert pipelinetables.offset_rows(state) == [("s", "1", "5", "–", "–", "c")]
    row = {
        "at": "2026-03-17T12:00:05Z",
        "stage": "extract",
        "reason": "too long",
        "stream": "s",
        "partition": 0,
        "offset": 7,
    }
    (shown,) = pipelinetables.dead_letter_rows([row])
    assert shown == (
        "17 March 2026, 12:00:05 UTC", "extract", "too long", "s, partition 0, offset 7", "–", "–"
    )  # fmt: skip
    assert pipelinetables.dead_letter_rows([row | {"stream": "", "partition": -1}])[0][3] == "not known"
