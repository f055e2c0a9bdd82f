"""Kafkas for the tests of dead letters: ours and Apache's, and topics of their own."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic

from odradek.testing import EphemeralBroker
from tests.clients.dead_letter.kafka import TIMEOUT_S, Kafka


@pytest.fixture(scope="package", params=["odradek", "apache"])
def servers(request: pytest.FixtureRequest) -> Iterator[str]:
    """The bootstrap servers of a Kafka, shared: each test makes topics of its own."""
    if request.param == "apache":
        yield request.getfixturevalue("apache_kafka").bootstrap_servers
        return
    with EphemeralBroker() as broker:
        yield broker.bootstrap_servers


@pytest.fixture
def kafka(servers: str) -> Kafka:
    return Kafka(servers)


@pytest.fixture
def topic(servers: str) -> str:
    """An empty topic of three partitions."""
    name = f"orders-{uuid4().hex}"
    admin = AdminClient({"bootstrap.servers": servers})
    admin.create_topics([NewTopic(name, 3, 1)])[name].result(TIMEOUT_S)
    return name
