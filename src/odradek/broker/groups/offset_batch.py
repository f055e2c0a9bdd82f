"""The batch that stores committed offsets, written and read without keys, values and records.

Commits are by far the most frequent writes of a coordinator, and taking each through the general
codecs cost a third of the whole request, and most of a start.

Invariant: `encode_offsets` either gives exactly the bytes that `records.encode` and
`protocol.records.encode_batch` would, uncompressed, or None and leaves the batch to them: groups,
tombstones and offsets that have an expiry time of their own. `decode_offsets` likewise, for whole
batches whose checksum is right.
"""

import struct
from collections.abc import Sequence

from odradek.broker.groups.records import (
    NO_TIMESTAMP,
    OFFSET_VERSION,
    CommittedOffset,
    GroupRecord,
    OffsetRecord,
    TopicPartition,
    shared_topic_id,
)
from odradek.protocol.records.batch import (
    CHECKSUMMED_FROM,
    HEADER,
    HEADER_BYTES,
    LENGTH_PREFIX_BYTES,
    MAGIC,
    NO_LEADER_EPOCH,
    NO_PRODUCER_EPOCH,
    NO_PRODUCER_ID,
    NO_SEQUENCE,
    BatchHeader,
)
from odradek.protocol.records.checksum import crc32c
from odradek.protocol.records.errors import RecordsError
from odradek.protocol.records.varint import append_varint, decode_varint
from odradek.protocol.stored_records.consumer_offsets import OffsetCommitKey
from odradek.protocol.varint import encode_unsigned_varint
from odradek.protocol.wire_types import ZERO_UUID

LONGEST_SHORT_STRING = 127

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


def decode_offsets(batch: bytes) -> list[OffsetRecord] | None:
    """The records of one batch, or None unless all are as `encode_offsets` writes them."""
    header = BatchHeader._make(HEADER.unpack_from(batch))
    if header.magic != MAGIC or header.attributes or header.size_bytes != len(batch):
        return None
    if crc32c(memoryview(batch)[CHECKSUMMED_FROM:]) != header.crc:
        return None
    records = []
    position = HEADER_BYTES
    try:
        for offset_delta in range(header.records_count):
            length, position = decode_varint(batch, position)
            record = _decode_record(batch, position, position + length, offset_delta)
            if record is None:
                return None
            records.append(record)
            position += length
    except (struct.error, IndexError, UnicodeDecodeError, RecordsError):
        return None
    return records if position == len(batch) else None


def _decode_record(data: bytes, position: int, end: int, offset_delta: int) -> OffsetRecord | None:
    is_plain = data[position : position + len(_RECORD_HEAD)] == _RECORD_HEAD
    delta, position = decode_varint(data, position + len(_RECORD_HEAD))
    key_length, key_start = decode_varint(data, position)
    value_length, value_start = decode_varint(data, key_start + key_length)
    value_end = value_start + value_length
    if not is_plain or delta != offset_delta or key_length < 0 or value_length < 0:
        return None
    if data[value_end:end] != _NO_HEADERS:
        return None
    key = _decode_key(data[key_start : key_start + key_length])
    committed = _decode_value(data[value_start:value_end])
    return None if key is None or committed is None else OffsetRecord(*key, committed)


def _decode_key(key: bytes) -> tuple[str, TopicPartition] | None:
    kind, group_length = _KEY_HEAD.unpack_from(key)
    group_end = _KEY_HEAD.size + group_length
    (topic_length,) = _SHORT.unpack_from(key, group_end)
    topic_start = group_end + _SHORT.size
    topic_end = topic_start + topic_length
    if kind != OffsetCommitKey.api_key or min(group_length, topic_length) < 0:
        return None
    if topic_end + _INT.size != len(key):
        return None
    (partition,) = _INT.unpack_from(key, topic_end)
    topic = str(key[topic_start:topic_end], "utf-8")
    return str(key[_KEY_HEAD.size : group_end], "utf-8"), (topic, partition)


def _decode_value(value: bytes) -> CommittedOffset | None:
    version, offset, leader_epoch = _VALUE_HEAD.unpack_from(value)
    length = value[_VALUE_HEAD.size]
    if version != OFFSET_VERSION or not 0 < length <= LONGEST_SHORT_STRING:
        return None
    metadata_start = _VALUE_HEAD.size + 1
    metadata_end = metadata_start + length - 1
    (timestamp_ms,) = _COMMIT_TIMESTAMP.unpack_from(value, metadata_end)
    tags = value[metadata_end + _COMMIT_TIMESTAMP.size :]
    if tags == _NO_TAGS:
        topic_id = ZERO_UUID
    elif tags.startswith(_TOPIC_ID_TAG) and len(tags) == len(_TOPIC_ID_TAG) + len(ZERO_UUID):
        topic_id = shared_topic_id(tags[len(_TOPIC_ID_TAG) :])
    else:
        return None
    metadata = str(value[metadata_start:metadata_end], "utf-8")
    return CommittedOffset(offset, leader_epoch, metadata, timestamp_ms, NO_TIMESTAMP, topic_id)
