"""The records inside a batch.

A record is `length attributes timestamp_delta offset_delta key value headers`, its numbers zigzag
varints relative to the batch's base offset and base timestamp, -1 as a length for null. The cost is
microseconds a record, so nothing on the broker's data path comes here.

Invariant: every length is checked against what is left of the input before it is used, so a hostile
batch costs no more memory than its decompressed size, and that is bounded by `limit_bytes`.
"""

from collections.abc import Sequence

import msgspec

from odradek.protocol.records.batch import (
    CHECKSUMMED_FROM,
    CONTROL_BIT,
    CRC,
    CRC_POSITION,
    HEADER,
    HEADER_BYTES,
    LENGTH_PREFIX_BYTES,
    LOG_APPEND_TIME_BIT,
    MAGIC,
    NO_LEADER_EPOCH,
    NO_PRODUCER_EPOCH,
    NO_PRODUCER_ID,
    NO_SEQUENCE,
    TRANSACTIONAL_BIT,
    BatchHeader,
    TimestampType,
    batch_crc,
    parse_header,
)
from odradek.protocol.records.checksum import crc32c
from odradek.protocol.records.compression import Buffer, Compression, compress, decompress
from odradek.protocol.records.errors import CorruptBatchError
from odradek.protocol.records.varint import append_varint, decode_varint

DECOMPRESSION_LIMIT_BYTES = 100 * 1024 * 1024
"""What one batch may unfold to; Kafka's largest request, and far above any sane batch."""


class Record(msgspec.Struct, frozen=True):
    """One record with its absolute offset and timestamp; `value` None is a tombstone."""

    offset: int
    timestamp_ms: int
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes | None], ...] = ()


def encode_batch(
    records: Sequence[Record],
    *,
    compression: Compression = Compression.NONE,
    compression_level: int | None = None,
    timestamp_type: TimestampType = TimestampType.CREATE_TIME,
    partition_leader_epoch: int = NO_LEADER_EPOCH,
    producer_id: int = NO_PRODUCER_ID,
    producer_epoch: int = NO_PRODUCER_EPOCH,
    base_sequence: int = NO_SEQUENCE,
    is_transactional: bool = False,
    is_control: bool = False,
    keep_offsets: bool = False,
) -> bytes:
    """One batch of at least one record; the first record's offset is the base offset.

    The others follow it one by one, whatever their `offset` says, as in every batch that a producer
    sends; `keep_offsets` keeps the holes of a compacted batch.
    """
    if not records:
        raise ValueError("a batch holds at least one record")
    first, last = records[0], records[-1]
    last_offset_delta = last.offset - first.offset if keep_offsets else len(records) - 1
    payload = bytearray()
    for index, record in enumerate(records):
        offset_delta = record.offset - first.offset if keep_offsets else index
        _append_record(payload, record, offset_delta, record.timestamp_ms - first.timestamp_ms)
    body = compress(compression, payload, compression_level)
    attributes = (
        compression
        | (LOG_APPEND_TIME_BIT if timestamp_type is TimestampType.LOG_APPEND_TIME else 0)
        | (TRANSACTIONAL_BIT if is_transactional else 0)
        | (CONTROL_BIT if is_control else 0)
    )
    return assemble_batch(
        BatchHeader(
            base_offset=first.offset,
            batch_length=0,
            partition_leader_epoch=partition_leader_epoch,
            magic=MAGIC,
            crc=0,
            attributes=attributes,
            last_offset_delta=last_offset_delta,
            base_timestamp=first.timestamp_ms,
            max_timestamp=max(record.timestamp_ms for record in records),
            producer_id=producer_id,
            producer_epoch=producer_epoch,
            base_sequence=base_sequence,
            records_count=len(records),
        ),
        body,
    )


def assemble_batch(header: BatchHeader, body: Buffer) -> bytes:
    """`header` before `body` (the records as they will travel), length and checksum made true."""
    header = header._replace(batch_length=HEADER_BYTES - LENGTH_PREFIX_BYTES + len(body))
    batch = bytearray(HEADER.pack(*header))
    batch += body
    CRC.pack_into(batch, CRC_POSITION, crc32c(memoryview(batch)[CHECKSUMMED_FROM:]))
    return bytes(batch)


