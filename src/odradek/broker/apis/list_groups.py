"""ListGroups (key 16): the groups there are.

Versions 0 to 5. 3 is flexible, 4 adds states and a filter for them (KIP-518), 5 types and a filter
for them (KIP-848). Filters ignore case; an unknown state or type lets nothing pass.
"""

from odradek.broker.apis.api import Api
from odradek.broker.groups.classic_groups import CLASSIC
from odradek.broker.request import RequestContext
from odradek.broker.runtime import Broker
from odradek.protocol.api_keys import ApiKey
from odradek.protocol.messages.list_groups import (
    ListedGroup,
    ListGroupsRequest,
    ListGroupsResponse,
)


def handle(
    broker: Broker, request: ListGroupsRequest, context: RequestContext
) -> ListGroupsResponse:
    """List what passes the filters."""
    return ListGroupsResponse(
        groups=[
            ListedGroup(
                group_id=group.group_id,
                protocol_type=group.protocol_type,
                group_state=group.state,
                group_type=CLASSIC,
            )
            for group in broker.groups.groups.summaries(request.states_filter, request.types_filter)
        ]
    )


API = Api(ApiKey.LIST_GROUPS, ListGroupsRequest, handle)
