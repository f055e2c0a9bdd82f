"""The record batch, magic 2: a 61-byte header, then records that may be compressed.

    bytes   0  base_offset             8   rewritten by the broker, outside the checksum
            8  batch_length            4   of everything behind this field
           12  partition_leader_epoch  4   rewritten by the broker, outside the checksum
           16  magic                   1   always 2
           17  crc                     4   CRC-32C of everything from attributes to the end
           21  attributes              2   bits 0-2 codec, 3 timestamp type, 4 transactional,
                                           5 control, 6 base_timestamp is a delete horizon
           23  last_offset_delta       4
           27  base_timestamp          8
           35  max_timestamp           8
           43  producer_id             8   -1 without idempotence
           51  producer_epoch          2
           53  base_sequence           4
           57  records_count           4

This module knows headers and where batches begin and end; `record.py` knows what is inside.
Source: Kafka's documentation, "Message Format"; KIP-98 for the producer fields.
"""

import struct
from collections.abc import Iterator
from enum import IntEnum
from typing import NamedTuple

from odradek.protocol.records.checksum import crc32c
from odradek.protocol.records.compression import Buffer, Compression
from odradek.protocol.records.errors import CorruptBatchError

MAGIC = 2
HEADER = struct.Struct(">qiibIhiqqqhii")
HEADER_BYTES = HEADER.size
LENGTH_PREFIX_BYTES = 12
"""base_offset and batch_length: what `batch_length` does not count."""
CHECKSUMMED_FROM = 21
MAGIC_POSITION = 16

PREFIX = struct.Struct(">qi")
ASSIGNED = struct.Struct(">qii")
"""base_offset, batch_length and leader epoch: all that a broker writes is outside the checksum."""
CRC = struct.Struct(">I")
CRC_POSITION = 17
ATTRIBUTES_LOW_POSITION = 22
"""The byte that holds the compression."""
ATTRIBUTES = struct.Struct(">h")
MAX_TIMESTAMP = struct.Struct(">q")
MAX_TIMESTAMP_POSITION = 35

COMPRESSION_MASK = 0x07
LOG_APPEND_TIME_BIT = 0x08
TRANSACTIONAL_BIT = 0x10
CONTROL_BIT = 0x20
DELETE_HORIZON_BIT = 0x40

NO_TIMESTAMP = -1
NO_PRODUCER_ID = -1
NO_PRODUCER_EPOCH = -1
NO_SEQUENCE = -1
NO_LEADER_EPOCH = -1
SEQUENCES = 2**31


class TimestampType(IntEnum):
    """Bit 3 of the attributes: who set the records' timestamps."""

    CREATE_TIME = 0
    LOG_APPEND_TIME = 1


class BatchHeader(NamedTuple):
    """The header's fields in wire order, with Kafka's names."""

    base_offset: int
    batch_length: int
    partition_leader_epoch: int
    magic: int
    crc: int
    attributes: int
    last_offset_delta: int
    base_timestamp: int
    max_timestamp: int
    producer_id: int
    producer_epoch: int
    base_sequence: int
    records_count: int

    @property
    def size_bytes(self) -> int:
        """Of the whole batch, header included."""
        return LENGTH_PREFIX_BYTES + self.batch_length

    @property
    def last_offset(self) -> int:
        return self.base_offset + self.last_offset_delta

    @property
    def next_offset(self) -> int:
        return self.base_offset + self.last_offset_delta + 1

    @property
    def last_sequence(self) -> int:
        """Sequences live on a ring of 2^31 numbers; without a producer there is none."""
        if self.base_sequence == NO_SEQUENCE:
            return NO_SEQUENCE
        return (self.base_sequence + self.last_offset_delta) % SEQUENCES

    @property
    def compression(self) -> Compression:
        """Raises CorruptBatchError for codec numbers that Kafka never assigned."""
        try:
            return Compression(self.attributes & COMPRESSION_MASK)
        except ValueError as error:
            codec = self.attributes & COMPRESSION_MASK
            raise CorruptBatchError(f"unknown compression codec {codec}") from error

    @property
    def timestamp_type(self) -> TimestampType:
        return TimestampType((self.attributes & LOG_APPEND_TIME_BIT) >> 3)

    @property
    def is_transactional(self) -> bool:
        return bool(self.attributes & TRANSACTIONAL_BIT)

    @property
    def is_control(self) -> bool:
        return bool(self.attributes & CONTROL_BIT)

    @property
    def has_delete_horizon(self) -> bool:
        return bool(self.attributes & DELETE_HORIZON_BIT)


def parse_header(buffer: Buffer, position: int = 0) -> BatchHeader:
    """The header at `position`; nothing in it is verified but that 61 bytes are there."""
    try:
        return BatchHeader._make(HEADER.unpack_from(buffer, position))
    except struct.error as error:
        raise CorruptBatchError(f"{len(buffer) - position} bytes are no batch header") from error


def batch_crc(batch: Buffer) -> int:
    """CRC-32C of what the checksum covers."""
    return crc32c(memoryview(batch)[CHECKSUMMED_FROM:])


def iterate_batches(buffer: Buffer) -> Iterator[tuple[BatchHeader, memoryview]]:
    """Every whole batch of `buffer` in order; a partial one at the end is left out.

    A Fetch response may legally end in the middle of a batch. Raises CorruptBatchError when a
    length field cannot be true or the magic is not 2.
    """
    view = memoryview(buffer)
    position = 0
    while len(view) - position >= HEADER_BYTES:
        header = parse_header(view, position)
        if header.magic != MAGIC:
            raise CorruptBatchError(f"magic {header.magic} at byte {position}, expected {MAGIC}")
        if header.size_bytes < HEADER_BYTES:
            raise CorruptBatchError(f"batch_length {header.batch_length} at byte {position}")
        if len(view) - position < header.size_bytes:
            return
        yield header, view[position : position + header.size_bytes]
        position += header.size_bytes


def split_batches(buffer: Buffer) -> Iterator[memoryview]:
    """Every whole batch of `buffer` as its bytes; see `iterate_batches`."""
    for _, batch in iterate_batches(buffer):
        yield batch
