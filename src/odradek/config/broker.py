"""The section [broker]: how the embedded broker runs.

It takes every broker setting of Apache Kafka by its own name, and a few that Kafka does not have.
`BrokerConfiguration` holds, typed, what the broker needs before it can start; the Kafka settings
that were given explicitly stay text in `kafka`, to be merged with those altered at run time.
"""

from collections.abc import Callable, Mapping
from enum import StrEnum

from msgspec import Struct

from odradek.config.kafka import BROKER_SETTINGS
from odradek.config.listener import Listener, parse_listener
from odradek.config.setting import InvalidSetting, Setting, SettingType
from odradek.config.validators import NotEmpty, at_least, one_of


class Durability(StrEnum):
    """What a record answered with acks=all has survived."""

    DISK = "disk"
    """A loss of power: it is on stable storage."""
    PROCESS = "process"
    """A kill of the process: it is in the operating system's page cache."""


OWN_SETTINGS = (
    # Differs from Kafka: durability decides whether acks=all waits for the disk of a single node.
    Setting(
        "durability",
        SettingType.STRING,
        Durability.DISK.value,
        "What acks=all promises: disk waits until the record is on stable storage, process only "
        "until the operating system has it; choose process for tests and throw-away brokers.",
        one_of(*Durability),
        acts=True,
    ),
    # Differs from Kafka: cluster.id is a setting, as there is no separate formatting step.
    Setting(
        "cluster.id",
        SettingType.STRING,
        None,
        "Identity of the cluster, fixed when the data directory is first used; unset makes one up. "
        "Set it to be sure of starting on the right directory.",
        NotEmpty(),
        acts=True,
    ),
    # Differs from Kafka: metrics are served over HTTP by the broker itself, not over JMX.
    Setting(
        "metrics.address",
        SettingType.STRING,
        None,
        "Address, as host:port, of a second port that serves /metrics, /livez and /readyz over "
        "HTTP; port 0 picks a free one, unset serves none of them. It asks nobody for a password: "
        "keep it on loopback or a network of your own.",
        NotEmpty(),
        acts=True,
    ),
    Setting(
        "metrics.topics.max",
        SettingType.INT,
        "500",
        "Topics that get metrics of their own; those of all further topics are added up under "
        "`__other`, which bounds what a scrape costs here and what it stores elsewhere.",
        at_least(0),
        acts=True,
    ),
    Setting(
        "metrics.partitions.max",
        SettingType.INT,
        "2000",
        "Partitions that get metrics of their own, with four numbers each; further ones only count "
        "in their topics.",
        at_least(0),
        acts=True,
    ),
)

SETTINGS: Mapping[str, Setting] = {
    **{setting.name: setting for setting in OWN_SETTINGS},
    **BROKER_SETTINGS,
}


class BrokerConfiguration(Struct, frozen=True, kw_only=True):
    """What the broker must know to start.

    `advertised` is None when clients are told the address the broker listens on. `kafka` holds the
    explicitly given settings by Kafka's name, all of them valid; `without_effect` names those among
    them that this broker does not honour. `metrics` is None when no metrics are served.
    """

    listen: Listener
    advertised: Listener | None
    data_dir: str
    durability: Durability
    node_id: int
    cluster_id: str | None
    rack: str | None
    metrics: Listener | None
    metered_topics_max: int
    metered_partitions_max: int
    kafka: Mapping[str, str]
    without_effect: tuple[str, ...]

    @property
    def listen_host(self) -> str:
        return self.listen.host

    @property
    def listen_port(self) -> int:
        return self.listen.port


def broker_configuration(given: Mapping[str, str]) -> BrokerConfiguration:
    """Build the typed section from valid settings; raises InvalidSetting for an address or path."""
    kafka = {name: value for name, value in given.items() if name in BROKER_SETTINGS}

    def text(name: str) -> str | None:
        return given.get(name, SETTINGS[name].default)

    return BrokerConfiguration(
        listen=_listener("listeners", text("listeners") or ""),
        advertised=_optional_listener("advertised.listeners", text("advertised.listeners")),
        data_dir=_one_directory("log.dirs" if text("log.dirs") else "log.dir", text),
        durability=Durability(text("durability") or Durability.DISK),
        node_id=int(text("node.id") or "0"),
        cluster_id=text("cluster.id"),
        rack=text("broker.rack"),
        metrics=_optional_listener("metrics.address", text("metrics.address")),
        metered_topics_max=int(text("metrics.topics.max") or 0),
        metered_partitions_max=int(text("metrics.partitions.max") or 0),
        kafka=kafka,
        without_effect=tuple(sorted(name for name in kafka if not BROKER_SETTINGS[name].acts)),
    )


def _listener(name: str, text: str) -> Listener:
    try:
        return parse_listener(text)
    except ValueError as error:
        raise InvalidSetting(name, text, str(error)) from None


def _optional_listener(name: str, text: str | None) -> Listener | None:
    return None if text is None else _listener(name, text)


def _one_directory(name: str, text_of: Callable[[str], str | None]) -> str:
    text = text_of(name)
    if not text:
        raise InvalidSetting(name, "", "name a directory")
    if "," in text:
        raise InvalidSetting(name, text, "one directory is used, and this names several")
    return text
