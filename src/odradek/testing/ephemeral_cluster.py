"""A real Apache Kafka cluster of several brokers for the length of a `with` block.

    with EphemeralCluster(brokers=3) as cluster:
        producer = Producer({"bootstrap.servers": cluster.bootstrap_servers})
        cluster.kill(cluster.leader("orders", 0))

It needs Java 17, and Maven the first time. What `EphemeralBroker` cannot show is the business of
this one: leaders that change, replicas out of sync, `NOT_ENOUGH_REPLICAS`.

Invariants: leaving the block ends every process and removes the data; a cluster that was opened,
not made, is left alone. Deliberately not here: isolated controllers and ZooKeeper, which
`odradek cluster up` offers.
"""

import tempfile
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from odradek.ops.cluster import Cluster, ClusterPlan, Security

NOBODY = -1
REQUEST_TIMEOUT_S = 15.0
QUICK_FAILOVER = {"broker.session.timeout.ms": "6000", "broker.heartbeat.interval.ms": "1000"}
"""A killed broker's partitions have new leaders after six seconds instead of nine."""


class EphemeralCluster:
    """A cluster on loopback: a context manager. `properties` override any server property."""

    def __init__(
        self,
        *,
        brokers: int = 3,
        security: Security = "plaintext",
        properties: Mapping[str, str] | None = None,
    ) -> None:
        self._plan = ClusterPlan(
            brokers=brokers,
            security=security,
            properties={**QUICK_FAILOVER, **(properties or {})},
        )
        self._cluster: Cluster | None = None
        self._is_own = True

    @classmethod
    def opened(cls, directory: Path) -> Self:
        """A cluster that somebody else started and will end."""
        ephemeral = cls()
        ephemeral._cluster = Cluster.open(directory)
        ephemeral._is_own = False
        return ephemeral

    def __enter__(self) -> Self:
        if self._is_own:
            self.start(Path(tempfile.mkdtemp(prefix="odradek-cluster-")))
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._is_own:
            self.close()

    @property
    def cluster(self) -> Cluster:
        """The cluster itself, with all that can be done to it."""
        if self._cluster is None:
            raise RuntimeError("the cluster was not started: use it in a `with` block")
        return self._cluster

    @property
    def bootstrap_servers(self) -> str:
        """What clients take as `bootstrap.servers`."""
        return self.cluster.bootstrap_servers

    @property
    def client_settings(self) -> dict[str, str]:
        """All that a librdkafka client needs to get in."""
        return self.cluster.client_settings

    def start(self, directory: Path) -> None:
        """Make and start the cluster in an empty directory; raises ClusterError."""
        self._cluster = Cluster.create(directory, self._plan)
        try:
            self._cluster.start()
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """End every process and remove the data."""
        if self._cluster is not None:
            self._cluster.delete()
            self._cluster = None

    def kill(self, broker: int) -> None:
        """Kill a broker with -9; `restart` brings it back on its data."""
        self.cluster.kill_node(broker)

    def restart(self, broker: int) -> None:
        """Start a broker that was killed, and return once it serves."""
        self.cluster.start_node(broker)

    def pause(self, broker: int) -> None:
        """Let a broker hang (SIGSTOP)."""
        self.cluster.pause_node(broker)

    def resume(self, broker: int) -> None:
        """Let a paused broker go on."""
        self.cluster.resume_node(broker)

    def mend(self) -> None:
        """Bring every broker back, and return once every replica is in sync."""
        for node in self.cluster.description.nodes:
            if self.cluster.state(node) == "paused":
                self.resume(node.id)
        self.cluster.start()
        self.cluster.wait_until_in_sync()

    def create_topic(
        self, topic: str, *, partitions: int = 1, configs: Mapping[str, str] | None = None
    ) -> None:
        """Create a topic, replicated as the cluster's defaults say; return once it has leaders."""
        from confluent_kafka.admin import NewTopic

        new_topic = NewTopic(topic, num_partitions=partitions, config=dict(configs or {}))
        admin = (
            self._admin()
        )  # held until it is done: librdkafka drops the requests of a lost client
        admin.create_topics([new_topic])[topic].result(REQUEST_TIMEOUT_S)
        self.cluster.wait_until_in_sync()

    def leader(self, topic: str, partition: int) -> int:
        """The id of the broker that leads a partition; -1 while nobody does."""
        metadata = self._admin().list_topics(topic, timeout=REQUEST_TIMEOUT_S)
        found = metadata.topics[topic].partitions.get(partition)
        return found.leader if found else NOBODY

    def _admin(self) -> Any:
        from confluent_kafka.admin import AdminClient

        return AdminClient({**self.client_settings, "log_level": 4})
