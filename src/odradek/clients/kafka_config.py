"""How a Kafka cluster is reached: addresses, TLS, SASL. Every part of odradek is given this one.

Invariants:
- The same object configures librdkafka and kafka-python, so that all clients of a program reach the
  same cluster as the same user.
- What cannot work is refused when the object is made, in one sentence; passwords are in no message
  and no repr.

Deliberately not here: what tunes a client (its profile does), and reading files or the environment
(`odradek.config` does).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Self

from odradek.clients.errors import InvalidSetting

PROTOCOLS = ("plaintext", "ssl", "sasl_plaintext", "sasl_ssl")
MECHANISMS = ("PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512", "OAUTHBEARER")
MECHANISMS_WITH_PASSWORD = MECHANISMS[:3]
PORT_MAX = 65_535

_PROPERTIES = {
    "bootstrap_servers": ("bootstrap.servers", "bootstrap_servers"),
    "client_id": ("client.id", "client_id"),
    "security_protocol": ("security.protocol", "security_protocol"),
    "sasl_mechanism": ("sasl.mechanism", "sasl_mechanism"),
    "sasl_username": ("sasl.username", "sasl_plain_username"),
    "sasl_password": ("sasl.password", "sasl_plain_password"),
    "ssl_ca_location": ("ssl.ca.location", "ssl_cafile"),
    "ssl_certificate_location": ("ssl.certificate.location", "ssl_certfile"),
    "ssl_key_location": ("ssl.key.location", "ssl_keyfile"),
    "ssl_key_password": ("ssl.key.password", "ssl_password"),
}
"""Each field under librdkafka's name and under kafka-python's."""

_FIELDS = {names[0]: field_name for field_name, names in _PROPERTIES.items()}
_ALIASES = {"metadata.broker.list": "bootstrap.servers", "sasl.mechanisms": "sasl.mechanism"}
_VERIFICATION = "ssl.endpoint.identification.algorithm"


@dataclass(frozen=True, slots=True)
class KafkaConfig:
    """A cluster and who we are to it. Files are PEM. Raises InvalidSetting."""

    bootstrap_servers: str = "127.0.0.1:9092"
    client_id: str = "odradek"
    security_protocol: str = "plaintext"
    sasl_mechanism: str | None = None
    sasl_username: str | None = None
    sasl_password: str | None = field(default=None, repr=False)
    ssl_ca_location: str | None = None
    ssl_certificate_location: str | None = None
    ssl_key_location: str | None = None
    ssl_key_password: str | None = field(default=None, repr=False)
    ssl_check_hostname: bool = True

    def __post_init__(self) -> None:
        _check_servers(self.bootstrap_servers)
        _check_one_of("security.protocol", self.security_protocol.lower(), PROTOCOLS)
        _check_sasl(self)
        _check_files(self)

    @classmethod
    def from_properties(cls, properties: Mapping[str, Any]) -> Self:
        """What librdkafka's properties say of the cluster; what tunes a client is left out."""
        named = {_ALIASES.get(name, name): value for name, value in properties.items()}
        known = {_FIELDS[name]: value for name, value in named.items() if name in _FIELDS}
        return cls(**known, ssl_check_hostname=named.get(_VERIFICATION) != "none")

    @property
    def is_encrypted(self) -> bool:
        """Whether connections are TLS."""
        return self.security_protocol.lower().endswith("ssl")

    def librdkafka(self) -> dict[str, Any]:
        """The properties of any confluent-kafka client."""
        properties = self._given(0)
        if self.is_encrypted:
            properties[_VERIFICATION] = "https" if self.ssl_check_hostname else "none"
        return properties

    def kafka_python(self) -> dict[str, Any]:
        """The keyword arguments of any kafka-python client."""
        return {
            **self._given(1),
            "bootstrap_servers": self.bootstrap_servers.split(","),
            "security_protocol": self.security_protocol.upper(),
            "ssl_check_hostname": self.ssl_check_hostname,
        }

    def _given(self, library: int) -> dict[str, Any]:
        values = {each.name: getattr(self, each.name) for each in fields(self)}
        return {
            names[library]: values[name]
            for name, names in _PROPERTIES.items()
            if values[name] is not None
        }


def _check_servers(servers: str) -> None:
    for server in servers.split(","):
        host, _, port = server.strip().rpartition(":")
        if not host or not port.isdigit() or not 0 < int(port) <= PORT_MAX:
            raise InvalidSetting(
                f"bootstrap.servers has {server.strip()!r}, which is not HOST:PORT,"
                " as 127.0.0.1:9092 is"
            )


def _check_one_of(name: str, value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise InvalidSetting(f"{name} is {value!r}, and must be one of {', '.join(allowed)}")


def _check_sasl(config: KafkaConfig) -> None:
    uses_sasl = config.security_protocol.lower().startswith("sasl")
    if not uses_sasl:
        if config.sasl_mechanism or config.sasl_username:
            raise InvalidSetting(
                f"SASL credentials are given, but security.protocol is"
                f" {config.security_protocol}, which never sends them: make it sasl_ssl"
            )
        return
    if config.sasl_mechanism is None:
        raise InvalidSetting(
            f"security.protocol is {config.security_protocol}, but sasl.mechanism is not set:"
            f" choose one of {', '.join(MECHANISMS)}"
        )
    _check_one_of("sasl.mechanism", config.sasl_mechanism, MECHANISMS)
    if config.sasl_mechanism in MECHANISMS_WITH_PASSWORD and not (
        config.sasl_username and config.sasl_password
    ):
        raise InvalidSetting(
            f"sasl.mechanism is {config.sasl_mechanism}, which needs both sasl.username and"
            " sasl.password"
        )


def _check_files(config: KafkaConfig) -> None:
    for name in ("ssl_ca_location", "ssl_certificate_location", "ssl_key_location"):
        location = getattr(config, name)
        if location is None:
            continue
        property_name = _PROPERTIES[name][0]
        if not config.is_encrypted:
            raise InvalidSetting(
                f"{property_name} is given, but security.protocol is {config.security_protocol},"
                " which does not encrypt: make it ssl or sasl_ssl"
            )
        if not Path(location).is_file():
            raise InvalidSetting(f"{property_name} is {location!r}, and there is no such file")
    if bool(config.ssl_certificate_location) != bool(config.ssl_key_location):
        raise InvalidSetting(
            "ssl.certificate.location and ssl.key.location belong together, and only one is given"
        )
