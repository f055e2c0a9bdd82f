"""The cluster's features: which levels this broker could serve, and which one is in force.

Source: KIP-584, KIP-1022. Clients act on the level in force (the finalized one), so it is never
more than what is served. A feature of which only one level is served is listed all the same: tools
show it, and another level is refused with the feature's name.

Differs from Kafka: a metadata.version that is not the newest is not served, as records are only
written in their newest form.

Differs from Kafka: no feature but metadata.version has a level, as what the others switch on is not
served.
"""

from collections.abc import Mapping, Sequence
from enum import IntEnum

import msgspec

from odradek.broker.metadata.image import MetadataImage
from odradek.broker.metadata.outcome import Outcome, refuse
from odradek.protocol.errors import ErrorCode
from odradek.protocol.stored_records.cluster_metadata import FeatureLevelRecord

METADATA_VERSION = 30
"""4.3-IV0: the forms of metadata records that Apache Kafka 4.3 writes."""


class Feature(msgspec.Struct, frozen=True):
    """The levels that are served, and the one in force until somebody sets another; 0 is off."""

    lowest: int = 0
    highest: int = 0
    initial: int = 0


FEATURES: Mapping[str, Feature] = {
    "metadata.version": Feature(METADATA_VERSION, METADATA_VERSION, METADATA_VERSION),
    "kraft.version": Feature(),
    "transaction.version": Feature(0, 2, 2),
    "group.version": Feature(),
    "eligible.leader.replicas.version": Feature(),
    "share.version": Feature(),
    "streams.version": Feature(),
}


class UpgradeType(IntEnum):
    """Which way a level may go: up, down without loss, or down at any cost."""

    UPGRADE = 1
    SAFE_DOWNGRADE = 2
    UNSAFE_DOWNGRADE = 3


class FeatureUpdate(msgspec.Struct, frozen=True):
    """A level that somebody wants; `upgrade_type` is a number that may mean nothing."""

    name: str
    level: int
    upgrade_type: int


def finalized_levels(
    image: MetadataImage, features: Mapping[str, Feature] = FEATURES
) -> dict[str, int]:
    """The features that are switched on, with their levels."""
    levels = {name: feature.initial for name, feature in features.items()} | image.feature_levels
    return {name: level for name, level in levels.items() if level > 0}


def decide_update(
    image: MetadataImage,
    updates: Sequence[FeatureUpdate],
    features: Mapping[str, Feature] = FEATURES,
) -> Outcome:
    """Set features to levels: all of them, or none if one cannot be set."""
    levels = finalized_levels(image, features)
    for update in updates:
        complaint = _find_fault(update, levels.get(update.name, 0), features.get(update.name))
        if complaint is not None:
            return refuse(
                ErrorCode.INVALID_UPDATE_VERSION,
                f"No feature was changed: level {update.level} of {update.name!r} {complaint}",
            )
    return Outcome(
        [
            FeatureLevelRecord(name=update.name, feature_level=update.level)
            for update in updates
            if update.level != levels.get(update.name, 0)
        ]
    )


def _find_fault(update: FeatureUpdate, current: int, feature: Feature | None) -> str | None:
    if update.upgrade_type not in list(UpgradeType):
        return f"was asked for with upgrade type {update.upgrade_type}; there are 1, 2 and 3."
    if update.level < 0:
        return "is negative; 0 switches a feature off."
    if feature is None:
        return f"cannot be set: the features known here are {', '.join(FEATURES)}."
    if not feature.lowest <= update.level <= feature.highest:
        return f"is not served here; the levels are {feature.lowest} to {feature.highest}."
    is_upgrade = update.upgrade_type == UpgradeType.UPGRADE
    if update.level < current and is_upgrade:
        return f"is below the current one, {current}; ask for a downgrade, safe or unsafe."
    if update.level > current and not is_upgrade:
        return f"is above the current one, {current}; ask for an upgrade."
    return None
