"""ListConfigResources (key 74): which resources have a configuration.

Resource types are those of DescribeConfigs.

Versions:
  0   flexible from the start; client metrics only
  1   any types; none named asks for all that are supported (KIP-1142)
"""

from typing import Annotated

from odradek.protocol.api_keys import ApiKey
from odradek.protocol.declaration import Request, Response, Struct
from odradek.protocol.wire_types import Int8, Int16, Int32, String


class ListConfigResourcesRequest(
    Request, api_key=ApiKey.LIST_CONFIG_RESOURCES, versions="0-1", flexible="0+"
):
    """The types asked for."""

    resource_types: Annotated[list[Int8], "1+"] = []


class ConfigResource(Struct):
    resource_name: String = ""
    resource_type: Annotated[Int8, "1+"] = 16


class ListConfigResourcesResponse(
    Response, api_key=ApiKey.LIST_CONFIG_RESOURCES, versions="0-1", flexible="0+"
):
    """The resources found."""

    throttle_time_ms: Int32 = 0
    error_code: Int16 = 0
    config_resources: list[ConfigResource] = []