def _append_record(
    payload: bytearray, record: Record, offset_delta: int, timestamp_delta: int
) -> None:
    body = bytearray(1)
    append_varint(body, timestamp_delta)
    append_varint(body, offset_delta)
    _append_nullable_bytes(body, record.key)
    _append_nullable_bytes(body, record.value)
    append_varint(body, len(record.headers))
    for name, value in record.headers:
        _append_nullable_bytes(body, name.encode())
        _append_nullable_bytes(body, value)
    append_varint(payload, len(body))
    payload += body


def _append_nullable_bytes(body: bytearray, value: bytes | None) -> None:
    if value is None:
        append_varint(body, -1)
    else:
        append_varint(body, len(value))
        body += value


def decode_records(
    batch: Buffer, *, limit_bytes: int = DECOMPRESSION_LIMIT_BYTES, verify_crc: bool = True
) -> list[Record]:
    """All records of one whole batch.

    Raises CorruptBatchError when anything in it contradicts itself, BatchTooLargeError when the
    records unfold to more than `limit_bytes`.
    """
    header = parse_header(batch)
    if header.magic != MAGIC:
        raise CorruptBatchError(f"magic {header.magic}, expected {MAGIC}")
    if header.size_bytes != len(batch):
        raise CorruptBatchError(f"a batch of {header.size_bytes} bytes in {len(batch)} bytes")
    if verify_crc and batch_crc(batch) != header.crc:
        raise CorruptBatchError(f"the checksum of the batch at {header.base_offset} is wrong")
    body = decompress(header.compression, memoryview(batch)[HEADER_BYTES:], limit_bytes)
    try:
        return _decode_body(header, bytes(body))
    except IndexError as error:
        raise CorruptBatchError("the records end in the middle of one") from error


def _decode_body(header: BatchHeader, body: bytes) -> list[Record]:
    records: list[Record] = []
    position = 0
    for _ in range(header.records_count):
        length, position = decode_varint(body, position)
        end = position + length
        if length < 0 or end > len(body):
            raise CorruptBatchError(f"a record claims {length} bytes at byte {position}")
        records.append(_decode_record(header, body, position, end))
        position = end
    if position != len(body):
        raise CorruptBatchError(f"{len(body) - position} bytes behind the last record")
    return records


def _decode_record(header: BatchHeader, body: bytes, position: int, end: int) -> Record:
    timestamp_delta, position = decode_varint(body, position + 1)
    offset_delta, position = decode_varint(body, position)
    key, position = _decode_nullable_bytes(body, position, end)
    value, position = _decode_nullable_bytes(body, position, end)
    headers, position = _decode_headers(body, position, end)
    if position != end:
        raise CorruptBatchError(f"a record ends at byte {position}, its length says {end}")
    if header.timestamp_type is TimestampType.LOG_APPEND_TIME:
        timestamp_ms = header.max_timestamp
    else:
        timestamp_ms = header.base_timestamp + timestamp_delta
    return Record(header.base_offset + offset_delta, timestamp_ms, key, value, headers)


def _decode_headers(
    body: bytes, position: int, end: int
) -> tuple[tuple[tuple[str, bytes | None], ...], int]:
    count, position = decode_varint(body, position)
    if count == 0:
        return (), position
    if not 0 < count <= end - position:
        raise CorruptBatchError(f"a record claims {count} headers at byte {position}")
    headers: list[tuple[str, bytes | None]] = []
    for _ in range(count):
        name, position = _decode_nullable_bytes(body, position, end)
        if name is None:
            raise CorruptBatchError(f"a header without a name before byte {position}")
        value, position = _decode_nullable_bytes(body, position, end)
        headers.append((name.decode(errors="replace"), value))
    return tuple(headers), position


def _decode_nullable_bytes(body: bytes, position: int, end: int) -> tuple[bytes | None, int]:
    length, position = decode_varint(body, position)
    if length == -1:
        return None, position
    if length < 0 or length > end - position:
        raise CorruptBatchError(f"a field claims {length} bytes at byte {position}")
    return body[position : position + length], position + length
