"""A record says which schema it was written with, in front of its data or in a header."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odradek.schemas.wire_format import (
    ID_MAX,
    UnknownFraming,
    decode_message_indexes,
    encode_message_indexes,
    guid_header,
    id_prefix,
    split_header,
    split_prefix,
)

GUID = "89791762-2336-4186-9674-299b90a802e2"


def test_an_id_stands_behind_a_zero_with_its_most_significant_byte_first() -> None:
    assert id_prefix(258) == b"\x00\x00\x00\x01\x02"


@given(st.integers(0, ID_MAX), st.binary())
def test_id_and_data_come_back(schema_id: int, data: bytes) -> None:
    assert split_prefix(id_prefix(schema_id) + data) == (schema_id, data)


def test_a_guid_stands_behind_a_one_in_the_order_it_is_written() -> None:
    assert guid_header(GUID) == bytes.fromhex("01" + GUID.replace("-", ""))
    assert split_header(guid_header(GUID) + b"\x02\x04") == (GUID, b"\x02\x04")


@pytest.mark.parametrize("framed", [b"", b"\x00\x00\x00", b'{"a": 1}'])
def test_what_has_no_prefix_is_told_by_its_first_bytes(framed: bytes) -> None:
    with pytest.raises(UnknownFraming, match=framed[:8].hex(" ") or "nothing"):
        split_prefix(framed)


@pytest.mark.parametrize("value", [b"", b"\x01" * 16, b"\x00" * 17])
def test_what_is_no_header_of_a_schema_is_refused(value: bytes) -> None:
    with pytest.raises(UnknownFraming):
        split_header(value)


@pytest.mark.parametrize("guid", ["", GUID[:-1], "g" * 32])
def test_what_is_no_guid_makes_no_header(guid: str) -> None:
    with pytest.raises(ValueError, match=r"GUID|hexadecimal"):
        guid_header(guid)


@pytest.mark.parametrize(
    ("indexes", "encoded"),
    [
        ((0,), b"\x00"),
        ((1,), b"\x02\x02"),
        ((0, 0), b"\x04\x00\x00"),
        ((2, 100), b"\x04\x04\xc8\x01"),
    ],
)
def test_the_first_message_of_a_file_is_a_single_zero(
    indexes: tuple[int, ...], encoded: bytes
) -> None:
    assert encode_message_indexes(indexes) == encoded
    assert decode_message_indexes(encoded + b"data") == (indexes, len(encoded))


def test_the_first_message_spelled_out_is_understood() -> None:
    assert decode_message_indexes(b"\x02\x00data") == ((0,), 2)


@given(st.lists(st.integers(0, 2**20), min_size=1, max_size=10), st.binary(max_size=3))
def test_message_indexes_come_back(indexes: list[int], data: bytes) -> None:
    encoded = encode_message_indexes(indexes)
    assert decode_message_indexes(encoded + data) == (tuple(indexes), len(encoded))


@pytest.mark.parametrize("data", [b"", b"\x04\x00", b"\x01", b"\xff" * 20, b"\xfe\xff\x03"])
def test_what_are_no_message_indexes_is_refused(data: bytes) -> None:
    with pytest.raises(UnknownFraming):
        decode_message_indexes(data)
