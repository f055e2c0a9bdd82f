"""DescribeClientQuotas (key 48): the quotas set for users, clients and addresses.

`match_type`: 0 exactly the name in `match`, 1 the default, 2 any name.

Versions:
  1   flexible
"""

from odradek.protocol.api_keys import ApiKey
from odradek.protocol.declaration import Request, Response, Struct
from odradek.protocol.wire_types import Boolean, Float64, Int8, Int16, Int32, String


class ComponentData(Struct):
    """A condition on one part of an entity: "user", "client-id" or "ip"."""

    entity_type: String = ""
    match_type: Int8 = 0
    match: String | None = ""


class DescribeClientQuotasRequest(
    Request, api_key=ApiKey.DESCRIBE_CLIENT_QUOTAS, versions="0-1", flexible="1+"
):
    """With `strict` an entity may have no parts beyond those named."""

    components: list[ComponentData] = []
    strict: Boolean = False


class EntityData(Struct):
    """One part of an entity; a null name is the default of its type."""

    entity_type: String = ""
    entity_name: String | None = ""


class ValueData(Struct):
    """A quota by its key, such as "producer_byte_rate"."""

    key: String = ""
    value: Float64 = 0.0


class EntryData(Struct):
    """An entity and its quotas."""

    entity: list[EntityData] = []
    values: list[ValueData] = []


class DescribeClientQuotasResponse(
    Response, api_key=ApiKey.DESCRIBE_CLIENT_QUOTAS, versions="0-1", flexible="1+"
):
    """`entries` is null on errors."""

    throttle_time_ms: Int32 = 0
    error_code: Int16 = 0
    error_message: String | None = ""
    entries: list[EntryData] | None = []
