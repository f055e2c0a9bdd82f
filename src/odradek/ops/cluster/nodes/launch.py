"""Writes a node's files and starts its JVM.

Each node has a directory of its own below the cluster's: configuration, `data`, `server.log`.
"""

from collections.abc import Sequence
from pathlib import Path

from odradek.ops.cluster.description import ClusterDescription, Node
from odradek.ops.cluster.java import java_command
from odradek.ops.cluster.nodes.configuration import (
    DATA,
    as_text,
    server_properties,
    zookeeper_configuration,
)
from odradek.ops.cluster.nodes.distribution import Distribution
from odradek.ops.cluster.nodes.logging_files import write_logging_files
from odradek.ops.cluster.nodes.process import start_detached
from odradek.ops.cluster.nodes.storage import META, format_first, format_like

KAFKA_MAIN = "kafka.Kafka"
ZOOKEEPER_MAIN = "org.apache.zookeeper.server.quorum.QuorumPeerMain"
LOG_FILE = "server.log"
LOG_LINES_SHOWN = 5


def node_directory(root: Path, node: Node) -> Path:
    """Where a node keeps everything."""
    return root / node.name


def configuration_file(root: Path, node: Node) -> Path:
    """The file that a node is started with: what its process is known by."""
    name = "zoo.cfg" if node.role == "zookeeper" else "server.properties"
    return node_directory(root, node) / name


def write_configuration(root: Path, cluster: ClusterDescription) -> None:
    """Write the files of every node."""
    for node in cluster.nodes:
        directory = node_directory(root, node)
        directory.mkdir(parents=True, exist_ok=True)
        if node.role == "zookeeper":
            (directory / DATA).mkdir(exist_ok=True)
            (directory / DATA / "myid").write_text(f"{node.id}\n")
            text = zookeeper_configuration(cluster, node, directory)
        else:
            text = as_text(server_properties(cluster, node, directory))
        configuration_file(root, node).write_text(text)


def format_storage(root: Path, cluster: ClusterDescription, distribution: Distribution) -> None:
    """Give every KRaft node a formatted data directory, where it has none yet."""
    first, *others = cluster.nodes
    formatted = node_directory(root, first) / DATA
    if not (formatted / META).exists():
        file = configuration_file(root, first)
        format_first(distribution, file, cluster.cluster_id, cluster.credentials)
    for node in others:
        data_dir = node_directory(root, node) / DATA
        if not data_dir.exists():
            format_like(formatted, data_dir, node.id)


def start_process(
    root: Path, node: Node, distribution: Distribution, jvm_options: Sequence[str]
) -> int:
    """Start a node's process and return its id."""
    directory = node_directory(root, node)
    command = java_command(
        ZOOKEEPER_MAIN if node.role == "zookeeper" else KAFKA_MAIN,
        str(configuration_file(root, node)),
        jvm_options=(*jvm_options, *write_logging_files(directory)),
        jars=distribution.jars,
    )
    return start_detached(command, log_file=directory / LOG_FILE, directory=directory)


def last_log_lines(root: Path, node: Node) -> str:
    """How a node's log ends: why it did not start."""
    log_file = node_directory(root, node) / LOG_FILE
    lines = log_file.read_text(errors="replace").splitlines() if log_file.exists() else []
    return "\n".join(lines[-LOG_LINES_SHOWN:])
