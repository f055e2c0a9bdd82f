"""Records of the topic `__consumer_offsets`: committed offsets and classic groups.

The record's key says what the value is about; a null value is a tombstone. On disk both are behind
a 16-bit number: the key's record type, the value's version (`framing`). Record type 0, an
older form of offset commits, and the types of the new group protocols are not declared here.
"""

from typing import Annotated

from odradek.protocol.declaration import Struct
from odradek.protocol.stored_records.framing import CoordinatorRecord
from odradek.protocol.wire_types import ZERO_UUID, Bytes, Int32, Int64, String, Tag, Uuid


class OffsetCommitKey(CoordinatorRecord, api_key=1, versions="0"):
    """A partition as one group sees it."""

    group: String = ""
    topic: String = ""
    partition: Int32 = 0


class OffsetCommitValue(CoordinatorRecord, api_key=1, versions="0-4", flexible="4+"):
    """The committed position of the partition; `offset` is the next one to read.

    Only version 1 has an expiry time; version 3 adds the leader epoch; version 4 is flexible and
    tags the topic id.
    """

    offset: Int64 = 0
    leader_epoch: Annotated[Int32, "3+"] = -1
    metadata: String = ""
    commit_timestamp: Int64 = 0
    expire_timestamp: Annotated[Int64, "1"] = -1
    topic_id: Annotated[Uuid, "4+", Tag(0)] = ZERO_UUID


class GroupMetadataKey(CoordinatorRecord, api_key=2, versions="0"):
    """A classic group."""

    group: String = ""


class MemberMetadata(Struct):
    """A member; `subscription` and `assignment` are the bytes the client sent."""

    member_id: String = ""
    group_instance_id: Annotated[String | None, "3+"] = None
    client_id: String = ""
    client_host: String = ""
    rebalance_timeout: Annotated[Int32, "1+"] = -1
    session_timeout: Int32 = 0
    subscription: Bytes = b""
    assignment: Bytes = b""


class GroupMetadataValue(CoordinatorRecord, api_key=2, versions="0-4", flexible="4+"):
    """A classic group when it last was stable; without members it is empty.

    Version 1 adds rebalance timeouts, version 2 the time of the state, version 3 static members;
    version 4 is flexible.
    """

    protocol_type: String = ""
    generation: Int32 = 0
    protocol: String | None = ""
    leader: String | None = ""
    current_state_timestamp: Annotated[Int64, "2+"] = -1
    members: list[MemberMetadata] = []


# Keys and values by record type.
KEYS: dict[int, type[OffsetCommitKey | GroupMetadataKey]] = {
    key.api_key: key for key in (OffsetCommitKey, GroupMetadataKey)
}
