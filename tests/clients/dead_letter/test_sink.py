"""What a producer could not deliver becomes a letter: at once, after an outage, after a restart."""

import threading
from contextlib import ExitStack
from pathlib import Path
from uuid import uuid4

import pytest

from odradek.clients.dead_letter.courier import Courier
from odradek.clients.dead_letter.errors import UndeliveredError
from odradek.clients.dead_letter.headers import enclose
from odradek.clients.dead_letter.letter import PlainRecord
from odradek.clients.dead_letter.replay import replay
from odradek.clients.dead_letter.sink import DeadLetters
from odradek.clients.dead_letter.spool import Spool
from odradek.clients.dead_letter.topic import DeadLetterTopics
from odradek.clients.errors import UndeliveredRecords
from odradek.clients.producer.producer import Producer
from odradek.clients.record import FailedRecord
from tests.clients.dead_letter.kafka import TIMEOUT_S, Kafka, keys
from tests.clients.dead_letter.letters import letter, spoolable
from tests.clients.topics import make_topic
from tests.clients.troubled_broker import TroubledBroker

OUTAGE_SETTINGS = {"delivery.timeout.ms": 5_000, "request.timeout.ms": 1_000}
"""What is sent before the outage must arrive in that time on a busy machine, too."""


@pytest.fixture
def compacted_topic(servers: str) -> str:
    """A topic that refuses records without keys."""
    return make_topic(servers, f"compacted-{uuid4().hex}", 1, {"cleanup.policy": "compact"})


def failure(topic: str, key: bytes = b"k") -> FailedRecord:
    return FailedRecord(
        topic=topic,
        partition=None,
        key=key,
        value=b"v",
        headers=(("h", b"1"),),
        timestamp_ms=5,
        code=87,
        name="INVALID_RECORD",
        reason="refused",
        is_retriable=False,
        is_possibly_persisted=False,
    )


def test_a_poison_record_becomes_a_letter_at_once_and_its_neighbours_are_delivered(
    kafka: Kafka, compacted_topic: str, tmp_path: Path
) -> None:
    policy = DeadLetters(kafka.servers, tmp_path, now_ms=lambda: 1_234)
    with Producer(kafka.servers, failure_policy=policy) as producer:
        producer.send_and_forget(compacted_topic, b"good", b"k")
        producer.flush(TIMEOUT_S)
        producer.send_and_forget(compacted_topic, b"poison", headers=[("h", b"1")])
    assert [record.value for record in kafka.records(compacted_topic)] == [b"good"]
    [found] = kafka.found(f"{compacted_topic}.dlq")
    assert found.letter is not None
    assert found.letter.record.value == b"poison"
    assert found.letter.record.headers == (("h", b"1"),)
    reason = found.letter.failure
    assert (reason.error_code, reason.attempts) == ("INVALID_RECORD", 1)
    assert (reason.possibly_persisted, reason.failed_at_ms) == (False, 1_234)


def test_an_outage_is_waited_out_on_the_disk_and_replayed_in_order(
    kafka: Kafka, broker: TroubledBroker, tmp_path: Path
) -> None:
    topic = make_topic(kafka.servers, f"outage-{uuid4().hex}")
    servers = broker.bootstrap_servers
    policy = DeadLetters(servers, tmp_path, delivery_timeout_ms=500)
    with (
        ExitStack() as trouble,
        Producer(servers, failure_policy=policy, settings=OUTAGE_SETTINGS) as producer,
    ):
        producer.send_and_wait(topic, b"before", b"key-before")
        trouble.enter_context(broker.outage())
        for number in range(3):
            producer.send_and_forget(topic, b"amid", f"key-{number}".encode())
        producer.flush(TIMEOUT_S)
    with Spool(tmp_path) as spool:
        spooled = [each.record.key for each in spool.read(10)]
    assert spooled == [b"key-0", b"key-1", b"key-2"]
    DeadLetters(servers, tmp_path).close()
    letters = [found.letter for found in kafka.found(f"{topic}.dlq")]
    assert [each.failure.possibly_persisted for each in letters if each] == [True] * 3
    assert replay(kafka.config, f"{topic}.dlq").letters == 3
    order = [record.key for record in kafka.records(topic)]
    assert order == [b"key-before", b"key-0", b"key-1", b"key-2"]


def test_a_courier_that_met_an_outage_delivers_when_a_broker_is_back(
    kafka: Kafka, broker: TroubledBroker, topic: str, tmp_path: Path
) -> None:
    config = {"bootstrap.servers": broker.bootstrap_servers, "log_level": 0}
    with Spool(tmp_path) as spool:
        with broker.outage():
            topics = DeadLetterTopics(config, delivery_timeout_ms=300)
            courier = Courier(spool, topics, retry_interval_s=0.05)
            spool.append([enclose(letter(1, topic=topic), f"{topic}.dlq")])
            courier.call()
        while spool.waiting:
            threading.Event().wait(0.05)
        courier.close()
    assert keys(kafka.records(f"{topic}.dlq")) == ["key-1"]


def test_a_letter_that_its_topic_refuses_stays_in_the_spool_and_is_told(
    kafka: Kafka, tmp_path: Path
) -> None:
    with Spool(tmp_path) as spool:
        spool.append([PlainRecord("no topic's name!", b"k", b"v"), spoolable(1)])
        courier = Courier(spool, DeadLetterTopics(kafka.config))
        with pytest.raises(UndeliveredError, match="cannot be made"):
            courier.close()
        assert spool.waiting == 2


def test_what_finds_no_place_in_the_spool_is_raised_when_the_producer_closes(
    kafka: Kafka, compacted_topic: str, tmp_path: Path
) -> None:
    policy = DeadLetters(kafka.servers, tmp_path, limit_bytes=100)
    with (
        pytest.raises(UndeliveredRecords, match="1 records were not delivered"),
        Producer(kafka.servers, failure_policy=policy) as producer,
    ):
        producer.send_and_forget(compacted_topic, b"poison")


def test_a_failed_letter_becomes_no_letter_about_a_letter(kafka: Kafka, tmp_path: Path) -> None:
    policy = DeadLetters(kafka.servers, tmp_path)
    policy.take(failure("orders.dlq"))
    assert policy.waiting == 0
    with pytest.raises(UndeliveredRecords, match=r"orders\.dlq"):
        policy.close()


def test_springs_headers_and_another_suffix_are_there_on_request(
    kafka: Kafka, tmp_path: Path
) -> None:
    topic = f"orders-{uuid4().hex}"
    policy = DeadLetters(kafka.servers, tmp_path, suffix="-dlt", with_spring=True)
    policy.take(failure(topic))
    policy.close()
    [record] = kafka.records(f"{topic}-dlt")
    assert dict(record.headers)["kafka_dlt-original-topic"] == topic.encode()
    assert (record.key, record.value, record.timestamp_ms) == (b"k", b"v", 5)
