"""aiokafka: the asyncio client."""

import asyncio
from collections.abc import Mapping, Sequence

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import KafkaError

from tests.clients.driver import (
    CLIENT_LIMIT_BYTES,
    TIMEOUT_S,
    KafkaClient,
    Message,
    ProduceOptions,
    ProduceRefused,
)

KAFKA_NAMES = {10: "MESSAGE_TOO_LARGE"}


class Aiokafka(KafkaClient):
    name = "aiokafka"

    def create_topic(
        self, topic: str, *, partitions: int, configs: Mapping[str, str] | None = None
    ) -> None:
        asyncio.run(self._create_topic(topic, partitions, dict(configs or {})))

    def produce(
        self, topic: str, partition: int, messages: Sequence[Message], options: ProduceOptions
    ) -> list[int]:
        return asyncio.run(self._produce(topic, partition, messages, options))

    def consume(self, topic: str, partition: int, *, count: int) -> list[tuple[int, Message]]:
        return asyncio.run(self._consume(TopicPartition(topic, partition), count))

    def offset_for_time(self, topic: str, partition: int, timestamp_ms: int) -> int | None:
        return asyncio.run(self._offset_for_time(TopicPartition(topic, partition), timestamp_ms))

    async def _create_topic(self, topic: str, partitions: int, configs: dict[str, str]) -> None:
        admin = AIOKafkaAdminClient(bootstrap_servers=self.bootstrap_servers)
        await admin.start()
        try:
            await admin.create_topics([NewTopic(topic, partitions, 1, topic_configs=configs)])
        finally:
            await admin.close()

    async def _produce(
        self, topic: str, partition: int, messages: Sequence[Message], options: ProduceOptions
    ) -> list[int]:
        producer = AIOKafkaProducer(
            bootstrap_servers=self.bootstrap_servers,
            compression_type=None if options.compression == "none" else options.compression,
            acks=options.acks,
            enable_idempotence=options.is_idempotent,
            max_request_size=CLIENT_LIMIT_BYTES,
            linger_ms=20,
        )
        async with producer:
            deliveries = [
                await producer.send(
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
                async with asyncio.timeout(TIMEOUT_S):
                    delivered = await asyncio.gather(*deliveries)
            except KafkaError as error:
                raise ProduceRefused(KAFKA_NAMES.get(error.errno, repr(error))) from error
        return [-1 if options.acks == 0 else metadata.offset for metadata in delivered]

    async def _consume(self, assigned: TopicPartition, count: int) -> list[tuple[int, Message]]:
        consumer = self._consumer()
        consumer.assign([assigned])
        received: list[tuple[int, Message]] = []
        async with consumer, asyncio.timeout(TIMEOUT_S):
            consumer.seek(assigned, 0)
            while len(received) < count:
                record = await consumer.getone()
                headers = tuple(record.headers)
                message = Message(record.value, record.key, headers, record.timestamp)
                received.append((record.offset, message))
        return received

    async def _offset_for_time(self, asked: TopicPartition, timestamp_ms: int) -> int | None:
        async with self._consumer() as consumer:
            found = (await consumer.offsets_for_times({asked: timestamp_ms}))[asked]
            return None if found is None else found.offset

    def _consumer(self) -> AIOKafkaConsumer:
        return AIOKafkaConsumer(bootstrap_servers=self.bootstrap_servers, check_crcs=True)
