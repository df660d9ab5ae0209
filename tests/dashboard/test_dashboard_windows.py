from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard import windows
from dashboard.windows import WINDOWS
from processors.filters import Filters

NOW = datetime(2026, 3, 18, 20, 30, tzinfo=UTC)
SIX = WINDOWS[1]


def test_live_news_is_read_by_the_hour_and_a_recording_by_what_is_in_it() -> None:
    dense = {3600: 2, 6 * 3600: 6, 24 * 3600: 7, 7 * 86400: 9}
    assert windows.fitting("live", lambda _: 0) == (WINDOWS[0], True)
    assert windows.fitting("demo", dense.__getitem__) == (WINDOWS[2], True)
    assert windows.fitting("replay", lambda _: 7) == (WINDOWS[0], True)


def test_while_a_recording_has_little_in_it_the_choice_is_not_settled() -> None:
    assert windows.fitting("demo", lambda _: 6) == (WINDOWS[2], False)


def test_bars_fit_their_window() -> None:
    for one in WINDOWS:
        assert one.seconds % one.bucket == 0
        assert 12 <= one.seconds // one.bucket <= 60
        assert 300 <= one.bucket <= 3 * 3600
        assert windows.named(one.name) is one
    assert windows.named("5h") is None
    assert [one.words for one in WINDOWS] == ["1 h", "6 h", "24 h", "7 days"]


def test_without_a_range_everything_looks_back_from_now() -> None:
    seen = windows.view(Filters(topic="t"), SIX, NOW)
    assert (seen.words, seen.before, seen.seconds) == ("last 6 h", "against the 6 h before", 6 * 3600)
    assert seen.lists == seen.bars == Filters(topic="t")


def test_a_range_narrows_the_lists_and_leaves_the_timeline_around_it() -> None:
    chosen = Filters(topic="t", since=NOW - timedelta(hours=3), until=NOW - timedelta(hours=2))
    seen = windows.view(chosen, SIX, NOW)
    assert seen.lists == chosen
    assert (seen.seconds, seen.words) == (3600, "18 Mar 17:30–18:30")
    assert (seen.bars, seen.bar_seconds, seen.bar_end) == (Filters(topic="t"), 6 * 3600, NOW)


def test_a_range_before_the_window_stands_in_the_middle_of_the_timeline() -> None:
    since = NOW - timedelta(hours=20)
    seen = windows.view(Filters(since=since, until=since + timedelta(hours=2)), SIX, NOW)
    assert seen.bar_end == since + timedelta(hours=4)
    assert seen.bars.until == seen.bar_end
    assert seen.bars.since is None


@given(st.integers(0, 20_000), st.integers(1, 20_000), st.sampled_from(WINDOWS))
def test_the_timeline_always_covers_the_range(back: int, minutes: int, window: windows.Window) -> None:
    until = NOW - timedelta(minutes=back)
    since = until - timedelta(minutes=minutes)
    seen = windows.view(Filters(since=since, until=until), window, NOW)
    assert seen.bar_end is not None
    assert seen.bar_end - timedelta(seconds=seen.bar_seconds) <= since
    assert until <= seen.bar_end <= NOW
    assert seen.seconds == minutes * 60
    scale = windows.bar_of(window, seen.bar_seconds)
    assert scale.seconds >= seen.bar_seconds
    assert seen.bar_seconds / scale.bucket <= 60


@pytest.mark.parametrize("open_end", [Filters(since=NOW - timedelta(hours=1)), Filters(until=NOW - timedelta(hours=1))])
def test_a_range_with_one_end_is_filled_up(open_end: Filters) -> None:
    seen = windows.view(open_end, SIX, NOW)
    assert seen.seconds == (3600 if open_end.since else SIX.seconds)


def test_without_an_answer_the_window_still_has_a_name() -> None:
    assert windows.view(Filters(since=NOW), SIX, None).words == "last 6 h"
