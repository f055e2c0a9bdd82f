"""SyncGroup (key 14): hand in the assignment of a generation, and receive one's part of it.

Versions 0 to 5. 3 adds static members (KIP-345), 4 is flexible, 5 makes the protocol's type and
name part of the request, so that a member of another kind of group is found out (KIP-559).

Nobody is answered before the assignment is stored.
"""

from odradek.broker.apis.api import Api
from odradek.broker.groups.values import SyncReply, SyncRequest
from odradek.broker.request import Encodable, PendingResponse, RequestContext
from odradek.broker.runtime import Broker
from odradek.protocol.api_keys import ApiKey
from odradek.protocol.errors import ErrorCode
from odradek.protocol.messages.sync_group import SyncGroupRequest, SyncGroupResponse

PROTOCOL_SINCE_VERSION = 5


def handle(
    broker: Broker, request: SyncGroupRequest, context: RequestContext
) -> Encodable | PendingResponse:
    """Answer when the leader's assignment is stored."""
    names_no_protocol = request.protocol_type is None or request.protocol_name is None
    if context.api_version >= PROTOCOL_SINCE_VERSION and names_no_protocol:
        return SyncGroupResponse(error_code=ErrorCode.INCONSISTENT_GROUP_PROTOCOL)
    sync = SyncRequest(
        group_id=request.group_id,
        generation_id=request.generation_id,
        member_id=request.member_id,
        group_instance_id=request.group_instance_id,
        protocol_type=request.protocol_type,
        protocol_name=request.protocol_name,
        assignments={each.member_id: each.assignment for each in request.assignments},
    )
    return broker.groups.sync(sync, _respond)


def _respond(reply: SyncReply) -> SyncGroupResponse:
    return SyncGroupResponse(
        error_code=reply.error,
        protocol_type=reply.protocol_type,
        protocol_name=reply.protocol_name,
        assignment=reply.assignment,
    )


API = Api(ApiKey.SYNC_GROUP, SyncGroupRequest, handle)
