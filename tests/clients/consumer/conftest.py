"""Topics with numbered records for the tests of consumers."""

from collections.abc import Callable
from uuid import uuid4

import pytest

from odradek.clients.producer.producer import Producer
from tests.clients.topics import AGELESS, make_topic

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
    return make_topic(servers, f"numbers-{uuid4().hex}", 2, AGELESS)


@pytest.fixture
def write(servers: str, topic: str) -> Write:
    """Writes JSON numbers, one after the other to each partition in turn, a second apart."""

    def numbers(*values: int) -> None:
        with Producer(servers, profile="sync", value_serializer="json") as producer:
            for value in values:
                producer.send(topic, value, partition=value % 2, timestamp_ms=1_000 * (value + 1))

    return numbers
