"""SyncGroup (key 14): hand in and receive the assignment of a classic group.

The leader sends every member's assignment, the others none; each is answered with its own, once the
leader's request is there.

Versions:
  1   throttle time
  3   static members
  4   flexible
  5   protocol type and name are sent both ways and must agree (KIP-559)
"""

from typing import Annotated

from odradek.protocol.api_keys import ApiKey
from odradek.protocol.declaration import Request, Response, Struct
from odradek.protocol.wire_types import Bytes, Int16, Int32, String


class SyncGroupRequestAssignment(Struct):
    """A member's part, in bytes that only members understand."""

    member_id: String = ""
    assignment: Bytes = b""


class SyncGroupRequest(Request, api_key=ApiKey.SYNC_GROUP, versions="0-5", flexible="4+"):
    """`assignments` is filled by the leader only."""

    group_id: String = ""
    generation_id: Int32 = 0
    member_id: String = ""
    group_instance_id: Annotated[String | None, "3+"] = None
    protocol_type: Annotated[String | None, "5+"] = None
    protocol_name: Annotated[String | None, "5+"] = None
    assignments: list[SyncGroupRequestAssignment] = []


class SyncGroupResponse(Response, api_key=ApiKey.SYNC_GROUP, versions="0-5", flexible="4+"):
    """The assignment of the member that asked."""

    throttle_time_ms: Annotated[Int32, "1+"] = 0
    error_code: Int16 = 0
    protocol_type: Annotated[String | None, "5+"] = None
    protocol_name: Annotated[String | None, "5+"] = None
    assignment: Bytes = b""
