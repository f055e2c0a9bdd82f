"""OffsetDelete (key 47): forget how far a group has read some partitions.

Version 0 (KIP-496). Offsets of topics that the group's consumers read stay; groups of another kind
must be without members.
"""

from odradek.broker.apis.api import Api
from odradek.broker.groups.records import TopicPartition
from odradek.broker.groups.values import OffsetsReply
from odradek.broker.request import Encodable, PendingResponse, RequestContext
from odradek.broker.runtime import Broker
from odradek.protocol.api_keys import ApiKey
from odradek.protocol.errors import ErrorCode
from odradek.protocol.messages.offset_delete import (
    OffsetDeleteRequest,
    OffsetDeleteResponse,
    OffsetDeleteResponsePartition,
    OffsetDeleteResponseTopic,
)


def handle(
    broker: Broker, request: OffsetDeleteRequest, context: RequestContext
) -> Encodable | PendingResponse:
    """Delete what can be deleted; answer when it is stored."""
    known = {
        (topic.name, partition.partition_index)
        for topic in request.topics
        for partition in topic.partitions
        if _exists(broker, topic.name, partition.partition_index)
    }
    return broker.groups.delete_offsets(
        request.group_id, sorted(known), lambda reply: _respond(request, reply)
    )


def _exists(broker: Broker, topic: str, index: int) -> bool:
    known = broker.image.topics.get(topic)
    return known is not None and 0 <= index < known.partition_count


def _respond(request: OffsetDeleteRequest, reply: OffsetsReply) -> OffsetDeleteResponse:
    if reply.error is not ErrorCode.NONE:
        return OffsetDeleteResponse(error_code=reply.error)
    return OffsetDeleteResponse(
        topics=[
            OffsetDeleteResponseTopic(
                name=topic.name,
                partitions=[
                    _answer(reply, (topic.name, partition.partition_index))
                    for partition in topic.partitions
                ],
            )
            for topic in request.topics
            if topic.partitions
        ]
    )


def _answer(reply: OffsetsReply, partition: TopicPartition) -> OffsetDeleteResponsePartition:
    error = reply.partitions.get(partition, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)
    return OffsetDeleteResponsePartition(partition_index=partition[1], error_code=error)


API = Api(ApiKey.OFFSET_DELETE, OffsetDeleteRequest, handle)
