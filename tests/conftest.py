"""Brokers for every test that needs one: ours, and Apache Kafka to compare with."""

import os
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from odradek.ops.cluster import ApacheKafka, jar_directory
from odradek.ops.cluster.java import KAFKA
from odradek.testing import EphemeralBroker
from tests.brokers import KINDS, Target
from tests.machine import obtain


@pytest.fixture(scope="session")
def kafka_jars() -> Path:
    """The directory of Apache Kafka's jars; without Java or Maven the test is skipped."""
    return obtain(lambda: jar_directory(KAFKA))


@pytest.fixture(scope="session")
def apache_kafka(kafka_jars: Path) -> Iterator[ApacheKafka]:
    """One Apache Kafka node, started for the first test that asks and shared by all of them."""
    with ApacheKafka() as kafka:
        yield kafka


@pytest.fixture(scope="session", params=KINDS)
def target(request: pytest.FixtureRequest) -> Iterator[Target]:
    """The broker under test, shared by all tests: each makes topics of its own."""
    broker: ApacheKafka | EphemeralBroker
    if request.param == "apache":
        broker = request.getfixturevalue("apache_kafka")
        yield Target("apache", broker.bootstrap_servers, broker.data_dir, broker.pid)
        return
    with EphemeralBroker() as broker:
        yield Target("odradek", broker.bootstrap_servers, broker.data_dir, broker.pid)


@pytest.fixture
def seed(request: pytest.FixtureRequest) -> int:
    """A new seed in each run, shown when the test fails; ODRADEK_SEED repeats that run."""
    chosen = int(os.environ.get("ODRADEK_SEED") or random.SystemRandom().randrange(2**32))
    request.node.add_report_section("setup", "seed", f"repeat with ODRADEK_SEED={chosen}")
    return chosen
