"""Apache Kafka itself, for every test that compares with it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from odradek.ops.cluster import ApacheKafka, jar_directory
from odradek.ops.cluster.java import KAFKA
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
