"""What only a real broker shows: groups of several members, and addresses where none answers."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing

import pytest

from processors.broker import free_port
from processors.bus import KafkaBus, connect
from processors.errors import BrokerUnavailable, SettingsError
from processors.settings import KafkaSettings
from processors.streams import Consumer, Record
from tests.core.brokers import SPEC, Broker, collect_lost_sockets, fill, new_name

pytestmark = [pytest.mark.broker, pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")]


@pytest.fixture(autouse=True)
def no_lost_sockets() -> Iterator[None]:
    yield
    collect_lost_sockets()


def test_members_of_a_group_share_the_partitions_and_nothing_is_lost_when_one_leaves(broker: Broker) -> None:
    topic, group = new_name(), new_name()
    with closing(KafkaBus(broker.settings())) as bus:
        bus.ensure_topics({topic: SPEC})
        one, two = bus.group_consumer([topic], group), bus.group_consumer([topic], group)
        seen: dict[Consumer, set] = {one: set(), two: set()}
        deadline = time.monotonic() + 30
        while not (seen[one] and seen[two]) and time.monotonic() < deadline:
            fill(bus, topic, [(f"k{number}", b"x") for number in range(9)])
            for member in (one, two):
                records = member.poll(100, 0.2)
                if records and member.commit(following(records)):
                    seen[member] = {record.partition for record in records}
        assert seen[one]
        assert seen[two]
        two.close()
        while bus.committed([topic], group) != bus.end_offsets([topic]) and time.monotonic() < deadline:
            records = one.poll(100, 0.2)
            if records:
                one.commit(following(records))
        one.close()
        assert bus.committed([topic], group) == bus.end_offsets([topic])


def following(records: list[Record]) -> dict:
    return {record.at: record.offset + 1 for record in records}


@pytest.mark.parametrize("address", ["127.0.0.1:{port}", "nonsense.invalid", "a:b:c", "127.0.0.1:{port},127.0.0.1:1"])
def test_an_address_where_no_broker_answers_is_one_sentence(address: str) -> None:
    settings = KafkaSettings(bootstrap_servers=address.format(port=free_port()), connect_timeout_seconds=0.3)
    with pytest.raises(BrokerUnavailable) as error:
        KafkaBus(settings)
    assert str(error.value).startswith(f"no Kafka broker answers at {settings.bootstrap_servers!r} (")
    assert str(error.value).endswith("correct kafka.bootstrap_servers (ONRECORD_KAFKA_BOOTSTRAP_SERVERS)")
    assert "\n" not in str(error.value)
    assert str(error.value).count("KafkaTimeoutError") <= 1


def test_a_topic_that_does_not_exist_is_no_silent_loss(broker: Broker) -> None:
    """Apache Kafka refuses it here; the embedded broker creates it, with as many partitions as it likes."""
    topic = new_name()
    with closing(KafkaBus(broker.settings(connect_timeout_seconds=0.3))) as bus:
        kept = 1
        try:
            fill(bus, topic, {"a": b"x"})
        except BrokerUnavailable:
            kept = 0
        assert sum(bus.end_offsets([topic]).values()) == kept


def test_without_an_address_the_sentence_says_how_to_give_one() -> None:
    with pytest.raises(SettingsError, match="ONRECORD_KAFKA_BOOTSTRAP_SERVERS=host:port, or use 'onrecord up'"):
        connect(KafkaSettings())
