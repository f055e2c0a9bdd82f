"""A topic for each test, on our broker and on Apache Kafka."""

import threading
import time
from collections.abc import Callable, Iterator
from itertools import count

import pytest
from confluent_kafka import Consumer, TopicPartition
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic

TIMEOUT_S = 60.0
KNOWN_CHECK_INTERVAL_S = 0.05

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
        name = f"produced-{next(_numbers)}"
        admin = AdminClient({"bootstrap.servers": servers})
        new = NewTopic(
            name, partitions, 1, config={k.replace("_", "."): v for k, v in configs.items()}
        )
        admin.create_topics([new])[name].result(TIMEOUT_S)
        wait_until_known(admin, name)
        return name

    return create


def wait_until_known(admin: AdminClient, topic: str) -> None:
    """Return once the broker tells of the topic: an Apache Kafka just started may take a while."""
    deadline_s, calm = time.monotonic() + TIMEOUT_S, threading.Event()
    while admin.list_topics(topic, timeout=TIMEOUT_S).topics[topic].error is not None:
        assert time.monotonic() < deadline_s, f"{topic} was created and is unknown"
        calm.wait(KNOWN_CHECK_INTERVAL_S)


@pytest.fixture
def topic(create_topic: Callable[..., str]) -> str:
    return create_topic()


@pytest.fixture
def read_back(servers: str) -> Iterator[ReadBack]:
    """Everything committed in a topic, as (key, value), partition by partition."""
    consumer = Consumer(
        {"bootstrap.servers": servers, "group.id": "reader", "enable.auto.commit": False}
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
