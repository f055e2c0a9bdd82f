"""ListOffsets (key 2): offsets by time, and the special ones.

Versions 1 to 11. 2 adds isolation levels, 4 leader epochs, 6 is flexible, 7 the offset of the
largest timestamp, 8 and 9 the tiered ones (KIP-405, KIP-1005), 10 a timeout, 11 the earliest
pending upload.

Differs from Kafka: an unknown isolation level reads what is uncommitted here as well, where Kafka
answers UNKNOWN_SERVER_ERROR.

Differs from Kafka: the largest timestamp is that of a record which is there; Kafka finds deleted
ones as well until their segment is removed.

By time means: the first record at or after it, looked up inside its batch.
"""

from collections import Counter

from odradek.broker.apis.api import Api
from odradek.broker.data_path.ends_on_the_way import when_stored
from odradek.broker.data_path.partition import Partition
from odradek.broker.log import LogError
from odradek.broker.request import Encodable, PendingResponse, RequestContext
from odradek.broker.runtime import Broker
from odradek.protocol.api_keys import ApiKey
from odradek.protocol.errors import ErrorCode
from odradek.protocol.messages.list_offsets import (
    ListOffsetsPartition,
    ListOffsetsPartitionResponse,
    ListOffsetsRequest,
    ListOffsetsResponse,
    ListOffsetsTopic,
    ListOffsetsTopicResponse,
)

LATEST = -1
EARLIEST = -2
MAX_TIMESTAMP = -3
EARLIEST_LOCAL = -4
LATEST_TIERED = -5
EARLIEST_PENDING_UPLOAD = -6
READ_COMMITTED = 1
NONE_FOUND = -1

_SINCE_VERSION = {
    MAX_TIMESTAMP: 7,
    EARLIEST_LOCAL: 8,
    LATEST_TIERED: 9,
    EARLIEST_PENDING_UPLOAD: 11,
}


def handle(
    broker: Broker, request: ListOffsetsRequest, context: RequestContext
) -> Encodable | PendingResponse:
    """Answer every partition for itself, when the disk has what was acknowledged."""
    partitions = [
        partition
        for topic in request.topics
        for asked in topic.partitions
        if (asked.timestamp == LATEST or asked.timestamp >= 0)
        and (partition := broker.partitions.get(topic.name, asked.partition_index)) is not None
    ]
    return when_stored(broker.syncer, partitions, lambda: _answer(broker, request, context))


def _answer(
    broker: Broker, request: ListOffsetsRequest, context: RequestContext
) -> ListOffsetsResponse:
    asked = Counter(
        (topic.name, partition.partition_index)
        for topic in request.topics
        for partition in topic.partitions
    )
    return ListOffsetsResponse(
        topics=[
            ListOffsetsTopicResponse(
                name=topic.name,
                partitions=[
                    _fail(partition, ErrorCode.INVALID_REQUEST)
                    if asked[topic.name, partition.partition_index] > 1
                    else _list(broker, request, context, topic.name, partition)
                    for partition in topic.partitions
                ],
            )
            for topic in _once(request.topics)
        ]
    )


def _once(topics: list[ListOffsetsTopic]) -> list[ListOffsetsTopic]:
    """Each topic and each of its partitions once, however often the request names them."""
    asked: dict[str, dict[int, ListOffsetsPartition]] = {}
    for topic in topics:
        partitions = asked.setdefault(topic.name, {})
        partitions.update((each.partition_index, each) for each in topic.partitions)
    return [
        ListOffsetsTopic(name=name, partitions=list(partitions.values()))
        for name, partitions in asked.items()
        if partitions
    ]


def _list(
    broker: Broker,
    request: ListOffsetsRequest,
    context: RequestContext,
    topic: str,
    asked: ListOffsetsPartition,
) -> ListOffsetsPartitionResponse:
    partition = broker.partitions.get(topic, asked.partition_index)
    if partition is None:
        return _fail(asked, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)
    fault = partition.find_epoch_fault(asked.current_leader_epoch)
    if fault is not ErrorCode.NONE:
        return _fail(asked, fault)
    if asked.timestamp < 0 and not _is_known(asked.timestamp, context.api_version):
        return _fail(asked, ErrorCode.UNSUPPORTED_VERSION)
    bound = partition.log.high_watermark
    if request.isolation_level == READ_COMMITTED:
        bound = partition.log.last_stable_offset
    try:
        offset, timestamp = _find(partition, asked.timestamp, bound)
    except (OSError, LogError):
        return _fail(asked, ErrorCode.KAFKA_STORAGE_ERROR)
    return ListOffsetsPartitionResponse(
        partition_index=asked.partition_index,
        timestamp=timestamp,
        offset=offset,
        leader_epoch=partition.epoch_at(offset) if offset != NONE_FOUND else -1,
    )


def _is_known(timestamp: int, api_version: int) -> bool:
    return timestamp in (LATEST, EARLIEST) or api_version >= _SINCE_VERSION.get(timestamp, 2**15)


def _find(partition: Partition, timestamp: int, bound: int) -> tuple[int, int]:
    """The offset, and the timestamp of the record at it where one was looked up."""
    log = partition.log
    if timestamp == LATEST:
        return bound, NONE_FOUND
    if timestamp in (EARLIEST, EARLIEST_LOCAL):
        return log.log_start_offset, NONE_FOUND
    if timestamp in (LATEST_TIERED, EARLIEST_PENDING_UPLOAD):
        return NONE_FOUND, NONE_FOUND
    if timestamp == MAX_TIMESTAMP:
        found = log.offset_of_max_timestamp()
    else:
        found = log.offset_for_timestamp(timestamp, bound)
    return (NONE_FOUND, NONE_FOUND) if found is None else (found.offset, found.timestamp_ms)


def _fail(asked: ListOffsetsPartition, error: ErrorCode) -> ListOffsetsPartitionResponse:
    return ListOffsetsPartitionResponse(
        partition_index=asked.partition_index, error_code=error, offset=NONE_FOUND
    )


API = Api(ApiKey.LIST_OFFSETS, ListOffsetsRequest, handle)
