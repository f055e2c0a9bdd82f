"""How a command reaches a Kafka cluster: its options, its client configuration, its first request.

Invariants:
- An unreachable cluster is one sentence within seconds, not librdkafka's minutes of retrying: the
  bootstrap addresses are tried with a plain TCP connection first.
- librdkafka writes no log lines into a command's output.
"""

import logging
import socket
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from confluent_kafka import KafkaError, KafkaException
from confluent_kafka.admin import AdminClient, ClusterMetadata, TopicMetadata
from cyclopts import Parameter

from odradek.cli.command import ConfigurationFile
from odradek.cli.configuration import Flag, load_configuration
from odradek.cli.errors import CommandError
from odradek.cli.kafka_errors import unknown_topic
from odradek.cli.key_values import parse_pairs
from odradek.cli.output import note

CONNECT_TIMEOUT_S = 3.0
REQUEST_TIMEOUT_S = 15.0
OUTAGE_NOTICE_INTERVAL_S = 15.0

SILENT_LOGGER = logging.getLogger("odradek.cli.librdkafka")
SILENT_LOGGER.addHandler(logging.NullHandler())
SILENT_LOGGER.propagate = False


class OutageNotice:
    """Tells the user when librdkafka has lost every broker and goes on trying in silence."""

    def __init__(self) -> None:
        self._next_s = 0.0

    def __call__(self, error: KafkaError) -> None:
        """Take in an error of the client; the same outage is told again only after a while."""
        now_s = time.monotonic()
        if error.code() == KafkaError._ALL_BROKERS_DOWN and now_s >= self._next_s:
            self._next_s = now_s + OUTAGE_NOTICE_INTERVAL_S
            note("note: no broker answers; waiting for one to come back (Ctrl-C gives up)")


ClientProperties = Annotated[
    tuple[str, ...],
    Parameter(
        name=["--client-property", "-X"],
        help="A librdkafka property as key=value, for example delivery.timeout.ms=5000; may be"
        " repeated.",
    ),
]


@Parameter(name="*")
@dataclass(frozen=True, slots=True)
class Cluster:
    """The options of a command that talks to a cluster, but for the configuration file."""

    bootstrap_server: Annotated[
        str | None,
        Parameter(
            name=["--bootstrap-server", "-b"],
            help="The cluster, HOST:PORT[,HOST:PORT]; else ODRADEK_KAFKA_BOOTSTRAP_SERVERS, else"
            " [kafka] in odradek.toml, else 127.0.0.1:9092.",
        ),
    ] = None
    client_property: ClientProperties = ()

    def properties(self, config_file: Path | None) -> dict[str, Any]:
        """What every librdkafka client of this command is made from."""
        flag = Flag("--bootstrap-server", "kafka.bootstrap.servers", self.bootstrap_server)
        configuration = load_configuration(config_file, flags=[flag])
        properties = parse_pairs("-X", self.client_property, example="linger.ms=5")
        return {
            **configuration.kafka,
            "logger": SILENT_LOGGER,
            "error_cb": OutageNotice(),
            **dict(properties),
        }


@Parameter(name="*")
@dataclass(frozen=True, slots=True)
class Connection(Cluster):
    """The options that every command has which talks to a cluster."""

    config_file: ConfigurationFile = None

    def client_config(self) -> dict[str, Any]:
        """What every librdkafka client of this command is made from."""
        return self.properties(self.config_file)


DEFAULT_CONNECTION = Connection()


def connect(config: dict[str, Any]) -> tuple[AdminClient, ClusterMetadata]:
    """An admin client and what it first heard from the cluster; CommandError if nobody answers."""
    servers = config["bootstrap.servers"]
    require_listener(servers)
    try:
        admin = AdminClient(config)
    except KafkaException as error:
        raise bad_property(error) from error
    try:
        return admin, admin.list_topics(timeout=REQUEST_TIMEOUT_S)
    except KafkaException as error:
        raise CommandError(
            f"something listens at {servers}, but it did not answer as a Kafka broker within"
            f" {REQUEST_TIMEOUT_S:g} s; check the address and the security settings"
        ) from error


def existing_topic(cluster: ClusterMetadata, topic: str) -> TopicMetadata:
    """The metadata of a topic, or CommandError with the name that comes nearest."""
    if topic not in cluster.topics:
        raise unknown_topic(topic, cluster.topics)
    return cluster.topics[topic]


def existing_partitions(topic: TopicMetadata, wanted: Iterable[int]) -> list[int]:
    """The wanted partitions of a topic, or all if none is; CommandError if one does not exist."""
    existing = sorted(topic.partitions)
    for partition in wanted:
        if partition not in topic.partitions:
            raise CommandError(
                f"topic {topic.topic} has no partition {partition}; its partitions are 0 to"
                f" {existing[-1]}"
            )
    return sorted(set(wanted)) or existing


def bad_property(error: KafkaException) -> CommandError:
    """The error for a client property that librdkafka refused."""
    return CommandError(f"a client property is wrong: {error.args[0].str()}")


def require_listener(bootstrap_servers: str) -> None:
    """Return once one of the addresses accepts a TCP connection; CommandError if none does."""
    reasons = []
    for server in bootstrap_servers.split(","):
        host, port = _split_address(server.strip())
        try:
            socket.create_connection((host, port), CONNECT_TIMEOUT_S).close()
        except OSError as error:
            reasons.append(f"{server.strip()}: {(error.strerror or str(error)).lower()}")
        else:
            return
    raise CommandError(
        f"no Kafka broker can be reached ({'; '.join(reasons)}); start one with `odradek broker`,"
        " or name another with --bootstrap-server"
    )


def _split_address(server: str) -> tuple[str, int]:
    host, _, port = server.rpartition(":")
    host = host.rpartition("//")[2].strip("[]")
    if not host or not port.isdigit() or int(port) > 65_535:
        raise CommandError(f"the bootstrap server {server} is not HOST:PORT, as 127.0.0.1:9092")
    return host, int(port)
