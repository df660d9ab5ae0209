from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.schedule import FIRST_SECONDS, Schedule
from ingest.sources import Feed


def feeds(count: int) -> list[Feed]:
    return [Feed(url=f"https://{i}.example/") for i in range(count)]


def take_all(schedule: Schedule, now: float) -> list[Feed]:
    taken = []
    while (feed := schedule.take(now)) is not None:
        taken.append(feed)
    return taken


def test_every_feed_is_due_within_the_first_seconds_and_not_all_at_once():
    schedule = Schedule(feeds(50), 300, 3_600, now=100)
    first = take_all(schedule, 100 + FIRST_SECONDS / 2)
    assert 0 < len(first) < 50
    assert len(first) + len(take_all(schedule, 100 + FIRST_SECONDS)) == 50
    assert schedule.take(1e9) is None, "a feed that is being asked is not due"


def test_a_feed_comes_again_after_its_interval():
    schedule = Schedule([Feed(url="https://a.example/", every=60)], 300, 3_600, now=0)
    (feed,) = take_all(schedule, 60)
    wait = schedule.done(feed, 60, failed=False)
    assert 54 <= wait <= 66
    assert schedule.take(60 + wait - 0.01) is None
    assert schedule.take(60 + wait) == feed


def test_failures_back_off_to_a_limit_and_a_success_forgives_them():
    schedule = Schedule(feeds(1), 100, 1_000, now=0)
    (feed,) = take_all(schedule, 10)
    waits = []
    for _ in range(6):
        waits.append(schedule.done(feed, 0, failed=True))
        take_all(schedule, 1e9)
    assert waits == [pytest.approx(wanted, rel=0.11) for wanted in (200, 400, 800, 1_000, 1_000, 1_000)]
    assert schedule.done(feed, 0, failed=False) == pytest.approx(100, rel=0.11)


def test_a_feed_that_is_rarely_asked_is_not_asked_more_often_because_it_fails():
    schedule = Schedule([Feed(url="https://a.example/", every=5_000)], 300, 1_000, now=0)
    (feed,) = take_all(schedule, 10)
    assert schedule.done(feed, 0, failed=True) >= 4_500


def test_retry_after_is_honoured():
    schedule = Schedule(feeds(1), 10, 60, now=0)
    (feed,) = take_all(schedule, 10)
    assert schedule.done(feed, 0, failed=True, retry_after=4_000) == 4_000


def test_the_same_seed_gives_the_same_times():
    def order(seed: int) -> list[str]:
        schedule = Schedule(feeds(20), 300, 3_600, now=0, seed=seed)
        return [feed.url for feed in take_all(schedule, 10)]

    assert order(1) == order(1)
    assert order(1) != order(2)


@given(failed=st.lists(st.booleans(), max_size=200))
def test_waits_stay_within_bounds(failed):
    schedule = Schedule(feeds(1), 300, 21_600, now=0)
    (feed,) = take_all(schedule, 10)
    for one in failed:
        assert 270 <= schedule.done(feed, 0, failed=one) <= 23_760
        take_all(schedule, 1e9)
