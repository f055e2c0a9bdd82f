"""DescribeClientQuotas (key 48): the quotas of the entities that meet a filter (KIP-546).

Versions 0 and 1; 1 is flexible. The filter names parts that an entity must have; a strict one, that
it may have no others.
"""

from odradek.broker.apis.api import Api
from odradek.broker.metadata.client_quotas import (
    ENTITY_TYPES,
    IP,
    Condition,
    find_quotas,
)
from odradek.broker.request import RequestContext
from odradek.broker.runtime import Broker
from odradek.protocol.api_keys import ApiKey
from odradek.protocol.errors import ErrorCode
from odradek.protocol.messages.describe_client_quotas import (
    ComponentData,
    DescribeClientQuotasRequest,
    DescribeClientQuotasResponse,
    EntityData,
    EntryData,
    ValueData,
)

EXACT, DEFAULT, ANY = range(3)


def handle(
    broker: Broker, request: DescribeClientQuotasRequest, context: RequestContext
) -> DescribeClientQuotasResponse:
    """Describe every entity that meets the filter."""
    refusal = _find_filter_fault(request.components)
    if refusal is not None:
        return refusal
    conditions = [
        Condition(part.entity_type, part.match_type == ANY, part.match)
        for part in request.components
    ]
    quotas = find_quotas(broker.image, conditions, is_strict=request.strict)
    return DescribeClientQuotasResponse(
        error_message="",
        entries=[
            EntryData(
                entity=[EntityData(entity_type=kind, entity_name=name) for kind, name in entity],
                values=[ValueData(key=key, value=value) for key, value in values.items()],
            )
            for entity, values in quotas.items()
        ],
    )


def _find_filter_fault(components: list[ComponentData]) -> DescribeClientQuotasResponse | None:
    kinds = [component.entity_type for component in components]
    for component in components:
        refusal = _find_component_fault(component, kinds.count(component.entity_type))
        if refusal is not None:
            return refusal
    if IP in kinds and len(kinds) > 1:
        return _refuse("A filter for an ip cannot name a user or a client-id as well.")
    return None


def _find_component_fault(
    component: ComponentData, times: int
) -> DescribeClientQuotasResponse | None:
    kind, match_type = component.entity_type, component.match_type
    if not kind:
        return _refuse("The filter names an entity type that is empty.")
    if times > 1:
        return _refuse(f"The filter names the entity type {kind} twice.")
    if match_type not in (EXACT, DEFAULT, ANY):
        return _refuse(f"Match type {match_type} is unknown; 0 is exact, 1 the default, 2 any.")
    if match_type == EXACT and component.match is None:
        return _refuse(f"An exact match of a {kind} needs a name.")
    if match_type != EXACT and component.match is not None:
        return _refuse(f"Only an exact match of a {kind} has a name.")
    if kind not in ENTITY_TYPES:
        return _refuse(
            f"Entity type {kind!r} is unknown; there are {', '.join(ENTITY_TYPES)}.",
            ErrorCode.UNSUPPORTED_VERSION,
        )
    return None


def _refuse(
    message: str, error: ErrorCode = ErrorCode.INVALID_REQUEST
) -> DescribeClientQuotasResponse:
    return DescribeClientQuotasResponse(error_code=error, error_message=message, entries=None)


API = Api(ApiKey.DESCRIBE_CLIENT_QUOTAS, DescribeClientQuotasRequest, handle)
