"""A real Apache Kafka cluster on loopback: made, started, killed, paused, stopped.

    cluster = Cluster.create(Path("three"), ClusterPlan(brokers=3))
    cluster.start()
    cluster.kill(cluster.node(2))
    cluster.delete()

Invariants: the directory holds all there is to know of a cluster, so that any later process can go
on with it (`Cluster.open`); `start` returns only when the cluster serves; no process is signalled
that is not the cluster's own; what kills or stops keeps the data, only `delete` removes it.
"""

import shutil
import signal
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Self

import msgspec

from odradek.ops.cluster import cluster_file
from odradek.ops.cluster.class_archive_building import build_class_archive
from odradek.ops.cluster.credentials import make_credentials, toml_section
from odradek.ops.cluster.description import (
    ClusterDescription,
    Controllers,
    Mode,
    Node,
    Security,
    nodes_with_ports,
    ports_needed,
    roles,
)
from odradek.ops.cluster.errors import ClusterError
from odradek.ops.cluster.health import Deadline, Inquirer, quorum_leader, zookeeper_mode
from odradek.ops.cluster.java import LEAN_JVM
from odradek.ops.cluster.nodes import launch
from odradek.ops.cluster.nodes.configuration import as_text
from odradek.ops.cluster.nodes.distribution import (
    DEFAULT_VERSION,
    DEFAULT_VERSION_WITH_ZOOKEEPER,
    Distribution,
    resolve,
)
from odradek.ops.cluster.nodes.process import State, cpu_seconds, send, state_of, wait_until
from odradek.ops.cluster.nodes.storage import new_id
from odradek.ops.cluster.ports import HOST, free_ports

BROKERS_MAX = 9
START_TIMEOUT_S = 180.0
STOP_TIMEOUT_S = 15.0
KILL_TIMEOUT_S = 60.0


class ClusterPlan(msgspec.Struct, frozen=True):
    """What is asked for. `properties` go to every node and override what the cluster would set.

    JVMs are lean, and `more_jvm_options` come last, so they win.
    """

    brokers: int = 3
    kafka_version: str | None = None
    kafka_home: Path | None = None
    mode: Mode = "kraft"
    controllers: Controllers = "combined"
    security: Security = "plaintext"
    properties: Mapping[str, str] = {}
    more_jvm_options: Sequence[str] = ()


