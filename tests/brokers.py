"""The brokers that a test may be judged against: odradek always, Apache Kafka on request.

ODRADEK_PEER=apache adds Apache Kafka to every test with a `target`, which shows whether a failure
is our broker's or the test's.
"""

import os
from dataclasses import dataclass
from pathlib import Path

KINDS = ("odradek", "apache") if os.environ.get("ODRADEK_PEER") == "apache" else ("odradek",)


@dataclass(frozen=True, slots=True)
class Target:
    """A running broker: what it is, where it listens, and where its log lies."""

    kind: str
    bootstrap_servers: str
    data_dir: Path
    pid: int
