"""ApiVersions (key 18): which APIs and versions a broker serves.

The first request on a connection. A broker that does not know the version asked for answers in
version 0 with UNSUPPORTED_VERSION and its list, so that any client can find common ground.

Versions:
  1   throttle time
  3   flexible (the response header stays v0); the client tells its name, the broker its features
  4   a supported feature may start at version 0 (KAFKA-17011)
"""

from typing import Annotated

from odradek.protocol.api_keys import ApiKey
from odradek.protocol.declaration import Request, Response, Struct
from odradek.protocol.wire_types import Boolean, Int16, Int32, Int64, String, Tag


class ApiVersionsRequest(Request, api_key=ApiKey.API_VERSIONS, versions="0-4", flexible="3+"):
    """Name and version of the client library, for logs and metrics."""

    client_software_name: Annotated[String, "3+"] = ""
    client_software_version: Annotated[String, "3+"] = ""


class ApiVersion(Struct):
    """The versions of one API that the broker serves."""

    api_key: Int16 = 0
    min_version: Int16 = 0
    max_version: Int16 = 0


class SupportedFeatureKey(Struct):
    """A feature whose level the cluster could be set to."""

    name: String = ""
    min_version: Int16 = 0
    max_version: Int16 = 0


class FinalizedFeatureKey(Struct):
    """The level a feature is set to; clients act on it."""

    name: String = ""
    max_version_level: Int16 = 0
    min_version_level: Int16 = 0


class ApiVersionsResponse(Response, api_key=ApiKey.API_VERSIONS, versions="0-4", flexible="3+"):
    """`finalized_features_epoch` is -1 where there are no finalized features."""

    error_code: Int16 = 0
    api_keys: list[ApiVersion] = []
    throttle_time_ms: Annotated[Int32, "1+"] = 0
    supported_features: Annotated[list[SupportedFeatureKey], "3+", Tag(0)] = []
    finalized_features_epoch: Annotated[Int64, "3+", Tag(1)] = -1
    finalized_features: Annotated[list[FinalizedFeatureKey], "3+", Tag(2)] = []
    zk_migration_ready: Annotated[Boolean, "3+", Tag(3)] = False
