"""What a cluster is made of: its nodes, their roles, ports and processes; pure values.

Invariants: node ids are unique over all roles, brokers from 1, controllers and ZooKeeper servers
from 101, so that one number names a process; a node keeps its ports for ever; the whole description
is what the data directory's `cluster.json` holds, and all that a later command needs.
"""

from collections.abc import Iterator
from typing import Literal, Self

import msgspec

from odradek.ops.cluster.credentials import Credentials
from odradek.ops.cluster.ports import HOST

Mode = Literal["kraft", "zookeeper"]
Controllers = Literal["combined", "isolated"]
Security = Literal["plaintext", "sasl_ssl"]
Role = Literal["broker", "controller", "broker,controller", "zookeeper"]
PORTS: dict[Role, tuple[str, ...]] = {
    "broker": ("client",),
    "controller": ("controller",),
    "broker,controller": ("client", "controller"),
    "zookeeper": ("client", "peer", "election"),
}
FIRST_BROKER, FIRST_KEEPER = 1, 101
REPLICATION_FACTOR_MAX = 3


class Node(msgspec.Struct, frozen=True):
    """One process of the cluster; `pid` is that of its last start."""

    id: int
    role: Role
    ports: dict[str, int]
    pid: int | None = None

    @property
    def is_broker(self) -> bool:
        """Whether clients produce to it and consume from it."""
        return "broker" in self.role

    @property
    def is_controller(self) -> bool:
        """Whether it votes in the KRaft quorum."""
        return "controller" in self.role

    @property
    def address(self) -> str:
        """Where it is reached, by clients if it is a broker."""
        return f"{HOST}:{self.ports.get('client') or self.ports['controller']}"

    @property
    def name(self) -> str:
        """What its directory is called."""
        return f"{self.role.partition(',')[0]}-{self.id}"


class ClusterDescription(msgspec.Struct, frozen=True):
    """A cluster as it was asked for, and its nodes."""

    cluster_id: str
    kafka_version: str
    kafka_home: str | None
    mode: Mode
    security: Security
    properties: dict[str, str]
    jvm_options: tuple[str, ...]
    nodes: tuple[Node, ...]
    credentials: Credentials | None = None

    @property
    def brokers(self) -> list[Node]:
        """The nodes that clients talk to."""
        return [node for node in self.nodes if node.is_broker]

    @property
    def controllers(self) -> list[Node]:
        """The voters of the KRaft quorum."""
        return [node for node in self.nodes if node.is_controller]

    @property
    def zookeepers(self) -> list[Node]:
        """The servers of the ZooKeeper ensemble."""
        return [node for node in self.nodes if node.role == "zookeeper"]

    @property
    def bootstrap_servers(self) -> str:
        """What clients take as `bootstrap.servers`."""
        return ",".join(broker.address for broker in self.brokers)

    def with_pid(self, node_id: int, pid: int) -> Self:
        """The same cluster after a node has been started."""
        nodes = tuple(
            msgspec.structs.replace(node, pid=pid) if node.id == node_id else node
            for node in self.nodes
        )
        return msgspec.structs.replace(self, nodes=nodes)

    @property
    def replication_factor(self) -> int:
        """Three copies, where there are brokers for them."""
        return min(REPLICATION_FACTOR_MAX, len(self.brokers))

    @property
    def min_insync_replicas(self) -> int:
        """One copy less than there are, so that one broker may be down."""
        return max(1, self.replication_factor - 1)


def quorum_size(brokers: int) -> int:
    """Voters for so many brokers: two tolerate no more failures than one does, so three or one."""
    return 3 if brokers >= 3 else 1


def roles(brokers: int, mode: Mode, controllers: Controllers) -> list[tuple[int, Role]]:
    """The id and role of every node, the quorum's members that are no brokers first."""
    ids = range(FIRST_BROKER, FIRST_BROKER + brokers)
    if mode == "zookeeper" or controllers == "isolated":
        keeper: Role = "zookeeper" if mode == "zookeeper" else "controller"
        size = 3 if mode == "zookeeper" else quorum_size(brokers)
        keepers = range(FIRST_KEEPER, FIRST_KEEPER + size)
        return [*((each, keeper) for each in keepers), *((each, "broker") for each in ids)]
    voters = quorum_size(brokers)
    return [(each, "broker,controller" if each <= voters else "broker") for each in ids]


def nodes_with_ports(roles: list[tuple[int, Role]], ports: Iterator[int]) -> tuple[Node, ...]:
    """Nodes of these roles, each with as many of the ports as its role listens on."""
    return tuple(
        Node(id=each, role=role, ports={name: next(ports) for name in PORTS[role]})
        for each, role in roles
    )


def ports_needed(roles: list[tuple[int, Role]]) -> int:
    """How many ports nodes of these roles listen on together."""
    return sum(len(PORTS[role]) for _, role in roles)
