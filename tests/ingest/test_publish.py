from __future__ import annotations

import threading

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.deliver import Delivery
from ingest.items import BadRow
from ingest.publish import Publisher
from processors.clock import ManualClock
from processors.errors import BrokerUnavailable, ClusterChanged
from processors.memory_bus import MemoryBus
from processors.messages import Article, DeadLetter
from processors.settings import Settings
from tests.ingest.fakes import START, ReadingStore, draft, messages


def publisher(bus, clock, settings, first=0) -> Publisher:
    return Publisher(bus, "live", "onrecord", "origin-1", clock, settings, first)


def with_limit(settings: Settings, most: int) -> Settings:
    return msgspec.structs.replace(settings, ingest=msgspec.structs.replace(settings.ingest, max_unconfirmed=most))


def test_positions_count_articles_and_unreadable_inputs_without_gaps(bus, clock, settings):
    one = publisher(bus, clock, settings)
    assert [
        one.put(draft(0), "a.jsonl"),
        one.put(BadRow(2, "not JSON", "{"), "a.jsonl"),
        one.put(draft(2), "a.jsonl"),
    ] == [0, 1, 2]
    one.flush()
    articles = messages(bus, "live", "articles", Article)
    (letter,) = messages(bus, "live", "dead-letters", DeadLetter)
    assert [article.position for article in articles] == [0, 2]
    assert {record.key.decode() for record in bus.records("onrecord.live.articles")} == {a.id for a in articles}
    assert all(article.origin == "origin-1" and article.observed_at == START for article in articles)
    assert (letter.stage, letter.reason, letter.position, letter.excerpt) == ("ingest", "not JSON", 1, "{")
    assert (letter.source.cluster, letter.source.topic, letter.source.offset) == ("cluster-1", "a.jsonl", 2)


def test_confirming_drops_what_is_accounted_for(bus, clock, settings):
    one = publisher(bus, clock, settings, first=5)
    for i in range(4):
        one.put(draft(i), "f")
    assert (one.confirm(7), one.unconfirmed, one.confirm(7)) == (2, 2, 0)


def test_an_oversized_article_becomes_a_dead_letter_at_its_position(clock, settings):
    bus = MemoryBus("cluster-1", max_message_bytes=2_000)
    one = publisher(bus, clock, settings)
    one.put(draft(0), "f")
    assert one.put(draft(1, text="x" * 3_000), "f") == 1
    one.flush()
    (letter,) = messages(bus, "live", "dead-letters", DeadLetter)
    assert letter.position == 1
    assert "bytes" in letter.reason
    assert letter.url == draft(1).url
    assert [a.position for a in messages(bus, "live", "articles", Article)] == [0]


def test_a_failed_flush_loses_nothing(bus, clock, settings):
    one = publisher(bus, clock, settings)
    one.put(draft(0), "f")
    bus.down = True
    with pytest.raises(BrokerUnavailable):
        one.flush()
    assert one.put(draft(1), "f") == 1
    with pytest.raises(BrokerUnavailable):
        one.republish(bus.reopen())
    bus.down = False
    one.republish(bus.reopen())
    assert [a.position for a in messages(bus, "live", "articles", Article)] == [0, 1]


def test_a_broker_that_comes_back_empty_gets_everything_unconfirmed_in_order(bus, clock, settings):
    one = publisher(bus, clock, settings)
    for i in range(6):
        one.put(draft(i), "f")
    one.flush()
    one.confirm(2)
    bus.come_back_empty("cluster-2")
    with pytest.raises(ClusterChanged):
        one.check()
    one.republish(bus.reopen())
    one.check()
    assert [a.position for a in messages(bus, "live", "articles", Article)] == [2, 3, 4, 5]


def delivery(bus, clock, settings, store, stop=None) -> tuple[Publisher, Delivery]:
    one = publisher(bus, clock, settings)
    return one, Delivery(one, "live", store, bus.reopen, clock, stop or threading.Event())


def test_delivery_waits_for_room(bus, clock, settings):
    store = ReadingStore(bus, most=1)
    one, loop = delivery(bus, clock, with_limit(settings, 3), store)
    for i in range(10):
        loop.put(draft(i), "f")
        assert one.unconfirmed <= 3
    assert clock.monotonic() > 2, "it went on without waiting for the store"
    assert loop.drain()
    assert len(store.taken) == 10


def test_delivery_gives_up_waiting_when_told_to_stop(bus, clock, settings):
    stop = threading.Event()
    store = ReadingStore(bus, most=0)
    one, loop = delivery(bus, clock, with_limit(settings, 1), store, stop)
    loop.put(draft(0), "f")
    stop.set()
    assert loop.put(draft(1), "f") is None
    assert not loop.drain()
    assert one.unconfirmed == 1


def test_delivery_outlives_a_store_and_a_broker_that_are_away(bus, clock, settings):
    class Healing(ManualClock):
        def sleep(self, seconds, wake=None):
            super().sleep(seconds, wake)
            if self.monotonic() > 20:
                bus.down = store.away = False

    healing = Healing(START)
    store = ReadingStore(bus)
    one, loop = delivery(bus, healing, settings, store)
    loop.put(draft(0), "f")
    bus.down = store.away = True
    bus.come_back_empty("cluster-2")
    assert loop.drain()
    assert [a.position for a in messages(bus, "live", "articles", Article)] == [0]
    assert one.unconfirmed == 0


@given(steps=st.lists(st.sampled_from(["put", "bad", "flush", "down", "up", "lost", "confirm"]), max_size=60))
def test_whatever_happens_to_the_broker_every_input_is_accounted_for_once(steps):
    bus, clock, settings = MemoryBus("cluster-0"), ManualClock(START), Settings()
    store = ReadingStore(bus, most=2)
    _, loop = delivery(bus, clock, settings, store)
    for number, step in enumerate(steps):
        match step:
            case "put":
                loop.put(draft(number), "f")
            case "bad":
                loop.put(BadRow(number, "bad"), "f")
            case "flush" if not bus.down:
                loop.flush()
            case "down":
                bus.down = True
            case "up":
                bus.down = False
            case "lost":
                bus.come_back_empty(f"cluster-{number + 1}")
            case "confirm" if not bus.down:
                clock.advance(1)
                loop.tend()
    bus.down = False
    assert loop.drain()
    wanted = [number for number, step in enumerate(steps) if step in {"put", "bad"}]
    assert [position for _, position in sorted(store.taken)] == list(range(len(wanted)))
    for position, number in enumerate(wanted):
        taken = store.taken["origin-1", position]
        assert isinstance(taken, DeadLetter if steps[number] == "bad" else Article)
