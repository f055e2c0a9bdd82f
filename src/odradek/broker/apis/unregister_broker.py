"""UnregisterBroker (key 64): take a broker that will not come back out of the cluster (KIP-500).

Version 0, flexible. There is only this one.

Differs from Kafka: a broker that serves its cluster cannot be taken out of it; Kafka forgets even
its only broker.
"""

from odradek.broker.apis.api import Api
from odradek.broker.request import RequestContext
from odradek.broker.runtime import Broker
from odradek.protocol.api_keys import ApiKey
from odradek.protocol.errors import ErrorCode
from odradek.protocol.messages.unregister_broker import (
    UnregisterBrokerRequest,
    UnregisterBrokerResponse,
)


def handle(
    broker: Broker, request: UnregisterBrokerRequest, context: RequestContext
) -> UnregisterBrokerResponse:
    """Refuse every id: that of another broker because there is none, our own because we serve."""
    if request.broker_id != broker.node_id:
        return UnregisterBrokerResponse(
            error_code=ErrorCode.BROKER_ID_NOT_REGISTERED,
            error_message=f"Broker {request.broker_id} is not registered; the only broker is "
            f"{broker.node_id}.",
        )
    return UnregisterBrokerResponse(
        error_code=ErrorCode.INVALID_REQUEST,
        error_message=f"Broker {broker.node_id} is the only one and still serves the cluster.",
    )


API = Api(ApiKey.UNREGISTER_BROKER, UnregisterBrokerRequest, handle)
