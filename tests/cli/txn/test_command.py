"""`odradek txn` on our broker and on a live Apache Kafka."""

import json
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from confluent_kafka import Producer
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic

from odradek.testing import EphemeralBroker
from tests.cli.conftest import Odradek

TIMEOUT_S = 60


@pytest.fixture(scope="module", params=["odradek", "apache"])
def servers(request: pytest.FixtureRequest) -> Iterator[str]:
    """The bootstrap servers of a Kafka."""
    if request.param == "apache":
        yield request.getfixturevalue("apache_kafka").bootstrap_servers
        return
    with EphemeralBroker() as broker:
        yield broker.bootstrap_servers


@pytest.fixture
def on_kafka(odradek: Odradek, servers: str, monkeypatch: pytest.MonkeyPatch) -> Odradek:
    monkeypatch.setenv("ODRADEK_KAFKA_BOOTSTRAP_SERVERS", servers)
    return odradek


@pytest.fixture
def topic(servers: str) -> str:
    name = f"topic-{uuid4().hex}"
    admin = AdminClient({"bootstrap.servers": servers})
    admin.create_topics([NewTopic(name, 1, 1)])[name].result(TIMEOUT_S)
    return name


@pytest.fixture
def transaction(servers: str, topic: str) -> Iterator[str]:
    """The id of a producer that has a record in an open transaction."""
    name = f"id-{uuid4().hex}"
    producer = Producer({"bootstrap.servers": servers, "transactional.id": name, "log_level": 0})
    producer.init_transactions(TIMEOUT_S)
    producer.begin_transaction()
    producer.produce(topic, b"value")
    assert producer.flush(TIMEOUT_S) == 0
    yield name
    producer.abort_transaction(TIMEOUT_S)


def parsed(on_kafka: Odradek, *arguments: str, code: int = 0) -> Any:
    outcome = on_kafka("txn", *arguments, "-o", "json")
    assert outcome.code == code, outcome.stderr
    return json.loads(outcome.stdout)


def test_transactions_are_listed_and_narrowed(on_kafka: Odradek, transaction: str) -> None:
    found = {row["transactional_id"]: row for row in parsed(on_kafka, "list")}
    assert found[transaction]["state"] == "Ongoing"
    producer = str(found[transaction]["producer_id"])
    narrowed = parsed(on_kafka, "list", "--producer-id", producer, "--state", "Ongoing")
    assert [row["transactional_id"] for row in narrowed] == [transaction]
    assert parsed(on_kafka, "list", "--producer-id", producer, "--state", "Empty") == []
    assert transaction in on_kafka("txn", "list").stdout


def test_a_transaction_is_described_with_its_partitions(
    on_kafka: Odradek, transaction: str, topic: str
) -> None:
    found = parsed(on_kafka, "describe", transaction)
    assert found["state"] == "Ongoing"
    assert found["partitions"] == [f"{topic}-0"]
    assert topic in on_kafka("txn", "describe", transaction).stdout


def test_an_unknown_id_is_an_error_that_names_the_nearest(
    on_kafka: Odradek, transaction: str
) -> None:
    outcome = on_kafka("txn", "describe", transaction + "x")
    assert outcome.code == 1
    assert f"did you mean {transaction}?" in outcome.stderr


def test_what_its_coordinator_knows_does_not_hang(on_kafka: Odradek, transaction: str) -> None:
    assert parsed(on_kafka, "find-hanging", "--max-transaction-timeout-ms", "0") == []
    assert "no transaction hangs" in on_kafka("txn", "find-hanging").stderr


def test_a_transaction_is_aborted_in_a_partition(
    on_kafka: Odradek, transaction: str, topic: str
) -> None:
    at = (topic, "0", "--start-offset", "0")
    (dry,) = parsed(on_kafka, "abort", *at, "--dry-run")
    (done,) = parsed(on_kafka, "abort", *at, "--yes")
    assert {**dry, "dry_run": False} == done
    again = on_kafka("txn", "abort", *at, "--yes")
    assert again.code == 1
    assert "open ones begin at: none" in again.stderr


def test_aborting_needs_a_yes(on_kafka: Odradek, transaction: str, topic: str) -> None:
    outcome = on_kafka("txn", "abort", topic, "0", "--start-offset", "0")
    assert outcome.code == 1
    assert "--yes" in outcome.stderr
