"""DeleteGroups (key 42): forget groups that have no members, with their offsets.

Versions 0 to 2 (KIP-229); 2 is flexible. Each group succeeds or fails for itself; one that is named
twice is answered once.
"""

from collections.abc import Mapping

from odradek.broker.apis.api import Api
from odradek.broker.request import Encodable, PendingResponse, RequestContext
from odradek.broker.runtime import Broker
from odradek.protocol.api_keys import ApiKey
from odradek.protocol.errors import ErrorCode
from odradek.protocol.messages.delete_groups import (
    DeletableGroupResult,
    DeleteGroupsRequest,
    DeleteGroupsResponse,
)


def handle(
    broker: Broker, request: DeleteGroupsRequest, context: RequestContext
) -> Encodable | PendingResponse:
    """Delete one group after the other; answer when all of it is stored."""
    return broker.groups.delete(list(dict.fromkeys(request.groups_names)), _respond)


def _respond(outcomes: Mapping[str, ErrorCode]) -> DeleteGroupsResponse:
    return DeleteGroupsResponse(
        results=[
            DeletableGroupResult(group_id=group_id, error_code=error)
            for group_id, error in outcomes.items()
        ]
    )


API = Api(ApiKey.DELETE_GROUPS, DeleteGroupsRequest, handle)
