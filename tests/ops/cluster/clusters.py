"""Descriptions of clusters that nobody starts."""

from itertools import count

from odradek.ops.cluster.credentials import Credentials
from odradek.ops.cluster.description import (
    ClusterDescription,
    Controllers,
    Mode,
    nodes_with_ports,
    roles,
)

CREDENTIALS = Credentials("/security", {"admin": "a-secret", "client": "c-secret"})


def described(
    *,
    brokers: int = 3,
    mode: Mode = "kraft",
    controllers: Controllers = "combined",
    properties: dict[str, str] | None = None,
    credentials: Credentials | None = None,
) -> ClusterDescription:
    """A cluster on the ports from 20000 on."""
    return ClusterDescription(
        cluster_id="AAAAAAAAAAAAAAAAAAAAAA",
        kafka_version="4.3.1",
        kafka_home=None,
        mode=mode,
        security="sasl_ssl" if credentials else "plaintext",
        properties=properties or {},
        jvm_options=(),
        nodes=nodes_with_ports(roles(brokers, mode, controllers), count(20_000)),
        credentials=credentials,
    )
