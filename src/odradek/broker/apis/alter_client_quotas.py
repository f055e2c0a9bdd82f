"""AlterClientQuotas (key 49): set or remove quotas of users, clients and addresses (KIP-546).

Versions 0 and 1; 1 is flexible. Each entity's quotas change all or not at all.
"""

from collections import Counter

from odradek.broker.apis.api import Api
from odradek.broker.metadata.client_quotas import QuotaChange
from odradek.broker.metadata.outcome import Outcome, refuse
from odradek.broker.request import RequestContext
from odradek.broker.runtime import Broker
from odradek.protocol.api_keys import ApiKey
from odradek.protocol.errors import ErrorCode
from odradek.protocol.messages.alter_client_quotas import (
    AlterClientQuotasRequest,
    AlterClientQuotasResponse,
    EntityData,
    EntryData,
    EntryDataResponse,
)

Entity = tuple[tuple[str, str | None], ...]


def handle(
    broker: Broker, request: AlterClientQuotasRequest, context: RequestContext
) -> AlterClientQuotasResponse:
    """Change the quotas of one entity after the other; one that is named twice is answered once."""
    entries = {_entity_of(entry): entry for entry in request.entries}
    times = Counter(_entity_of(entry) for entry in request.entries)
    return AlterClientQuotasResponse(
        entries=[
            _answer(
                entity,
                _refuse_repeated(entity)
                if times[entity] > 1
                else _alter(broker, entity, entry, validate_only=request.validate_only),
            )
            for entity, entry in entries.items()
        ]
    )


def _entity_of(entry: EntryData) -> Entity:
    return tuple(sorted({part.entity_type: part.entity_name for part in entry.entity}.items()))


def _alter(broker: Broker, entity: Entity, entry: EntryData, *, validate_only: bool) -> Outcome:
    changes = [QuotaChange(op.key, None if op.remove else op.value) for op in entry.ops]
    return broker.controller.alter_client_quotas(dict(entity), changes, validate_only=validate_only)


def _refuse_repeated(entity: Entity) -> Outcome:
    named = ", ".join(f"{kind} {name or '(default)'}" for kind, name in entity)
    return refuse(
        ErrorCode.INVALID_REQUEST, f"The quotas of {named} are changed twice in one request."
    )


def _answer(entity: Entity, outcome: Outcome) -> EntryDataResponse:
    return EntryDataResponse(
        error_code=outcome.error,
        error_message=outcome.message,
        entity=[EntityData(entity_type=kind, entity_name=name) for kind, name in entity],
    )


API = Api(ApiKey.ALTER_CLIENT_QUOTAS, AlterClientQuotasRequest, handle)
