"""The batch that stores committed offsets, written without building keys, values and records.

Commits are by far the most frequent writes of a coordinator, and taking each through the general
codecs cost a third of the whole request.

Invariant: `encode_offsets` either gives exactly the bytes that `records.encode` and
`protocol.records.encode_batch` would, uncompressed, or None and leaves the batch to them: groups,
tombstones and offsets that have an expiry time of their own.
"""

import struct
from collections.abc import Sequence

from odradek.broker.groups.records import (
    NO_TIMESTAMP,
    OFFSET_VERSION,
    CommittedOffset,
    GroupRecord,
    OffsetRecord,
)
from odradek.protocol.records.batch import (
    CHECKSUMMED_FROM,
    LENGTH_PREFIX_BYTES,
    MAGIC,
    NO_LEADER_EPOCH,
    NO_PRODUCER_EPOCH,
    NO_PRODUCER_ID,
    NO_SEQUENCE,
)
from odradek.protocol.records.checksum import crc32c
from odradek.protocol.records.varint import append_varint
from odradek.protocol.stored_records.consumer_offsets import OffsetCommitKey
from odradek.protocol.varint import encode_unsigned_varint
from odradek.protocol.wire_types import ZERO_UUID

_SHORT = struct.Struct(">h")
_INT = struct.Struct(">i")
# base_offset, batch_length, leader epoch, magic, crc
_HEAD = struct.Struct(">qiibI")
# attributes, last_offset_delta, both timestamps, producer id, epoch and sequence, records_count
_CHECKSUMMED_HEAD = struct.Struct(">hiqqqhii")
# type of the key, length of the group id
_KEY_HEAD = struct.Struct(">hh")
# version of the value, offset, leader epoch
_VALUE_HEAD = struct.Struct(">hqi")
_COMMIT_TIMESTAMP = struct.Struct(">q")
_NO_TAGS = b"\0"
# one tag, number 0, 16 bytes
_TOPIC_ID_TAG = b"\1\0\x10"
# attributes, timestamp delta
_RECORD_HEAD = b"\0\0"
_NO_HEADERS = b"\0"


def _varint(value: int) -> bytes:
    encoded = bytearray()
    append_varint(encoded, value)
    return bytes(encoded)


# Lengths of keys and values, nearly always; computing one costs more than a whole struct.
_VARINTS = tuple(_varint(value) for value in range(512))


def encode_offsets(records: Sequence[GroupRecord], now_ms: int) -> bytearray | None:
    """One batch of these records, or None unless each is a plain commit."""
    count = len(records)
    parts = [
        _CHECKSUMMED_HEAD.pack(
            0, count - 1, now_ms, now_ms, NO_PRODUCER_ID, NO_PRODUCER_EPOCH, NO_SEQUENCE, count
        )
    ]
    for offset_delta, record in enumerate(records):
        if type(record) is not OffsetRecord:
            return None
        committed = record.committed
        if committed is None or committed.expire_timestamp_ms != NO_TIMESTAMP:
            return None
        key = _key(record.group_id.encode(), *record.partition)
        value = _value(committed)
        body = b"%b%b%b%b%b%b%b" % (
            _RECORD_HEAD,
            _length(offset_delta),
            _length(len(key)),
            key,
            _length(len(value)),
            value,
            _NO_HEADERS,
        )
        parts.append(_length(len(body)))
        parts.append(body)
    checksummed = b"".join(parts)
    length = CHECKSUMMED_FROM - LENGTH_PREFIX_BYTES + len(checksummed)
    crc = crc32c(checksummed)
    return bytearray(_HEAD.pack(0, length, NO_LEADER_EPOCH, MAGIC, crc) + checksummed)


def _key(group: bytes, topic: str, partition: int) -> bytes:
    name = topic.encode()
    return b"%b%b%b%b%b" % (
        _KEY_HEAD.pack(OffsetCommitKey.api_key, len(group)),
        group,
        _SHORT.pack(len(name)),
        name,
        _INT.pack(partition),
    )


def _value(committed: CommittedOffset) -> bytes:
    metadata = committed.metadata.encode()
    topic_id = committed.topic_id
    return b"%b%b%b%b%b" % (
        _VALUE_HEAD.pack(OFFSET_VERSION, committed.offset, committed.leader_epoch),
        encode_unsigned_varint(len(metadata) + 1),
        metadata,
        _COMMIT_TIMESTAMP.pack(committed.commit_timestamp_ms),
        _NO_TAGS if topic_id == ZERO_UUID else _TOPIC_ID_TAG + topic_id,
    )


def _length(value: int) -> bytes:
    return _VARINTS[value] if value < len(_VARINTS) else _varint(value)
