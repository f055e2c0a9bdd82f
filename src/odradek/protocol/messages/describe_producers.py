"""DescribeProducers (key 61): the producers a partition remembers.

Versions:
  0   flexible from the start
"""

from odradek.protocol.api_keys import ApiKey
from odradek.protocol.declaration import Request, Response, Struct
from odradek.protocol.wire_types import Int16, Int32, Int64, String


class TopicRequest(Struct):
    name: String = ""
    partition_indexes: list[Int32] = []


class DescribeProducersRequest(
    Request, api_key=ApiKey.DESCRIBE_PRODUCERS, versions="0", flexible="0+"
):
    """Which partitions."""

    topics: list[TopicRequest] = []


class ProducerState(Struct):
    """`current_txn_start_offset` is -1 when the producer has no open transaction here."""

    producer_id: Int64 = 0
    producer_epoch: Int32 = 0
    last_sequence: Int32 = -1
    last_timestamp: Int64 = -1
    coordinator_epoch: Int32 = 0
    current_txn_start_offset: Int64 = -1


class PartitionResponse(Struct):
    partition_index: Int32 = 0
    error_code: Int16 = 0
    error_message: String | None = None
    active_producers: list[ProducerState] = []


class TopicResponse(Struct):
    name: String = ""
    partitions: list[PartitionResponse] = []


class DescribeProducersResponse(
    Response, api_key=ApiKey.DESCRIBE_PRODUCERS, versions="0", flexible="0+"
):
    """The producers of each partition."""

    throttle_time_ms: Int32 = 0
    topics: list[TopicResponse] = []
