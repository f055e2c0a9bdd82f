"""The configuration files of a cluster's nodes, as text; pure.

Invariants: everything listens on loopback; internal topics and new topics are replicated as far as
there are brokers; every other property keeps Kafka's default, unless the cluster was started with
properties of its own, which win. Controllers and brokers of a secured cluster speak TLS with client
certificates to each other, and brokers SASL_SSL among themselves as with clients: no listener is
left open.
"""

from collections.abc import Mapping
from pathlib import Path

from odradek.ops.cluster.credentials import Credentials
from odradek.ops.cluster.description import ClusterDescription, Node
from odradek.ops.cluster.ports import HOST

DATA = "data"
QUICK_START = {
    "group.initial.rebalance.delay.ms": "0",
    "offsets.topic.num.partitions": "3",
    "transaction.state.log.num.partitions": "3",
    "share.coordinator.state.topic.num.partitions": "3",
}
"""Internal topics of fifty partitions would cost a small cluster seconds, and nobody gains."""


def server_properties(cluster: ClusterDescription, node: Node, directory: Path) -> dict[str, str]:
    """The properties of one broker, controller or both, whose files lie in `directory`."""
    own = _zookeeper_client(cluster, node) if cluster.mode == "zookeeper" else _kraft(cluster, node)
    return {
        **own,
        "log.dirs": str(directory / DATA),
        **_replication(cluster),
        **QUICK_START,
        **(_security(cluster.credentials) if cluster.credentials else {}),
        **cluster.properties,
    }


def zookeeper_configuration(cluster: ClusterDescription, node: Node, directory: Path) -> str:
    """The `zoo.cfg` of one server of the ensemble."""
    servers = {
        f"server.{each.id}": f"{HOST}:{each.ports['peer']}:{each.ports['election']}"
        for each in cluster.zookeepers
    }
    return as_text(
        {
            "tickTime": "500",
            "initLimit": "10",
            "syncLimit": "5",
            "dataDir": str(directory / DATA),
            "clientPortAddress": HOST,
            "clientPort": str(node.ports["client"]),
            "admin.enableServer": "false",
            "4lw.commands.whitelist": "srvr",
            **servers,
        }
    )


def as_text(properties: Mapping[str, str]) -> str:
    """The lines of a properties file."""
    return "".join(f"{key}={value}\n" for key, value in properties.items())


def _kraft(cluster: ClusterDescription, node: Node) -> dict[str, str]:
    voters = (f"{each.id}@{HOST}:{each.ports['controller']}" for each in cluster.controllers)
    protocol = _client_protocol(cluster)
    properties = {
        "process.roles": node.role,
        "node.id": str(node.id),
        "controller.quorum.voters": ",".join(voters),
        "controller.listener.names": "CONTROLLER",
        "listeners": ",".join(_listeners(cluster, node)),
        "listener.security.protocol.map": f"CONTROLLER:{_controller_protocol(cluster)},"
        f"{protocol}:{protocol}",
    }
    if node.is_broker:
        properties |= _advertised(cluster, node)
    return properties


def _listeners(cluster: ClusterDescription, node: Node) -> list[str]:
    listeners = []
    if node.is_broker:
        listeners.append(f"{_client_protocol(cluster)}://{node.address}")
    if node.is_controller:
        listeners.append(f"CONTROLLER://{HOST}:{node.ports['controller']}")
    return listeners


def _advertised(cluster: ClusterDescription, node: Node) -> dict[str, str]:
    protocol = _client_protocol(cluster)
    return {
        "advertised.listeners": f"{protocol}://{node.address}",
        "inter.broker.listener.name": protocol,
        "broker.rack": f"r{node.id}",
    }


def _zookeeper_client(cluster: ClusterDescription, node: Node) -> dict[str, str]:
    return {
        "broker.id": str(node.id),
        "zookeeper.connect": ",".join(each.address for each in cluster.zookeepers),
        "listeners": f"{_client_protocol(cluster)}://{node.address}",
        **_advertised(cluster, node),
    }


def _client_protocol(cluster: ClusterDescription) -> str:
    return cluster.security.upper()


def _controller_protocol(cluster: ClusterDescription) -> str:
    return "SSL" if cluster.security == "sasl_ssl" else "PLAINTEXT"


def _replication(cluster: ClusterDescription) -> dict[str, str]:
    factor, min_isr = str(cluster.replication_factor), str(cluster.min_insync_replicas)
    return {
        "default.replication.factor": factor,
        "min.insync.replicas": min_isr,
        "offsets.topic.replication.factor": factor,
        "transaction.state.log.replication.factor": factor,
        "transaction.state.log.min.isr": min_isr,
        "share.coordinator.state.topic.replication.factor": factor,
        "share.coordinator.state.topic.min.isr": min_isr,
    }


def _security(credentials: Credentials) -> dict[str, str]:
    mechanism = credentials.mechanism
    return {
        "ssl.keystore.type": "PEM",
        "ssl.keystore.location": str(credentials.broker_pem),
        "ssl.truststore.type": "PEM",
        "ssl.truststore.location": str(credentials.ca_pem),
        "listener.name.controller.ssl.client.auth": "required",
        "sasl.enabled.mechanisms": mechanism,
        "sasl.mechanism.inter.broker.protocol": mechanism,
        f"listener.name.sasl_ssl.{mechanism.lower()}.sasl.jaas.config": credentials.jaas("admin"),
    }
