"""AlterConfigs (key 33): give a resource exactly these settings; all others go back to defaults.

Versions 0 to 2 (KIP-133); 2 is flexible. Superseded by IncrementalAlterConfigs, and still what some
clients send.

Differs from Kafka: a resource named twice in one request is refused; Kafka never answers it.
"""

from odradek.broker.apis.api import Api
from odradek.broker.apis.config_resources import change_each
from odradek.broker.metadata.configs import Resource
from odradek.broker.metadata.outcome import Outcome
from odradek.broker.request import RequestContext
from odradek.broker.runtime import Broker
from odradek.protocol.api_keys import ApiKey
from odradek.protocol.messages.alter_configs import (
    AlterConfigsRequest,
    AlterConfigsResource,
    AlterConfigsResourceResponse,
    AlterConfigsResponse,
)


def handle(
    broker: Broker, request: AlterConfigsRequest, context: RequestContext
) -> AlterConfigsResponse:
    """Replace the settings of one resource after the other."""

    def replace(resource: Resource, asked: AlterConfigsResource) -> Outcome:
        values = [(config.name, config.value) for config in asked.configs]
        return broker.controller.replace_configs(
            resource, values, validate_only=request.validate_only
        )

    outcomes = change_each(broker, request.resources, replace)
    return AlterConfigsResponse(
        responses=[
            AlterConfigsResourceResponse(
                error_code=outcome.error,
                error_message=outcome.message,
                resource_type=asked.resource_type,
                resource_name=asked.resource_name,
            )
            for asked, outcome in zip(request.resources, outcomes, strict=True)
        ]
    )


API = Api(ApiKey.ALTER_CONFIGS, AlterConfigsRequest, handle)
