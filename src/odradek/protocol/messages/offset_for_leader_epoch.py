"""OffsetForLeaderEpoch (key 23): where a leader epoch ends in the log.

A client that resumes at an offset it read in an older epoch finds out by this whether the log was
truncated in between.

Versions:
  2   the oldest served: the client's current epoch is checked
  3   `replica_id`, with which followers ask
  4   flexible
"""

from typing import Annotated

from odradek.protocol.api_keys import ApiKey
from odradek.protocol.declaration import Request, Response, Struct
from odradek.protocol.wire_types import Int16, Int32, Int64, String


class OffsetForLeaderPartition(Struct):
    """`leader_epoch` is the epoch asked about."""

    partition: Int32 = 0
    current_leader_epoch: Int32 = -1
    leader_epoch: Int32 = 0


class OffsetForLeaderTopic(Struct):
    topic: String = ""
    partitions: list[OffsetForLeaderPartition] = []


class OffsetForLeaderEpochRequest(
    Request, api_key=ApiKey.OFFSET_FOR_LEADER_EPOCH, versions="2-4", flexible="4+"
):
    """`replica_id` -2 may see beyond the high watermark; -1 is a plain consumer."""

    replica_id: Annotated[Int32, "3+"] = -2
    topics: list[OffsetForLeaderTopic] = []


class EpochEndOffset(Struct):
    """The largest epoch not above the one asked for, and the offset at which it ends."""

    error_code: Int16 = 0
    partition: Int32 = 0
    leader_epoch: Int32 = -1
    end_offset: Int64 = -1


class OffsetForLeaderTopicResult(Struct):
    topic: String = ""
    partitions: list[EpochEndOffset] = []


class OffsetForLeaderEpochResponse(
    Response, api_key=ApiKey.OFFSET_FOR_LEADER_EPOCH, versions="2-4", flexible="4+"
):
    """The ends of the epochs."""

    throttle_time_ms: Int32 = 0
    topics: list[OffsetForLeaderTopicResult] = []
