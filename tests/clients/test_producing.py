"""How each client produces: acks, idempotence, limits; and how it finds an offset by time."""

import random
from collections.abc import Callable

import pytest

from tests.brokers import Target
from tests.clients.conftest import LIBRARIES
from tests.clients.driver import (
    AN_HOUR_AGO_MS,
    KafkaClient,
    Message,
    ProduceOptions,
    ProduceRefused,
)
from tests.clients.log_files import batches_on_disk

ClientOf = Callable[[str], KafkaClient]

TOO_LARGE_BYTES = 1_200_000
"""Above the default message.max.bytes of 1,048,588."""

pytestmark = pytest.mark.parametrize("name", LIBRARIES)


@pytest.mark.parametrize("acks", [0, 1, -1])
def test_records_sent_with_any_acks_are_read_back(client: ClientOf, name: str, acks: int) -> None:
    topic = f"acks-{acks}-{name}"
    messages = [Message(b"%d" % row) for row in range(50)]
    client(name).create_topic(topic, partitions=1)
    client(name).produce(topic, 0, messages, ProduceOptions(acks=acks))
    received = client("confluent-kafka").consume(topic, 0, count=len(messages))
    assert [message for _, message in received] == messages


def test_idempotent_producer_numbers_its_batches(
    client: ClientOf, target: Target, name: str
) -> None:
    topic = f"idempotent-{name}"
    messages = [Message(b"%d" % row) for row in range(50)]
    client(name).create_topic(topic, partitions=1)
    offsets = client(name).produce(topic, 0, messages, ProduceOptions(is_idempotent=True))
    assert offsets == list(range(len(messages)))
    batches = list(batches_on_disk(target.data_dir / f"{topic}-0"))
    assert len({batch.producer_id for batch in batches}) == 1
    assert batches[0].producer_id >= 0
    assert [batch.base_sequence for batch in batches] == [batch.base_offset for batch in batches]


def test_record_above_the_brokers_limit_is_refused_as_too_large(
    client: ClientOf, name: str
) -> None:
    topic = f"too-large-{name}"
    client(name).create_topic(topic, partitions=1)
    message = Message(random.Random(0).randbytes(TOO_LARGE_BYTES))
    with pytest.raises(ProduceRefused, match="MESSAGE_TOO_LARGE"):
        client(name).produce(topic, 0, [message], ProduceOptions())


def test_topic_with_a_larger_limit_takes_the_record(client: ClientOf, name: str) -> None:
    topic = f"large-{name}"
    client(name).create_topic(topic, partitions=1, configs={"max.message.bytes": "2000000"})
    message = Message(random.Random(0).randbytes(TOO_LARGE_BYTES))
    client(name).produce(topic, 0, [message], ProduceOptions())
    assert client(name).consume(topic, 0, count=1) == [(0, message)]


def test_first_offset_at_or_after_a_time_is_found(client: ClientOf, name: str) -> None:
    topic = f"by-time-{name}"
    messages = [Message(b"%d" % row, timestamp_ms=AN_HOUR_AGO_MS + row * 100) for row in range(50)]
    client(name).create_topic(topic, partitions=1)
    client(name).produce(topic, 0, messages, ProduceOptions())
    assert client(name).offset_for_time(topic, 0, AN_HOUR_AGO_MS - 1) == 0
    assert client(name).offset_for_time(topic, 0, AN_HOUR_AGO_MS + 1_201) == 13
    assert client(name).offset_for_time(topic, 0, AN_HOUR_AGO_MS + 1_300) == 13
    assert client(name).offset_for_time(topic, 0, AN_HOUR_AGO_MS + 4_901) is None
