"""Batch headers, and walking a buffer of batches."""

import struct

import pytest

from odradek.protocol.records import (
    CorruptBatchError,
    Record,
    encode_batch,
    iterate_batches,
    parse_header,
    split_batches,
)


def batch(base_offset: int, count: int = 1, base_sequence: int = -1) -> bytes:
    records = [Record(base_offset + index, 0, None, b"v") for index in range(count)]
    return encode_batch(records, producer_id=1, producer_epoch=0, base_sequence=base_sequence)


def test_the_header_knows_its_offsets_and_size() -> None:
    content = batch(40, count=3)
    header = parse_header(content)
    assert (header.base_offset, header.last_offset, header.next_offset) == (40, 42, 43)
    assert (header.records_count, header.size_bytes) == (3, len(content))


@pytest.mark.parametrize(
    ("base_sequence", "last_sequence"),
    [(0, 2), (2**31 - 3, 2**31 - 1), (2**31 - 2, 0), (2**31 - 1, 1), (-1, -1)],
)
def test_the_last_sequence_wraps(base_sequence: int, last_sequence: int) -> None:
    header = parse_header(batch(0, count=3, base_sequence=base_sequence))
    assert header.last_sequence == last_sequence


def test_a_buffer_is_split_into_its_batches() -> None:
    parts = [batch(0), batch(1, count=2), batch(3)]
    assert [bytes(part) for part in split_batches(b"".join(parts))] == parts


@pytest.mark.parametrize("cut", [1, 20, 61, 68])
def test_a_partial_batch_at_the_end_is_left_out(cut: int) -> None:
    whole, partial = batch(0), batch(1)[:cut]
    assert [header.base_offset for header, _ in iterate_batches(whole + partial)] == [0]


def test_an_empty_buffer_holds_no_batches() -> None:
    assert list(iterate_batches(b"")) == []


@pytest.mark.parametrize("length", [-1, 0, 48])
def test_a_length_shorter_than_the_header_is_corrupt(length: int) -> None:
    damaged = bytearray(batch(0))
    struct.pack_into(">i", damaged, 8, length)
    with pytest.raises(CorruptBatchError, match="batch_length"):
        list(iterate_batches(bytes(damaged)))


def test_another_magic_is_corrupt() -> None:
    damaged = bytearray(batch(0))
    damaged[16] = 1
    with pytest.raises(CorruptBatchError, match="magic 1"):
        list(iterate_batches(bytes(damaged)))


def test_an_unknown_codec_is_corrupt() -> None:
    damaged = bytearray(batch(0))
    struct.pack_into(">h", damaged, 21, 7)
    with pytest.raises(CorruptBatchError, match="codec 7"):
        _ = parse_header(bytes(damaged)).compression


def test_a_fragment_is_no_header() -> None:
    with pytest.raises(CorruptBatchError, match="60 bytes"):
        parse_header(bytes(60))
