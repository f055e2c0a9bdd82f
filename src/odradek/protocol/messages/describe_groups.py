"""DescribeGroups (key 15): state and members of classic groups.

Versions:
  1   throttle time
  3   authorized operations, as bit fields
  4   static members show their instance id
  5   flexible
  6   GROUP_ID_NOT_FOUND for an unknown group, which is a Dead group before (KIP-1043)
"""

from typing import Annotated

from odradek.protocol.api_keys import ApiKey
from odradek.protocol.declaration import Request, Response, Struct
from odradek.protocol.wire_types import Boolean, Bytes, Int16, Int32, String


class DescribeGroupsRequest(Request, api_key=ApiKey.DESCRIBE_GROUPS, versions="0-6", flexible="5+"):
    """The ids of the groups to describe."""

    groups: list[String] = []
    include_authorized_operations: Annotated[Boolean, "3+"] = False


class DescribedGroupMember(Struct):
    """`member_metadata` and `member_assignment` are given in the Stable state only."""

    member_id: String = ""
    group_instance_id: Annotated[String | None, "4+"] = None
    client_id: String = ""
    client_host: String = ""
    member_metadata: Bytes = b""
    member_assignment: Bytes = b""


class DescribedGroup(Struct):
    """`protocol_data` is the name of the chosen protocol, in the Stable state only."""

    error_code: Int16 = 0
    error_message: Annotated[String | None, "6+"] = None
    group_id: String = ""
    group_state: String = ""
    protocol_type: String = ""
    protocol_data: String = ""
    members: list[DescribedGroupMember] = []
    authorized_operations: Annotated[Int32, "3+"] = -(2**31)


class DescribeGroupsResponse(
    Response, api_key=ApiKey.DESCRIBE_GROUPS, versions="0-6", flexible="5+"
):
    """The groups, each with an error code of its own."""

    throttle_time_ms: Annotated[Int32, "1+"] = 0
    groups: list[DescribedGroup] = []
