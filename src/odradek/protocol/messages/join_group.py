"""JoinGroup (key 11): become a member of a classic group.

The answer waits until the group's members have all joined or the rebalance timeout has passed. One
member, the leader, is told all members with their metadata and computes the assignment, which it
hands in with SyncGroup.

Versions:
  1   a rebalance timeout of its own (before, the session timeout is used for both)
  2   throttle time
  4   a new member is first given an id with MEMBER_ID_REQUIRED and joins again with it
  5   static members: `group_instance_id` (KIP-345)
  6   flexible
  7   the response tells the protocol type (KIP-559)
  8   the client may give a reason (KIP-800)
  9   `skip_assignment`: the leader keeps the assignment there is (KIP-814)
"""

from typing import Annotated

from odradek.protocol.api_keys import ApiKey
from odradek.protocol.declaration import Request, Response, Struct
from odradek.protocol.wire_types import Boolean, Bytes, Int16, Int32, Nullable, String


class JoinGroupRequestProtocol(Struct):
    """A protocol the member supports, with metadata that only members understand."""

    name: String = ""
    metadata: Bytes = b""


class JoinGroupRequest(Request, api_key=ApiKey.JOIN_GROUP, versions="0-9", flexible="6+"):
    """`protocols` in order of preference; `member_id` is empty for a new member."""

    group_id: String = ""
    session_timeout_ms: Int32 = 0
    rebalance_timeout_ms: Annotated[Int32, "1+"] = -1
    member_id: String = ""
    group_instance_id: Annotated[String | None, "5+"] = None
    protocol_type: String = ""
    protocols: list[JoinGroupRequestProtocol] = []
    reason: Annotated[String | None, "8+"] = None


class JoinGroupResponseMember(Struct):
    """A member and its metadata for the chosen protocol."""

    member_id: String = ""
    group_instance_id: Annotated[String | None, "5+"] = None
    metadata: Bytes = b""


class JoinGroupResponse(Response, api_key=ApiKey.JOIN_GROUP, versions="0-9", flexible="6+"):
    """`members` is filled for the leader only; `protocol_name` is null on errors."""

    throttle_time_ms: Annotated[Int32, "2+"] = 0
    error_code: Int16 = 0
    generation_id: Int32 = -1
    protocol_type: Annotated[String | None, "7+"] = None
    protocol_name: Annotated[String | None, Nullable("7+")] = ""
    leader: String = ""
    skip_assignment: Annotated[Boolean, "9+"] = False
    member_id: String = ""
    members: list[JoinGroupResponseMember] = []
