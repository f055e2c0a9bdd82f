"""ListConfigResources (key 74): which resources have settings of their own (KIP-1142).

Versions 0 and 1, flexible. 0 asks for subscriptions to client metrics alone, of which there are
none; 1 for resources of any types, by default of all.

Differs from Kafka: loggers are not listed, as their levels cannot be changed at run time.
"""

from odradek.broker.apis.api import Api
from odradek.broker.metadata.image import RESOURCE_BROKER, RESOURCE_TOPIC
from odradek.broker.request import RequestContext
from odradek.broker.runtime import Broker
from odradek.protocol.api_keys import ApiKey
from odradek.protocol.errors import ErrorCode
from odradek.protocol.messages.list_config_resources import (
    ConfigResource,
    ListConfigResourcesRequest,
    ListConfigResourcesResponse,
)

RESOURCE_BROKER_LOGGER, RESOURCE_CLIENT_METRICS, RESOURCE_GROUP = 8, 16, 32
SUPPORTED = frozenset(
    (
        RESOURCE_TOPIC,
        RESOURCE_BROKER,
        RESOURCE_BROKER_LOGGER,
        RESOURCE_CLIENT_METRICS,
        RESOURCE_GROUP,
    )
)


def handle(
    broker: Broker, request: ListConfigResourcesRequest, context: RequestContext
) -> ListConfigResourcesResponse:
    """List the resources of the types asked for; an unknown type refuses the request."""
    asked = {RESOURCE_CLIENT_METRICS}
    if context.api_version > 0:
        asked = set(request.resource_types) or set(SUPPORTED)
    if not asked <= SUPPORTED:
        return ListConfigResourcesResponse(error_code=ErrorCode.UNSUPPORTED_VERSION)
    names = {RESOURCE_BROKER: [str(broker.node_id)], RESOURCE_TOPIC: list(broker.image.topics)}
    return ListConfigResourcesResponse(
        config_resources=[
            ConfigResource(resource_name=name, resource_type=kind)
            for kind, names_of_kind in names.items()
            for name in names_of_kind
            if kind in asked
        ]
    )


API = Api(ApiKey.LIST_CONFIG_RESOURCES, ListConfigResourcesRequest, handle)
