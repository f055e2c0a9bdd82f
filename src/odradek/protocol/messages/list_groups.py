"""ListGroups (key 16): the groups this broker coordinates.

Versions:
  1   throttle time
  3   flexible
  4   states: a filter in the request, the state in the response (KIP-518)
  5   types ("classic", "consumer", ...): a filter and the type (KIP-848)
"""

from typing import Annotated

from odradek.protocol.api_keys import ApiKey
from odradek.protocol.declaration import Request, Response, Struct
from odradek.protocol.wire_types import Int16, Int32, String


class ListGroupsRequest(Request, api_key=ApiKey.LIST_GROUPS, versions="0-5", flexible="3+"):
    """Empty filters let everything pass."""

    states_filter: Annotated[list[String], "4+"] = []
    types_filter: Annotated[list[String], "5+"] = []


class ListedGroup(Struct):
    group_id: String = ""
    protocol_type: String = ""
    group_state: Annotated[String, "4+"] = ""
    group_type: Annotated[String, "5+"] = ""


class ListGroupsResponse(Response, api_key=ApiKey.LIST_GROUPS, versions="0-5", flexible="3+"):
    """Groups of this broker only: a client asks every broker."""

    throttle_time_ms: Annotated[Int32, "1+"] = 0
    error_code: Int16 = 0
    groups: list[ListedGroup] = []
