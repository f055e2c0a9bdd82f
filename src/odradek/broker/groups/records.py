"""What is stored of groups: records of `__consumer_offsets`, in Kafka's own schemas.

Offsets are written in version 4, groups in version 3, and an offset with an expiry time of its own
in version 1, the only one that has the field: what Kafka 4.3 writes, so its tools read it.
"""

from collections.abc import Iterable
from functools import lru_cache

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
from odradek.protocol.wire_types import ZERO_UUID

GROUP_VERSION = 3
OFFSET_VERSION = 4
OFFSET_WITH_EXPIRY_VERSION = 1
NO_TIMESTAMP = -1
SHARED_TOPIC_IDS_MAX = 4096


TopicPartition = tuple[str, int]


class CommittedOffset(msgspec.Struct, frozen=True, gc=False):
    """How far a group has read one partition; `offset` is the next one it wants."""

    offset: int
    leader_epoch: int = -1
    metadata: str = ""
    commit_timestamp_ms: int = NO_TIMESTAMP
    expire_timestamp_ms: int = NO_TIMESTAMP
    topic_id: bytes = ZERO_UUID


class OffsetRecord(msgspec.Struct, frozen=True, gc=False):
    """The position of a group in a partition; None: the offset is gone."""

    group_id: str
    partition: TopicPartition
    committed: CommittedOffset | None


class MetadataRecord(msgspec.Struct, frozen=True):
    """A group and its members; no value: the group is gone."""

    group_id: str
    value: GroupMetadataValue | None


GroupRecord = OffsetRecord | MetadataRecord


def encode(record: GroupRecord) -> tuple[bytes, bytes | None]:
    """Key and value as they stand in the log."""
    if isinstance(record, OffsetRecord):
        topic, partition = record.partition
        key = OffsetCommitKey(group=record.group_id, topic=topic, partition=partition)
        return encode_key(key), _encode_offset(record.committed)
    value = record.value
    return (
        encode_key(GroupMetadataKey(group=record.group_id)),
        None if value is None else encode_value(value, GROUP_VERSION),
    )


def decode(key: Buffer | None, value: Buffer | None) -> GroupRecord:
    """Read what `encode` or Apache Kafka wrote. Raises ProtocolError for anything else."""
    if key is None:
        raise DecodeError("a record without a key")
    decoded = decode_key(key, KEYS)
    if isinstance(decoded, OffsetCommitKey):
        committed = None if value is None else _decode_offset(value)
        return OffsetRecord(decoded.group, (decoded.topic, decoded.partition), committed)
    stored = None if value is None else decode_value(value, GroupMetadataValue)
    return MetadataRecord(decoded.group, stored)


def offset_tombstones(group_id: str, partitions: Iterable[TopicPartition]) -> list[GroupRecord]:
    """Records that delete these offsets of a group."""
    return [OffsetRecord(group_id, partition, None) for partition in partitions]


def group_tombstone(group_id: str) -> GroupRecord:
    """The record that deletes a group."""
    return MetadataRecord(group_id, None)


def _encode_offset(committed: CommittedOffset | None) -> bytes | None:
    if committed is None:
        return None
    has_expiry = committed.expire_timestamp_ms != NO_TIMESTAMP
    value = OffsetCommitValue(
        offset=committed.offset,
        leader_epoch=committed.leader_epoch,
        metadata=committed.metadata,
        commit_timestamp=committed.commit_timestamp_ms,
        expire_timestamp=committed.expire_timestamp_ms,
        topic_id=committed.topic_id,
    )
    return encode_value(value, OFFSET_WITH_EXPIRY_VERSION if has_expiry else OFFSET_VERSION)


def _decode_offset(data: Buffer) -> CommittedOffset:
    value = decode_value(data, OffsetCommitValue)
    return CommittedOffset(
        offset=value.offset,
        leader_epoch=value.leader_epoch,
        metadata=value.metadata,
        commit_timestamp_ms=value.commit_timestamp,
        expire_timestamp_ms=value.expire_timestamp,
        topic_id=shared_topic_id(value.topic_id),
    )


@lru_cache(SHARED_TOPIC_IDS_MAX)
def shared_topic_id(topic_id: bytes) -> bytes:
    """The one copy of an id that the offsets of all groups in the topic have."""
    return topic_id
