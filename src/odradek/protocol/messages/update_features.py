"""UpdateFeatures (key 57): raise or lower the level of cluster features.

`upgrade_type`: 1 only up, 2 down when nothing is lost, 3 down whatever it costs.

Versions:
  0   flexible from the start; `allow_downgrade` tells the direction
  1   `upgrade_type` takes its place; `validate_only`
  2   no result for each feature: all succeed or none
"""

from typing import Annotated

from odradek.protocol.api_keys import ApiKey
from odradek.protocol.declaration import Request, Response, Struct
from odradek.protocol.wire_types import Boolean, Int8, Int16, Int32, String


class FeatureUpdateKey(Struct):
    """A feature and its level; level 0 switches it off."""

    feature: String = ""
    max_version_level: Int16 = 0
    allow_downgrade: Annotated[Boolean, "0"] = False
    upgrade_type: Annotated[Int8, "1+"] = 1


class UpdateFeaturesRequest(Request, api_key=ApiKey.UPDATE_FEATURES, versions="0-2", flexible="0+"):
    """With `validate_only` the changes are checked and not made."""

    timeout_ms: Int32 = 60000
    feature_updates: list[FeatureUpdateKey] = []
    validate_only: Annotated[Boolean, "1+"] = False


class UpdatableFeatureResult(Struct):
    feature: String = ""
    error_code: Int16 = 0
    error_message: String | None = ""


class UpdateFeaturesResponse(
    Response, api_key=ApiKey.UPDATE_FEATURES, versions="0-2", flexible="0+"
):
    """Whether the changes were made."""

    throttle_time_ms: Int32 = 0
    error_code: Int16 = 0
    error_message: String | None = ""
    results: Annotated[list[UpdatableFeatureResult], "0-1"] = []
