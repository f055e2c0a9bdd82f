"""The consumer protocol: what consumers put into the opaque bytes of JoinGroup and SyncGroup.

The broker does not need it to run a group, only to tell what a group is subscribed to. The bytes
start with a 16-bit version. Later versions only ever append fields, so a version above the highest
one known is read as that one, and what follows is ignored.

Versions:
  1   the partitions a member still owns, for cooperative rebalancing
  2   the generation in which it owned them
  3   the member's rack
"""

import struct
from typing import Annotated, TypeVar

from odradek.protocol.declaration import Buffer, Message, Struct
from odradek.protocol.errors import DecodeError
from odradek.protocol.wire_types import Bytes, Int32, String


class TopicPartition(Struct):
    topic: String = ""
    partitions: list[Int32] = []


class ConsumerProtocolSubscription(Message, versions="0-3"):
    """What a member wants to read: the metadata of JoinGroup."""

    topics: list[String] = []
    user_data: Bytes | None = None
    owned_partitions: Annotated[list[TopicPartition], "1+"] = []
    generation_id: Annotated[Int32, "2+"] = -1
    rack_id: Annotated[String | None, "3+"] = None


class ConsumerProtocolAssignment(Message, versions="0-3"):
    """What a member is to read: the assignment of SyncGroup."""

    assigned_partitions: list[TopicPartition] = []
    user_data: Bytes | None = None


_VERSION = struct.Struct(">h")

ConsumerProtocol = TypeVar(
    "ConsumerProtocol", ConsumerProtocolSubscription, ConsumerProtocolAssignment
)


def encode_with_version(
    message: ConsumerProtocolSubscription | ConsumerProtocolAssignment, version: int
) -> bytes:
    """The bytes as a consumer sends them."""
    return _VERSION.pack(version) + message.encode(version)


def decode_with_version(message: type[ConsumerProtocol], data: Buffer) -> ConsumerProtocol:
    """Read what a consumer sent. Raises ProtocolError when the bytes are something else."""
    if len(data) < _VERSION.size:
        raise DecodeError(f"{message.__name__} of {len(data)} bytes is too short for its version")
    (version,) = _VERSION.unpack_from(data)
    known = min(version, message.versions.highest)
    decoded, position = message.decode_at(data, _VERSION.size, known)
    if version == known and position != len(data):
        raise DecodeError(f"{message.__name__} v{version} has trailing bytes")
    return decoded
