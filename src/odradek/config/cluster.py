"""The section [kafka]: which Kafka cluster the clients of odradek talk to, and how.

The names and values are librdkafka's, so the section can be handed to a confluent-kafka client as
it is. It is the same for the embedded broker and for an Apache Kafka cluster.
"""

from collections.abc import Mapping

from odradek.config.setting import Setting, SettingType
from odradek.config.validators import NotEmpty, OneOf

_SETTINGS = (
    Setting(
        "bootstrap.servers",
        SettingType.LIST,
        "127.0.0.1:9092",
        "Addresses, as host:port, at which to find the cluster; any one broker suffices, more help "
        "when one is down.",
        NotEmpty(),
        acts=True,
    ),
    Setting(
        "client.id",
        SettingType.STRING,
        "odradek",
        "Name under which the broker sees and logs our clients.",
        acts=True,
    ),
    Setting(
        "security.protocol",
        SettingType.STRING,
        "plaintext",
        "How connections are secured: plaintext, ssl, sasl_plaintext or sasl_ssl.",
        OneOf(("plaintext", "ssl", "sasl_plaintext", "sasl_ssl"), ignore_case=True),
        acts=True,
    ),
    Setting(
        "sasl.mechanism",
        SettingType.STRING,
        None,
        "How we authenticate when security.protocol asks for SASL.",
        OneOf(("PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512", "OAUTHBEARER")),
        acts=True,
    ),
    Setting(
        "sasl.username",
        SettingType.STRING,
        None,
        "User name for PLAIN and SCRAM.",
        acts=True,
    ),
    Setting(
        "sasl.password",
        SettingType.PASSWORD,
        None,
        "Password for PLAIN and SCRAM; better given as an environment variable than in the file.",
        acts=True,
    ),
    Setting(
        "ssl.ca.location",
        SettingType.STRING,
        None,
        "File with the certificates we trust; unset uses the system's.",
        acts=True,
    ),
)

SETTINGS: Mapping[str, Setting] = {setting.name: setting for setting in _SETTINGS}


def cluster_configuration(given: Mapping[str, str]) -> dict[str, str]:
    """The section with its defaults filled in; settings that are not set are absent."""
    defaults = {s.name: s.default for s in _SETTINGS if s.default is not None}
    return {**defaults, **given}
