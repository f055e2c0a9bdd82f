"""Records as slices of their batch: only what compaction asks for is read.

Decoding a record into an object and encoding it again costs several times what looking at its key
does. The keys of a batch are read first, each with its place (`record_keys`); then of those that
stay the rest, without walking over the others. Records that stay are copied as they stand; the
fields in front of the key are rewritten only when the batch's base timestamp moves (KIP-534: it
then holds the delete horizon).

Raises what `decode_records` raises, for the same reasons.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from odradek.protocol.records.batch import (
    COMPRESSION_MASK,
    DELETE_HORIZON_BIT,
    HEADER_BYTES,
    LOG_APPEND_TIME_BIT,
    NO_PRODUCER_EPOCH,
    NO_PRODUCER_ID,
    NO_SEQUENCE,
    NO_TIMESTAMP,
    BatchHeader,
)
from odradek.protocol.records.compression import Buffer, Compression, compress, decompress
from odradek.protocol.records.errors import CorruptBatchError
from odradek.protocol.records.record import DECOMPRESSION_LIMIT_BYTES, assemble_batch
from odradek.protocol.records.record_keys import OFFSET_SHIFT, START_MASK
from odradek.protocol.records.varint import append_varint, decode_varint

_ZIGZAG = tuple((value >> 1) ^ -(value & 1) for value in range(128))
_new_tuple = tuple.__new__  # what a named tuple's constructor does behind a call of its own

__all__ = [
    "RawRecord",
    "empty_batch",
    "placeholder",
    "rebuild_batch",
    "records_at",
    "records_body",
    "walk_records",
]


class RawRecord(NamedTuple):
    """One record: `body[start:end]`, of which what follows the timestamp begins at `rest`."""

    offset_delta: int
    timestamp_delta: int
    has_key: bool
    is_tombstone: bool
    start: int
    rest: int
    end: int


def records_body(header: BatchHeader, batch: Buffer) -> bytes:
    """The records of a whole batch, decompressed."""
    view = memoryview(batch)[HEADER_BYTES:]
    return bytes(decompress(header.compression, view, DECOMPRESSION_LIMIT_BYTES))


def walk_records(header: BatchHeader, body: bytes) -> Iterator[RawRecord]:
    """Every record of a body, in order."""
    position = 0
    for _ in range(header.records_count):
        record = _read_record(body, position)
        yield record
        position = record.end
    if position != len(body):
        raise CorruptBatchError(f"the records take {position} of {len(body)} bytes")


def records_at(header: BatchHeader, body: bytes, places: Iterable[int]) -> list[RawRecord]:
    """The records of a body that `read_keys` has found at these places."""
    records: list[RawRecord] = []
    for place in places:
        record = _read_record(body, place & START_MASK)
        if header.base_offset + record.offset_delta != place >> OFFSET_SHIFT:
            raise CorruptBatchError(f"a record claims an offset delta of {record.offset_delta}")
        records.append(record)
    return records


def _read_record(body: bytes, start: int) -> RawRecord:  # noqa: C901 - calls cost twice the rest
    """Most numbers are read in place, up to two bytes of them."""
    try:
        byte = body[start]
        if byte < 128:
            length, position = _ZIGZAG[byte], start + 1
        elif (more := body[start + 1]) < 128:
            length, position = (byte & 0x7F | more << 7) >> 1 ^ -(byte & 1), start + 2
        else:
            length, position = decode_varint(body, start)
        end = position + length
        byte = body[position + 1]
        if byte < 128:
            timestamp_delta, rest = _ZIGZAG[byte], position + 2
        else:
            timestamp_delta, rest = decode_varint(body, position + 1)
        byte = body[rest]
        if byte < 128:
            offset_delta, position = _ZIGZAG[byte], rest + 1
        elif (more := body[rest + 1]) < 128:
            offset_delta, position = (byte & 0x7F | more << 7) >> 1 ^ -(byte & 1), rest + 2
        else:
            offset_delta, position = decode_varint(body, rest)
        byte = body[position]
        if byte < 128:
            key_bytes, position = _ZIGZAG[byte], position + 1
        else:
            key_bytes, position = decode_varint(body, position)
        if key_bytes > 0:
            position += key_bytes
        byte = body[position]
        if byte < 128:
            value_bytes, position = _ZIGZAG[byte], position + 1
        else:
            value_bytes, position = decode_varint(body, position)
    except IndexError as error:
        raise CorruptBatchError("the records end in the middle of one") from error
    if length < 0 or end > len(body):
        raise CorruptBatchError(f"a record claims {length} bytes at byte {start}")
    if position > end or key_bytes < -1 or not -1 <= value_bytes <= end - position:
        raise CorruptBatchError(f"a record ends at byte {end}, its fields do not")
    return _new_tuple(
        RawRecord,
        (offset_delta, timestamp_delta, key_bytes >= 0, value_bytes < 0, start, rest, end),
    )


def rebuild_batch(
    header: BatchHeader, body: bytes, kept: Sequence[RawRecord], delete_horizon_ms: int | None
) -> bytes:
    """The batch with some of its records; its offsets, producer and codec stay.

    `delete_horizon_ms` is when its tombstones or its marker may go; None leaves what was there.
    """
    base_timestamp, attributes = header.base_timestamp, header.attributes
    largest = max(record.timestamp_delta for record in kept)
    max_timestamp = header.max_timestamp
    if header.max_timestamp != NO_TIMESTAMP and not header.timestamp_type:
        max_timestamp = header.base_timestamp + largest
    if delete_horizon_ms is None:
        records = b"".join([body[record.start : record.end] for record in kept])
    else:
        base_timestamp, attributes = delete_horizon_ms, attributes | DELETE_HORIZON_BIT
        shift = header.base_timestamp - delete_horizon_ms
        records = bytes(_shifted(body, kept, shift))
    rebuilt = header._replace(
        attributes=attributes,
        base_timestamp=base_timestamp,
        max_timestamp=max_timestamp,
        records_count=len(kept),
    )
    return assemble_batch(rebuilt, compress(header.compression, records))


def _shifted(body: bytes, kept: Iterable[RawRecord], shift_ms: int) -> bytearray:
    """The records with their timestamps relative to another base."""
    records = bytearray()
    for record in kept:
        front = bytearray(1)
        append_varint(front, record.timestamp_delta + shift_ms)
        append_varint(records, len(front) + record.end - record.rest)
        records += front
        records += body[record.rest : record.end]
    return records


def empty_batch(header: BatchHeader) -> bytes:
    """The batch without records: its offsets and its producer's last sequence are kept."""
    attributes = header.attributes & ~(COMPRESSION_MASK | DELETE_HORIZON_BIT)
    bare = header._replace(attributes=attributes | Compression.NONE, records_count=0)
    return assemble_batch(bare, b"")


def placeholder(header: BatchHeader) -> bytes:
    """A batch that holds nothing but the offsets of another."""
    attributes = header.attributes & LOG_APPEND_TIME_BIT
    nobody = header._replace(
        attributes=attributes,
        producer_id=NO_PRODUCER_ID,
        producer_epoch=NO_PRODUCER_EPOCH,
        base_sequence=NO_SEQUENCE,
    )
    return empty_batch(nobody)
