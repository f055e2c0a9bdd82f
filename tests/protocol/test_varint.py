"""Unsigned varints."""

import pytest

from odradek.protocol.errors import DecodeError
from odradek.protocol.varint import decode_unsigned_varint, encode_unsigned_varint

ENCODED = [
    (0, b"\x00"),
    (127, b"\x7f"),
    (128, b"\x80\x01"),
    (300, b"\xac\x02"),
    (16_384, b"\x80\x80\x01"),
    (2**32 - 1, b"\xff\xff\xff\xff\x0f"),
]


@pytest.mark.parametrize(("value", "encoded"), ENCODED)
def test_values_are_seven_bits_per_byte_least_significant_first(value: int, encoded: bytes) -> None:
    assert encode_unsigned_varint(value) == encoded
    assert decode_unsigned_varint(memoryview(b"-" + encoded), 1) == (value, 1 + len(encoded))


@pytest.mark.parametrize("encoded", [b"\xff\xff\xff\xff\x10", b"\x80\x80\x80\x80\x80\x01"])
def test_more_than_32_bits_are_refused(encoded: bytes) -> None:
    with pytest.raises(DecodeError, match="32 bits"):
        decode_unsigned_varint(memoryview(encoded), 0)


def test_a_varint_cut_short_is_an_index_error() -> None:
    with pytest.raises(IndexError):
        decode_unsigned_varint(memoryview(b"\x80"), 0)
