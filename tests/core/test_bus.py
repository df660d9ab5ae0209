"""What every bus does: one suite, run against the one in memory and the one on a real Kafka-protocol broker."""

from __future__ import annotations

from collections import Counter, defaultdict
from contextlib import closing

import pytest

from processors.errors import BrokerUnavailable, MessageError
from processors.streams import Bus, Consumer, Record
from tests.core.brokers import MOST_BYTES, SPEC, Site, closing_quietly, fill, new_name, read, until_changed


@pytest.fixture
def topic(bus: Bus) -> str:
    name = new_name()
    bus.ensure_topics({name: SPEC})
    return name


def everything(bus: Bus, topic: str) -> Consumer:
    return bus.consumer(dict.fromkeys(bus.partitions([topic]), 0))


def numbered(count: int, keys: int = 10) -> list[tuple[str, bytes]]:
    return [(f"k{number % keys}", str(number).encode()) for number in range(count)]


def by_partition(records: list[Record]) -> dict[int, list[Record]]:
    found = defaultdict(list)
    for record in records:
        found[record.partition].append(record)
    return dict(found)


def test_records_come_as_they_were_sent_in_order_within_each_partition(bus: Bus, topic: str) -> None:
    sent = numbered(60)
    fill(bus, topic, sent)
    with closing(everything(bus, topic)) as consumer:
        records = read(consumer, 60)
    assert Counter((r.key.decode(), r.value) for r in records if r.key) == Counter(sent)
    assert {r.topic for r in records} == {topic}
    for part in by_partition(records).values():
        assert [r.offset for r in part] == list(range(len(part)))
        numbers = [int(r.value or b"") for r in part]
        assert numbers == sorted(numbers)


def test_a_key_has_one_partition_and_keys_are_spread(bus: Bus, topic: str) -> None:
    fill(bus, topic, numbered(60, keys=20))
    with closing(everything(bus, topic)) as consumer:
        records = read(consumer, 60)
    partitions = defaultdict(set)
    for record in records:
        partitions[record.key].add(record.partition)
    assert len(partitions) == 20
    assert all(len(found) == 1 for found in partitions.values())
    assert len(by_partition(records)) == 3


def test_partitions_are_handed_out_in_turn(bus: Bus, topic: str) -> None:
    """The store restores an order over all of them: one partition read far ahead would be held back whole."""
    fill(bus, topic, numbered(300, keys=40))
    with closing(everything(bus, topic)) as consumer:
        first = consumer.poll(30, 5.0)
        while len(first) < 30:
            first += consumer.poll(30 - len(first), 1.0)
    assert {partition: len(part) for partition, part in by_partition(first).items()} == {0: 10, 1: 10, 2: 10}


def test_no_more_records_than_asked_come_at_once_and_none_is_passed_over(bus: Bus, topic: str) -> None:
    fill(bus, topic, numbered(25))
    with closing(everything(bus, topic)) as consumer:
        found: list[Record] = []
        while len(found) < 25:
            some = consumer.poll(4, 5.0)
            assert 0 < len(some) <= 4
            found += some
        assert consumer.poll(4, 0) == []
    assert sorted(int(r.value or b"") for r in found) == list(range(25))


def test_what_was_not_flushed_is_not_promised_and_flush_makes_it_so(bus: Bus, topic: str) -> None:
    with closing(bus.producer()) as producer:
        producer.flush()
        producer.send(topic, "a", b"1")
        producer.send(topic, "a", b"2")
        producer.flush()
        assert sum(bus.end_offsets([topic]).values()) == 2
        producer.flush()
    assert sum(bus.end_offsets([topic]).values()) == 2, "a second flush sends nothing twice"


def test_the_end_is_known_right_after_a_flush_however_records_were_batched(bus: Bus, topic: str) -> None:
    assert bus.end_offsets([topic]) == {(topic, partition): 0 for partition in range(3)}
    total = 0
    for size in (1, 50, 3):
        fill(bus, topic, numbered(size))
        total += size
        ends = bus.end_offsets([topic])
        assert sum(ends.values()) == total
        assert set(ends) == {(topic, partition) for partition in range(3)}
    with closing(everything(bus, topic)) as consumer:
        counts = Counter(record.at for record in read(consumer, total))
    assert counts == {at: end for at, end in ends.items() if end}


def test_a_consumer_reads_exactly_the_partitions_it_was_given_from_there(bus: Bus, topic: str) -> None:
    fill(bus, topic, numbered(60))
    ends = bus.end_offsets([topic])
    with closing(bus.consumer({(topic, 1): ends[topic, 1] - 2})) as consumer:
        records = read(consumer, 2)
        assert [(r.partition, r.offset) for r in records] == [(1, ends[topic, 1] - 2), (1, ends[topic, 1] - 1)]
        assert consumer.poll(10, 0) == []


