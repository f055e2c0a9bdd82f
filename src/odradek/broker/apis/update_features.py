"""UpdateFeatures (key 57): raise or lower the levels of the cluster's features (KIP-584).

Versions 0 to 2, flexible. 0 tells by a flag whether a level may go down; 1 adds the three kinds of
change and the dry run; 2 drops the results of single features, as all change or none does.
"""

from odradek.broker.apis.api import Api
from odradek.broker.metadata.features import FeatureUpdate, UpgradeType
from odradek.broker.request import RequestContext
from odradek.broker.runtime import Broker
from odradek.protocol.api_keys import ApiKey
from odradek.protocol.errors import ErrorCode
from odradek.protocol.messages.update_features import (
    FeatureUpdateKey,
    UpdatableFeatureResult,
    UpdateFeaturesRequest,
    UpdateFeaturesResponse,
)

UPGRADE_TYPES_SINCE_VERSION = 1


def handle(
    broker: Broker, request: UpdateFeaturesRequest, context: RequestContext
) -> UpdateFeaturesResponse:
    """Change all levels or none."""
    updates = [
        FeatureUpdate(key.feature, key.max_version_level, _upgrade_type(key, context.api_version))
        for key in request.feature_updates
    ]
    outcome = broker.controller.update_features(updates, validate_only=request.validate_only)
    results = [
        UpdatableFeatureResult(feature=update.name, error_message=ErrorCode.NONE.name)
        for update in updates
    ]
    return UpdateFeaturesResponse(
        error_code=outcome.error,
        error_message=outcome.message,
        results=[] if outcome.is_refused else results,
    )


def _upgrade_type(key: FeatureUpdateKey, api_version: int) -> int:
    if api_version >= UPGRADE_TYPES_SINCE_VERSION:
        return key.upgrade_type
    return UpgradeType.SAFE_DOWNGRADE if key.allow_downgrade else UpgradeType.UPGRADE


API = Api(ApiKey.UPDATE_FEATURES, UpdateFeaturesRequest, handle)
