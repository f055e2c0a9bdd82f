"""IncrementalAlterConfigs (key 44): change some settings and leave the others alone.

Versions 0 and 1 (KIP-339); 1 is flexible. A value can be set, deleted, and for lists appended to or
subtracted from. Each resource is changed whole or not at all.

Differs from Kafka: an unknown operation is INVALID_REQUEST; Kafka stumbles over it and answers
UNKNOWN_SERVER_ERROR.
"""

from odradek.broker.apis.api import Api
from odradek.broker.apis.config_resources import change_each
from odradek.broker.metadata.configs import Change, Operation, Resource
from odradek.broker.metadata.outcome import Outcome, refuse
from odradek.broker.request import RequestContext
from odradek.broker.runtime import Broker
from odradek.protocol.api_keys import ApiKey
from odradek.protocol.errors import ErrorCode
from odradek.protocol.messages.incremental_alter_configs import (
    AlterableConfig,
    AlterConfigsResource,
    AlterConfigsResourceResponse,
    IncrementalAlterConfigsRequest,
    IncrementalAlterConfigsResponse,
)


def handle(
    broker: Broker, request: IncrementalAlterConfigsRequest, context: RequestContext
) -> IncrementalAlterConfigsResponse:
    """Change one resource after the other."""

    def alter(resource: Resource, asked: AlterConfigsResource) -> Outcome:
        fault = _find_operation_fault(asked.configs)
        if fault is not None:
            return fault
        changes = [
            Change(config.name, Operation(config.config_operation), config.value)
            for config in asked.configs
        ]
        return broker.controller.alter_configs(
            resource, changes, validate_only=request.validate_only
        )

    outcomes = change_each(broker, request.resources, alter)
    return IncrementalAlterConfigsResponse(
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


def _find_operation_fault(configs: list[AlterableConfig]) -> Outcome | None:
    for config in configs:
        if config.config_operation not in list(Operation):
            return refuse(
                ErrorCode.INVALID_REQUEST,
                f"Operation {config.config_operation} on {config.name} is unknown; 0 sets, "
                "1 deletes, 2 appends, 3 subtracts.",
            )
    return None


API = Api(ApiKey.INCREMENTAL_ALTER_CONFIGS, IncrementalAlterConfigsRequest, handle)
