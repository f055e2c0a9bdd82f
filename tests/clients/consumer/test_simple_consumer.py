"""Partitions by hand: from where, up to where, and what is refused."""

from datetime import UTC, datetime
from typing import Any

import pytest

from odradek.clients.consumer.simple_consumer import SimpleConsumer
from odradek.clients.errors import ConsumingFailed
from odradek.clients.record import Partition
from tests.clients.consumer.conftest import Write


def values(servers: str, topic: str, **options: Any) -> list[int]:
    with SimpleConsumer(
        servers, topic, until_end=True, value_deserializer="json", **options
    ) as consumer:
        return sorted(record.value for record in consumer)


def test_a_topic_is_read_to_where_it_ended_at_the_start(
    servers: str, topic: str, write: Write
) -> None:
    assert values(servers, topic) == []
    write(*range(10))
    with SimpleConsumer(servers, topic, until_end=True, value_deserializer="json") as consumer:
        write(10, 11)
        assert sorted(record.value for record in consumer) == list(range(10))


def test_reading_begins_where_it_is_told(servers: str, topic: str, write: Write) -> None:
    write(*range(10))
    assert values(servers, topic, start=3) == [6, 7, 8, 9]
    assert values(servers, topic, start=datetime.fromtimestamp(8, UTC)) == [7, 8, 9]
    assert values(servers, topic, start="latest") == []
    assert values(servers, topic, partitions=[1], start=4) == [9]


def test_a_seek_takes_back_what_was_fetched(servers: str, topic: str, write: Write) -> None:
    write(*range(0, 20, 2))
    with SimpleConsumer(servers, topic, partitions=[0], value_deserializer="json") as consumer:
        records = iter(consumer)
        assert [next(records).value for _ in range(3)] == [0, 2, 4]
        consumer.seek(0, 8)
        assert next(records).value == 16
        assert consumer.lag()[Partition(topic, 0)] >= 0


def test_what_does_not_exist_is_told(servers: str, topic: str, write: Write) -> None:
    write(0)
    with pytest.raises(ConsumingFailed, match="has no partition 7; it has 0 to 1"):
        SimpleConsumer(servers, topic, partitions=[7])
    with pytest.raises(ConsumingFailed, match="begins at 0 and ends at 1"):
        SimpleConsumer(servers, topic, partitions=[0], start=5)
    with pytest.raises(ConsumingFailed, match=f"did you mean {topic}"):
        SimpleConsumer(servers, f"{topic}x")


def test_a_record_that_cannot_be_decoded_keeps_its_bytes(
    servers: str, topic: str, write: Write
) -> None:
    write(0)
    with SimpleConsumer(servers, topic, until_end=True, key_deserializer="json") as consumer:
        [record] = list(consumer)
    assert (record.key, record.raw_value, record.timestamp_ms) == (None, b"0", 1_000)
    with SimpleConsumer(servers, topic, until_end=True, value_deserializer="json") as consumer:
        [record] = list(consumer)
    assert record.value == 0
