"""The section [schema_registry]: which schema registry the clients of odradek talk to, and how.

It may be ours, Confluent's or any that speaks Confluent's REST API. The names are those of
confluent-kafka's registry client; how our own registry runs is the section [registry].
"""

from collections.abc import Mapping

from msgspec import Struct

from odradek.config.certificates import certificate_settings
from odradek.config.setting import InvalidSetting, Setting, SettingType
from odradek.config.validators import NotEmpty

_SETTINGS = (
    Setting(
        "url",
        SettingType.LIST,
        "http://127.0.0.1:8081",
        "URL of the registry, or several of one registry: the next is asked when one does not "
        "answer.",
        NotEmpty(),
        acts=True,
    ),
    Setting(
        "basic.auth.user.info",
        SettingType.PASSWORD,
        None,
        "Who we are, as user:password; better given as an environment variable than in the file.",
        acts=True,
    ),
    Setting(
        "bearer.auth.token",
        SettingType.PASSWORD,
        None,
        "A token that says who we are, instead of a user and a password.",
        acts=True,
    ),
    *certificate_settings(
        ca="File with the certificates we trust; unset uses the system's.",
        certificate="PEM file of our own certificate, for registries that ask clients for one.",
        key="PEM file of our certificate's key.",
    ),
)
SETTINGS: Mapping[str, Setting] = {setting.name: setting for setting in _SETTINGS}


class SchemaRegistryConfiguration(Struct, frozen=True, kw_only=True):
    """What a client must know to ask a registry."""

    urls: tuple[str, ...]
    basic_auth: tuple[str, str] | None
    bearer_token: str | None
    ca_file: str | None
    certificate_file: str | None
    key_file: str | None


def schema_registry_configuration(given: Mapping[str, str]) -> SchemaRegistryConfiguration:
    """Build the typed section from valid settings; raises InvalidSetting for half a user."""
    if "ssl.key.location" in given and "ssl.certificate.location" not in given:
        raise InvalidSetting(
            "ssl.key.location", given["ssl.key.location"], "a key needs ssl.certificate.location"
        )
    urls = given.get("url", SETTINGS["url"].default or "").split(",")
    return SchemaRegistryConfiguration(
        urls=tuple(each.strip() for each in urls if each.strip()),
        basic_auth=_basic_auth(given.get("basic.auth.user.info")),
        bearer_token=given.get("bearer.auth.token"),
        ca_file=given.get("ssl.ca.location"),
        certificate_file=given.get("ssl.certificate.location"),
        key_file=given.get("ssl.key.location"),
    )


def _basic_auth(text: str | None) -> tuple[str, str] | None:
    if text is None:
        return None
    user, colon, password = text.partition(":")
    if not colon or not user:
        raise InvalidSetting("basic.auth.user.info", "[hidden]", "write it as user:password")
    return user, password
