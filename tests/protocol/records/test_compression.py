"""The four codecs in the framings that other implementations write and read."""

import gzip

import cramjam
import lz4.frame
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from odradek.protocol.records.compression import (
    LZ4_BLOCK_BYTES,
    XERIAL_BLOCK_BYTES,
    XERIAL_MAGIC,
    Compression,
    compress,
    decompress,
)
from odradek.protocol.records.errors import BatchTooLargeError, CorruptBatchError

LIMIT_BYTES = 1 << 20
CODECS = [codec for codec in Compression if codec is not Compression.NONE]


def unpack(codec: Compression, compressed: bytes, limit_bytes: int = LIMIT_BYTES) -> bytes:
    return bytes(decompress(codec, compressed, limit_bytes))


@pytest.mark.parametrize("codec", Compression)
@given(st.binary(max_size=2000), st.integers(1, 100))
def test_what_is_compressed_comes_back(codec: Compression, piece: bytes, repeats: int) -> None:
    assert unpack(codec, compress(codec, piece * repeats)) == piece * repeats


@pytest.mark.parametrize("codec", CODECS)
@pytest.mark.parametrize(
    "size", [XERIAL_BLOCK_BYTES - 1, XERIAL_BLOCK_BYTES, LZ4_BLOCK_BYTES, LZ4_BLOCK_BYTES + 1]
)
def test_sizes_around_a_block_come_back(codec: Compression, size: int) -> None:
    content = bytes(range(251)) * (size // 251 + 1)
    assert unpack(codec, compress(codec, content[:size])) == content[:size]


def test_gzip_is_read_by_the_standard_library_and_back() -> None:
    assert gzip.decompress(compress(Compression.GZIP, b"records" * 99)) == b"records" * 99
    assert unpack(Compression.GZIP, gzip.compress(b"records" * 99)) == b"records" * 99


def test_zstd_is_read_by_zstandard_and_back() -> None:
    compressed = compress(Compression.ZSTD, b"records" * 99)
    assert zstandard.ZstdDecompressor().decompressobj().decompress(compressed) == b"records" * 99
    assert unpack(Compression.ZSTD, zstandard.compress(b"records" * 99)) == b"records" * 99


def test_lz4_is_a_frame_of_independent_blocks_without_checksums() -> None:
    content = bytes(range(256)) * 1000
    frame = compress(Compression.LZ4, content)
    described = lz4.frame.get_frame_info(frame)
    assert (described["block_size"], described["block_linked"]) == (64 * 1024, False)
    assert (described["content_checksum"], described["block_checksum"]) == (False, False)
    assert lz4.frame.decompress(frame) == content


@pytest.mark.parametrize("linked", [True, False])
def test_lz4_frames_of_other_writers_are_read(linked: bool) -> None:
    content = bytes(range(256)) * 1000
    frame = lz4.frame.compress(content, block_linked=linked, content_checksum=True)
    assert unpack(Compression.LZ4, frame) == content


def test_snappy_is_written_in_xerials_framing_and_read_with_or_without_it() -> None:
    content = bytes(range(256)) * 1000
    assert compress(Compression.SNAPPY, content).startswith(XERIAL_MAGIC)
    assert unpack(Compression.SNAPPY, bytes(cramjam.snappy.compress_raw(content))) == content


@pytest.mark.parametrize("codec", CODECS)
def test_nothing_unfolds_beyond_the_limit(codec: Compression) -> None:
    bomb = compress(codec, bytes(LIMIT_BYTES + 1))
    with pytest.raises(BatchTooLargeError):
        unpack(codec, bomb)
    assert len(unpack(codec, bomb, LIMIT_BYTES + 1)) == LIMIT_BYTES + 1


@pytest.mark.parametrize("codec", CODECS)
@given(st.binary(max_size=300))
def test_noise_is_refused_or_unfolds_within_the_limit(codec: Compression, noise: bytes) -> None:
    try:
        assert len(unpack(codec, noise)) <= LIMIT_BYTES
    except (CorruptBatchError, BatchTooLargeError):
        return


@pytest.mark.parametrize("codec", CODECS)
@given(st.integers(0), st.integers(1, 255))
def test_damaged_streams_are_refused_or_unfold_within_the_limit(
    codec: Compression, position: int, change: int
) -> None:
    stream = bytearray(compress(codec, b"flights and planes" * 200))
    stream[position % len(stream)] ^= change
    try:
        assert len(unpack(codec, bytes(stream))) <= LIMIT_BYTES
    except (CorruptBatchError, BatchTooLargeError):
        return
