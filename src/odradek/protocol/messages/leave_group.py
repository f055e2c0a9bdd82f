"""LeaveGroup (key 13): leave a classic group, or remove members from it.

Versions:
  1   throttle time
  3   several members at a time, static ones by their instance id (KIP-345)
  4   flexible
  5   the client may give a reason (KIP-800)
"""

from typing import Annotated

from odradek.protocol.api_keys import ApiKey
from odradek.protocol.declaration import Request, Response, Struct
from odradek.protocol.wire_types import Int16, Int32, String


class MemberIdentity(Struct):
    """A member by its id, or a static one by its instance id."""

    member_id: String = ""
    group_instance_id: String | None = None
    reason: Annotated[String | None, "5+"] = None


class LeaveGroupRequest(Request, api_key=ApiKey.LEAVE_GROUP, versions="0-5", flexible="4+"):
    """One member up to version 2, several from version 3."""

    group_id: String = ""
    member_id: Annotated[String, "0-2"] = ""
    members: Annotated[list[MemberIdentity], "3+"] = []


class MemberResponse(Struct):
    """What became of one member."""

    member_id: String = ""
    group_instance_id: String | None = ""
    error_code: Int16 = 0


class LeaveGroupResponse(Response, api_key=ApiKey.LEAVE_GROUP, versions="0-5", flexible="4+"):
    """`error_code` is for the group; members have codes of their own from version 3."""

    throttle_time_ms: Annotated[Int32, "1+"] = 0
    error_code: Int16 = 0
    members: Annotated[list[MemberResponse], "3+"] = []
