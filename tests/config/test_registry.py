"""The section [registry]."""

import pytest

from odradek.config import ConfigurationError, Listener, load
from odradek.config.registry import LEVELS
from odradek.schemas.levels import CompatibilityLevel


def test_defaults_serve_on_loopback() -> None:
    section = load(None, {}, []).registry
    assert section.listen == Listener("127.0.0.1", 8081)
    assert (section.topic, section.compatibility_level) == ("_schemas", "BACKWARD")
    assert section.users_file is None
    assert section.modes_can_change


def test_listener_may_be_a_url() -> None:
    section = load(None, {"ODRADEK_REGISTRY_LISTENERS": "http://0.0.0.0:80"}, []).registry
    assert str(section.listen) == "0.0.0.0:80"


def test_levels_are_those_of_the_schemas() -> None:
    assert set(LEVELS) == set(CompatibilityLevel)


@pytest.mark.parametrize(
    ("override", "sentence"),
    [
        ("registry.listeners=nowhere", "host:port"),
        ("registry.ssl.key.location=k.pem", "belong together"),
        ("registry.schema.compatibility.level=MAYBE", "String must be one of"),
        ("registry.kafkastore.topik=x", "did you mean kafkastore.topic"),
    ],
)
def test_impossible_values_are_refused(override: str, sentence: str) -> None:
    with pytest.raises(ConfigurationError, match=sentence):
        load(None, {}, [override])
