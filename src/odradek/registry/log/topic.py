"""The topic `_schemas` is made, or judged: one partition, compacted.

A topic with another cleanup policy deletes schemas some day, and then nobody reads the records that
were written with them. It is refused, with the command that mends it.
"""

import asyncio
from typing import Any

from confluent_kafka import IsolationLevel, TopicPartition
from confluent_kafka.admin import AdminClient, OffsetSpec

from odradek.clients.admin.admin import Admin
from odradek.clients.errors import AdminFailed, ClusterUnreachable
from odradek.clients.kafka_config import KafkaConfig
from odradek.clients.librdkafka_log import librdkafka_logger
from odradek.registry.errors import StartupError

COMPACT = "compact"
CONFIGS = {"cleanup.policy": COMPACT}
LATEST: OffsetSpec = OffsetSpec.latest()  # type: ignore[no-untyped-call]


async def prepare_topic(kafka: KafkaConfig, name: str, replication_factor: int) -> str:
    """Return the cluster's id, once the topic can be used; raises StartupError."""
    try:
        async with Admin(kafka) as admin:
            if name in await admin.list_topics(include_internal=True):
                await _judge(admin, kafka, name)
            else:
                await _create(admin, name, replication_factor)
            return await admin.cluster_id()
    except ClusterUnreachable as error:
        raise StartupError(
            f"no Kafka answers at {kafka.bootstrap_servers}: {error}; set kafka.bootstrap.servers"
        ) from error
    except AdminFailed as error:
        raise StartupError(f"the topic {name} cannot be used: {error}") from error


async def last_offset(kafka: KafkaConfig, name: str, timeout_s: float) -> int:
    """Where the topic ends now, without transactions that are open; raises KafkaException,
    TimeoutError."""
    return await asyncio.to_thread(_last_offset, kafka, TopicPartition(name, 0), timeout_s)


def _last_offset(kafka: KafkaConfig, place: TopicPartition, timeout_s: float) -> int:
    properties: dict[str, Any] = {**kafka.librdkafka(), "logger": librdkafka_logger}
    admin = AdminClient(properties)
    futures = admin.list_offsets(
        {place: LATEST},
        isolation_level=IsolationLevel.READ_COMMITTED,
        request_timeout=timeout_s,
    )
    return int(futures[place].result(timeout_s).offset) - 1


async def _create(admin: Admin, name: str, replication_factor: int) -> None:
    """With as many replicas as wanted and as there are brokers; another instance may be faster."""
    for factor in range(replication_factor, 0, -1):
        try:
            await admin.create_topic(name, partitions=1, replication_factor=factor, configs=CONFIGS)
        except AdminFailed as error:
            if error.name == "TOPIC_ALREADY_EXISTS":
                return
            if error.name != "INVALID_REPLICATION_FACTOR" or factor == 1:
                raise
        else:
            return


async def _judge(admin: Admin, kafka: KafkaConfig, name: str) -> None:
    topic = await admin.describe_topic(name)
    if len(topic.partitions) != 1:
        raise StartupError(
            f"the topic {name} has {len(topic.partitions)} partitions and must have one, for the"
            " order of its records counts: choose another with registry.kafkastore.topic"
        )
    policy = (await admin.topic_configs(name))["cleanup.policy"].value
    if policy != COMPACT:
        raise StartupError(
            f"the topic {name} has cleanup.policy={policy}, which deletes schemas that are in use;"
            f" mend it: odradek topic alter {name} --config cleanup.policy=compact"
            f" -b {kafka.bootstrap_servers}"
        )
