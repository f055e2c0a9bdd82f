"""Heartbeat (key 12): a member is alive, and learns whether its group rebalances.

Versions 0 to 4. 3 adds static members (KIP-345), 4 is flexible.
"""

from odradek.broker.apis.api import Api
from odradek.broker.groups.values import Identity
from odradek.broker.request import RequestContext
from odradek.broker.runtime import Broker
from odradek.protocol.api_keys import ApiKey
from odradek.protocol.messages.heartbeat import HeartbeatRequest, HeartbeatResponse


def handle(broker: Broker, request: HeartbeatRequest, context: RequestContext) -> HeartbeatResponse:
    """Extend the member's session."""
    identity = Identity(request.member_id, request.group_instance_id)
    error = broker.groups.heartbeat(request.group_id, identity, request.generation_id)
    return HeartbeatResponse(error_code=error)


API = Api(ApiKey.HEARTBEAT, HeartbeatRequest, handle)
