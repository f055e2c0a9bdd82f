"""DeleteGroups (key 42): delete groups that have no members, with their offsets.

Versions:
  1   the broker answers before it throttles
  2   flexible
"""

from odradek.protocol.api_keys import ApiKey
from odradek.protocol.declaration import Request, Response, Struct
from odradek.protocol.wire_types import Int16, Int32, String


class DeleteGroupsRequest(Request, api_key=ApiKey.DELETE_GROUPS, versions="0-2", flexible="2+"):
    """The ids of the groups to delete."""

    groups_names: list[String] = []


class DeletableGroupResult(Struct):
    group_id: String = ""
    error_code: Int16 = 0


class DeleteGroupsResponse(Response, api_key=ApiKey.DELETE_GROUPS, versions="0-2", flexible="2+"):
    """What became of each group."""

    throttle_time_ms: Int32 = 0
    results: list[DeletableGroupResult] = []
