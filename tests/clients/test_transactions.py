"""librdkafka's transactional producer (V1), and what consumers of three libraries see of it."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from confluent_kafka import Consumer, KafkaError, KafkaException, Producer, TopicPartition
from kafka import KafkaConsumer
from kafka import TopicPartition as KafkaPythonPartition

from odradek.testing import EphemeralBroker

TIMEOUT_S = 60
RECORDS = 20


@pytest.fixture(scope="module", params=["process", "disk"])
def broker(request: pytest.FixtureRequest) -> Iterator[EphemeralBroker]:
    settings = {"transaction.abort.timed.out.transaction.cleanup.interval.ms": 200}
    with EphemeralBroker(durability=request.param, settings=settings) as broker:
        yield broker


@pytest.fixture
def topic(broker: EphemeralBroker) -> str:
    name = f"topic-{uuid4().hex}"
    broker.create_topic(name, partitions=1)
    return name


def producer_of(broker: EphemeralBroker, transactional_id: str, **options: object) -> Producer:
    config = {"bootstrap.servers": broker.bootstrap_servers, "log_level": 0}
    producer = Producer({**config, "transactional.id": transactional_id, **options})
    producer.init_transactions(TIMEOUT_S)
    return producer


def consumer_of(broker: EphemeralBroker, group: str = "never-joined") -> Consumer:
    return Consumer(
        {
            "bootstrap.servers": broker.bootstrap_servers,
            "group.id": group,
            "isolation.level": "read_committed",
            "enable.partition.eof": True,
            "enable.auto.commit": False,
            "auto.offset.reset": "earliest",
        }
    )


def seen_by_librdkafka(broker: EphemeralBroker, topic: str) -> list[bytes]:
    """Everything up to the last stable offset."""
    consumer, values = consumer_of(broker), []
    try:
        consumer.assign([TopicPartition(topic, 0, 0)])
        while True:
            record = consumer.poll(TIMEOUT_S)
            assert record is not None, "the partition is silent"
            if record.error() is not None:
                assert record.error().code() == KafkaError._PARTITION_EOF, record.error()
                return values
            values.append(record.value())
    finally:
        consumer.close()


def seen_by_kafka_python(broker: EphemeralBroker, topic: str) -> list[bytes]:
    consumer = KafkaConsumer(
        bootstrap_servers=broker.bootstrap_servers,
        isolation_level="read_committed",
        auto_offset_reset="earliest",
        enable_auto_commit=False,
    )
    try:
        partition = KafkaPythonPartition(topic, 0)
        consumer.assign([partition])
        end, values = consumer.end_offsets([partition])[partition], []
        while consumer.position(partition) < end:
            for records in consumer.poll(timeout_ms=1_000).values():
                values += [record.value for record in records]
        return values
    finally:
        consumer.close()


@pytest.mark.parametrize("seen_by", [seen_by_librdkafka, seen_by_kafka_python])
def test_committed_records_are_seen_and_aborted_ones_are_not(
    broker: EphemeralBroker, topic: str, seen_by: object
) -> None:
    producer = producer_of(broker, topic)
    for number in range(RECORDS):
        producer.begin_transaction()
        producer.produce(topic, b"%d" % number)
        if number % 3 == 1:
            assert producer.flush(TIMEOUT_S) == 0
            producer.abort_transaction(TIMEOUT_S)
        else:
            producer.commit_transaction(TIMEOUT_S)
    assert callable(seen_by)
    expected = [b"%d" % number for number in range(RECORDS) if number % 3 != 1]
    assert seen_by(broker, topic) == expected


def test_offsets_are_committed_with_the_records(broker: EphemeralBroker, topic: str) -> None:
    consumer, producer = consumer_of(broker, f"group-{topic}"), producer_of(broker, topic)
    try:
        for offset, is_commit in ((3, True), (5, False)):
            producer.begin_transaction()
            producer.produce(topic, b"value")
            metadata = consumer.consumer_group_metadata()
            position = [TopicPartition(topic, 0, offset)]
            producer.send_offsets_to_transaction(position, metadata, TIMEOUT_S)
            if is_commit:
                producer.commit_transaction(TIMEOUT_S)
            else:
                producer.abort_transaction(TIMEOUT_S)
        (committed,) = consumer.committed([TopicPartition(topic, 0)], TIMEOUT_S)
        assert committed.offset == 3
    finally:
        consumer.close()


def test_a_producer_whose_time_ran_out_cannot_commit(broker: EphemeralBroker, topic: str) -> None:
    options = {"transaction.timeout.ms": 1_000, "message.timeout.ms": 1_000}
    producer = producer_of(broker, topic, **options)
    producer.begin_transaction()
    producer.produce(topic, b"late")
    assert producer.flush(TIMEOUT_S) == 0
    other = producer_of(broker, f"{topic}-other")
    other.begin_transaction()
    other.produce(topic, b"behind it")
    other.commit_transaction(TIMEOUT_S)
    consumer = consumer_of(broker)
    try:
        # It is seen once the broker has aborted the transaction before it.
        consumer.assign([TopicPartition(topic, 0, 0)])
        while (record := consumer.poll(TIMEOUT_S)) is None or record.error() is not None:
            assert record is not None, "the transaction was not aborted"
        assert record.value() == b"behind it"
    finally:
        consumer.close()
    with pytest.raises(KafkaException):
        producer.commit_transaction(TIMEOUT_S)
