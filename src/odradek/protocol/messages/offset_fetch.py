"""OffsetFetch (key 9): ask for the offsets that groups have committed.

Offset -1 answers "nothing committed". Null `topics` asks for everything the group has committed.

Versions:
  1   the oldest served: offsets from `__consumer_offsets`
  2   null `topics`; an error code for the whole response
  3   throttle time
  5   the leader epoch of the committed position
  6   flexible
  7   `require_stable`: answer UNSTABLE_OFFSET_COMMIT while a transaction may still change an offset
  8   several groups at a time: `groups` takes the place of the fields above it
  9   member ids and epochs of the new group protocol (KIP-848)
  10  topics are named by id
"""

from typing import Annotated

from odradek.protocol.api_keys import ApiKey
from odradek.protocol.declaration import Request, Response, Struct
from odradek.protocol.wire_types import (
    ZERO_UUID,
    Boolean,
    Int16,
    Int32,
    Int64,
    Nullable,
    String,
    Uuid,
)


class OffsetFetchRequestTopic(Struct):
    """Partitions of one topic, up to version 7."""

    name: String = ""
    partition_indexes: list[Int32] = []


class OffsetFetchRequestTopics(Struct):
    """Partitions of one topic, from version 8."""

    name: Annotated[String, "8-9"] = ""
    topic_id: Annotated[Uuid, "10+"] = ZERO_UUID
    partition_indexes: list[Int32] = []


class OffsetFetchRequestGroup(Struct):
    """One group and what is asked of it."""

    group_id: String = ""
    member_id: Annotated[String | None, "9+"] = None
    member_epoch: Annotated[Int32, "9+"] = -1
    topics: list[OffsetFetchRequestTopics] | None = []


class OffsetFetchRequest(Request, api_key=ApiKey.OFFSET_FETCH, versions="1-10", flexible="6+"):
    """One group up to version 7, several from version 8."""

    group_id: Annotated[String, "0-7"] = ""
    topics: Annotated[list[OffsetFetchRequestTopic] | None, "0-7", Nullable("2-7")] = []
    groups: Annotated[list[OffsetFetchRequestGroup], "8+"] = []
    require_stable: Annotated[Boolean, "7+"] = False


class OffsetFetchResponsePartition(Struct):
    """A committed position, up to version 7."""

    partition_index: Int32 = 0
    committed_offset: Int64 = 0
    committed_leader_epoch: Annotated[Int32, "5-7"] = -1
    metadata: String | None = ""
    error_code: Int16 = 0


class OffsetFetchResponseTopic(Struct):
    name: String = ""
    partitions: list[OffsetFetchResponsePartition] = []


class OffsetFetchResponsePartitions(Struct):
    """A committed position, from version 8."""

    partition_index: Int32 = 0
    committed_offset: Int64 = 0
    committed_leader_epoch: Int32 = -1
    metadata: String | None = ""
    error_code: Int16 = 0


class OffsetFetchResponseTopics(Struct):
    name: Annotated[String, "8-9"] = ""
    topic_id: Annotated[Uuid, "10+"] = ZERO_UUID
    partitions: list[OffsetFetchResponsePartitions] = []


class OffsetFetchResponseGroup(Struct):
    group_id: String = ""
    topics: list[OffsetFetchResponseTopics] = []
    error_code: Int16 = 0


class OffsetFetchResponse(Response, api_key=ApiKey.OFFSET_FETCH, versions="1-10", flexible="6+"):
    """The positions of one group up to version 7, of several from version 8."""

    throttle_time_ms: Annotated[Int32, "3+"] = 0
    topics: Annotated[list[OffsetFetchResponseTopic], "0-7"] = []
    error_code: Annotated[Int16, "2-7"] = 0
    groups: Annotated[list[OffsetFetchResponseGroup], "8+"] = []
