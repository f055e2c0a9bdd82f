"""Heartbeat (key 12): tell a classic group's coordinator that the member is alive.

The answer is also how a member learns of a rebalance: REBALANCE_IN_PROGRESS asks it to join again.

Versions:
  1   throttle time
  3   static members
  4   flexible
"""

from typing import Annotated

from odradek.protocol.api_keys import ApiKey
from odradek.protocol.declaration import Request, Response
from odradek.protocol.wire_types import Int16, Int32, String


class HeartbeatRequest(Request, api_key=ApiKey.HEARTBEAT, versions="0-4", flexible="4+"):
    """From a member, for the generation it belongs to."""

    group_id: String = ""
    generation_id: Int32 = 0
    member_id: String = ""
    group_instance_id: Annotated[String | None, "3+"] = None


class HeartbeatResponse(Response, api_key=ApiKey.HEARTBEAT, versions="0-4", flexible="4+"):
    """NONE as long as the member may go on."""

    throttle_time_ms: Annotated[Int32, "1+"] = 0
    error_code: Int16 = 0
