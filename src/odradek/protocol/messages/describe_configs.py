"""DescribeConfigs (key 32): the configuration of topics, brokers and other resources.

`resource_type`: 2 topic, 4 broker, 8 broker logger, 16 client metrics, 32 group.
`config_source`: 1 topic, 2 one broker (dynamic), 3 all brokers (dynamic), 4 the broker's file,
5 the default, 6 broker logger, 7 client metrics, 8 group.
`config_type`: 1 boolean, 2 string, 3 int, 4 short, 5 long, 6 double, 7 list, 8 class, 9 password.

Versions:
  1   the oldest served: sources and synonyms
  2   the broker answers before it throttles
  3   types and documentation
  4   flexible
"""

from typing import Annotated

from odradek.protocol.api_keys import ApiKey
from odradek.protocol.declaration import Request, Response, Struct
from odradek.protocol.wire_types import Boolean, Int8, Int16, Int32, String


class DescribeConfigsResource(Struct):
    """`configuration_keys` is null to ask for every key."""

    resource_type: Int8 = 0
    resource_name: String = ""
    configuration_keys: list[String] | None = []


class DescribeConfigsRequest(
    Request, api_key=ApiKey.DESCRIBE_CONFIGS, versions="1-4", flexible="4+"
):
    """What to describe, and in how much detail."""

    resources: list[DescribeConfigsResource] = []
    include_synonyms: Boolean = False
    include_documentation: Annotated[Boolean, "3+"] = False


class DescribeConfigsSynonym(Struct):
    """Another place the value could come from, in the order in which they win."""

    name: String = ""
    value: String | None = ""
    source: Int8 = 0


class DescribeConfigsResourceResult(Struct):
    """`value` is null where the key is sensitive."""

    name: String = ""
    value: String | None = ""
    read_only: Boolean = False
    config_source: Int8 = -1
    is_sensitive: Boolean = False
    synonyms: list[DescribeConfigsSynonym] = []
    config_type: Annotated[Int8, "3+"] = 0
    documentation: Annotated[String | None, "3+"] = ""


class DescribeConfigsResult(Struct):
    """The configuration of one resource."""

    error_code: Int16 = 0
    error_message: String | None = ""
    resource_type: Int8 = 0
    resource_name: String = ""
    configs: list[DescribeConfigsResourceResult] = []


class DescribeConfigsResponse(
    Response, api_key=ApiKey.DESCRIBE_CONFIGS, versions="1-4", flexible="4+"
):
    """The resources, each with an error code of its own."""

    throttle_time_ms: Int32 = 0
    results: list[DescribeConfigsResult] = []
