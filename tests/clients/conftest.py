"""The client libraries, each connected to the broker under test."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from odradek.testing import EphemeralBroker
from tests.brokers import Target
from tests.clients.aio_kafka import Aiokafka
from tests.clients.driver import KafkaClient
from tests.clients.java_client import JavaClient
from tests.clients.kafka_js import KafkaJs
from tests.clients.kafka_python import KafkaPython
from tests.clients.librdkafka import Librdkafka
from tests.clients.mortal_kafka import MortalKafka, mortal_broker, mortal_cluster
from tests.clients.troubled_broker import TroubledBroker
from tests.machine import obtain

LIBRARIES: dict[str, type[KafkaClient]] = {
    library.name: library for library in (Librdkafka, KafkaPython, Aiokafka, JavaClient, KafkaJs)
}


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


@pytest.fixture(scope="session", params=["odradek", "apache"])
def any_kafka(request: pytest.FixtureRequest) -> Iterator[str]:
    """The bootstrap servers of ours and of Apache's, for tests of our own clients; shared."""
    if request.param == "apache":
        yield request.getfixturevalue("apache_kafka").bootstrap_servers
        return
    # A group's first member would wait for others otherwise.
    with EphemeralBroker(settings={"group.initial.rebalance.delay.ms": 0}) as broker:
        yield broker.bootstrap_servers


@pytest.fixture(scope="module")
def broker(any_kafka: str) -> Iterator[TroubledBroker]:
    """The same Kafka, on the way to which things get lost."""
    with TroubledBroker(any_kafka) as troubled:
        yield troubled


@pytest.fixture(params=["odradek", pytest.param("apache", marks=pytest.mark.drill)])
def mortal_kafka(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[MortalKafka]:
    """Ours and Apache's, for this test alone, which may kill their brokers.

    Three JVMs, of which one is killed and comes back, take a minute: a drill.
    """
    if request.param == "apache":
        yield mortal_cluster(request.getfixturevalue("breakable_cluster"))
        return
    with EphemeralBroker(data_dir=tmp_path) as broker:
        yield mortal_broker(broker)
