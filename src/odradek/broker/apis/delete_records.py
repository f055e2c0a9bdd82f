"""DeleteRecords (key 21): forget all records of a partition before an offset.

Versions 0 to 2 (KIP-107); 2 is flexible. Offset -1 means the high watermark. The new start is kept
in a checkpoint at once, so it survives a crash; whole segments before it are deleted.
"""

from odradek.broker.apis.api import Api
from odradek.broker.data_path.ends_on_the_way import when_stored
from odradek.broker.request import Encodable, PendingResponse, RequestContext
from odradek.broker.runtime import Broker
from odradek.protocol.api_keys import ApiKey
from odradek.protocol.errors import ErrorCode
from odradek.protocol.messages.delete_records import (
    DeleteRecordsPartition,
    DeleteRecordsPartitionResult,
    DeleteRecordsRequest,
    DeleteRecordsResponse,
    DeleteRecordsTopicResult,
)

HIGH_WATERMARK = -1
INVALID_LOW_WATERMARK = -1


def handle(
    broker: Broker, request: DeleteRecordsRequest, context: RequestContext
) -> Encodable | PendingResponse:
    """Move the log start offset of every named partition, when the disk has what is to go."""
    partitions = [
        partition
        for topic in request.topics
        for asked in topic.partitions
        if (partition := broker.partitions.get(topic.name, asked.partition_index)) is not None
        and not 0 <= asked.offset <= partition.log.high_watermark
    ]
    patience_s = request.timeout_ms / 1000
    return when_stored(broker.syncer, partitions, lambda: _answer(broker, request), patience_s)


def _answer(broker: Broker, request: DeleteRecordsRequest) -> DeleteRecordsResponse:
    topics = [
        DeleteRecordsTopicResult(
            name=topic.name,
            partitions=[_delete(broker, topic.name, asked) for asked in topic.partitions],
        )
        for topic in request.topics
    ]
    broker.checkpoint_log_starts()
    return DeleteRecordsResponse(topics=topics)


def _delete(
    broker: Broker, topic: str, asked: DeleteRecordsPartition
) -> DeleteRecordsPartitionResult:
    partition = broker.partitions.get(topic, asked.partition_index)
    if partition is None:
        return _fail(asked, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)
    if not partition.is_deletable:
        return _fail(asked, ErrorCode.POLICY_VIOLATION)
    log = partition.log
    offset = log.high_watermark if asked.offset == HIGH_WATERMARK else asked.offset
    if not 0 <= offset <= log.high_watermark:
        return _fail(asked, ErrorCode.OFFSET_OUT_OF_RANGE)
    if offset > log.log_start_offset:
        log.delete_records_before(offset)
    return DeleteRecordsPartitionResult(
        partition_index=asked.partition_index, low_watermark=log.log_start_offset
    )


def _fail(asked: DeleteRecordsPartition, error: ErrorCode) -> DeleteRecordsPartitionResult:
    return DeleteRecordsPartitionResult(
        partition_index=asked.partition_index,
        low_watermark=INVALID_LOW_WATERMARK,
        error_code=error,
    )


API = Api(ApiKey.DELETE_RECORDS, DeleteRecordsRequest, handle)
