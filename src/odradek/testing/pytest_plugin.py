"""Pytest fixtures: a real Kafka in your tests, with odradek as the one development dependency.

The fixtures are there as soon as odradek is installed. The broker starts with the first test that
asks for it and ends with the session; under pytest-xdist every worker has its own. A project
overrides `kafka_broker_settings` in its conftest.py to configure the broker.
"""

import re
from collections.abc import Iterator, Mapping
from itertools import count

import pytest

from odradek.testing.ephemeral_broker import EphemeralBroker
from odradek.testing.ephemeral_registry import EphemeralRegistry

TOPIC_NAME_CHARS_MAX = 200
_topic_numbers = count(1)


@pytest.fixture(scope="session")
def kafka_broker_settings() -> Mapping[str, object]:
    """Broker settings by name, for the session's broker; override this to change them."""
    return {}


@pytest.fixture(scope="session")
def kafka_broker(kafka_broker_settings: Mapping[str, object]) -> Iterator[EphemeralBroker]:
    """The session's broker. A test that kills or reconfigures a broker should start its own."""
    with EphemeralBroker(settings=kafka_broker_settings) as broker:
        yield broker


@pytest.fixture(scope="session")
def kafka_bootstrap_servers(kafka_broker: EphemeralBroker) -> str:
    """What Kafka clients take as `bootstrap.servers`."""
    return kafka_broker.bootstrap_servers


@pytest.fixture
def kafka_topic(kafka_broker: EphemeralBroker, request: pytest.FixtureRequest) -> str:
    """The name of an empty topic with one partition, made for this test alone."""
    test_name = re.sub(r"[^a-zA-Z0-9._-]", "_", request.node.name)[:TOPIC_NAME_CHARS_MAX]
    topic = f"{test_name}-{next(_topic_numbers)}"
    kafka_broker.create_topic(topic)
    return topic


@pytest.fixture(scope="session")
def schema_registry() -> Iterator[EphemeralRegistry]:
    """The session's schema registry, which keeps its schemas in memory."""
    with EphemeralRegistry() as registry:
        yield registry


@pytest.fixture(scope="session")
def schema_registry_url(schema_registry: EphemeralRegistry) -> str:
    """What clients of a schema registry take as its URL."""
    return schema_registry.url
