"""How a cluster is shown: a document for programs, sentences and a table for people."""

from pathlib import Path

from odradek.cli.output import OutputFormat, Row, note, print_document, print_rows
from odradek.ops.cluster import Cluster, Node


def print_cluster(cluster: Cluster, output: OutputFormat) -> None:
    """Print what the cluster is and what its nodes do."""
    if output == "table":
        print_rows(
            [_row(cluster, node) for node in cluster.description.nodes],
            output,
            title=_title(cluster),
        )
        note(f"bootstrap servers: {cluster.bootstrap_servers}")
        if cluster.description.security != "plaintext":
            note(f"client settings: {', '.join(str(file) for file in client_files(cluster))}")
    else:
        print_document(document(cluster), output)


def document(cluster: Cluster) -> Row:
    """Everything about the cluster, with types."""
    description = cluster.description
    return {
        "bootstrap_servers": cluster.bootstrap_servers,
        "cluster_id": description.cluster_id,
        "kafka_version": description.kafka_version,
        "mode": description.mode,
        "security": description.security,
        "data_dir": str(cluster.directory),
        "client_files": [str(file) for file in client_files(cluster)],
        "brokers": [_row(cluster, node) for node in description.brokers],
        "controllers": [_row(cluster, node) for node in description.controllers],
        "zookeepers": [_row(cluster, node) for node in description.zookeepers],
    }


def client_files(cluster: Cluster) -> list[Path]:
    """The settings of clients: for odradek, for librdkafka, for Java."""
    names = ("odradek.toml", "librdkafka.properties", "java.properties")
    return [cluster.directory / name for name in names]


def _title(cluster: Cluster) -> str:
    description = cluster.description
    return f"Apache Kafka {description.kafka_version}, {description.mode}, {description.security}"


def _row(cluster: Cluster, node: Node) -> Row:
    state = cluster.state(node)
    return {
        "id": node.id,
        "role": node.role,
        "address": node.address,
        "pid": None if state == "stopped" else node.pid,
        "state": state,
    }
