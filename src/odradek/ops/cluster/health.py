"""Asks a cluster over its own protocols whether it serves, and waits for it; reads no log.

Ready means: every broker's Metadata names every broker, and the quorum that keeps the metadata has
a leader. librdkafka asks for metadata, kafka-python for the quorum, since librdkafka cannot; a
ZooKeeper server is asked with its four-letter word `srvr`.
"""

import logging
import socket
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from odradek.clients.kafka_config import KafkaConfig
from odradek.ops.cluster.errors import ClusterError

if TYPE_CHECKING:
    from confluent_kafka.admin import ClusterMetadata

POLL_INTERVAL_S = 0.1
REQUEST_TIMEOUT_S = 3.0
QUORUM_TIMEOUT_S = 15.0

SILENT = logging.getLogger("odradek.ops.cluster.clients")
SILENT.addHandler(logging.NullHandler())
SILENT.propagate = False


class Deadline:
    """A moment until which facts are waited for; `check` may raise ClusterError meanwhile."""

    def __init__(self, timeout_s: float, check: Callable[[], None] = lambda: None) -> None:
        self.timeout_s = timeout_s
        self._end = time.monotonic() + timeout_s
        self._check = check

    def wait_for(self, fact: Callable[[], bool], missing: str) -> None:
        """Return once `fact` holds; raise ClusterError saying what is missing when time is up."""
        while not fact():
            self._check()
            if time.monotonic() >= self._end:
                raise ClusterError(f"after {self.timeout_s:g} s {missing}")
            time.sleep(POLL_INTERVAL_S)


class Inquirer:
    """A client that asks one broker what it knows; `settings` are librdkafka's, for security."""

    def __init__(self, address: str, settings: Mapping[str, str]) -> None:
        from confluent_kafka.admin import AdminClient

        configuration: dict[str, Any] = {
            **settings,
            "bootstrap.servers": address,
            "reconnect.backoff.ms": 50,
            "reconnect.backoff.max.ms": 200,
            "logger": SILENT,
        }
        self._admin = AdminClient(configuration)

    def brokers(self) -> set[int]:
        """The ids of the brokers in its Metadata; none when it does not answer."""
        metadata = self._metadata()
        return set(metadata.brokers) if metadata else set()

    def controller(self) -> int:
        """The broker it takes for the controller; -1 when it knows none."""
        metadata = self._metadata()
        return int(metadata.controller_id) if metadata else -1

    def partitions_not_in_sync(self) -> int | None:
        """How many partitions lack a leader or a replica in sync; None when it does not answer."""
        metadata = self._metadata()
        if metadata is None:
            return None
        return sum(
            each.leader < 0 or len(each.isrs) < len(each.replicas)
            for topic in metadata.topics.values()
            for each in topic.partitions.values()
        )

    def _metadata(self) -> "ClusterMetadata | None":
        from confluent_kafka import KafkaException

        try:
            return self._admin.list_topics(timeout=REQUEST_TIMEOUT_S)
        except KafkaException:
            return None


def quorum_leader(bootstrap_servers: str, settings: Mapping[str, str]) -> int:
    """The node that leads the KRaft quorum; -1 when there is none or nobody answers."""
    from kafka import KafkaAdminClient
    from kafka.errors import KafkaError

    logging.getLogger("kafka").addHandler(logging.NullHandler())
    logging.getLogger("kafka").propagate = False
    try:
        client = KafkaAdminClient(**_for_kafka_python(bootstrap_servers, settings))
        try:
            quorum = client.describe_metadata_quorum()
        finally:
            client.close()
    except (KafkaError, OSError):
        return -1
    return int(quorum["topics"][0]["partitions"][0]["leader_id"])


def zookeeper_mode(host: str, port: int) -> str:
    """What a ZooKeeper server says it is: leader or follower; empty when it does not serve."""
    try:
        with socket.create_connection((host, port), timeout=REQUEST_TIMEOUT_S) as connection:
            connection.sendall(b"srvr")
            with connection.makefile("r") as reply:
                lines = reply.read().splitlines()
    except OSError:
        return ""
    return next((line.removeprefix("Mode: ") for line in lines if line.startswith("Mode: ")), "")


def _for_kafka_python(bootstrap_servers: str, settings: Mapping[str, str]) -> dict[str, Any]:
    timeout_ms = int(QUORUM_TIMEOUT_S * 1000)
    properties = {**settings, "bootstrap.servers": bootstrap_servers}
    return {
        **KafkaConfig.from_properties(properties).kafka_python(),
        "bootstrap_timeout_ms": timeout_ms,
        "request_timeout_ms": timeout_ms,
    }
