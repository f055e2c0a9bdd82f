"""Decide on creating, growing and deleting topics.

Source: KIP-4 (admin API), KIP-195 (CreatePartitions), KIP-516 (topic ids). The cluster has one
broker, so the replication factor is 1 and every assignment names that broker.
"""

from collections.abc import Mapping, Sequence

import msgspec

from odradek.broker.metadata.image import RESOURCE_TOPIC, MetadataImage, TopicImage
from odradek.broker.metadata.outcome import Outcome, refuse
from odradek.broker.metadata.topic_names import (
    INTERNAL_TOPICS,
    METADATA_TOPIC,
    collision_key,
    find_fault,
)
from odradek.protocol.errors import ErrorCode
from odradek.protocol.stored_records.cluster_metadata import (
    ConfigRecord,
    PartitionRecord,
    RemoveTopicRecord,
    TopicRecord,
)
from odradek.protocol.stored_records.framing import MetadataRecord


class NewTopic(msgspec.Struct, frozen=True):
    """A topic as somebody asks for it; -1 means the broker's default.

    `assignments` maps partition index to broker ids and is empty when the broker should choose.
    """

    name: str
    topic_id: bytes
    num_partitions: int = -1
    replication_factor: int = -1
    assignments: Mapping[int, Sequence[int]] = {}
    configs: Mapping[str, str] = {}


class Limits(msgspec.Struct, frozen=True):
    """What the broker allows and presumes when topics are made."""

    node_id: int
    default_partitions: int
    default_replication_factor: int
    max_partitions: int


def decide_create(image: MetadataImage, topic: NewTopic, limits: Limits) -> Outcome:
    """Create one topic with all its partitions and settings (already validated)."""
    fault = find_name_fault(image, topic.name) or _find_shape_fault(topic, limits)
    if fault is not None:
        return fault
    count = _partition_count(topic, limits)
    if count >= limits.max_partitions:
        return refuse(
            ErrorCode.POLICY_VIOLATION,
            f"{count} partitions is more than this broker creates at once, "
            f"{limits.max_partitions - 1}.",
        )
    records: list[MetadataRecord] = [TopicRecord(name=topic.name, topic_id=topic.topic_id)]
    records += [_partition_record(topic.topic_id, i, limits.node_id) for i in range(count)]
    records += [
        ConfigRecord(resource_type=RESOURCE_TOPIC, resource_name=topic.name, name=name, value=value)
        for name, value in sorted(topic.configs.items())
    ]
    return Outcome(records)


def find_name_fault(image: MetadataImage, name: str) -> Outcome | None:
    """Refuse an illegal, taken or colliding name."""
    fault = find_fault(name)
    if fault is not None:
        return refuse(ErrorCode.INVALID_TOPIC_EXCEPTION, fault)
    if name == METADATA_TOPIC:
        return refuse(
            ErrorCode.INVALID_REQUEST,
            f"Topic name '{name}' is reserved for the broker's own metadata.",
        )
    if name in image.topics:
        return refuse(ErrorCode.TOPIC_ALREADY_EXISTS, f"Topic '{name}' already exists.")
    other = image.names_by_collision_key.get(collision_key(name))
    if other is not None:
        return refuse(
            ErrorCode.INVALID_TOPIC_EXCEPTION,
            f"Topic '{name}' collides with '{other}': metric names cannot tell '.' from '_'.",
        )
    return None


def _find_shape_fault(topic: NewTopic, limits: Limits) -> Outcome | None:
    if topic.assignments:
        return _find_assignment_fault(topic, limits)
    if topic.num_partitions != -1 and topic.num_partitions <= 0:
        return refuse(
            ErrorCode.INVALID_PARTITIONS,
            f"Number of partitions was set to {topic.num_partitions}; it must be at least 1, "
            "or -1 for the broker's default.",
        )
    factor = topic.replication_factor
    if factor == -1:
        factor = limits.default_replication_factor
    if factor <= 0:
        return refuse(
            ErrorCode.INVALID_REPLICATION_FACTOR,
            f"replication factor {topic.replication_factor} is not valid; it must be at least 1, "
            "or -1 for the broker's default",
        )
    if factor > 1:
        return refuse(
            ErrorCode.INVALID_REPLICATION_FACTOR,
            f"replication factor {factor} is larger than the number of available brokers, 1",
        )
    return None


