"""Brokers for every test that needs one, ours and Apache Kafka to compare with.

And where chance comes from: it is the same in every run of the suite, so that a red run is a
change's doing and never luck's.
"""

import os
import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from odradek.ops.cluster import ApacheKafka, build_class_archive, jar_directory
from odradek.ops.cluster.java import KAFKA
from odradek.testing import EphemeralBroker, EphemeralCluster
from tests import shared_cluster
from tests.brokers import KINDS, Target
from tests.machine import obtain

TESTS = Path(__file__).parent
FIXED_SEED = 20_261_127
LONG_FILES = (
    "parity/test_parity",
    "simulation/test_schedules",
    "clients/test_groups",
    "simulation/test_planted_faults",
    "crash/",
    "conformance/",
    "clients/",
    "cli/demo/",
    "ops/",
    "benchmarks/",
    "fuzz/",
)
"""What takes longest, beginning with the longest: see `pytest_collection_modifyitems`."""

settings.register_profile(
    "repeatable",
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],  # a busy machine is no fault of a test
)
settings.load_profile("repeatable")  # `--hypothesis-profile default` looks for new examples


def pytest_configure() -> None:
    """Let all processes of this run share one cluster."""
    shared_cluster.announce()


def pytest_sessionfinish() -> None:
    """The process that began the run ends what its workers shared."""
    shared_cluster.end()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run long files first, for one that begins last would be waited for by every other worker."""
    items.sort(key=rank)


def rank(item: pytest.Item) -> int:
    """The place of a test's file among the long ones, or after all of them."""
    name = item.path.relative_to(TESTS).as_posix()
    return next(
        (at for at, file in enumerate(LONG_FILES) if name.startswith(file)), len(LONG_FILES)
    )


@pytest.fixture(scope="session")
def kafka_jars() -> Path:
    """The directory of Apache Kafka's jars; without Java or Maven the test is skipped."""
    jars = obtain(lambda: jar_directory(KAFKA))
    build_class_archive()
    return jars


@pytest.fixture(scope="session")
def apache_kafka(kafka_jars: Path) -> Iterator[ApacheKafka]:
    """One Apache Kafka node, started for the first test that asks and shared by all of them."""
    # A group's first member would wait three seconds for others otherwise.
    with ApacheKafka(properties={"group.initial.rebalance.delay.ms": "0"}) as kafka:
        yield kafka


@pytest.fixture
def apache_cluster(kafka_jars: Path) -> Iterator[EphemeralCluster]:
    """Three brokers of Apache Kafka, shared by all tests: kill none of them."""
    with shared_cluster.shared_cluster(for_itself=False) as cluster:
        yield cluster


@pytest.fixture
def breakable_cluster(kafka_jars: Path) -> Iterator[EphemeralCluster]:
    """The same three brokers, for this test alone, which may kill, pause and restart them."""
    with shared_cluster.shared_cluster(for_itself=True) as cluster:
        yield cluster


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
    """The same in each run of the suite, new in each soak; ODRADEK_SEED chooses another.

    Shown when the test fails, so that ODRADEK_SEED can repeat it.
    """
    is_soak = request.node.get_closest_marker("soak") is not None
    usual = random.SystemRandom().randrange(2**32) if is_soak else FIXED_SEED
    chosen = int(os.environ.get("ODRADEK_SEED") or usual)
    request.node.add_report_section("setup", "seed", f"repeat with ODRADEK_SEED={chosen}")
    return chosen
