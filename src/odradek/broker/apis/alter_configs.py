"""AlterConfigs (key 33): give a resource exactly these settings; all others go back to defaults.

Versions 0 to 2 (KIP-133); 2 is flexible. Superseded by IncrementalAlterConfigs, and still what some
clients send.
"""

from odradek.broker.apis.api import Api
from odradek.broker.apis.config_resources import find_resource_fault
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
    responses = []
    for asked in request.resources:
        outcome = _replace(broker, asked, request.validate_only)
        responses.append(
            AlterConfigsResourceResponse(
                error_code=outcome.error,
                error_message=outcome.message,
                resource_type=asked.resource_type,
                resource_name=asked.resource_name,
            )
        )
    return AlterConfigsResponse(responses=responses)


def _replace(broker: Broker, asked: AlterConfigsResource, validate_only: bool) -> Outcome:
    resource = Resource(asked.resource_type, asked.resource_name)
    fault = find_resource_fault(broker, resource)
    if fault is not None:
        return fault
    values = {config.name: config.value for config in asked.configs}
    return broker.controller.replace_configs(resource, values, validate_only=validate_only)


API = Api(ApiKey.ALTER_CONFIGS, AlterConfigsRequest, handle)
