"""DescribeGroups (key 15): state and members of classic groups.

Versions 0 to 6. 3 adds authorized operations, 4 instance ids, 5 is flexible; until 5 an unknown
group is described as Dead, 6 says GROUP_ID_NOT_FOUND (KIP-1043).
"""

from odradek.broker.apis.api import Api
from odradek.broker.groups.member import Member
from odradek.broker.groups.states import GroupState
from odradek.broker.request import RequestContext
from odradek.broker.runtime import Broker
from odradek.protocol.api_keys import ApiKey
from odradek.protocol.errors import ErrorCode
from odradek.protocol.messages.describe_groups import (
    DescribedGroup,
    DescribedGroupMember,
    DescribeGroupsRequest,
    DescribeGroupsResponse,
)

NOT_FOUND_SINCE_VERSION = 6
READ, DELETE, DESCRIBE, DESCRIBE_CONFIGS, ALTER_CONFIGS = 3, 6, 8, 10, 11
EVERY_OPERATION = sum(
    1 << operation for operation in (READ, DELETE, DESCRIBE, DESCRIBE_CONFIGS, ALTER_CONFIGS)
)
"""As a bit field; without an authorizer everybody may do everything."""


def handle(
    broker: Broker, request: DescribeGroupsRequest, context: RequestContext
) -> DescribeGroupsResponse:
    """Describe one group after the other."""
    groups = [_describe(broker, group_id, context.api_version) for group_id in request.groups]
    if request.include_authorized_operations:
        for group in groups:
            if group.error_code == ErrorCode.NONE:
                group.authorized_operations = EVERY_OPERATION
    return DescribeGroupsResponse(groups=groups)


def _describe(broker: Broker, group_id: str, version: int) -> DescribedGroup:
    group = broker.groups.groups.describe(group_id)
    if group is None:
        dead = DescribedGroup(group_id=group_id, group_state=GroupState.DEAD.value)
        if version >= NOT_FOUND_SINCE_VERSION:
            dead.error_code = ErrorCode.GROUP_ID_NOT_FOUND
            dead.error_message = f"There is no group '{group_id}'."
        return dead
    return DescribedGroup(
        group_id=group_id,
        group_state=group.state,
        protocol_type=group.protocol_type,
        protocol_data=group.protocol_name or "",
        members=[_describe_member(member, group.protocol_name) for member in group.members],
    )


def _describe_member(member: Member, protocol_name: str | None) -> DescribedGroupMember:
    """Metadata is for the chosen protocol, which there is in the stable state only."""
    return DescribedGroupMember(
        member_id=member.member_id,
        group_instance_id=member.group_instance_id,
        client_id=member.client_id,
        client_host=member.client_host,
        member_metadata=b"" if protocol_name is None else member.metadata_for(protocol_name),
        member_assignment=member.assignment,
    )


API = Api(ApiKey.DESCRIBE_GROUPS, DescribeGroupsRequest, handle)
