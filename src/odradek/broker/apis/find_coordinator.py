"""FindCoordinator (key 10): which broker coordinates a group or a transactional id.

Versions 0 to 6. 1 adds the kind of key, 3 is flexible, 4 answers many keys at once (KIP-699), 5
transactions V2, 6 share groups. On one node the answer is always this broker.
"""

from odradek.broker.apis.api import Api
from odradek.broker.request import RequestContext
from odradek.broker.runtime import Broker
from odradek.protocol.api_keys import ApiKey
from odradek.protocol.errors import ErrorCode
from odradek.protocol.messages.find_coordinator import (
    Coordinator,
    FindCoordinatorRequest,
    FindCoordinatorResponse,
)

MANY_KEYS_SINCE_VERSION = 4
SUCCESS = "NONE"
"""What stands in place of an error message where the answer is for one key; clients print it."""
KEY_TYPES = {0: "group", 1: "transaction"}


def handle(
    broker: Broker, request: FindCoordinatorRequest, context: RequestContext
) -> FindCoordinatorResponse:
    """Name this broker for every key of a kind that has a coordinator here."""
    if context.api_version >= MANY_KEYS_SINCE_VERSION:
        return FindCoordinatorResponse(
            coordinators=[_find(broker, request.key_type, key) for key in request.coordinator_keys]
        )
    found = _find(broker, request.key_type, request.key)
    return FindCoordinatorResponse(
        error_code=found.error_code,
        error_message=found.error_message or SUCCESS,
        node_id=found.node_id,
        host=found.host,
        port=found.port,
    )


def _find(broker: Broker, key_type: int, key: str) -> Coordinator:
    if key_type not in KEY_TYPES:
        return Coordinator(
            key=key,
            error_code=ErrorCode.INVALID_REQUEST,
            error_message=f"Keys of type {key_type} have no coordinator here.",
            node_id=-1,
            port=-1,
        )
    kind = KEY_TYPES[key_type]
    # The first to ask needs the topic next; making it now spares the first request the wait.
    error = (broker.groups if kind == "group" else broker.transactions).ensure_ready()
    if error is not ErrorCode.NONE:
        return Coordinator(
            key=key,
            error_code=error,
            error_message=f"The topic that {kind}s are stored in could not be made.",
            node_id=-1,
            port=-1,
        )
    host, port = broker.advertised
    return Coordinator(key=key, node_id=broker.node_id, host=host, port=port, error_message="")


API = Api(ApiKey.FIND_COORDINATOR, FindCoordinatorRequest, handle)
