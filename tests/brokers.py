"""The brokers that a test may be judged against: odradek always, Apache Kafka on request.

ODRADEK_PEER=apache adds Apache Kafka to every test with a `target`, which shows whether a failure
is our broker's or the test's.
"""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from odradek.ops.cluster import ApacheKafka
from odradek.testing import EphemeralBroker

KINDS = ("odradek", "apache") if os.environ.get("ODRADEK_PEER") == "apache" else ("odradek",)


@dataclass(frozen=True, slots=True)
class Target:
    """A running broker: what it is, where it listens, and where its log lies."""

    kind: str
    bootstrap_servers: str
    data_dir: Path
    pid: int


SHORT_SESSION = {"broker.session.timeout.ms": "3000", "broker.heartbeat.interval.ms": "500"}
"""A killed node may register again once its old session has ended; its heartbeats fit into one."""

RestartableBroker = ApacheKafka | EphemeralBroker
Durability = Literal["disk", "process"]


def restartable_broker(
    kind: str, directory: Path, durability: Durability = "process"
) -> RestartableBroker:
    """Return a broker of its own, not started yet, whose files in `directory` outlive it."""
    if kind == "apache":
        return ApacheKafka(directory=directory, properties=SHORT_SESSION)
    return EphemeralBroker(data_dir=directory, durability=durability)
