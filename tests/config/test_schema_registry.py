"""The section [schema_registry]: how clients reach a registry."""

import pytest

from odradek.config import ConfigurationError, load


def test_nothing_said_is_the_registry_of_this_machine() -> None:
    asked = load(None, {}, []).schema_registry
    assert asked.urls == ("http://127.0.0.1:8081",)
    assert (asked.basic_auth, asked.bearer_token, asked.ca_file) == (None, None, None)


def test_urls_user_and_certificates_are_read() -> None:
    toml = (
        '[schema_registry]\nurl = "http://a:1, http://b:2"\nssl.ca.location = "ca.pem"\n'
        'ssl.certificate.location = "me.pem"\nssl.key.location = "me.key"\n'
    )
    environment = {"ODRADEK_SCHEMA_REGISTRY_BASIC_AUTH_USER_INFO": "anna:a:b"}
    asked = load(toml, environment, []).schema_registry
    assert asked.urls == ("http://a:1", "http://b:2")
    assert asked.basic_auth == ("anna", "a:b")
    assert (asked.ca_file, asked.certificate_file, asked.key_file) == ("ca.pem", "me.pem", "me.key")


@pytest.mark.parametrize(
    ("override", "said"),
    [
        ("basic.auth.user.info=anna", r"\[hidden\] .*write it as user:password"),
        ("ssl.key.location=me.key", "a key needs ssl.certificate.location"),
        ("url=", "must not be empty"),
        ("uri=http://a", "did you mean url"),
    ],
)
def test_what_cannot_be_meant_is_refused(override: str, said: str) -> None:
    with pytest.raises(ConfigurationError, match=said):
        load(None, {}, [f"schema_registry.{override}"])


def test_a_password_is_not_shown_where_it_is_wrong() -> None:
    with pytest.raises(ConfigurationError) as error:
        load(None, {}, ["schema_registry.basic.auth.user.info=secret"])
    assert "secret" not in str(error.value)