def _find_assignment_fault(topic: NewTopic, limits: Limits) -> Outcome | None:
    if topic.num_partitions != -1 or topic.replication_factor != -1:
        return refuse(
            ErrorCode.INVALID_REQUEST,
            "An assignment by hand already says how many partitions and replicas there are; "
            "the partition count and the replication factor must both be -1 beside it.",
        )
    if sorted(topic.assignments) != list(range(len(topic.assignments))):
        return refuse(
            ErrorCode.INVALID_REPLICA_ASSIGNMENT,
            "The assigned partitions must be numbered 0, 1, 2 and so on without a gap.",
        )
    for index in sorted(topic.assignments):
        fault = find_replicas_fault(topic.assignments[index], limits.node_id)
        if fault is not None:
            return fault
    return None


def find_replicas_fault(replicas: Sequence[int], node_id: int) -> Outcome | None:
    """Refuse any assignment of a partition but that to the only broker."""
    if not replicas:
        return refuse(
            ErrorCode.INVALID_REPLICA_ASSIGNMENT,
            "The assignment of a partition names no broker.",
        )
    if len(set(replicas)) != len(replicas):
        return refuse(
            ErrorCode.INVALID_REPLICA_ASSIGNMENT,
            f"The assignment of a partition names a broker twice: {list(replicas)}.",
        )
    strangers = [broker for broker in replicas if broker != node_id]
    if strangers:
        return refuse(
            ErrorCode.INVALID_REPLICA_ASSIGNMENT,
            f"The assignment names broker {strangers[0]}, but the only broker is {node_id}.",
        )
    return None


def _partition_count(topic: NewTopic, limits: Limits) -> int:
    if topic.assignments:
        return len(topic.assignments)
    return limits.default_partitions if topic.num_partitions == -1 else topic.num_partitions


def _partition_record(topic_id: bytes, partition: int, node_id: int) -> PartitionRecord:
    return PartitionRecord(
        partition_id=partition,
        topic_id=topic_id,
        replicas=[node_id],
        isr=[node_id],
        leader=node_id,
    )


def partition_count(outcome: Outcome) -> int:
    """How many partitions an outcome adds."""
    return sum(isinstance(record, PartitionRecord) for record in outcome.records)


def decide_grow(
    image: MetadataImage,
    name: str,
    new_count: int,
    assignments: Sequence[Sequence[int]] | None,
    limits: Limits,
) -> Outcome:
    """Raise a topic's partition count to `new_count`; it can never shrink."""
    topic = image.topics.get(name)
    if topic is None:
        return refuse(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, f"Topic '{name}' does not exist.")
    if name in INTERNAL_TOPICS:
        # Differs from Kafka: internal topics cannot grow, as groups would change their partition.
        return refuse(
            ErrorCode.INVALID_REQUEST, f"Topic '{name}' is internal and keeps its partitions."
        )
    fault = _find_growth_fault(topic, new_count, limits) or _find_growth_assignment_fault(
        topic, new_count, assignments, limits
    )
    if fault is not None:
        return fault
    added = range(topic.partition_count, new_count)
    return Outcome([_partition_record(topic.topic_id, i, limits.node_id) for i in added])


def _find_growth_fault(topic: TopicImage, new_count: int, limits: Limits) -> Outcome | None:
    if new_count == topic.partition_count:
        return refuse(
            ErrorCode.INVALID_PARTITIONS,
            f"Topic '{topic.name}' already has {topic.partition_count} partition(s).",
        )
    if new_count < topic.partition_count:
        return refuse(
            ErrorCode.INVALID_PARTITIONS,
            f"Topic '{topic.name}' has {topic.partition_count} partitions and cannot shrink "
            f"to {new_count}.",
        )
    if new_count > limits.max_partitions:
        # Differs from Kafka: too many partitions are INVALID_PARTITIONS when a topic grows, where
        # Kafka answers UNKNOWN_SERVER_ERROR.
        return refuse(
            ErrorCode.INVALID_PARTITIONS,
            f"{new_count} partitions is more than this broker accepts for one topic, "
            f"{limits.max_partitions}.",
        )
    return None


def _find_growth_assignment_fault(
    topic: TopicImage,
    new_count: int,
    assignments: Sequence[Sequence[int]] | None,
    limits: Limits,
) -> Outcome | None:
    if assignments is None:
        return None
    added = new_count - topic.partition_count
    if len(assignments) != added:
        return refuse(
            ErrorCode.INVALID_REPLICA_ASSIGNMENT,
            f"{added} partitions would be added, but {len(assignments)} are assigned.",
        )
    for replicas in assignments:
        fault = find_replicas_fault(replicas, limits.node_id)
        if fault is not None:
            return fault
    return None


def decide_delete(image: MetadataImage, name: str) -> Outcome:
    """Remove a topic, its partitions and its settings."""
    topic = image.topics.get(name)
    if topic is None:
        return refuse(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, f"Topic '{name}' does not exist.")
    return Outcome([RemoveTopicRecord(topic_id=topic.topic_id)])
