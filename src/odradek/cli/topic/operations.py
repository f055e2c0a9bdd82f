"""What `odradek topic` asks of a cluster, as functions from an admin client to plain rows.

Invariants: configurations are altered incrementally, one key at a time, so that two people altering
a topic at once lose nothing; every mutation can be only validated, by the broker itself where Kafka
offers that. A failure is a CommandError.
"""

import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from typing import Any

from confluent_kafka.admin import (
    AdminClient,
    AlterConfigOpType,
    ClusterMetadata,
    ConfigEntry,
    ConfigResource,
    ConfigSource,
    TopicMetadata,
)
from confluent_kafka.cimpl import NewPartitions, NewTopic

from odradek.cli.connection import REQUEST_TIMEOUT_S
from odradek.cli.errors import CommandError
from odradek.cli.kafka_errors import result_of
from odradek.cli.output import Row

BROKER_DEFAULT = -1
METADATA_POLL_INTERVAL_S = 0.05


def topic_rows(cluster: ClusterMetadata, *, include_internal: bool) -> list[Row]:
    """One row per topic, by name; internal topics (`__consumer_offsets`) only when asked for."""
    return [
        _topic_row(name, topic)
        for name, topic in sorted(cluster.topics.items())
        if include_internal or not name.startswith("__")
    ]


def _topic_row(name: str, topic: TopicMetadata) -> Row:
    partitions = topic.partitions.values()
    return {
        "topic": name,
        "partitions": len(partitions),
        "replication_factor": max((len(p.replicas) for p in partitions), default=0),
        "under_replicated": sum(len(p.isrs) < len(p.replicas) for p in partitions),
        "offline": sum(p.leader < 0 for p in partitions),
    }


def topic_configs(admin: AdminClient, topic: str) -> dict[str, ConfigEntry]:
    """Every configuration key of the topic, with its value and where the value comes from."""
    resource = ConfigResource(ConfigResource.Type.TOPIC, topic)
    futures = admin.describe_configs([resource], request_timeout=REQUEST_TIMEOUT_S)
    entries: dict[str, ConfigEntry] = _result(futures[resource], f"reading the configs of {topic}")
    return dict(sorted(entries.items()))


def is_set_on_topic(entry: ConfigEntry) -> bool:
    """Whether the value was given to this topic, and is not the broker's or Kafka's default."""
    return ConfigSource(entry.source) is ConfigSource.DYNAMIC_TOPIC_CONFIG


def create_topic(admin: AdminClient, topic: NewTopic, *, dry_run: bool) -> None:
    """Create the topic, or with `dry_run` let the broker only check that it could."""
    futures = admin.create_topics([topic], validate_only=dry_run, request_timeout=REQUEST_TIMEOUT_S)
    _result(futures[topic.topic], f"creating topic {topic.topic}")
    if not dry_run:
        _await_metadata(admin, lambda cluster: topic.topic in cluster.topics)


def add_partitions(admin: AdminClient, topic: str, total: int, *, dry_run: bool) -> None:
    """Raise the number of partitions to `total`."""
    futures = admin.create_partitions(
        [NewPartitions(topic, total)], validate_only=dry_run, request_timeout=REQUEST_TIMEOUT_S
    )
    _result(futures[topic], f"adding partitions to topic {topic}")
    if not dry_run:
        _await_metadata(admin, lambda cluster: _partition_count(cluster, topic) == total)


def alter_configs(
    admin: AdminClient, topic: str, changes: Mapping[str, str | None], *, dry_run: bool
) -> None:
    """Set the given keys; those with None fall back to their default. Other keys stay."""
    entries = [
        ConfigEntry(
            key,
            value or "",
            incremental_operation=(
                AlterConfigOpType.DELETE if value is None else AlterConfigOpType.SET
            ),
        )
        for key, value in changes.items()
    ]
    resource = ConfigResource(ConfigResource.Type.TOPIC, topic, incremental_configs=entries)
    futures = admin.incremental_alter_configs(
        [resource], validate_only=dry_run, request_timeout=REQUEST_TIMEOUT_S
    )
    _result(futures[resource], f"altering the configs of topic {topic}")


def delete_topic(admin: AdminClient, topic: str) -> None:
    """Delete the topic with all its records."""
    futures = admin.delete_topics([topic], request_timeout=REQUEST_TIMEOUT_S)
    _result(futures[topic], f"deleting topic {topic}")
    _await_metadata(admin, lambda cluster: topic not in cluster.topics)


def require_replication_factor(cluster: ClusterMetadata, replication_factor: int) -> None:
    """Refuse a replication factor that the cluster cannot give, before asking it."""
    brokers = len(cluster.brokers)
    if replication_factor > brokers:
        raise CommandError(
            f"replication factor {replication_factor} is larger than the number of available"
            f" brokers, {brokers}; use {brokers} or less, or leave --replication-factor out"
        )


def _partition_count(cluster: ClusterMetadata, topic: str) -> int:
    return len(cluster.topics[topic].partitions) if topic in cluster.topics else 0


def _await_metadata(admin: AdminClient, is_visible: Callable[[ClusterMetadata], bool]) -> None:
    """Return once a change can be seen, so that the next command in a script finds it done.

    A controller answers before every broker knows. The change is made all the same, so waiting in
    vain is no error.
    """
    deadline_s = time.monotonic() + REQUEST_TIMEOUT_S
    while time.monotonic() < deadline_s:
        if is_visible(admin.list_topics(timeout=REQUEST_TIMEOUT_S)):
            return
        time.sleep(METADATA_POLL_INTERVAL_S)


def _result(future: "Future[Any]", doing: str) -> Any:
    return result_of(future, doing, timeout_s=2 * REQUEST_TIMEOUT_S)
