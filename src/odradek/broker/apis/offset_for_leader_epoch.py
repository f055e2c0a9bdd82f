"""OffsetForLeaderEpoch (key 23): where a leader epoch ended, so that clients notice lost records.

Versions 2 to 4 (KIP-320); 4 is flexible. The answer names the largest epoch that is not above the
asked one, and the offset behind its last record.
"""

from odradek.broker.apis.api import Api
from odradek.broker.request import RequestContext
from odradek.broker.runtime import Broker
from odradek.protocol.api_keys import ApiKey
from odradek.protocol.errors import ErrorCode
from odradek.protocol.messages.offset_for_leader_epoch import (
    EpochEndOffset,
    OffsetForLeaderEpochRequest,
    OffsetForLeaderEpochResponse,
    OffsetForLeaderPartition,
    OffsetForLeaderTopicResult,
)


def handle(
    broker: Broker, request: OffsetForLeaderEpochRequest, context: RequestContext
) -> OffsetForLeaderEpochResponse:
    """Answer every partition for itself."""
    return OffsetForLeaderEpochResponse(
        topics=[
            OffsetForLeaderTopicResult(
                topic=topic.topic,
                partitions=[
                    _find_end(broker, topic.topic, partition) for partition in topic.partitions
                ],
            )
            for topic in request.topics
        ]
    )


def _find_end(broker: Broker, topic: str, asked: OffsetForLeaderPartition) -> EpochEndOffset:
    partition = broker.partitions.get(topic, asked.partition)
    if partition is None:
        error = ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
    else:
        error = partition.find_epoch_fault(asked.current_leader_epoch)
    if partition is None or error is not ErrorCode.NONE:
        return EpochEndOffset(error_code=error, partition=asked.partition)
    epoch, end_offset = partition.end_of_epoch(asked.leader_epoch)
    return EpochEndOffset(partition=asked.partition, leader_epoch=epoch, end_offset=end_offset)


API = Api(ApiKey.OFFSET_FOR_LEADER_EPOCH, OffsetForLeaderEpochRequest, handle)
