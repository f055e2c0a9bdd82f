"""API keys and version ranges against Kafka's definitions and against kafka-python's captures."""

from pathlib import Path
from typing import Any

import pytest
from kafka.protocol.broker_version_data import BROKER_API_VERSIONS

from odradek.protocol.api_keys import ADVERTISED_BY_KAFKA, FLEXIBLE_FROM, ApiKey
from odradek.protocol.version_range import VersionRange
from tests.protocol.facts import snake_case
from tests.protocol.kafka_definitions import read_definitions


@pytest.fixture
def requests(kafka_jars: Path) -> dict[int, dict[str, Any]]:
    definitions = read_definitions(kafka_jars).values()
    return {item["apiKey"]: item for item in definitions if item["type"] == "request"}


def test_names_are_those_of_kafka(requests: dict[int, dict[str, Any]]) -> None:
    names = {key: snake_case(item["name"]).upper() for key, item in requests.items()}
    assert {key.value: f"{key.name}_REQUEST" for key in ApiKey} == names


def test_flexible_versions_are_those_of_kafka(requests: dict[int, dict[str, Any]]) -> None:
    flexible = {
        key: VersionRange.parse(item["flexibleVersions"]).lowest
        for key, item in requests.items()
        if item.get("flexibleVersions", "none") != "none"
    }
    assert {int(key): version for key, version in FLEXIBLE_FROM.items()} == flexible


def test_advertised_versions_end_with_the_stable_ones(requests: dict[int, dict[str, Any]]) -> None:
    for key, advertised in ADVERTISED_BY_KAFKA.items():
        item = requests[key]
        valid = VersionRange.parse(item["validVersions"])
        unstable = 1 if item.get("latestVersionUnstable") else 0
        assert advertised.highest == valid.highest - unstable
        assert advertised.lowest == (0 if key == ApiKey.PRODUCE else valid.lowest)


def test_advertised_versions_agree_with_a_capture_of_the_same_release() -> None:
    capture = BROKER_API_VERSIONS[(4, 3)]
    ours = {int(key): tuple(versions) for key, versions in ADVERTISED_BY_KAFKA.items()}
    assert {key: ours.get(key) for key in capture} == capture
