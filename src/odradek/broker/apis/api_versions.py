"""ApiVersions (key 18): which APIs and versions this broker serves.

Versions 0 to 4. 3 adds the client's name and the cluster's features and is flexible (KIP-511), 4
lets features start at version 0. The response header is always the oldest one, so that a client can
read the answer before it knows anything; an unknown version is answered in version 0 with error 35.
"""

import re

from odradek.broker.apis.api import Api
from odradek.broker.request import RequestContext
from odradek.broker.runtime import Broker
from odradek.protocol.api_keys import ApiKey
from odradek.protocol.errors import ErrorCode
from odradek.protocol.messages.api_versions import (
    ApiVersion,
    ApiVersionsRequest,
    ApiVersionsResponse,
)

NAMES_SINCE_VERSION = 3
_SOFTWARE_NAME = re.compile(r"[a-zA-Z0-9](?:[a-zA-Z0-9.-]*[a-zA-Z0-9])?")


def handle(
    broker: Broker, request: ApiVersionsRequest, context: RequestContext
) -> ApiVersionsResponse:
    """List every served API."""
    if context.api_version >= NAMES_SINCE_VERSION:
        names = (request.client_software_name, request.client_software_version)
        if not all(_SOFTWARE_NAME.fullmatch(name) for name in names):
            return ApiVersionsResponse(error_code=ErrorCode.INVALID_REQUEST)
    return ApiVersionsResponse(api_keys=list(broker.served_versions))


def refuse_version(served: list[ApiVersion]) -> ApiVersionsResponse:
    """What a client of an unknown ApiVersions version is told, always in version 0."""
    own = [api for api in served if api.api_key == ApiKey.API_VERSIONS]
    return ApiVersionsResponse(error_code=ErrorCode.UNSUPPORTED_VERSION, api_keys=own)


API = Api(ApiKey.API_VERSIONS, ApiVersionsRequest, handle)
