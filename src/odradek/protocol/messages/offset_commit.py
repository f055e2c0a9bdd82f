"""OffsetCommit (key 8): store how far a group has read.

Sent to the group's coordinator. A commit is bound to the member and generation that made it, except
for a group without members (`member_id` empty, generation -1), which any client may commit for.

Versions:
  2   the oldest served
  3   throttle time
  5   `retention_time_ms` is gone: the broker's configuration decides
  6   the leader epoch of the committed position is stored with it
  7   static members
  8   flexible
  9   usable by groups of the new protocol (KIP-848), which send a member epoch
  10  topics are named by id
"""

from typing import Annotated

from odradek.protocol.api_keys import ApiKey
from odradek.protocol.declaration import Request, Response, Struct
from odradek.protocol.wire_types import ZERO_UUID, Int16, Int32, Int64, String, Uuid


class OffsetCommitRequestPartition(Struct):
    """`committed_offset` is the next offset to read; metadata is any text of the client."""

    partition_index: Int32 = 0
    committed_offset: Int64 = 0
    committed_leader_epoch: Annotated[Int32, "6+"] = -1
    committed_metadata: String | None = ""


class OffsetCommitRequestTopic(Struct):
    name: Annotated[String, "0-9"] = ""
    topic_id: Annotated[Uuid, "10+"] = ZERO_UUID
    partitions: list[OffsetCommitRequestPartition] = []


class OffsetCommitRequest(Request, api_key=ApiKey.OFFSET_COMMIT, versions="2-10", flexible="8+"):
    """`generation_id_or_member_epoch`: the former for classic groups, the latter for new ones."""

    group_id: String = ""
    generation_id_or_member_epoch: Int32 = -1
    member_id: String = ""
    group_instance_id: Annotated[String | None, "7+"] = None
    retention_time_ms: Annotated[Int64, "2-4"] = -1
    topics: list[OffsetCommitRequestTopic] = []


class OffsetCommitResponsePartition(Struct):
    partition_index: Int32 = 0
    error_code: Int16 = 0


class OffsetCommitResponseTopic(Struct):
    name: Annotated[String, "0-9"] = ""
    topic_id: Annotated[Uuid, "10+"] = ZERO_UUID
    partitions: list[OffsetCommitResponsePartition] = []


class OffsetCommitResponse(Response, api_key=ApiKey.OFFSET_COMMIT, versions="2-10", flexible="8+"):
    """What became of the commit of each partition."""

    throttle_time_ms: Annotated[Int32, "3+"] = 0
    topics: list[OffsetCommitResponseTopic] = []
