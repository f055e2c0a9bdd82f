"""Zigzag varints."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odradek.protocol.records.errors import CorruptBatchError
from odradek.protocol.records.varint import append_varint, decode_varint


@pytest.mark.parametrize(
    ("value", "encoded"),
    [
        (0, b"\x00"),
        (-1, b"\x01"),
        (1, b"\x02"),
        (63, b"\x7e"),
        (-64, b"\x7f"),
        (64, b"\x80\x01"),
        (-(2**63), b"\xff" * 9 + b"\x01"),
    ],
)
def test_small_magnitudes_take_few_bytes(value: int, encoded: bytes) -> None:
    buffer = bytearray()
    append_varint(buffer, value)
    assert bytes(buffer) == encoded


@given(st.integers(-(2**63), 2**63 - 1), st.binary(max_size=3))
def test_every_value_of_64_bits_comes_back(value: int, before: bytes) -> None:
    buffer = bytearray(before)
    append_varint(buffer, value)
    assert decode_varint(bytes(buffer) + b"\xff", len(before)) == (value, len(buffer))


def test_more_than_ten_bytes_are_no_varint() -> None:
    with pytest.raises(CorruptBatchError):
        decode_varint(b"\x80" * 11, 0)


def test_the_end_of_the_input_is_an_index_error() -> None:
    with pytest.raises(IndexError):
        decode_varint(b"\x80", 0)
