"""JoinGroup (key 11): become a member of a classic group, or stay one in its next generation.

Versions 0 to 9. 1 gives the rebalance a timeout of its own, 4 makes a new member join again with
the id it is given (KIP-394), 5 adds static members (KIP-345), 6 is flexible, 7 adds the protocol
type, 8 a reason, 9 lets a returning leader skip the assignment (KIP-814).

The answer waits for the other members; requests behind it on the connection wait with it.
"""

import uuid

from odradek.broker.apis.api import Api
from odradek.broker.groups.values import JoinReply, JoinRequest
from odradek.broker.request import Encodable, PendingResponse, RequestContext
from odradek.broker.runtime import Broker
from odradek.protocol.api_keys import ApiKey
from odradek.protocol.messages.join_group import (
    JoinGroupRequest,
    JoinGroupResponse,
    JoinGroupResponseMember,
)

REBALANCE_TIMEOUT_SINCE_VERSION = 1
KNOWN_MEMBER_ID_SINCE_VERSION = 4
NULL_PROTOCOL_SINCE_VERSION = 7
SKIP_ASSIGNMENT_SINCE_VERSION = 9


def handle(
    broker: Broker, request: JoinGroupRequest, context: RequestContext
) -> Encodable | PendingResponse:
    """Answer when the next generation begins."""
    version = context.api_version
    has_own_timeout = version >= REBALANCE_TIMEOUT_SINCE_VERSION
    join = JoinRequest(
        group_id=request.group_id,
        member_id=request.member_id,
        group_instance_id=request.group_instance_id,
        client_id=context.client_id or "",
        client_host=f"/{context.client_host}",
        session_timeout_ms=request.session_timeout_ms,
        rebalance_timeout_ms=(
            request.rebalance_timeout_ms if has_own_timeout else request.session_timeout_ms
        ),
        protocol_type=request.protocol_type,
        protocols=[(protocol.name, protocol.metadata) for protocol in request.protocols],
        fresh_member_id=_fresh_member_id(request, context),
        must_know_its_id=version >= KNOWN_MEMBER_ID_SINCE_VERSION,
        may_skip_assignment=version >= SKIP_ASSIGNMENT_SINCE_VERSION,
    )
    return broker.groups.join(join, lambda reply: _respond(reply, version))


def _fresh_member_id(request: JoinGroupRequest, context: RequestContext) -> str:
    """Named after the client, so that an operator recognises it, and never used before."""
    name = request.group_instance_id
    return f"{context.client_id or '' if name is None else name}-{uuid.uuid4()}"


def _respond(reply: JoinReply, version: int) -> JoinGroupResponse:
    protocol_name = reply.protocol_name
    if version < NULL_PROTOCOL_SINCE_VERSION and protocol_name is None:
        protocol_name = ""
    return JoinGroupResponse(
        error_code=reply.error,
        generation_id=reply.generation_id,
        protocol_type=reply.protocol_type,
        protocol_name=protocol_name,
        leader=reply.leader,
        skip_assignment=reply.skip_assignment,
        member_id=reply.member_id,
        members=[
            JoinGroupResponseMember(
                member_id=member_id, group_instance_id=instance_id, metadata=metadata
            )
            for member_id, instance_id, metadata in reply.members
        ],
    )


API = Api(ApiKey.JOIN_GROUP, JoinGroupRequest, handle)
