"""kafka-python: the pure Python client."""

import time
from collections.abc import Mapping, Sequence
from contextlib import closing

from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer, TopicPartition
from kafka.admin import NewTopic
from kafka.errors import KafkaError

from tests.clients.driver import (
    CLIENT_LIMIT_BYTES,
    TIMEOUT_S,
    KafkaClient,
    Message,
    ProduceOptions,
    ProduceRefused,
)

KAFKA_NAMES = {10: "MESSAGE_TOO_LARGE"}


class KafkaPython(KafkaClient):
    name = "kafka-python"

    def create_topic(
        self, topic: str, *, partitions: int, configs: Mapping[str, str] | None = None
    ) -> None:
        with closing(KafkaAdminClient(bootstrap_servers=self.bootstrap_servers)) as admin:
            admin.create_topics([NewTopic(topic, partitions, 1, topic_configs=dict(configs or {}))])

    def produce(
        self, topic: str, partition: int, messages: Sequence[Message], options: ProduceOptions
    ) -> list[int]:
        producer = KafkaProducer(
            bootstrap_servers=self.bootstrap_servers,
            compression_type=None if options.compression == "none" else options.compression,
            acks=options.acks,
            enable_idempotence=options.is_idempotent,
            max_in_flight_requests_per_connection=1,  # a retry must not change the order
            max_request_size=CLIENT_LIMIT_BYTES,
            linger_ms=20,
        )
        with closing(producer):
            futures = [
                producer.send(
                    topic,
                    value=message.value,
                    key=message.key,
                    headers=list(message.headers),
                    partition=partition,
                    timestamp_ms=message.timestamp_ms,
                )
                for message in messages
            ]
            try:
                return [future.get(TIMEOUT_S).offset for future in futures]
            except KafkaError as error:
                raise ProduceRefused(KAFKA_NAMES.get(error.errno, repr(error))) from error

    def consume(self, topic: str, partition: int, *, count: int) -> list[tuple[int, Message]]:
        assigned = TopicPartition(topic, partition)
        received: list[tuple[int, Message]] = []
        deadline = time.monotonic() + TIMEOUT_S
        with closing(KafkaConsumer(bootstrap_servers=self.bootstrap_servers)) as consumer:
            consumer.assign([assigned])
            consumer.seek(assigned, 0)
            while len(received) < count:
                assert time.monotonic() < deadline, "no record arrived in time"
                for record in consumer.poll(timeout_ms=1000).get(assigned, []):
                    headers = tuple((name, value) for name, value in record.headers)
                    message = Message(record.value, record.key, headers, record.timestamp)
                    received.append((record.offset, message))
        return received

    def offset_for_time(self, topic: str, partition: int, timestamp_ms: int) -> int | None:
        asked = TopicPartition(topic, partition)
        with closing(KafkaConsumer(bootstrap_servers=self.bootstrap_servers)) as consumer:
            found = consumer.offsets_for_times({asked: timestamp_ms})[asked]
            return None if found is None else found.offset
