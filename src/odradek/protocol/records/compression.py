"""The four codecs of record batches, each in the framing Kafka's clients write and expect.

`gzip` and `zstd` are their standard streams. `snappy` is written in the block framing of xerial's
SnappyOutputStream (16-byte header, 32 KiB blocks behind 32-bit lengths) and read in that framing or
as one raw block, because some clients write raw. `lz4` is a frame of independent 64 KiB blocks
without checksums: Kafka's Java reader refuses frames whose blocks depend on each other.

Invariant: no input, however small, makes `decompress` allocate much more than `limit_bytes`. Output
buffers start at a few times the input and double, so an honest batch costs at most a few passes.
"""

import struct
from enum import IntEnum
from typing import TypeAlias

import cramjam

from odradek.protocol.records.errors import BatchTooLargeError, CorruptBatchError

Buffer: TypeAlias = bytes | bytearray | memoryview

DEFAULT_GZIP_LEVEL = 6
DEFAULT_ZSTD_LEVEL = 3

XERIAL_MAGIC = b"\x82SNAPPY\x00"
XERIAL_HEADER = XERIAL_MAGIC + struct.pack(">ii", 1, 1)
XERIAL_BLOCK_BYTES = 32 * 1024
XERIAL_BLOCK_LENGTH = struct.Struct(">i")

# Magic number, flags (version 1, independent blocks), 64 KiB blocks, and the header's own checksum.
LZ4_FRAME_HEADER = bytes.fromhex("04224d18604082")
LZ4_FRAME_END = bytes(4)
LZ4_BLOCK_BYTES = 64 * 1024
LZ4_BLOCK_LENGTH = struct.Struct("<I")
LZ4_STORED_BLOCK = 0x80000000

SMALLEST_OUTPUT_BYTES = 64 * 1024
OUTPUT_TOO_SMALL = "whole buffer"


class Compression(IntEnum):
    """Bits 0 to 2 of a batch's attributes."""

    NONE = 0
    GZIP = 1
    SNAPPY = 2
    LZ4 = 3
    ZSTD = 4


def compress(codec: Compression, records: Buffer, level: int | None = None) -> bytes:
    """`records` in the codec's framing; `level` is for gzip and zstd."""
    if codec is Compression.GZIP:
        return bytes(cramjam.gzip.compress(records, level or DEFAULT_GZIP_LEVEL))
    if codec is Compression.SNAPPY:
        return compress_snappy_blocks(records)
    if codec is Compression.LZ4:
        return compress_lz4_frame(records)
    if codec is Compression.ZSTD:
        return bytes(cramjam.zstd.compress(records, level or DEFAULT_ZSTD_LEVEL))
    return bytes(records)


def decompress(codec: Compression, compressed: Buffer, limit_bytes: int) -> Buffer:
    """The records inside; uncompressed ones are returned as they are, uncopied.

    Raises BatchTooLargeError above `limit_bytes` and CorruptBatchError for what is no such stream.
    """
    if codec is Compression.NONE:
        return compressed
    try:
        if codec is Compression.SNAPPY:
            return decompress_snappy(compressed, limit_bytes)
        return _decompress_stream(codec, compressed, limit_bytes)
    except (cramjam.DecompressionError, struct.error) as error:
        raise CorruptBatchError(f"the records are no valid {codec.name} stream: {error}") from error


def _decompress_stream(codec: Compression, compressed: Buffer, limit_bytes: int) -> Buffer:
    stream = {
        Compression.GZIP: cramjam.gzip,
        Compression.LZ4: cramjam.lz4,
        Compression.ZSTD: cramjam.zstd,
    }[codec]
    output_bytes = min(max(4 * len(compressed), SMALLEST_OUTPUT_BYTES), limit_bytes)
    while True:
        output = bytearray(output_bytes)
        try:
            written = stream.decompress_into(compressed, output)
        except cramjam.DecompressionError as error:
            if OUTPUT_TOO_SMALL not in str(error):
                raise
            output_bytes = _next_output_bytes(output_bytes, limit_bytes)
        else:
            return memoryview(output)[:written]


def _next_output_bytes(output_bytes: int, limit_bytes: int) -> int:
    if output_bytes >= limit_bytes:
        raise BatchTooLargeError(f"the records decompress to more than {limit_bytes} bytes")
    return min(4 * output_bytes, limit_bytes)


def compress_snappy_blocks(records: Buffer) -> bytes:
    """xerial's framing: its header, then length and raw snappy block for every 32 KiB."""
    view = memoryview(records)
    framed = bytearray(XERIAL_HEADER)
    for start in range(0, len(view), XERIAL_BLOCK_BYTES):
        block = bytes(cramjam.snappy.compress_raw(view[start : start + XERIAL_BLOCK_BYTES]))
        framed += XERIAL_BLOCK_LENGTH.pack(len(block))
        framed += block
    return bytes(framed)


def decompress_snappy(compressed: Buffer, limit_bytes: int) -> bytes:
    """xerial's framing, or one raw block when its magic is missing."""
    view = memoryview(compressed)
    if view[: len(XERIAL_MAGIC)] != XERIAL_MAGIC:
        return _decompress_snappy_block(view, limit_bytes)
    blocks: list[bytes] = []
    position, total_bytes = len(XERIAL_HEADER), 0
    while position < len(view):
        (length,) = XERIAL_BLOCK_LENGTH.unpack_from(view, position)
        position += XERIAL_BLOCK_LENGTH.size
        if not 0 < length <= len(view) - position:
            raise CorruptBatchError(f"a snappy block claims {length} bytes")
        block = _decompress_snappy_block(
            view[position : position + length], limit_bytes - total_bytes
        )
        blocks.append(block)
        total_bytes += len(block)
        position += length
    return b"".join(blocks)


def _decompress_snappy_block(block: memoryview, limit_bytes: int) -> bytes:
    if cramjam.snappy.decompress_raw_len(block) > limit_bytes:
        raise BatchTooLargeError("the snappy records decompress to more than is allowed")
    return bytes(cramjam.snappy.decompress_raw(block))


def compress_lz4_frame(records: Buffer) -> bytes:
    """An LZ4 frame of independent blocks; a block that does not shrink is stored."""
    view = memoryview(records)
    frame = bytearray(LZ4_FRAME_HEADER)
    for start in range(0, len(view), LZ4_BLOCK_BYTES):
        chunk = view[start : start + LZ4_BLOCK_BYTES]
        block = bytes(cramjam.lz4.compress_block(chunk, store_size=False))
        if len(block) < len(chunk):
            frame += LZ4_BLOCK_LENGTH.pack(len(block))
            frame += block
        else:
            frame += LZ4_BLOCK_LENGTH.pack(len(chunk) | LZ4_STORED_BLOCK)
            frame += chunk
    frame += LZ4_FRAME_END
    return bytes(frame)
