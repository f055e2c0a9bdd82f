"""Which schema a record's part says it was written with."""

import pytest

from odradek.clients.serializers import Place, SerializationError
from odradek.clients.serializers.registered.framing import read_frame, read_message
from odradek.schemas.wire_format import guid_header

GUID = "89791762-2336-4186-9674-299b90a802e2"


def place(headers: list[tuple[str, bytes | None]] | None = None) -> Place:
    return Place("orders", "value", headers or [])


def test_an_id_stands_in_front_of_the_data() -> None:
    frame = read_frame(b"\0\0\0\1\2data", place())
    assert (frame.id, frame.guid, frame.data) == (258, None, b"data")


def test_a_header_counts_before_the_bytes() -> None:
    headers = [("__value_schema_id", guid_header(GUID) + b"\4\2\0")]
    frame = read_frame(b"\0\0\0\1\2data", place([*headers]))
    assert (frame.id, frame.guid, frame.data) == (None, GUID, b"\0\0\0\1\2data")
    assert read_message(frame, place()) == ((1, 0), frame.data)


def test_a_header_that_is_no_guid_s_is_somebody_else_s() -> None:
    frame = read_frame(b"\0\0\0\1\2data", place([("__value_schema_id", b"{}")]))
    assert frame.id == 258


def test_which_message_it_is_stands_behind_the_id() -> None:
    assert read_message(read_frame(b"\0\0\0\0\7\0data", place()), place()) == ((0,), b"data")


@pytest.mark.parametrize("data", [b"", b"\0", b"\0\0\0\0", b"\1\0\0\0\1", b"plain text"])
def test_bytes_that_name_no_schema_are_refused(data: bytes) -> None:
    with pytest.raises(SerializationError, match="the value of a record of orders names no schema"):
        read_frame(data, place())
    with pytest.raises(SerializationError, match="names no schema"):
        read_frame(data, place([("__key_schema_id", guid_header(GUID))]))


def test_a_header_that_is_too_short_is_refused() -> None:
    with pytest.raises(SerializationError, match="names no schema"):
        read_frame(b"data", place([("__value_schema_id", b"\1\2\3")]))


@pytest.mark.parametrize("data", [b"\2", b"\xff\xff\xff\xff\x0f", b"\1"])
def test_data_of_no_message_is_refused(data: bytes) -> None:
    with pytest.raises(SerializationError, match="does not say which message"):
        read_message(read_frame(b"\0\0\0\0\7" + data, place()), place())
