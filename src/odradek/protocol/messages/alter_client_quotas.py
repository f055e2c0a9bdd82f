"""AlterClientQuotas (key 49): set or remove quotas.

Versions:
  1   flexible
"""

from odradek.protocol.api_keys import ApiKey
from odradek.protocol.declaration import Request, Response, Struct
from odradek.protocol.wire_types import Boolean, Float64, Int16, Int32, String


class EntityData(Struct):
    """One part of an entity; a null name is the default of its type."""

    entity_type: String = ""
    entity_name: String | None = ""


class OpData(Struct):
    """With `remove` the quota is taken away and `value` does not count."""

    key: String = ""
    value: Float64 = 0.0
    remove: Boolean = False


class EntryData(Struct):
    """An entity and the changes to its quotas."""

    entity: list[EntityData] = []
    ops: list[OpData] = []


class AlterClientQuotasRequest(
    Request, api_key=ApiKey.ALTER_CLIENT_QUOTAS, versions="0-1", flexible="1+"
):
    """With `validate_only` the changes are checked and not made."""

    entries: list[EntryData] = []
    validate_only: Boolean = False


class EntryDataResponse(Struct):
    """What became of one entity."""

    error_code: Int16 = 0
    error_message: String | None = ""
    entity: list[EntityData] = []


class AlterClientQuotasResponse(
    Response, api_key=ApiKey.ALTER_CLIENT_QUOTAS, versions="0-1", flexible="1+"
):
    """What became of each entity."""

    throttle_time_ms: Int32 = 0
    entries: list[EntryDataResponse] = []
