"""ListOffsets (key 2): find an offset by timestamp, or an end of the log.

A timestamp of 0 or more asks for the first record at or after it. Negative ones have a meaning of
their own: -1 the end of the log (the last stable offset under read_committed), -2 its start, -3 the
record with the largest timestamp, -4 the start of what is on local disk, -5 the last offset in
remote storage, -6 the first offset that is still to be uploaded. Offset -1 answers "there is none".

Versions:
  1   the oldest served: one offset for each partition, with its timestamp
  2   isolation levels
  4   leader epochs in both directions
  5   the broker may answer OFFSET_NOT_AVAILABLE
  6   flexible
  7   timestamp -3 (KIP-734)
  8   timestamp -4 (KIP-405)
  9   timestamp -5 (KIP-1005)
  10  a timeout, for look-ups in remote storage
  11  timestamp -6 (KIP-1023)
"""

from typing import Annotated

from odradek.protocol.api_keys import ApiKey
from odradek.protocol.declaration import Request, Response, Struct
from odradek.protocol.wire_types import Int8, Int16, Int32, Int64, String


class ListOffsetsPartition(Struct):
    partition_index: Int32 = 0
    current_leader_epoch: Annotated[Int32, "4+"] = -1
    timestamp: Int64 = 0


class ListOffsetsTopic(Struct):
    name: String = ""
    partitions: list[ListOffsetsPartition] = []


class ListOffsetsRequest(Request, api_key=ApiKey.LIST_OFFSETS, versions="1-11", flexible="6+"):
    """`replica_id` is -1 for clients."""

    replica_id: Int32 = 0
    isolation_level: Annotated[Int8, "2+"] = 0
    topics: list[ListOffsetsTopic] = []
    timeout_ms: Annotated[Int32, "10+"] = 0


class ListOffsetsPartitionResponse(Struct):
    partition_index: Int32 = 0
    error_code: Int16 = 0
    timestamp: Int64 = -1
    offset: Int64 = -1
    leader_epoch: Annotated[Int32, "4+"] = -1


class ListOffsetsTopicResponse(Struct):
    name: String = ""
    partitions: list[ListOffsetsPartitionResponse] = []


class ListOffsetsResponse(Response, api_key=ApiKey.LIST_OFFSETS, versions="1-11", flexible="6+"):
    """The offset found in each partition."""

    throttle_time_ms: Annotated[Int32, "2+"] = 0
    topics: list[ListOffsetsTopicResponse] = []
