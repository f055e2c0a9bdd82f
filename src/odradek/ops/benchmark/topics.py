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
def temporary_topic(settings: Mapping[str, Any], shape: Shape) -> Iterator[str]:
    """A new topic for the length of the block."""
    admin = AdminClient(dict(settings))
    name = f"odradek-bench-{uuid.uuid4().hex[:12]}"
    min_isr = {"min.insync.replicas": str(shape.min_insync_replicas)}
    new_topic = NewTopic(
        name,
        num_partitions=shape.partitions,
        replication_factor=shape.replication_factor,
        config={**QUICKLY_GONE, **min_isr},
    )
    admin.create_topics([new_topic])[name].result(REQUEST_TIMEOUT_S)
    try:
        yield name
    finally:
        admin.delete_topics([name])[name].result(REQUEST_TIMEOUT_S)


def broker_count(settings: Mapping[str, Any]) -> int:
    """How many brokers the cluster has."""
    return len(AdminClient(dict(settings)).list_topics(timeout=REQUEST_TIMEOUT_S).brokers)
