"""AlterConfigs (key 33): replace the whole configuration of a resource.

Keys that are not named fall back to their defaults; IncrementalAlterConfigs is what clients should
use. Resource types are those of DescribeConfigs.

Versions:
  1   the broker answers before it throttles
  2   flexible
"""

from odradek.protocol.api_keys import ApiKey
from odradek.protocol.declaration import Request, Response, Struct
from odradek.protocol.wire_types import Boolean, Int8, Int16, Int32, String


class AlterableConfig(Struct):
    """Null takes the key out."""

    name: String = ""
    value: String | None = ""


class AlterConfigsResource(Struct):
    resource_type: Int8 = 0
    resource_name: String = ""
    configs: list[AlterableConfig] = []


class AlterConfigsRequest(Request, api_key=ApiKey.ALTER_CONFIGS, versions="0-2", flexible="2+"):
    """With `validate_only` the changes are checked and not made."""

    resources: list[AlterConfigsResource] = []
    validate_only: Boolean = False


class AlterConfigsResourceResponse(Struct):
    error_code: Int16 = 0
    error_message: String | None = ""
    resource_type: Int8 = 0
    resource_name: String = ""


class AlterConfigsResponse(Response, api_key=ApiKey.ALTER_CONFIGS, versions="0-2", flexible="2+"):
    """What became of each resource."""

    throttle_time_ms: Int32 = 0
    responses: list[AlterConfigsResourceResponse] = []
