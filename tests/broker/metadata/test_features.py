"""Levels of features, decided without a broker."""

from collections.abc import Mapping

import pytest

from odradek.broker.metadata.features import (
    FEATURES,
    Feature,
    FeatureUpdate,
    UpgradeType,
    decide_update,
    finalized_levels,
)
from odradek.broker.metadata.image import MetadataImage
from odradek.broker.metadata.outcome import Outcome
from odradek.protocol.errors import ErrorCode

UP, DOWN, DOWN_AT_ANY_COST = UpgradeType

SOME: Mapping[str, Feature] = {"flight.version": Feature(0, 2, 1), "idle.version": Feature()}


def update(image: MetadataImage, *updates: tuple[str, int, int]) -> Outcome:
    outcome = decide_update(image, [FeatureUpdate(*one) for one in updates], SOME)
    for record in outcome.records:
        image.apply(record)
    return outcome


def test_a_level_goes_up_and_down_and_only_what_is_on_is_finalized() -> None:
    image = MetadataImage()
    assert finalized_levels(image, SOME) == {"flight.version": 1}
    update(image, ("flight.version", 2, UP))
    assert finalized_levels(image, SOME) == {"flight.version": 2}
    update(image, ("flight.version", 0, DOWN))
    assert finalized_levels(image, SOME) == {}


@pytest.mark.parametrize("upgrade_type", list(UpgradeType))
def test_the_level_in_force_is_set_again_without_a_record(upgrade_type: int) -> None:
    outcome = update(MetadataImage(), ("flight.version", 1, upgrade_type))
    assert outcome == Outcome([])


@pytest.mark.parametrize(
    "wrong",
    [
        ("flight.version", 3, UP),
        ("flight.version", -1, DOWN),
        ("flight.version", 0, UP),
        ("flight.version", 2, DOWN),
        ("flight.version", 2, DOWN_AT_ANY_COST),
        ("flight.version", 2, 0),
        ("flight.version", 2, 4),
        ("idle.version", 1, UP),
        ("nobodys.version", 1, UP),
    ],
)
def test_one_impossible_level_refuses_all(wrong: tuple[str, int, int]) -> None:
    image = MetadataImage()
    outcome = update(image, ("flight.version", 2, UP), wrong)
    assert outcome.error is ErrorCode.INVALID_UPDATE_VERSION
    assert outcome.message is not None
    assert wrong[0] in outcome.message
    assert finalized_levels(image, SOME) == {"flight.version": 1}


def test_every_feature_starts_at_a_level_that_is_served() -> None:
    for feature in FEATURES.values():
        assert feature.lowest <= feature.initial <= feature.highest
