"""What a producer could not deliver becomes a letter: at once, after an outage, after a restart."""

import threading
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic

from odradek.clients.dead_letter.courier import Courier
from odradek.clients.dead_letter.errors import UndeliveredError
from odradek.clients.dead_letter.headers import enclose
from odradek.clients.dead_letter.letter import PlainRecord
from odradek.clients.dead_letter.replay import replay
from odradek.clients.dead_letter.sink import ATTEMPTS, DeadLetters, give_up_after
from odradek.clients.dead_letter.spool import Spool
from odradek.clients.dead_letter.topic import DeadLetterTopics
from odradek.clients.errors import UndeliveredRecords
from odradek.clients.producer.producer import Producer
from odradek.clients.record import FailedRecord
from odradek.testing import EphemeralBroker
from tests.clients.dead_letter.kafka import TIMEOUT_S, Kafka, keys
from tests.clients.dead_letter.letters import letter, spoolable

OUTAGE_SETTINGS = {"delivery.timeout.ms": 5_000, "request.timeout.ms": 1_000}
"""What is sent before the outage must arrive in that time on a busy machine, too."""


@pytest.fixture(scope="module")
def broker() -> Iterator[EphemeralBroker]:
    with EphemeralBroker() as broker:
        yield broker


@pytest.fixture
def ours(broker: EphemeralBroker) -> Kafka:
    if not broker.is_running:
        broker.start()
    return Kafka(broker.bootstrap_servers)


@pytest.fixture
def compacted_topic(ours: Kafka) -> str:
    """A topic that refuses records without keys."""
    name = f"compacted-{uuid4().hex}"
    new = NewTopic(name, 1, 1, config={"cleanup.policy": "compact"})
    admin = AdminClient(ours.config)
    admin.create_topics([new])[name].result(TIMEOUT_S)
    return name


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
    ours: Kafka, compacted_topic: str, tmp_path: Path
) -> None:
    policy = DeadLetters(ours.servers, tmp_path, now_ms=lambda: 1_234)
    with Producer(ours.servers, failure_policy=policy) as producer:
        producer.send_and_forget(compacted_topic, b"good", b"k")
        producer.flush(TIMEOUT_S)
        producer.send_and_forget(compacted_topic, b"poison", headers=[("h", b"1")])
    assert [record.value for record in ours.records(compacted_topic)] == [b"good"]
    [found] = ours.found(f"{compacted_topic}.dlq")
    assert found.letter is not None
    assert found.letter.record.value == b"poison"
    assert found.letter.record.headers == (("h", b"1"),)
    reason = found.letter.failure
    assert (reason.error_code, reason.attempts) == ("INVALID_RECORD", 1)
    assert (reason.possibly_persisted, reason.failed_at_ms) == (False, 1_234)


def test_an_outage_is_waited_out_on_the_disk_and_replayed_in_order(
    ours: Kafka, broker: EphemeralBroker, tmp_path: Path
) -> None:
    broker.create_topic("outage")
    policy = DeadLetters(ours.servers, tmp_path, delivery_timeout_ms=500)
    with Producer(ours.servers, failure_policy=policy, settings=OUTAGE_SETTINGS) as producer:
        producer.send_and_wait("outage", b"before", b"key-before")
        broker.kill()
        for number in range(3):
            producer.send_and_forget("outage", b"amid", f"key-{number}".encode())
        producer.flush(TIMEOUT_S)
    with Spool(tmp_path) as spool:
        spooled = [each.record.key for each in spool.read(10)]
    assert spooled == [b"key-0", b"key-1", b"key-2"]
    broker.start()
    DeadLetters(ours.servers, tmp_path).close()
    letters = [found.letter for found in ours.found("outage.dlq")]
    assert [each.failure.possibly_persisted for each in letters if each] == [True] * 3
    assert replay(ours.config, "outage.dlq").letters == 3
    order = [record.key for record in ours.records("outage")]
    assert order == [b"key-before", b"key-0", b"key-1", b"key-2"]


def test_a_courier_that_met_an_outage_delivers_when_a_broker_is_back(
    ours: Kafka, broker: EphemeralBroker, tmp_path: Path
) -> None:
    broker.create_topic("patient")
    broker.kill()
    with Spool(tmp_path) as spool:
        topics = DeadLetterTopics(ours.config, delivery_timeout_ms=300)
        courier = Courier(spool, topics, retry_interval_s=0.05)
        spool.append([enclose(letter(1, topic="patient"), "patient.dlq")])
        courier.call()
        broker.start()
        while spool.waiting:
            threading.Event().wait(0.05)
        courier.close()
    assert keys(ours.records("patient.dlq")) == ["key-1"]


def test_a_letter_that_its_topic_refuses_stays_in_the_spool_and_is_told(
    ours: Kafka, tmp_path: Path
) -> None:
    with Spool(tmp_path) as spool:
        spool.append([PlainRecord("no topic's name!", b"k", b"v"), spoolable(1)])
        courier = Courier(spool, DeadLetterTopics(ours.config))
        with pytest.raises(UndeliveredError, match="cannot be made"):
            courier.close()
        assert spool.waiting == 2


def test_what_finds_no_place_in_the_spool_is_raised_when_the_producer_closes(
    ours: Kafka, compacted_topic: str, tmp_path: Path
) -> None:
    policy = DeadLetters(ours.servers, tmp_path, limit_bytes=100)
    with (
        pytest.raises(UndeliveredRecords, match="1 records were not delivered"),
        Producer(ours.servers, failure_policy=policy) as producer,
    ):
        producer.send_and_forget(compacted_topic, b"poison")


def test_a_failed_letter_becomes_no_letter_about_a_letter(ours: Kafka, tmp_path: Path) -> None:
    policy = DeadLetters(ours.servers, tmp_path)
    policy.take(failure("orders.dlq"))
    assert policy.waiting == 0
    with pytest.raises(UndeliveredRecords, match=r"orders\.dlq"):
        policy.close()


def test_springs_headers_and_another_suffix_are_there_on_request(
    ours: Kafka, tmp_path: Path
) -> None:
    topic = f"orders-{uuid4().hex}"
    policy = DeadLetters(ours.servers, tmp_path, suffix="-dlt", with_spring=True)
    policy.take(failure(topic))
    policy.close()
    [record] = ours.records(f"{topic}-dlt")
    assert dict(record.headers)["kafka_dlt-original-topic"] == topic.encode()
    assert (record.key, record.value, record.timestamp_ms) == (b"k", b"v", 5)


def test_a_number_of_attempts_is_a_setting_that_every_retrying_profile_takes(ours: Kafka) -> None:
    assert give_up_after() == {"retries": ATTEMPTS - 1}
    Producer(ours.servers, settings=give_up_after(3)).close()