def test_seek_goes_back_and_forth(bus: Bus, topic: str) -> None:
    fill(bus, topic, [("same", str(number).encode()) for number in range(10)])
    ((at, end),) = [(at, end) for at, end in bus.end_offsets([topic]).items() if end]
    with closing(bus.consumer({at: 0})) as consumer:
        assert [r.offset for r in consumer.poll(3, 5.0)] == [0, 1, 2]
        consumer.seek(at, 1)
        assert [r.offset for r in read(consumer, 9)] == list(range(1, 10))
        consumer.seek(at, end - 1)
        assert [r.offset for r in read(consumer, 1)] == [9]


def test_a_record_that_is_too_long_is_refused_and_the_others_go_on(bus: Bus, topic: str) -> None:
    with closing(bus.producer()) as producer:
        producer.send(topic, "a", b"x" * (MOST_BYTES - 1))
        for key, value in (("a", b"x" * MOST_BYTES), ("k" * MOST_BYTES, b"x")):
            with pytest.raises(MessageError, match="the message has 100,001 bytes; the bus takes 100,000"):
                producer.send(topic, key, value)
        producer.send(topic, "b", b"short")
        producer.flush()
    with closing(everything(bus, topic)) as consumer:
        assert sorted(len(r.value or b"") for r in read(consumer, 2)) == [5, MOST_BYTES - 1]


def test_a_group_goes_on_where_it_committed_and_reads_again_what_it_did_not(bus: Bus, topic: str) -> None:
    group = new_name()
    fill(bus, topic, numbered(30))
    assert bus.committed([topic], group) == {}
    with closing(bus.group_consumer([topic], group)) as member:
        records = read(member, 30)
        done = dict.fromkeys({record.at for record in records}, 2)
        assert member.commit(done) is True
    assert bus.committed([topic], group) == done
    assert bus.committed([new_name()], group) == {}
    with closing(bus.group_consumer([topic], group)) as member:
        again = read(member, 30 - 2 * len(done))
        assert all(record.offset >= 2 for record in again)
        member.commit({at: end for at, end in bus.end_offsets([topic]).items() if end})
    with closing(bus.group_consumer([topic], new_name())) as other:
        assert len(read(other, 30)) == 30, "another group has its own offsets"
    assert bus.committed([topic], group) == {at: end for at, end in bus.end_offsets([topic]).items() if end}


def test_topics_are_created_once_and_removed_with_what_is_in_them(bus: Bus, topic: str) -> None:
    fill(bus, topic, numbered(5))
    bus.ensure_topics({topic: SPEC})
    assert sum(bus.end_offsets([topic]).values()) == 5, "what exists is left alone"
    missing = new_name()
    assert bus.partitions([topic, missing]) == [(topic, 0), (topic, 1), (topic, 2)]
    assert bus.end_offsets([missing]) == {}
    bus.delete_topics([topic, missing])
    assert bus.partitions([topic]) == []
    bus.ensure_topics({topic: SPEC})
    assert sum(bus.end_offsets([topic]).values()) == 0


def test_another_connection_sees_the_same_cluster(site: Site, bus: Bus) -> None:
    other = site.connect()
    assert other.cluster_id == bus.cluster_id
    other.check_cluster()


def test_a_broker_that_is_gone_is_said_to_be(breakable: Site) -> None:
    bus = breakable.connect()
    name = new_name()
    bus.ensure_topics({name: SPEC})
    breakable.kill()
    for ask in (bus.check_cluster, lambda: bus.ensure_topics({new_name(): SPEC})):
        with pytest.raises(BrokerUnavailable, match="broker"):
            ask()
    with pytest.raises(BrokerUnavailable, match="broker"):
        breakable.connect()


def test_a_broker_that_comes_back_empty_is_another_cluster(breakable: Site) -> None:
    """Its offsets mean something else: nothing is read on, and nothing committed."""
    bus = breakable.connect()
    name = new_name()
    bus.ensure_topics({name: SPEC})
    fill(bus, name, numbered(30))
    consumer, member = everything(bus, name), bus.group_consumer([name], "group")
    (*_, last) = read(consumer, 30)
    before = bus.cluster_id
    breakable.kill()
    breakable.start_empty()
    until_changed(bus.check_cluster)
    until_changed(lambda: consumer.poll(10, 0.05))
    until_changed(lambda: member.commit({last.at: last.offset + 1}))
    closing_quietly(consumer, member)
    again = breakable.connect()
    assert again.cluster_id != before
    again.check_cluster()
    again.ensure_topics({name: SPEC})
    assert sum(again.end_offsets([name]).values()) == 0
    assert again.committed([name], "group") == {}
