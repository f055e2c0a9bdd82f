"""Reads batch headers from a partition's segment files, as they lie on disk.

Knows only the 61 bytes of a version 2 batch header, from Kafka's documentation of the format: it is
a witness of its own and shares no code with the broker under test.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

COMPRESSION_NAMES = ("none", "gzip", "snappy", "lz4", "zstd")
_LENGTH_PREFIX_BYTES = 12
_HEADER = struct.Struct(">qiibIhiqqqhii")


@dataclass(frozen=True, slots=True)
class BatchOnDisk:
    """What the tests look at in a batch header."""

    base_offset: int
    compression: str
    producer_id: int
    base_sequence: int
    record_count: int


def batches_on_disk(partition_directory: Path) -> Iterator[BatchOnDisk]:
    """Yield the batches of all segments, in offset order."""
    for segment in sorted(partition_directory.glob("*.log")):
        content = segment.read_bytes()
        position = 0
        while position + _HEADER.size <= len(content):
            fields = _HEADER.unpack_from(content, position)
            yield BatchOnDisk(
                base_offset=fields[0],
                compression=COMPRESSION_NAMES[fields[5] & 0b111],
                producer_id=fields[9],
                base_sequence=fields[11],
                record_count=fields[12],
            )
            position += _LENGTH_PREFIX_BYTES + fields[1]


def compression_types(partition_directory: Path) -> set[str]:
    """Return the compressions that occur in the partition."""
    return {batch.compression for batch in batches_on_disk(partition_directory)}
