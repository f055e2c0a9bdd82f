"""How much of the disk a topic takes, as the brokers tell it (DescribeLogDirs).

A broker that cannot or may not tell is no error: its replicas have no size, and are shown so.
"""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple

from odradek.cli.kafka_python_client import kafka_python_admin

if TYPE_CHECKING:
    from kafka import KafkaAdminClient


class Replica(NamedTuple):
    """A broker's copy of a partition."""

    partition: int
    broker: int


def replica_sizes(
    config: Mapping[str, Any], topic: str, brokers: Iterable[int]
) -> dict[Replica, int]:
    """The bytes of each replica of the topic; those that no broker told of are missing."""
    from kafka.errors import KafkaError

    sizes: dict[Replica, int] = {}
    with suppress(KafkaError), kafka_python_admin(config) as admin:
        for broker in brokers:
            with suppress(KafkaError):
                sizes |= _sizes_on(admin, topic, broker)
    return sizes


def _sizes_on(admin: "KafkaAdminClient", topic: str, broker: int) -> dict[Replica, int]:
    [answer] = admin.describe_log_dirs([topic], brokers=[broker])
    return {
        Replica(partition["partition_index"], broker): partition["partition_size"]
        for directory in answer["log_dirs"]
        for told in directory["topics"]
        if told["name"] == topic
        for partition in told["partitions"]
        if not partition["is_future_key"]  # a copy on its way to another directory
    }
