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
        ("registry.ssl.certificate.location=c.pem", "belong together"),
        ("registry.oauthbearer.jwks.endpoint.url=https://a/b", "oauthbearer.expected.issuer, "),
        ("registry.oauthbearer.expected.issuer=me", "set oauthbearer.jwks.endpoint.url"),
        ("registry.schema.compatibility.level=MAYBE", "String must be one of"),
        ("registry.kafkastore.topik=x", "did you mean kafkastore.topic"),
    ],
)
def test_impossible_values_are_refused(override: str, sentence: str) -> None:
    with pytest.raises(ConfigurationError, match=sentence):
        load(None, {}, [override])


def keys_at(place: str) -> str:
    overrides = [
        f"registry.oauthbearer.jwks.endpoint.url={place}",
        "registry.oauthbearer.expected.issuer=me",
        "registry.oauthbearer.expected.audience=you, them",
    ]
    tokens = load(None, {}, overrides).registry.tokens
    assert tokens is not None
    assert tokens.audience == ("you", "them")
    return tokens.keys


@pytest.mark.parametrize(
    ("place", "keys"),
    [
        ("https://issuer.example/keys", "https://issuer.example/keys"),
        ("http://127.0.0.1:8080/keys", "http://127.0.0.1:8080/keys"),
        ("http://[::1]/keys", "http://[::1]/keys"),
        ("keys/jwks.json", "keys/jwks.json"),
        ("file:///etc/jwks.json", "/etc/jwks.json"),
    ],
)
def test_keys_of_tokens_are_had_safely(place: str, keys: str) -> None:
    assert keys_at(place) == keys


@pytest.mark.parametrize(
    "place",
    ["http://issuer.example/keys", "http://127.0.0.1.example/keys", "ftp://x/y", "https://"],
)
def test_keys_of_tokens_are_not_had_from_where_others_can_change_them(place: str) -> None:
    with pytest.raises(ConfigurationError, match="by https, or from a file"):
        keys_at(place)


def test_trusted_certificates_need_no_certificate_of_our_own() -> None:
    assert load(None, {}, ["registry.ssl.ca.location=ca.pem"]).registry.ca_file == "ca.pem"
