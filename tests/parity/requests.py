"""Requests that several areas make, short to write; what is rare stands in the area's module."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from odradek.protocol.messages.create_topics import (
    CreatableTopic,
    CreatableTopicConfig,
    CreateTopicsRequest,
)
from odradek.protocol.messages.delete_records import (
    DeleteRecordsPartition,
    DeleteRecordsRequest,
    DeleteRecordsTopic,
)
from odradek.protocol.messages.describe_configs import (
    DescribeConfigsRequest,
    DescribeConfigsResource,
)
from odradek.protocol.messages.fetch import FetchPartition, FetchRequest, FetchTopic
from odradek.protocol.messages.incremental_alter_configs import (
    AlterableConfig,
    AlterConfigsResource,
    IncrementalAlterConfigsRequest,
)
from odradek.protocol.messages.init_producer_id import InitProducerIdRequest
from odradek.protocol.messages.list_offsets import (
    ListOffsetsPartition,
    ListOffsetsRequest,
    ListOffsetsTopic,
)
from odradek.protocol.messages.metadata import MetadataRequest, MetadataRequestTopic
from odradek.protocol.messages.offset_commit import (
    OffsetCommitRequest,
    OffsetCommitRequestPartition,
    OffsetCommitRequestTopic,
)
from odradek.protocol.messages.offset_fetch import (
    OffsetFetchRequest,
    OffsetFetchRequestGroup,
    OffsetFetchRequestTopic,
    OffsetFetchRequestTopics,
)
from odradek.protocol.messages.produce import (
    PartitionProduceData,
    ProduceRequest,
    TopicProduceData,
)
from odradek.protocol.wire_types import ZERO_UUID

TOPIC, BROKER = 2, 4
SET, DELETE, APPEND, SUBTRACT = range(4)


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic by both of its names; a request takes the one that its version has."""

    name: str
    id: bytes = ZERO_UUID


def create_topic(
    name: str, partitions: int = 1, configs: Mapping[str, str | None] | None = None, **fields: Any
) -> CreateTopicsRequest:
    topic = CreatableTopic(
        name=name,
        num_partitions=partitions,
        replication_factor=fields.pop("replication_factor", 1),
        assignments=fields.pop("assignments", []),
        configs=[
            CreatableTopicConfig(name=key, value=value) for key, value in (configs or {}).items()
        ],
    )
    return CreateTopicsRequest(topics=[topic], **{"timeout_ms": 10_000, **fields})


def set_topic_configs(name: str, configs: Mapping[str, str | None]) -> Any:
    changes = [
        AlterableConfig(name=key, value=value, config_operation=SET)
        for key, value in configs.items()
    ]
    return alter(changes, of=name)


def alter(
    changes: Sequence[AlterableConfig], *, kind: int = TOPIC, of: str, validate_only: bool = False
) -> IncrementalAlterConfigsRequest:
    resource = AlterConfigsResource(resource_type=kind, resource_name=of, configs=list(changes))
    return IncrementalAlterConfigsRequest(resources=[resource], validate_only=validate_only)


def describe_topic(name: str, *keys: str, **fields: Any) -> DescribeConfigsRequest:
    return describe(TOPIC, name, *keys, **fields)


def describe(kind: int, name: str, *keys: str, **fields: Any) -> DescribeConfigsRequest:
    """All settings when no key is named."""
    resource = DescribeConfigsResource(
        resource_type=kind, resource_name=name, configuration_keys=list(keys) or None
    )
    return DescribeConfigsRequest(resources=[resource], **fields)


def metadata(*names: str, **fields: Any) -> MetadataRequest:
    topics = [MetadataRequestTopic(name=name) for name in names]
    return MetadataRequest(topics=topics, **{"allow_auto_topic_creation": False, **fields})


def producer_id(**fields: Any) -> InitProducerIdRequest:
    return InitProducerIdRequest(
        **{"transactional_id": None, "transaction_timeout_ms": 60_000, **fields}
    )


def produce(
    topic: Topic, records: bytes | None, partition: int = 0, **fields: Any
) -> ProduceRequest:
    data = PartitionProduceData(index=partition, records=records)
    produced = TopicProduceData(name=topic.name, topic_id=topic.id, partition_data=[data])
    return ProduceRequest(**{"acks": -1, "timeout_ms": 10_000, "topic_data": [produced], **fields})


def fetch(topic: Topic, offset: int, partition: int = 0, **fields: Any) -> FetchRequest:
    """`partition_max_bytes`, epochs and the like go to the partition, everything else beside it."""
    own = {name: fields.pop(name) for name in FetchPartition.__struct_fields__ if name in fields}
    asked = FetchPartition(
        partition=partition, fetch_offset=offset, **{"partition_max_bytes": 10_000, **own}
    )
    fetched = FetchTopic(topic=topic.name, topic_id=topic.id, partitions=[asked])
    return FetchRequest(**{"max_wait_ms": 0, "topics": [fetched], **fields})


def list_offset(topic: str, timestamp: int, partition: int = 0, **fields: Any) -> Any:
    own = {"isolation_level": fields.pop("isolation_level", 0)}
    asked = ListOffsetsPartition(partition_index=partition, timestamp=timestamp, **fields)
    listed = ListOffsetsTopic(name=topic, partitions=[asked])
    return ListOffsetsRequest(replica_id=-1, topics=[listed], **own)


def delete_records(topic: str, offset: int, partition: int = 0) -> DeleteRecordsRequest:
    asked = DeleteRecordsPartition(partition_index=partition, offset=offset)
    topics = [DeleteRecordsTopic(name=topic, partitions=[asked])]
    return DeleteRecordsRequest(topics=topics, timeout_ms=10_000)


def commit(
    group: str, topic: Topic, offsets: Mapping[int, int], **fields: Any
) -> OffsetCommitRequest:
    """`metadata` and `leader_epoch` are each partition's, everything else is the group's."""
    metadata = fields.pop("metadata", "")
    epoch = fields.pop("leader_epoch", -1)
    partitions = [
        OffsetCommitRequestPartition(
            partition_index=index,
            committed_offset=offset,
            committed_metadata=metadata,
            committed_leader_epoch=epoch,
        )
        for index, offset in offsets.items()
    ]
    asked = OffsetCommitRequestTopic(name=topic.name, topic_id=topic.id, partitions=partitions)
    return OffsetCommitRequest(group_id=group, topics=[asked], **fields)


def committed(
    group: str, topic: Topic | None, *partitions: int, **fields: Any
) -> OffsetFetchRequest:
    """What the group has committed; of all topics when none is named."""
    older, newer = None, None
    if topic is not None:
        older = [OffsetFetchRequestTopic(name=topic.name, partition_indexes=list(partitions))]
        newer = [
            OffsetFetchRequestTopics(
                name=topic.name, topic_id=topic.id, partition_indexes=list(partitions)
            )
        ]
    asked = OffsetFetchRequestGroup(group_id=group, topics=newer)
    return OffsetFetchRequest(group_id=group, topics=older, groups=[asked], **fields)
