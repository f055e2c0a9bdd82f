"""Ports that a server can come back to."""

from odradek.ops.cluster.ports import HIGHEST, LOWEST, free_ports


def test_ports_are_distinct_and_no_outgoing_connection_takes_them_meanwhile() -> None:
    ports = free_ports(20)
    assert len(set(ports)) == 20
    assert all(LOWEST <= port < HIGHEST for port in ports)
