"""What is stored of groups: records of `__consumer_offsets`, in Kafka's own schemas.

Offsets are written in version 4, groups in version 3, and an offset with an expiry time of its own
in version 1, the only one that has the field: what Kafka 4.3 writes, so its tools read it.
"""

from collections.abc import Iterable

import msgspec

from odradek.protocol.declaration import Buffer
from odradek.protocol.errors import DecodeError
from odradek.protocol.stored_records.consumer_offsets import (
    KEYS,
    GroupMetadataKey,
    GroupMetadataValue,
    OffsetCommitKey,
    OffsetCommitValue,
)
from odradek.protocol.stored_records.framing import (
    decode_key,
    decode_value,
    encode_key,
    encode_value,
)

GROUP_VERSION = 3
OFFSET_VERSION = 4
OFFSET_WITH_EXPIRY_VERSION = 1
NO_TIMESTAMP = -1


class OffsetRecord(msgspec.Struct, frozen=True):
    """The position of a group in a partition; no value: the offset is gone."""

    key: OffsetCommitKey
    value: OffsetCommitValue | None


class MetadataRecord(msgspec.Struct, frozen=True):
    """A group and its members; no value: the group is gone."""

    key: GroupMetadataKey
    value: GroupMetadataValue | None


GroupRecord = OffsetRecord | MetadataRecord


def encode(record: GroupRecord) -> tuple[bytes, bytes | None]:
    """Key and value as they stand in the log."""
    value = record.value
    if value is None:
        return encode_key(record.key), None
    if isinstance(value, GroupMetadataValue):
        version = GROUP_VERSION
    elif value.expire_timestamp != NO_TIMESTAMP:
        version = OFFSET_WITH_EXPIRY_VERSION
    else:
        version = OFFSET_VERSION
    return encode_key(record.key), encode_value(value, version)


def decode(key: Buffer | None, value: Buffer | None) -> GroupRecord:
    """Read what `encode` or Apache Kafka wrote. Raises ProtocolError for anything else."""
    if key is None:
        raise DecodeError("a record without a key")
    decoded = decode_key(key, KEYS)
    if isinstance(decoded, OffsetCommitKey):
        return OffsetRecord(decoded, None if value is None else _offset_value(value))
    return MetadataRecord(decoded, None if value is None else _group_value(value))


def offset_tombstones(group_id: str, partitions: Iterable[tuple[str, int]]) -> list[GroupRecord]:
    """Records that delete these offsets of a group."""
    return [
        OffsetRecord(OffsetCommitKey(group=group_id, topic=topic, partition=partition), None)
        for topic, partition in partitions
    ]


def group_tombstone(group_id: str) -> GroupRecord:
    """The record that deletes a group."""
    return MetadataRecord(GroupMetadataKey(group=group_id), None)


def _offset_value(value: Buffer) -> OffsetCommitValue:
    return decode_value(value, OffsetCommitValue)


def _group_value(value: Buffer) -> GroupMetadataValue:
    return decode_value(value, GroupMetadataValue)