class Cluster:
    """The cluster in a directory; made by `create` or `open`."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    @classmethod
    def create(cls, directory: Path, plan: ClusterPlan) -> Self:
        """Lay down a new cluster without starting it; raises ClusterError and JarsUnavailable."""
        directory = directory.absolute()
        distribution = _distribution(plan)
        _require_possible(plan, distribution)
        directory.mkdir(parents=True, exist_ok=True)
        with cluster_file.exclusive(directory):
            _require_empty(directory)
            if plan.kafka_home is None and distribution.version == DEFAULT_VERSION:
                build_class_archive()
            try:
                _lay_down(directory, _describe(plan, distribution), distribution)
            except BaseException:
                shutil.rmtree(directory, ignore_errors=True)
                raise
        return cls(directory)

    @classmethod
    def open(cls, directory: Path) -> Self:
        """The cluster that an earlier process left here; raises ClusterError."""
        cluster = cls(directory.absolute())
        cluster_file.load(cluster.directory)
        return cluster

    @property
    def description(self) -> ClusterDescription:
        """What the cluster is now: read anew, since another process may have started a node."""
        return cluster_file.load(self.directory)

    @property
    def bootstrap_servers(self) -> str:
        """What clients take as `bootstrap.servers`."""
        return self.description.bootstrap_servers

    @property
    def client_settings(self) -> dict[str, str]:
        """The settings with which a librdkafka client gets in, its bootstrap servers among them."""
        return {"bootstrap.servers": self.bootstrap_servers, **self._security_settings()}

    def node(self, node_id: int) -> Node:
        """The node with this id; raises ClusterError naming those there are."""
        for node in self.description.nodes:
            if node.id == node_id:
                return node
        ids = ", ".join(str(node.id) for node in self.description.nodes)
        raise ClusterError(f"the cluster has no node {node_id}; its nodes are {ids}")

    def state(self, node: Node) -> State:
        """What the node's process does now."""
        return state_of(node.pid, self._mark(node))

    def broker_cpu_s(self) -> float | None:
        """The processor time of all brokers since they were started; None if one is unknown."""
        pids = [broker.pid for broker in self.description.brokers]
        spent = [cpu_seconds(pid) if pid is not None else None for pid in pids]
        known = [seconds for seconds in spent if seconds is not None]
        return sum(known) if len(known) == len(spent) else None

    def start(self, timeout_s: float = START_TIMEOUT_S) -> None:
        """Start every node that does not run, and return once the whole cluster serves."""
        with cluster_file.exclusive(self.directory):
            launched: list[Node] = []
            try:
                self._start_all(launched, timeout_s)
            except BaseException:
                self._end_at_once(launched)
                raise

    def start_node(self, node_id: int, timeout_s: float = START_TIMEOUT_S) -> None:
        """Start one node again, and return once it serves."""
        with cluster_file.exclusive(self.directory):
            self._require_state(node_id, "stopped")
            launched = self._launch([self.node(node_id)])
            deadline = Deadline(timeout_s, lambda: self._require_alive(launched))
            node = self.node(node_id)
            if node.is_broker:
                self._wait_until_known(node, {node.id}, deadline)
            elif node.role == "zookeeper":
                deadline.wait_for(lambda: _is_serving(node), f"ZooKeeper {node.id} does not serve")

    def kill_node(self, node_id: int) -> None:
        """Kill a node with -9, as a crash would; it is gone when this returns."""
        node = self.node(node_id)
        if not send(node.pid, self._mark(node), signal.SIGKILL):
            raise ClusterError(f"node {node_id} does not run")
        self._require_end(node)

    def pause_node(self, node_id: int) -> None:
        """Stop a node's process where it stands (SIGSTOP): a hang, not a crash."""
        self._require_state(node_id, "running")
        self._signal(node_id, signal.SIGSTOP, "paused")

    def resume_node(self, node_id: int) -> None:
        """Let a paused node go on."""
        self._require_state(node_id, "paused")
        self._signal(node_id, signal.SIGCONT, "running")

    def stop(self) -> None:
        """Stop every node, brokers first; what does not end in time is killed. The data stays."""
        with cluster_file.exclusive(self.directory):
            self._end(self.description.brokers)
            self._end([node for node in self.description.nodes if not node.is_broker])

    def delete(self) -> None:
        """End the cluster at once and remove its directory."""
        with cluster_file.exclusive(self.directory):
            self._end_at_once(self.description.nodes)
        shutil.rmtree(self.directory, ignore_errors=True)

    def wait_until_in_sync(self, timeout_s: float = START_TIMEOUT_S) -> None:
        """Return once every partition has its leader and all its replicas in sync."""
        inquirer = Inquirer(self.bootstrap_servers, self._security_settings())
        Deadline(timeout_s).wait_for(
            lambda: inquirer.partitions_not_in_sync() == 0, "some partitions lack a replica in sync"
        )

    def _start_all(self, launched: list[Node], timeout_s: float) -> None:
        """Start what does not run, quorum first; `launched` tells what was started so far."""
        deadline = Deadline(timeout_s, lambda: self._require_alive(launched))
        launched += self._launch([node for node in self.description.nodes if not node.is_broker])
        deadline.wait_for(self._ensemble_serves, "ZooKeeper has no quorum")
        launched += self._launch(self.description.brokers)
        self._wait_until_serving(deadline)

    def _launch(self, nodes: Sequence[Node]) -> list[Node]:
        """Start those of the nodes that do not run; each one's process is noted at once."""
        description = self.description
        home = Path(description.kafka_home) if description.kafka_home else None
        distribution = resolve(description.kafka_version, home)
        stopped = [node for node in nodes if self.state(node) == "stopped"]
        for node in stopped:
            pid = launch.start_process(self.directory, node, distribution, description.jvm_options)
            cluster_file.save(self.directory, self.description.with_pid(node.id, pid))
        return [self.node(node.id) for node in stopped]

    def _wait_until_serving(self, deadline: Deadline) -> None:
        everyone = {broker.id for broker in self.description.brokers}
        for broker in self.description.brokers:
            self._wait_until_known(broker, everyone, deadline)
        deadline.wait_for(self._has_controller, "the quorum has no leader")

    def _wait_until_known(self, node: Node, brokers: set[int], deadline: Deadline) -> None:
        """Wait until a broker names these brokers in its Metadata."""
        inquirer = Inquirer(node.address, self._security_settings())
        ids = ", ".join(str(each) for each in sorted(brokers))
        deadline.wait_for(
            lambda: inquirer.brokers() >= brokers, f"broker {node.id} does not know {ids}"
        )

    def _has_controller(self) -> bool:
        if self.description.mode == "kraft":
            return quorum_leader(self.bootstrap_servers, self._security_settings()) >= 0
        return Inquirer(self.bootstrap_servers, self._security_settings()).controller() >= 0

    def _ensemble_serves(self) -> bool:
        return all(_is_serving(node) for node in self.description.zookeepers)

    def _security_settings(self) -> dict[str, str]:
        credentials = self.description.credentials
        return credentials.librdkafka_settings() if credentials else {}

    def _end(self, nodes: Sequence[Node]) -> None:
        for node in nodes:
            send(node.pid, self._mark(node), signal.SIGTERM)
            send(node.pid, self._mark(node), signal.SIGCONT)
        for node in nodes:
            if not wait_until("stopped", node.pid, self._mark(node), STOP_TIMEOUT_S):
                send(node.pid, self._mark(node), signal.SIGKILL)
                self._require_end(node)

    def _end_at_once(self, nodes: Sequence[Node]) -> None:
        for node in nodes:
            send(node.pid, self._mark(node), signal.SIGKILL)
        for node in nodes:
            self._require_end(node)

    def _signal(self, node_id: int, number: signal.Signals, wanted: State) -> None:
        node = self.node(node_id)
        send(node.pid, self._mark(node), number)
        if not wait_until(wanted, node.pid, self._mark(node), KILL_TIMEOUT_S):
            raise ClusterError(f"node {node_id} is not {wanted}, it is {self.state(node)}")

    def _require_state(self, node_id: int, wanted: State) -> None:
        state = self.state(self.node(node_id))
        if state != wanted:
            raise ClusterError(f"node {node_id} is {state}, not {wanted}")

    def _require_alive(self, nodes: Sequence[Node]) -> None:
        for node in nodes:
            if self.state(node) == "stopped":
                lines = launch.last_log_lines(self.directory, node)
                raise ClusterError(f"node {node.id} ended before it served; its log ends:\n{lines}")

    def _require_end(self, node: Node) -> None:
        if not wait_until("stopped", node.pid, self._mark(node), KILL_TIMEOUT_S):
            raise ClusterError(f"process {node.pid} of node {node.id} does not end")

    def _mark(self, node: Node) -> str:
        return str(launch.configuration_file(self.directory, node))


