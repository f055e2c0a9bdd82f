"""The topics that a benchmark writes to: made for one use, gone after it."""

import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import msgspec
from confluent_kafka.admin import AdminClient, NewTopic

REQUEST_TIMEOUT_S = 30.0
QUICKLY_GONE = {"file.delete.delay.ms": "1000"}


class Shape(msgspec.Struct, frozen=True):
    """How a benchmark's topics are laid out."""

    partitions: int
    replication_factor: int

    @property
    def min_insync_replicas(self) -> int:
        """One copy less than there are, so that one broker may be down."""
        return max(1, self.replication_factor - 1)


@contextmanager
def temporary_topic(settings: Mapping[str, Any], layout: Shape | list[int]) -> Iterator[str]:
    """A new topic for the length of the block; brokers named stand for one partition on them."""
    admin = AdminClient(dict(settings))
    name = f"odradek-bench-{uuid.uuid4().hex[:12]}"
    if isinstance(layout, Shape):
        min_isr = layout.min_insync_replicas
        placed: dict[str, Any] = {
            "num_partitions": layout.partitions,
            "replication_factor": layout.replication_factor,
        }
    else:
        min_isr = Shape(1, len(layout)).min_insync_replicas
        placed = {"num_partitions": 1, "replica_assignment": [layout]}
    configs = {**QUICKLY_GONE, "min.insync.replicas": str(min_isr)}
    new_topic = NewTopic(name, config=configs, **placed)
    admin.create_topics([new_topic])[name].result(REQUEST_TIMEOUT_S)
    try:
        yield name
    finally:
        admin.delete_topics([name])[name].result(REQUEST_TIMEOUT_S)


def broker_count(settings: Mapping[str, Any]) -> int:
    """How many brokers the cluster has."""
    return len(AdminClient(dict(settings)).list_topics(timeout=REQUEST_TIMEOUT_S).brokers)
