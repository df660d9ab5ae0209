from __future__ import annotations

from collections import defaultdict

from hypothesis import given
from hypothesis import strategies as st
from store_fakes import bundle, letter

from processors.store.sequencer import Arrival, Seen, Sequencer

AT = ("embedded", 0)


def arrive(position: int, offset: int, origin: str = "o", since: float = 0.0, partition: int = 0) -> Arrival:
    return Arrival(bundle(position, origin, ()), ("embedded", partition), offset, since)


def order(ready: list[Arrival]) -> list[int]:
    return [arrival.input[1] for arrival in ready if arrival.input]


def test_hands_out_in_order_of_position_and_waits_for_a_gap() -> None:
    sequencer = Sequencer({}, {AT: 0})
    assert order(sequencer.push(arrive(1, 0))) == []
    assert (sequencer.waiting, sequencer.missing, sequencer.attributed) == (1, 1, 2)
    assert order(sequencer.push(arrive(0, 1))) == [0, 1]
    assert (sequencer.waiting, sequencer.missing, sequencer.attributed) == (0, 0, 2)


def test_origins_do_not_wait_for_each_other() -> None:
    sequencer = Sequencer({}, {})
    sequencer.push(arrive(3, 0, "a"))
    assert order(sequencer.push(arrive(0, 1, "b"))) == [0]


def test_offset_stays_at_the_lowest_that_is_not_settled() -> None:
    sequencer = Sequencer({}, {AT: 10})
    late, early = arrive(1, 10), arrive(0, 12)
    sequencer.push(late)
    sequencer.push(arrive(2, 11))
    ready = sequencer.push(early)
    assert sequencer.offsets() == {AT: 10}
    sequencer.settle([early])
    assert sequencer.offsets() == {AT: 10}
    sequencer.settle(ready[1:2])
    assert sequencer.offsets() == {AT: 11}
    sequencer.settle(ready[2:])
    assert sequencer.offsets() == {AT: 13}


def test_redelivery_is_dropped_and_does_not_hold_the_offset() -> None:
    sequencer = Sequencer({"o": Seen(5)}, {AT: 3})
    assert sequencer.push(arrive(4, 3)) == []
    assert sequencer.redelivered == 1
    assert sequencer.offsets() == {AT: 4}


def test_dead_letter_without_origin_is_applied_at_once_and_only_once() -> None:
    sequencer = Sequencer({}, {AT: 0})
    lost = Arrival(letter(), AT, 0)
    assert sequencer.push(lost) == [lost]
    assert sequencer.push(lost) == []
    sequencer.settle([lost])
    assert sequencer.offsets() == {AT: 1}
    assert sequencer.push(lost) == []


def test_dead_letter_with_origin_fills_its_place() -> None:
    sequencer = Sequencer({}, {})
    sequencer.push(arrive(1, 0))
    assert order(sequencer.push(Arrival(letter(0, "o"), ("dead-letters", 0), 0))) == [0, 1]


def test_release_gives_up_a_gap_only_for_what_is_old() -> None:
    sequencer = Sequencer({}, {})
    sequencer.push(arrive(2, 0, since=1.0))
    sequencer.push(arrive(3, 1, since=5.0))
    sequencer.push(arrive(7, 2, since=5.0))
    assert sequencer.release(before=1.0) == []
    assert order(sequencer.release(before=2.0)) == [2, 3]
    assert (sequencer.waiting, sequencer.missing) == (1, 5)


def test_what_comes_after_it_was_given_up_is_applied_once() -> None:
    sequencer = Sequencer({}, {})
    sequencer.push(arrive(2, 0))
    sequencer.release(before=1.0)
    assert order(sequencer.push(arrive(1, 1))) == [1]
    assert order(sequencer.push(arrive(1, 2))) == []
    assert sequencer.missing == 1


def test_a_position_beyond_counting_is_nobodys() -> None:
    sequencer = Sequencer({}, {})
    huge = Arrival(letter(2**60, "o"), AT, 0)
    assert sequencer.push(huge) == [huge]
    assert sequencer.attributed == 0


@given(st.permutations(range(12)), st.lists(st.integers(0, 11), max_size=6), st.integers(1, 3))
def test_any_order_and_any_redelivery_comes_out_in_order(
    positions: list[int], again: list[int], partitions: int
) -> None:
    sequencer = Sequencer({}, {})
    following: dict[int, int] = defaultdict(int)
    ready: list[Arrival] = []
    for position in [*positions, *again]:
        partition = position % partitions
        ready += sequencer.push(arrive(position, following[partition], partition=partition))
        following[partition] += 1
        low = sequencer.offsets()
        assert all(low[("embedded", p)] <= following[p] for p in following)
    assert order(ready) == list(range(12))
    sequencer.settle(ready)
    assert sequencer.offsets() == {("embedded", p): n for p, n in following.items()}


@given(st.lists(st.integers(0, 30), unique=True))
def test_seen_is_the_set_of_what_was_added(positions: list[int]) -> None:
    seen = Seen()
    for position in positions:
        assert position not in seen
        seen.add(position)
    assert {position for position in range(40) if position in seen} == set(positions)
    assert seen.missing == seen.end - len(positions)
    assert seen.first_missing == next(i for i in range(40) if i not in positions)
