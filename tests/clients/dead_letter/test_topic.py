"""Letters reach a dead letter topic that is made as they need it."""

import socket

import pytest
from confluent_kafka.admin import AdminClient, ConfigResource

from odradek.clients.dead_letter.errors import UndeliveredError
from odradek.clients.dead_letter.headers import enclose
from odradek.clients.dead_letter.letter import PlainRecord
from odradek.clients.dead_letter.topic import DeadLetterTopics
from tests.clients.dead_letter.kafka import TIMEOUT_S, Kafka, keys
from tests.clients.dead_letter.letters import letter


def test_a_dead_letter_topic_is_made_like_its_topic_and_keeps_letters_of_any_age(
    kafka: Kafka, topic: str
) -> None:
    kafka.bury(topic, 2)
    admin = AdminClient(kafka.config)
    assert len(admin.list_topics(timeout=TIMEOUT_S).topics[f"{topic}.dlq"].partitions) == 3
    resource = ConfigResource(ConfigResource.Type.TOPIC, f"{topic}.dlq")
    configs = admin.describe_configs([resource])[resource].result(TIMEOUT_S)
    assert configs["retention.ms"].value == "-1"
    assert int(configs["max.message.bytes"].value) > 10_000_000


def test_letters_arrive_with_their_keys_timestamps_and_reasons(kafka: Kafka, topic: str) -> None:
    buried = kafka.bury(topic, 5)
    found = kafka.found(f"{topic}.dlq")
    assert keys([each.carrier for each in found]) == keys(buried)
    assert {each.carrier.timestamp_ms for each in found} == {1_000 + n for n in range(5)}
    assert all(each.letter is not None and each.letter.record.topic == topic for each in found)


def test_a_record_too_large_for_its_topic_fits_its_letter(kafka: Kafka, topic: str) -> None:
    value = bytes(3_000_000)
    with DeadLetterTopics(kafka.config) as topics:
        topics.send([PlainRecord(f"{topic}.dlq", b"k", value)])
    [record] = kafka.records(f"{topic}.dlq")
    assert record.value == value


def test_a_letter_that_is_refused_is_an_error_and_no_letter_about_a_letter(
    kafka: Kafka, topic: str
) -> None:
    with (
        DeadLetterTopics(kafka.config) as topics,
        pytest.raises(UndeliveredError, match="cannot be sent") as caught,
    ):
        topics.send([PlainRecord(f"{topic}.dlq", b"k", bytes(17 * 1024 * 1024))])
    assert not caught.value.is_unreachable
    assert f"{topic}.dlq.dlq" not in AdminClient(kafka.config).list_topics(timeout=TIMEOUT_S).topics


def test_a_cluster_that_nobody_reaches_is_told_as_such() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        config = {"bootstrap.servers": f"127.0.0.1:{closed.getsockname()[1]}", "log_level": 0}
        with (
            DeadLetterTopics(config, delivery_timeout_ms=500) as topics,
            pytest.raises(UndeliveredError) as caught,
        ):
            topics.send([enclose(letter(), "orders.dlq")])
    assert caught.value.is_unreachable
