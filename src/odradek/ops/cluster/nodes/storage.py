"""Formats the data directories of KRaft nodes.

Apache's tool formats the first one. What it wrote is the same for all nodes of a cluster but for
two ids, so the others are copies with ids of their own: that saves a JVM for each node.
"""

import base64
import shutil
import uuid
from pathlib import Path

from odradek.ops.cluster.credentials import Credentials
from odradek.ops.cluster.errors import ClusterError
from odradek.ops.cluster.java import run_tool
from odradek.ops.cluster.nodes.distribution import Distribution

META = "meta.properties"
FORMAT_TIMEOUT_S = 300


class FormatError(ClusterError):
    """Apache's tool refused to format; the message holds its words."""


def new_id() -> str:
    """A random id as Kafka writes it: 22 characters, none of them a dash at the beginning."""
    while True:
        text = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
        if not text.startswith("-"):
            return text


def format_first(
    distribution: Distribution, server_properties: Path, cluster_id: str, users: Credentials | None
) -> None:
    """Format the data directory that a node's properties name, with the users of the cluster."""
    arguments = ["format", f"--cluster-id={cluster_id}", "-c", str(server_properties)]
    for user, password in (users.passwords if users else {}).items():
        assert users is not None  # noqa: S101 - there are passwords
        arguments += ["--add-scram", f"{users.mechanism}=[name={user},password={password}]"]
    result = run_tool(
        "kafka.tools.StorageTool",
        *arguments,
        jars=distribution.jars,
        timeout_s=FORMAT_TIMEOUT_S,
    )
    if result.returncode != 0:
        words = " ".join((result.stderr or result.stdout).split())
        raise FormatError(f"Apache Kafka could not format its data directory: {words}")


def format_like(formatted: Path, data_dir: Path, node_id: int) -> None:
    """Make `data_dir` what the tool would have made it: a copy with ids of its own."""
    shutil.copytree(formatted, data_dir)
    own = {"node.id": str(node_id), "directory.id": new_id()}
    lines = (formatted / META).read_text().splitlines()
    pairs = [line.split("=", 1) for line in lines if "=" in line]
    text = "".join(f"{key}={own.get(key, value)}\n" for key, value in pairs)
    (data_dir / META).write_text(text)
