"""What any client writes, every client reads back identically."""

import random
from collections.abc import Callable

import pytest

from tests.brokers import Target
from tests.clients.conftest import LIBRARIES
from tests.clients.driver import (
    ALL_COMPRESSIONS,
    AN_HOUR_AGO_MS,
    KafkaClient,
    Message,
    ProduceOptions,
)
from tests.clients.log_files import compression_types

ClientOf = Callable[[str], KafkaClient]

SEED = 20_13
LARGE_RECORD_BYTES = 900_000


def every_kind_of_message() -> list[Message]:
    """Keys, values and headers that are present, empty or null, out of order in time, and large."""
    noise = random.Random(SEED)
    rows = [
        Message(
            f"value {row}".encode() * 5, f"key {row % 7}".encode(), (), AN_HOUR_AGO_MS + row * 10
        )
        for row in range(200)
    ]
    special = [
        Message(value=b"no key", timestamp_ms=AN_HOUR_AGO_MS + 1),
        Message(value=None, key=b"tombstone", timestamp_ms=AN_HOUR_AGO_MS + 2),
        Message(value=b"", key=b"", timestamp_ms=AN_HOUR_AGO_MS + 3),
        Message(
            value="Odradek, die Sorge des Hausvaters: \N{SPOOL OF THREAD}".encode(),
            key=bytes(range(256)),
            headers=(("a", b"1"), ("\N{SNOWMAN}", b"\x00\xff"), ("twice", b"1"), ("twice", b"2")),
            timestamp_ms=AN_HOUR_AGO_MS - 60_000,
        ),
        Message(value=b"header", headers=(("empty", b""),), timestamp_ms=AN_HOUR_AGO_MS),
        Message(noise.randbytes(LARGE_RECORD_BYTES), b"large", (), AN_HOUR_AGO_MS + 5_000),
    ]
    return rows[:100] + special + rows[100:]


MESSAGES = every_kind_of_message()


@pytest.fixture(scope="session")
def written(client: ClientOf) -> Callable[[str], str]:
    """Return a function from a producer's name to the topic it wrote: partition = compression."""
    topics: dict[str, str] = {}

    def write_once(producer_name: str) -> str:
        if producer_name not in topics:
            producer = client(producer_name)
            topic = f"written-by-{producer_name}"
            producer.create_topic(topic, partitions=len(ALL_COMPRESSIONS))
            for partition, compression in enumerate(ALL_COMPRESSIONS):
                options = ProduceOptions(compression=compression)
                offsets = producer.produce(topic, partition, MESSAGES, options)
                assert offsets == list(range(len(MESSAGES)))
            topics[producer_name] = topic
        return topics[producer_name]

    return write_once


@pytest.mark.parametrize("compression", ALL_COMPRESSIONS)
@pytest.mark.parametrize("consumer_name", LIBRARIES)
@pytest.mark.parametrize("producer_name", LIBRARIES)
def test_what_one_client_writes_another_reads_identically(
    client: ClientOf,
    written: Callable[[str], str],
    producer_name: str,
    consumer_name: str,
    compression: str,
) -> None:
    topic = written(producer_name)
    partition = ALL_COMPRESSIONS.index(compression)
    received = client(consumer_name).consume(topic, partition, count=len(MESSAGES))
    assert received == list(enumerate(MESSAGES))


@pytest.mark.parametrize("compression", ALL_COMPRESSIONS)
@pytest.mark.parametrize("producer_name", LIBRARIES)
def test_batches_lie_in_the_log_compressed_as_the_producer_chose(
    target: Target, written: Callable[[str], str], producer_name: str, compression: str
) -> None:
    topic = written(producer_name)
    partition = ALL_COMPRESSIONS.index(compression)
    assert compression in compression_types(target.data_dir / f"{topic}-{partition}")
