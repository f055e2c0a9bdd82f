"""ApiVersions (key 18): which APIs and versions this broker serves.

Versions 0 to 4. 3 adds the client's name and the cluster's features and is flexible (KIP-511), 4
lets features start at version 0. The response header is always the oldest one, so that a client can
read the answer before it knows anything; an unknown version is answered in version 0 with error 35.

Differs from Kafka: APIs that are not served are not advertised.
"""

import re

from odradek.broker.apis.api import Api
from odradek.broker.metadata.features import FEATURES, finalized_levels
from odradek.broker.request import RequestContext
from odradek.broker.runtime import Broker
from odradek.protocol.api_keys import ApiKey
from odradek.protocol.errors import ErrorCode
from odradek.protocol.messages.api_versions import (
    ApiVersion,
    ApiVersionsRequest,
    ApiVersionsResponse,
    FinalizedFeatureKey,
    SupportedFeatureKey,
)

NAMES_SINCE_VERSION = 3
LEVEL_0_SINCE_VERSION = 4
_SOFTWARE_NAME = re.compile(r"[a-zA-Z0-9](?:[a-zA-Z0-9.-]*[a-zA-Z0-9])?")


def handle(
    broker: Broker, request: ApiVersionsRequest, context: RequestContext
) -> ApiVersionsResponse:
    """List every served API, and the features with their levels."""
    if context.api_version >= NAMES_SINCE_VERSION:
        names = (request.client_software_name, request.client_software_version)
        if not all(_SOFTWARE_NAME.fullmatch(name) for name in names):
            return ApiVersionsResponse(error_code=ErrorCode.INVALID_REQUEST)
    return ApiVersionsResponse(
        api_keys=list(broker.served_versions),
        supported_features=[
            SupportedFeatureKey(name=name, min_version=levels.lowest, max_version=levels.highest)
            for name, levels in FEATURES.items()
            if levels.lowest > 0 or context.api_version >= LEVEL_0_SINCE_VERSION
        ],
        finalized_features_epoch=broker.metadata_log.end_offset - 1,
        finalized_features=[
            FinalizedFeatureKey(name=name, min_version_level=level, max_version_level=level)
            for name, level in finalized_levels(broker.image).items()
        ],
    )


def refuse_version(served: list[ApiVersion]) -> ApiVersionsResponse:
    """What a client of an unknown ApiVersions version is told, always in version 0."""
    own = [api for api in served if api.api_key == ApiKey.API_VERSIONS]
    return ApiVersionsResponse(error_code=ErrorCode.UNSUPPORTED_VERSION, api_keys=own)


API = Api(ApiKey.API_VERSIONS, ApiVersionsRequest, handle)
