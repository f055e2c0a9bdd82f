"""A topic for each test, on our broker and on Apache Kafka."""

from collections.abc import Callable, Iterator
from itertools import count

import pytest
from confluent_kafka import Consumer, TopicPartition

from tests.clients.topics import IMPATIENT, TIMEOUT_S, make_topic

_numbers = count()

Value = bytes | None
ReadBack = Callable[[str], list[tuple[Value, Value]]]


@pytest.fixture
def servers(any_kafka: str) -> str:
    return any_kafka


@pytest.fixture
def create_topic(servers: str) -> Callable[..., str]:
    """Makes a topic and returns its name."""

    def create(partitions: int = 1, **configs: str) -> str:
        named = {name.replace("_", "."): value for name, value in configs.items()}
        return make_topic(servers, f"produced-{next(_numbers)}", partitions, named)

    return create


@pytest.fixture
def topic(create_topic: Callable[..., str]) -> str:
    return create_topic()


@pytest.fixture
def read_back(servers: str) -> Iterator[ReadBack]:
    """Everything committed in a topic, as (key, value), partition by partition."""
    consumer = Consumer(
        {
            "bootstrap.servers": servers,
            "group.id": "reader",
            "enable.auto.commit": False,
            **IMPATIENT,
        }
    )

    def read(topic: str) -> list[tuple[Value, Value]]:
        found: list[tuple[Value, Value]] = []
        for partition in sorted(
            consumer.list_topics(topic, timeout=TIMEOUT_S).topics[topic].partitions
        ):
            place = TopicPartition(topic, partition, 0)
            _, end = consumer.get_watermark_offsets(place, timeout=TIMEOUT_S)
            consumer.assign([place])
            while consumer.position([place])[0].offset < end:
                message = consumer.poll(1.0)
                if message is not None:
                    assert message.error() is None
                    found.append((message.key(), message.value()))
        return found

    yield read
    consumer.close()
