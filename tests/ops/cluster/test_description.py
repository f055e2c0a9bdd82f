"""Which nodes a cluster has, by how it was asked for."""

from itertools import count

import pytest

from odradek.ops.cluster.description import (
    ClusterDescription,
    nodes_with_ports,
    ports_needed,
    quorum_size,
    roles,
)
from tests.ops.cluster.clusters import described


def test_two_voters_are_never_made_for_they_tolerate_no_more_than_one() -> None:
    assert [quorum_size(brokers) for brokers in range(1, 8)] == [1, 1, 3, 3, 3, 3, 3]


def test_combined_controllers_live_in_the_first_three_brokers() -> None:
    assert roles(4, "kraft", "combined") == [
        (1, "broker,controller"),
        (2, "broker,controller"),
        (3, "broker,controller"),
        (4, "broker"),
    ]


def test_isolated_controllers_have_ids_of_their_own_and_start_first() -> None:
    expected = [(101, "controller"), (1, "broker"), (2, "broker")]
    assert roles(2, "kraft", "isolated") == expected


def test_zookeeper_always_has_three_servers() -> None:
    found = roles(1, "zookeeper", "combined")
    assert found == [*((each, "zookeeper") for each in (101, 102, 103)), (1, "broker")]


@pytest.mark.parametrize("controllers", ["combined", "isolated"])
def test_no_two_nodes_share_a_port(controllers: str) -> None:
    wanted = roles(3, "kraft", "isolated" if controllers == "isolated" else "combined")
    nodes = nodes_with_ports(wanted, count(20_000))
    ports = [port for node in nodes for port in node.ports.values()]
    assert len(set(ports)) == len(ports) == ports_needed(wanted) == 6


@pytest.mark.parametrize(
    ("brokers", "copies"), [(1, (1, 1)), (2, (2, 1)), (3, (3, 2)), (5, (3, 2))]
)
def test_copies_are_as_many_as_there_are_brokers_for_them(
    brokers: int, copies: tuple[int, int]
) -> None:
    cluster: ClusterDescription = described(brokers=brokers)
    assert (cluster.replication_factor, cluster.min_insync_replicas) == copies


def test_started_node_is_known_by_its_process() -> None:
    cluster = described().with_pid(2, 4711)
    assert [node.pid for node in cluster.nodes] == [None, 4711, None]
