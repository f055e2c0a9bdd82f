"""What each node is told: who votes, where it listens, and that no door stays open."""

from pathlib import Path

from odradek.ops.cluster.nodes.configuration import (
    as_text,
    server_properties,
    zookeeper_configuration,
)
from tests.ops.cluster.clusters import CREDENTIALS, described

DIRECTORY = Path("/cluster/broker-1")


def test_combined_node_serves_clients_and_votes() -> None:
    cluster = described()
    properties = server_properties(cluster, cluster.nodes[0], DIRECTORY)
    assert properties["process.roles"] == "broker,controller"
    assert properties["listeners"] == "PLAINTEXT://127.0.0.1:20000,CONTROLLER://127.0.0.1:20001"
    voters = "1@127.0.0.1:20001,2@127.0.0.1:20003,3@127.0.0.1:20005"
    assert properties["controller.quorum.voters"] == voters
    assert properties["log.dirs"] == "/cluster/broker-1/data"
    assert properties["min.insync.replicas"] == "2"


def test_isolated_controller_serves_no_clients() -> None:
    cluster = described(controllers="isolated")
    properties = server_properties(cluster, cluster.controllers[0], DIRECTORY)
    assert properties["listeners"] == "CONTROLLER://127.0.0.1:20000"
    assert "advertised.listeners" not in properties


def test_broker_with_zookeeper_knows_the_whole_ensemble_and_no_quorum() -> None:
    cluster = described(mode="zookeeper", brokers=1)
    properties = server_properties(cluster, cluster.brokers[0], DIRECTORY)
    assert properties["zookeeper.connect"] == "127.0.0.1:20000,127.0.0.1:20003,127.0.0.1:20006"
    assert properties["broker.id"] == "1"
    assert not any(name.startswith(("controller.", "process.")) for name in properties)


def test_zookeeper_servers_name_each_other() -> None:
    cluster = described(mode="zookeeper", brokers=1)
    lines = zookeeper_configuration(cluster, cluster.nodes[1], DIRECTORY).splitlines()
    assert "clientPort=20003" in lines
    assert "server.103=127.0.0.1:20007:20008" in lines


def test_secured_cluster_leaves_no_listener_open() -> None:
    cluster = described(credentials=CREDENTIALS)
    properties = server_properties(cluster, cluster.nodes[0], DIRECTORY)
    assert "PLAINTEXT" not in as_text(properties)
    assert properties["listener.security.protocol.map"] == "CONTROLLER:SSL,SASL_SSL:SASL_SSL"
    assert properties["listener.name.controller.ssl.client.auth"] == "required"
    jaas = properties["listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config"]
    assert 'username="admin" password="a-secret"' in jaas


def test_properties_of_the_user_win() -> None:
    cluster = described(properties={"min.insync.replicas": "3", "num.partitions": "7"})
    properties = server_properties(cluster, cluster.nodes[0], DIRECTORY)
    assert (properties["min.insync.replicas"], properties["num.partitions"]) == ("3", "7")
