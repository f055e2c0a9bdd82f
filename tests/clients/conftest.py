"""The brokers under test and the client libraries connected to them.

Every test runs against odradek; with ODRADEK_PEER=apache it also runs against Apache Kafka, which
shows whether a failure is ours or the test's.
"""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from odradek.testing import EphemeralBroker
from tests.clients.aio_kafka import Aiokafka
from tests.clients.driver import KafkaClient
from tests.clients.java_client import JavaClient
from tests.clients.kafka_js import KafkaJs
from tests.clients.kafka_python import KafkaPython
from tests.clients.librdkafka import Librdkafka
from tests.machine import obtain

LIBRARIES: dict[str, type[KafkaClient]] = {
    library.name: library for library in (Librdkafka, KafkaPython, Aiokafka, JavaClient, KafkaJs)
}
BROKERS = ["odradek", *(["apache"] if os.environ.get("ODRADEK_PEER") == "apache" else [])]


@dataclass(frozen=True, slots=True)
class Target:
    """A broker under test: where it listens, and where its log lies."""

    bootstrap_servers: str
    data_dir: Path


@pytest.fixture(scope="session", params=BROKERS)
def target(request: pytest.FixtureRequest) -> Iterator[Target]:
    if request.param == "apache":
        kafka = request.getfixturevalue("apache_kafka")
        yield Target(kafka.bootstrap_servers, kafka.data_dir)
        return
    with EphemeralBroker() as broker:
        yield Target(broker.bootstrap_servers, broker.data_dir)


@pytest.fixture(scope="session")
def client(target: Target) -> Iterator[Callable[[str], KafkaClient]]:
    """Return a function from a library's name to its one client; a missing runtime skips."""
    started: dict[str, KafkaClient] = {}

    def client_of(name: str) -> KafkaClient:
        if name not in started:
            started[name] = obtain(lambda: LIBRARIES[name](target.bootstrap_servers))
        return started[name]

    yield client_of
    for each in started.values():
        each.close()
