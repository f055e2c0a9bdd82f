"""LeaveGroup (key 13): leave a classic group, or remove members from it.

Versions 0 to 5. 3 names several members, static ones by their instance id (KIP-345), 4 is flexible,
5 adds a reason (KIP-800).
"""

from odradek.broker.apis.api import Api
from odradek.broker.groups.values import Identity, LeaveReply
from odradek.broker.request import Encodable, PendingResponse, RequestContext
from odradek.broker.runtime import Broker
from odradek.protocol.api_keys import ApiKey
from odradek.protocol.messages.leave_group import (
    LeaveGroupRequest,
    LeaveGroupResponse,
    MemberResponse,
)

MANY_MEMBERS_SINCE_VERSION = 3


def handle(
    broker: Broker, request: LeaveGroupRequest, context: RequestContext
) -> Encodable | PendingResponse:
    """Let members go; each may fail for itself."""
    if context.api_version < MANY_MEMBERS_SINCE_VERSION:
        identities = [Identity(request.member_id)]
        return broker.groups.leave(request.group_id, identities, _respond_to_one)
    identities = [
        Identity(member.member_id, member.group_instance_id) for member in request.members
    ]
    return broker.groups.leave(request.group_id, identities, _respond)


def _respond(reply: LeaveReply) -> LeaveGroupResponse:
    return LeaveGroupResponse(
        error_code=reply.error,
        members=[
            MemberResponse(
                member_id=identity.member_id,
                group_instance_id=identity.group_instance_id,
                error_code=error,
            )
            for identity, error in reply.members
        ],
    )


def _respond_to_one(reply: LeaveReply) -> LeaveGroupResponse:
    errors = [error for _, error in reply.members]
    return LeaveGroupResponse(error_code=reply.error or errors[0])


API = Api(ApiKey.LEAVE_GROUP, LeaveGroupRequest, handle)
