"""`odradek dlq` on our broker: what people and programs see, and what a dry run leaves alone."""

import json
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic

from odradek.testing import EphemeralBroker
from tests.cli.conftest import Odradek
from tests.clients.dead_letter.kafka import TIMEOUT_S, Kafka


@pytest.fixture(scope="module")
def kafka() -> Iterator[Kafka]:
    with EphemeralBroker() as broker:
        yield Kafka(broker.bootstrap_servers)


@pytest.fixture
def on_kafka(odradek: Odradek, kafka: Kafka, monkeypatch: pytest.MonkeyPatch) -> Odradek:
    monkeypatch.setenv("ODRADEK_KAFKA_BOOTSTRAP_SERVERS", kafka.servers)
    return odradek


@pytest.fixture
def topic(kafka: Kafka) -> str:
    """A topic with three letters about it."""
    name = f"orders-{uuid4().hex}"
    admin = AdminClient(kafka.config)
    # Its records have the timestamps of long ago, which retention by time would take.
    new = NewTopic(name, 3, 1, config={"retention.ms": "-1"})
    admin.create_topics([new])[name].result(TIMEOUT_S)
    kafka.bury(name, 3)
    return name


def parsed(on_kafka: Odradek, *arguments: str) -> Any:
    outcome = on_kafka("dlq", *arguments, "-o", "json")
    assert outcome.code == 0, outcome.stderr
    return json.loads(outcome.stdout)


def counts(on_kafka: Odradek, topic: str) -> tuple[int, int, int]:
    [row] = [row for row in parsed(on_kafka, "list") if row["topic"] == f"{topic}.dlq"]
    return row["letters"], row["replayed"], row["waiting"]


def test_letters_are_counted_before_and_after_a_replay(on_kafka: Odradek, topic: str) -> None:
    assert counts(on_kafka, topic) == (3, 0, 3)
    document = parsed(on_kafka, "replay", f"{topic}.dlq")
    assert document["changes"] == [{"letters": 3, "skipped": 0, "to": "their topics"}]
    assert counts(on_kafka, topic) == (3, 3, 0)
    assert f"{topic}.dlq" in on_kafka("dlq", "list").stdout


def test_a_dry_run_says_the_same_and_changes_nothing(
    on_kafka: Odradek, kafka: Kafka, topic: str
) -> None:
    outcome = on_kafka("dlq", "replay", f"{topic}.dlq", "--dry-run", "-n", "2")
    assert outcome.stdout.startswith(f"would replay letters of topic {topic}.dlq\n")
    assert parsed(on_kafka, "purge", f"{topic}.dlq", "--dry-run")["dry_run"] is True
    assert counts(on_kafka, topic) == (3, 0, 3)
    assert kafka.records(topic) == []


def test_letters_are_shown_with_their_reason(on_kafka: Odradek, topic: str) -> None:
    table = on_kafka("dlq", "show", f"{topic}.dlq").stdout
    assert "MSG_SIZE_TOO_LARGE" in table
    assert "key-2" in table
    [shown] = parsed(on_kafka, "show", f"{topic}.dlq", "-n", "1")
    assert shown["record"]["value_text"] == "value"
    assert shown["record"]["headers"] == [{"name": "h", "value": "1"}]
    assert shown["letter"]["topic"] == topic
    assert shown["letter"]["attempts"] == 1
    assert shown["letter"]["possibly_persisted"] is False


def test_what_was_replayed_is_shown_on_request_only(on_kafka: Odradek, topic: str) -> None:
    parsed(on_kafka, "replay", f"{topic}.dlq")
    assert parsed(on_kafka, "show", f"{topic}.dlq") == []
    assert len(parsed(on_kafka, "show", f"{topic}.dlq", "--all")) == 3
    assert "--all shows" in on_kafka("dlq", "show", f"{topic}.dlq").stderr


def test_a_purge_of_what_was_replayed_keeps_what_waits(
    on_kafka: Odradek, kafka: Kafka, topic: str
) -> None:
    parsed(on_kafka, "replay", f"{topic}.dlq")
    kafka.bury(topic, 2)
    parsed(on_kafka, "purge", f"{topic}.dlq", "--replayed", "--yes")
    assert counts(on_kafka, topic) == (2, 0, 2)
    parsed(on_kafka, "purge", f"{topic}.dlq", "--yes")
    assert counts(on_kafka, topic) == (0, 0, 0)
    assert "no changes" in on_kafka("dlq", "purge", f"{topic}.dlq").stdout


def test_a_purge_needs_a_yes(on_kafka: Odradek, topic: str) -> None:
    outcome = on_kafka("dlq", "purge", f"{topic}.dlq")
    assert outcome.code == 1
    assert "--yes" in outcome.stderr
    assert counts(on_kafka, topic) == (3, 0, 3)


def test_an_unknown_topic_is_a_sentence_with_the_nearest_name(
    on_kafka: Odradek, topic: str
) -> None:
    outcome = on_kafka("dlq", "replay", f"{topic}.dlqq")
    assert outcome.code == 1
    assert f"did you mean {topic}.dlq?" in outcome.stderr


def test_a_topic_without_letters_is_told(on_kafka: Odradek, kafka: Kafka, topic: str) -> None:
    assert "no topic ends in .nothing" in on_kafka("dlq", "list", "--suffix", ".nothing").stderr
    kafka.bury(topic, 1)
    outcome = on_kafka("dlq", "replay", f"{topic}.dlq", "--to", f"{topic}.dlq")
    assert outcome.code == 1
    assert "itself" in outcome.stderr
