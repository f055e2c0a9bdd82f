"""DescribeTopicPartitions (key 75): topics with their partitions, page by page (KIP-966).

Version 0. The answer stops after `response_partition_limit` partitions and says where to go on.
Topics come in the order of their names.

Differs from Kafka: an empty topic name is INVALID_TOPIC_EXCEPTION; Kafka fails the whole request
with UNKNOWN_SERVER_ERROR.
"""

from odradek.broker.apis.api import Api
from odradek.broker.apis.authorized_operations import ON_TOPIC
from odradek.broker.metadata.topic_names import INTERNAL_TOPICS, find_fault
from odradek.broker.request import RequestContext
from odradek.broker.runtime import Broker
from odradek.protocol.api_keys import ApiKey
from odradek.protocol.errors import ErrorCode
from odradek.protocol.messages.describe_topic_partitions import (
    Cursor,
    DescribeTopicPartitionsRequest,
    DescribeTopicPartitionsResponse,
    DescribeTopicPartitionsResponsePartition,
    DescribeTopicPartitionsResponseTopic,
)


def handle(
    broker: Broker, request: DescribeTopicPartitionsRequest, context: RequestContext
) -> DescribeTopicPartitionsResponse:
    """Describe the asked topics, or all, from the cursor on."""
    asked = {topic.name for topic in request.topics}
    names = sorted(asked or broker.image.topics)
    cursor = request.cursor
    if cursor is not None and (
        cursor.partition_index < 0 or (asked and cursor.topic_name not in asked)
    ):
        return _refuse(names)
    if cursor is not None:
        names = [name for name in names if name >= cursor.topic_name]
    response = DescribeTopicPartitionsResponse()
    room = min(
        max(request.response_partition_limit, 1),
        broker.configs.broker_int("max.request.partition.size.limit"),
    )
    for name in names:
        first = _first_partition(name, cursor)
        if room == 0:
            response.next_cursor = Cursor(topic_name=name, partition_index=first)
            break
        described, next_partition = _describe(broker, name, first, room)
        response.topics.append(described)
        room -= len(described.partitions)
        if next_partition is not None:
            response.next_cursor = Cursor(topic_name=name, partition_index=next_partition)
            break
    return response


def _refuse(names: list[str]) -> DescribeTopicPartitionsResponse:
    """No page begins before a topic's first partition, nor in a topic that is not asked for."""
    return DescribeTopicPartitionsResponse(
        topics=[
            DescribeTopicPartitionsResponseTopic(error_code=ErrorCode.INVALID_REQUEST, name=name)
            for name in names
        ]
    )


def _first_partition(name: str, cursor: Cursor | None) -> int:
    return cursor.partition_index if cursor is not None and cursor.topic_name == name else 0


def _describe(
    broker: Broker, name: str, first: int, room: int
) -> tuple[DescribeTopicPartitionsResponseTopic, int | None]:
    """A topic's partitions from `first` on, and the one to go on with if there was no room."""
    topic = broker.image.topics.get(name)
    if topic is None:
        error = (
            ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
            if find_fault(name) is None
            else ErrorCode.INVALID_TOPIC_EXCEPTION
        )
        return DescribeTopicPartitionsResponseTopic(
            error_code=error, name=name, topic_authorized_operations=ON_TOPIC
        ), None
    end = min(first + room, topic.partition_count)
    epoch = broker.image.leader_epoch(topic)
    replicas = [broker.node_id]
    described = DescribeTopicPartitionsResponseTopic(
        name=name,
        topic_id=topic.topic_id,
        is_internal=name in INTERNAL_TOPICS,
        topic_authorized_operations=ON_TOPIC,
        partitions=[
            DescribeTopicPartitionsResponsePartition(
                partition_index=index,
                leader_id=broker.node_id,
                leader_epoch=epoch,
                replica_nodes=replicas,
                isr_nodes=replicas,
                eligible_leader_replicas=[],
                last_known_elr=[],
            )
            for index in range(first, end)
        ],
    )
    return described, end if end < topic.partition_count else None


API = Api(ApiKey.DESCRIBE_TOPIC_PARTITIONS, DescribeTopicPartitionsRequest, handle)
