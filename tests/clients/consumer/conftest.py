"""Topics with numbered records for the tests of consumers."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic

from odradek.clients.producer.producer import Producer
from tests.clients.producer.conftest import wait_until_known

TIMEOUT_S = 60.0

Write = Callable[..., None]


@pytest.fixture
def servers(any_kafka: str) -> str:
    return any_kafka


@pytest.fixture
def group() -> str:
    return f"group-{uuid4().hex}"


@pytest.fixture
def topic(servers: str) -> str:
    """An empty topic of two partitions."""
    name = f"numbers-{uuid4().hex}"
    admin = AdminClient({"bootstrap.servers": servers})
    # Its records have the timestamps of long ago, which retention by time would take.
    new = NewTopic(name, 2, 1, config={"retention.ms": "-1"})
    admin.create_topics([new])[name].result(TIMEOUT_S)
    wait_until_known(admin, name)
    return name


@pytest.fixture
def write(servers: str, topic: str) -> Write:
    """Writes JSON numbers, one after the other to each partition in turn, a second apart."""

    def numbers(*values: int) -> None:
        with Producer(servers, profile="sync", value_serializer="json") as producer:
            for value in values:
                producer.send(topic, value, partition=value % 2, timestamp_ms=1_000 * (value + 1))

    return numbers
