"""confluent-kafka: librdkafka, the C client behind most languages."""

from collections.abc import Mapping, Sequence

from confluent_kafka import Consumer, KafkaError, KafkaException, Producer, TopicPartition
from confluent_kafka import Message as Delivered
from confluent_kafka.admin import AdminClient, NewTopic

from tests.clients.driver import (
    CLIENT_LIMIT_BYTES,
    TIMEOUT_S,
    KafkaClient,
    Message,
    ProduceOptions,
    ProduceRefused,
)

KAFKA_NAMES = {KafkaError.MSG_SIZE_TOO_LARGE: "MESSAGE_TOO_LARGE"}


class Librdkafka(KafkaClient):
    name = "confluent-kafka"

    def create_topic(
        self, topic: str, *, partitions: int, configs: Mapping[str, str] | None = None
    ) -> None:
        admin = AdminClient({"bootstrap.servers": self.bootstrap_servers})
        new_topic = NewTopic(topic, num_partitions=partitions, config=dict(configs or {}))
        admin.create_topics([new_topic], operation_timeout=TIMEOUT_S)[topic].result(TIMEOUT_S)

    def produce(
        self, topic: str, partition: int, messages: Sequence[Message], options: ProduceOptions
    ) -> list[int]:
        producer = Producer(
            {
                "bootstrap.servers": self.bootstrap_servers,
                "compression.type": options.compression,
                "acks": options.acks,
                "enable.idempotence": options.is_idempotent,
                "message.max.bytes": CLIENT_LIMIT_BYTES,
                "max.in.flight.requests.per.connection": 1,  # a retry must not change the order
                "batch.size": 100_000,
                "linger.ms": 20,
            }
        )
        delivered: list[tuple[KafkaError | None, Delivered]] = []
        for message in messages:
            producer.produce(
                topic,
                partition=partition,
                value=message.value,
                key=message.key,
                headers=list(message.headers),
                timestamp=message.timestamp_ms,
                on_delivery=lambda error, record: delivered.append((error, record)),
            )
        assert producer.flush(TIMEOUT_S) == 0
        for error, _ in delivered:
            if error is not None:
                raise ProduceRefused(KAFKA_NAMES.get(error.code(), error.name()))
        return [-1 if options.acks == 0 else record.offset() for _, record in delivered]

    def consume(self, topic: str, partition: int, *, count: int) -> list[tuple[int, Message]]:
        consumer = self._consumer()
        try:
            consumer.assign([TopicPartition(topic, partition, 0)])
            return [_received(consumer.poll(TIMEOUT_S)) for _ in range(count)]
        finally:
            consumer.close()

    def offset_for_time(self, topic: str, partition: int, timestamp_ms: int) -> int | None:
        consumer = self._consumer()
        try:
            asked = [TopicPartition(topic, partition, timestamp_ms)]
            offset = consumer.offsets_for_times(asked, timeout=TIMEOUT_S)[0].offset
            return offset if offset >= 0 else None
        finally:
            consumer.close()

    def _consumer(self) -> Consumer:
        return Consumer(
            {
                "bootstrap.servers": self.bootstrap_servers,
                "group.id": "never-joined",
                "enable.auto.commit": False,
                "check.crcs": True,
            }
        )


def _received(record: Delivered | None) -> tuple[int, Message]:
    assert record is not None, "no record arrived in time"
    if (error := record.error()) is not None:
        raise KafkaException(error)
    headers = tuple((name, value) for name, value in record.headers() or ())
    _, timestamp_ms = record.timestamp()
    return record.offset(), Message(record.value(), record.key(), headers, timestamp_ms)
