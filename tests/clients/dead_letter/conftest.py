"""Kafkas for the tests of dead letters: ours and Apache's, and topics of their own."""

from uuid import uuid4

import pytest
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic

from tests.clients.dead_letter.kafka import TIMEOUT_S, Kafka
from tests.clients.producer.conftest import wait_until_known


@pytest.fixture
def servers(any_kafka: str) -> str:
    return any_kafka


@pytest.fixture
def kafka(servers: str) -> Kafka:
    return Kafka(servers)


@pytest.fixture
def topic(servers: str) -> str:
    """An empty topic of three partitions."""
    name = f"orders-{uuid4().hex}"
    admin = AdminClient({"bootstrap.servers": servers})
    # Its records have the timestamps of long ago, which retention by time would take.
    new = NewTopic(name, 3, 1, config={"retention.ms": "-1"})
    admin.create_topics([new])[name].result(TIMEOUT_S)
    wait_until_known(admin, name)
    return name
