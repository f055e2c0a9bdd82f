"""`meta.properties` and `partition.metadata`: who a data directory and a partition belong to.

`meta.properties` (version 1) names the cluster, the node and the directory itself; a broker refuses
a directory of another cluster. `partition.metadata` names the topic by its id, so that a topic that
was deleted and created again is not served the old records.
"""

import base64
import re
from typing import NamedTuple

from odradek.broker.log.errors import CorruptFileError

META_PROPERTIES = "meta.properties"
META_PROPERTIES_VERSION = "1"
PARTITION_METADATA = "partition.metadata"
UUID_BYTES = 16
TOPIC_ID_FILE = re.compile(rb"version: 0\ntopic_id: (\S+)\n?")


class DirectoryIdentity(NamedTuple):
    """The content of `meta.properties`; `directory_id` may be missing in files that Kafka wrote."""

    cluster_id: str
    node_id: int
    directory_id: str


def format_uuid(uuid: bytes) -> str:
    """Kafka's text form of a uuid: 22 characters of URL-safe base64."""
    return base64.urlsafe_b64encode(uuid).rstrip(b"=").decode()


def parse_uuid(text: str) -> bytes:
    """Raises ValueError unless the text stands for 16 bytes."""
    uuid = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if len(uuid) != UUID_BYTES:
        raise ValueError(f"{text!r} is no uuid")
    return uuid


def format_identity(identity: DirectoryIdentity) -> bytes:
    return (
        f"cluster.id={identity.cluster_id}\n"
        f"directory.id={identity.directory_id}\n"
        f"node.id={identity.node_id}\n"
        f"version={META_PROPERTIES_VERSION}\n"
    ).encode()


def parse_identity(path: str, content: bytes) -> DirectoryIdentity:
    """Raises CorruptFileError."""
    lines = [line for line in content.decode(errors="replace").splitlines() if "=" in line]
    properties = dict(line.split("=", 1) for line in lines if not line.startswith("#"))
    version = properties.get("version")
    if version != META_PROPERTIES_VERSION:
        raise CorruptFileError(f"{path} has version {version}, not {META_PROPERTIES_VERSION}")
    try:
        return DirectoryIdentity(
            properties["cluster.id"],
            int(properties["node.id"]),
            properties.get("directory.id", ""),
        )
    except (KeyError, ValueError) as error:
        raise CorruptFileError(f"{path} names no cluster and node: {error}") from error


def format_topic_id(topic_id: bytes) -> bytes:
    return f"version: 0\ntopic_id: {format_uuid(topic_id)}\n".encode()


def parse_topic_id(path: str, content: bytes) -> bytes:
    """Raises CorruptFileError."""
    match = TOPIC_ID_FILE.fullmatch(content)
    if match is None:
        raise CorruptFileError(f"{path} is no partition.metadata of version 0")
    try:
        return parse_uuid(match[1].decode())
    except ValueError as error:
        raise CorruptFileError(f"{path} names no topic id: {error}") from error
