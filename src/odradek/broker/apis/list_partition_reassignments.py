"""ListPartitionReassignments (key 46): the moves of partitions that are under way (KIP-455).

Version 0, flexible. One broker has nowhere to move a partition, so there are none.
"""

from odradek.broker.apis.api import Api
from odradek.broker.request import RequestContext
from odradek.broker.runtime import Broker
from odradek.protocol.api_keys import ApiKey
from odradek.protocol.messages.list_partition_reassignments import (
    ListPartitionReassignmentsRequest,
    ListPartitionReassignmentsResponse,
)


def handle(
    broker: Broker, request: ListPartitionReassignmentsRequest, context: RequestContext
) -> ListPartitionReassignmentsResponse:
    """No partition is on its way."""
    return ListPartitionReassignmentsResponse(error_message=None)


API = Api(ApiKey.LIST_PARTITION_REASSIGNMENTS, ListPartitionReassignmentsRequest, handle)
