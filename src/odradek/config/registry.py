"""The section [registry]: how the schema registry runs.

Settings that Confluent's registry has keep its names. Which Kafka keeps the schemas is [kafka]'s.
"""

from collections.abc import Mapping

from msgspec import Struct

from odradek.config.bearer_tokens import (
    TOKEN_SETTINGS,
    TokenConfiguration,
    token_configuration,
)
from odradek.config.certificates import certificate_settings
from odradek.config.listener import Listener, parse_listener
from odradek.config.setting import InvalidSetting, Setting, SettingType
from odradek.config.validators import NotEmpty, at_least, between, one_of

LEVELS = (
    "NONE",
    "BACKWARD",
    "BACKWARD_TRANSITIVE",
    "FORWARD",
    "FORWARD_TRANSITIVE",
    "FULL",
    "FULL_TRANSITIVE",
)

_SETTINGS = (
    Setting(
        "listeners",
        SettingType.STRING,
        "127.0.0.1:8081",
        "Address to serve, as host:port or http://host:port; port 0 picks a free one. Beyond "
        "loopback, let it ask for passwords.",
        NotEmpty(),
        acts=True,
    ),
    Setting(
        "advertised.address",
        SettingType.STRING,
        None,
        "URL under which the other instances reach this one, if not the address it serves.",
        NotEmpty(),
        acts=True,
    ),
    Setting(
        "kafkastore.topic",
        SettingType.STRING,
        "_schemas",
        "The topic that keeps the schemas: one partition, compacted; made if missing.",
        NotEmpty(),
        acts=True,
    ),
    Setting(
        "kafkastore.topic.replication.factor",
        SettingType.INT,
        "3",
        "Replicas of the topic when it is made; fewer, where there are fewer brokers.",
        at_least(1),
        acts=True,
    ),
    Setting(
        "kafkastore.timeout.ms",
        SettingType.INT,
        "10000",
        "How long Kafka may take to store a change before the client is told to try again.",
        between(500, 600_000),
        acts=True,
    ),
    Setting(
        "kafkastore.init.timeout.ms",
        SettingType.INT,
        "60000",
        "How long reading the topic may take at the start.",
        at_least(1_000),
        acts=True,
    ),
    Setting(
        "kafkastore.transactional.id",
        SettingType.STRING,
        "odradek-schema-registry",
        "With this id Kafka lets only one of all instances write: it has to be the same for all "
        "instances of one topic, and different for another topic's.",
        NotEmpty(),
        acts=True,
    ),
    Setting(
        "schema.compatibility.level",
        SettingType.STRING,
        "BACKWARD",
        "The level for subjects where none is configured.",
        one_of(*LEVELS),
        acts=True,
    ),
    Setting(
        "mode.mutability",
        SettingType.BOOLEAN,
        "true",
        "Whether modes can be changed.",
        acts=True,
    ),
    Setting(
        "schema.validate.fields",
        SettingType.BOOLEAN,
        "false",
        "Whether names of fields are looked at where a config does not say it: reserved ones, and "
        "in JSON Schema those that begin with `$$`.",
        acts=True,
    ),
    Setting(
        "schema.validate.new.schemas",
        SettingType.BOOLEAN,
        "true",
        "Whether more is asked of new schemas than of old ones where a config does not say it: in "
        "Avro defaults that fit, and names that everybody reads.",
        acts=True,
    ),
    Setting(
        "schema.bytes.max",
        SettingType.INT,
        "900000",
        "Size of the largest schema; Kafka takes records of a million bytes by default, and JSON "
        "makes a schema larger.",
        at_least(1_000),
        acts=True,
    ),
    Setting(
        "request.bytes.max",
        SettingType.INT,
        "4194304",
        "Size of the largest request body.",
        at_least(1_000),
        acts=True,
    ),
    Setting(
        "authentication.users.file",
        SettingType.STRING,
        None,
        "A file of lines user:password, or user:{sha256}HEX, whom clients have to be (HTTP basic "
        "authentication); unset asks nobody. Health and metrics stay open.",
        NotEmpty(),
        acts=True,
    ),
    Setting(
        "authorization.permissions.file",
        SettingType.STRING,
        None,
        "A TOML file of [[allow]] rules: who may read, write, delete and configure which subjects."
        " With it, what no rule allows is denied; unset, whoever is known may do everything.",
        NotEmpty(),
        acts=True,
    ),
    *TOKEN_SETTINGS,
    *certificate_settings(
        ca="PEM file with the certificates we trust of other instances, to which writes are "
        "forwarded; unset uses the system's. For the keys of tokens it adds to the system's.",
        certificate="PEM file of the server's certificate; with it HTTPS is served.",
        key="PEM file of the certificate's key.",
    ),
)
SETTINGS: Mapping[str, Setting] = {setting.name: setting for setting in _SETTINGS}


class RegistryConfiguration(Struct, frozen=True, kw_only=True):
    """What the registry must know to start."""

    listen: Listener
    advertised_address: str | None
    topic: str
    replication_factor: int
    timeout_s: float
    start_timeout_s: float
    transactional_id: str
    compatibility_level: str
    modes_can_change: bool
    validates_fields: bool
    validates_new_schemas: bool
    schema_bytes_max: int
    request_bytes_max: int
    users_file: str | None
    permissions_file: str | None
    tokens: TokenConfiguration | None
    ca_file: str | None
    certificate: str | None
    key: str | None


def registry_configuration(given: Mapping[str, str]) -> RegistryConfiguration:
    """Build the typed section from valid settings; raises InvalidSetting for an address."""

    def text(name: str) -> str:
        return given.get(name, SETTINGS[name].default or "")

    pair = [name for name in ("ssl.certificate.location", "ssl.key.location") if name in given]
    if len(pair) == 1:
        raise InvalidSetting(pair[0], given[pair[0]], "a certificate and its key belong together")
    return RegistryConfiguration(
        listen=_listener(text("listeners")),
        advertised_address=given.get("advertised.address"),
        topic=text("kafkastore.topic"),
        replication_factor=int(text("kafkastore.topic.replication.factor")),
        timeout_s=int(text("kafkastore.timeout.ms")) / 1000,
        start_timeout_s=int(text("kafkastore.init.timeout.ms")) / 1000,
        transactional_id=text("kafkastore.transactional.id"),
        compatibility_level=text("schema.compatibility.level"),
        modes_can_change=text("mode.mutability").lower() == "true",
        validates_fields=text("schema.validate.fields").lower() == "true",
        validates_new_schemas=text("schema.validate.new.schemas").lower() == "true",
        schema_bytes_max=int(text("schema.bytes.max")),
        request_bytes_max=int(text("request.bytes.max")),
        users_file=given.get("authentication.users.file"),
        permissions_file=given.get("authorization.permissions.file"),
        tokens=token_configuration(given),
        ca_file=given.get("ssl.ca.location"),
        certificate=given.get("ssl.certificate.location"),
        key=given.get("ssl.key.location"),
    )


def _listener(text: str) -> Listener:
    try:
        return parse_listener(text.removeprefix("http://").removeprefix("https://"))
    except ValueError as error:
        raise InvalidSetting("listeners", text, str(error)) from None
