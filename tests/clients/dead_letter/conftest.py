"""Kafkas for the tests of dead letters: ours and Apache's, and topics of their own."""

from uuid import uuid4

import pytest

from tests.clients.dead_letter.kafka import Kafka
from tests.clients.topics import AGELESS, make_topic


@pytest.fixture
def servers(any_kafka: str) -> str:
    return any_kafka


@pytest.fixture
def kafka(servers: str) -> Kafka:
    return Kafka(servers)


@pytest.fixture
def topic(servers: str) -> str:
    """An empty topic of three partitions."""
    return make_topic(servers, f"orders-{uuid4().hex}", 3, AGELESS)