def _distribution(plan: ClusterPlan) -> Distribution:
    default = DEFAULT_VERSION if plan.mode == "kraft" else DEFAULT_VERSION_WITH_ZOOKEEPER
    return resolve(plan.kafka_version or default, plan.kafka_home)


def _require_possible(plan: ClusterPlan, distribution: Distribution) -> None:
    if not 1 <= plan.brokers <= BROKERS_MAX:
        raise ClusterError(f"a cluster has 1 to {BROKERS_MAX} brokers, not {plan.brokers}")
    if plan.mode == "kraft":
        return
    if distribution.major >= 4:
        raise ClusterError(
            f"Kafka {distribution.version} has no ZooKeeper any more; the last version with it is"
            f" {DEFAULT_VERSION_WITH_ZOOKEEPER}"
        )
    if plan.security != "plaintext":
        raise ClusterError("sasl_ssl is offered with --mode kraft only")
    if plan.controllers != "combined":
        raise ClusterError("with ZooKeeper there are no controllers to isolate")


def _require_empty(directory: Path) -> None:
    if cluster_file.exists(directory):
        raise ClusterError(f"there is a cluster in {directory} already")
    if any(file.name != cluster_file.LOCK for file in directory.iterdir()):
        raise ClusterError(f"{directory} holds something else; name a directory that is empty")


def _describe(plan: ClusterPlan, distribution: Distribution) -> ClusterDescription:
    wanted = roles(plan.brokers, plan.mode, plan.controllers)
    return ClusterDescription(
        cluster_id=new_id(),
        kafka_version=distribution.version,
        kafka_home=str(plan.kafka_home.absolute()) if plan.kafka_home else None,
        mode=plan.mode,
        security=plan.security,
        properties=dict(plan.properties),
        jvm_options=(*LEAN_JVM, *plan.more_jvm_options),
        nodes=nodes_with_ports(wanted, iter(free_ports(ports_needed(wanted)))),
    )


def _lay_down(directory: Path, description: ClusterDescription, distribution: Distribution) -> None:
    """Write all that the nodes and their clients need; the description comes last."""
    credentials = None
    if description.security == "sasl_ssl":
        credentials = make_credentials(directory / "security")
    description = msgspec.structs.replace(description, credentials=credentials)
    launch.write_configuration(directory, description)
    if description.mode == "kraft":
        launch.format_storage(directory, description, distribution)
    _write_client_files(directory, description)
    cluster_file.save(directory, description)


def _write_client_files(directory: Path, description: ClusterDescription) -> None:
    servers = {"bootstrap.servers": description.bootstrap_servers}
    credentials = description.credentials
    own = credentials.librdkafka_settings() if credentials else {}
    java = credentials.java_settings() if credentials else {}
    files = {
        "odradek.toml": toml_section({**servers, **own}),
        "librdkafka.properties": as_text({**servers, **own}),
        "java.properties": as_text({**servers, **java}),
    }
    for name, text in files.items():
        file = directory / name
        file.touch(mode=0o600)
        file.write_text(text)


def _is_serving(node: Node) -> bool:
    return zookeeper_mode(HOST, node.ports["client"]) in ("leader", "follower")
