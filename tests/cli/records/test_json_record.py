import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from odradek.cli.records.json_record import JsonRecord, json_record, timestamp_text

KEYS = st.none() | st.binary() | st.text().map(str.encode)
TEXT_VALUES = st.sampled_from([b"null", b" null ", b"", b"plain", b'{"cut":', b"\xff", b"NaN"])
VALUES = st.none() | st.binary() | st.text().map(str.encode) | TEXT_VALUES
HEADERS = st.lists(st.tuples(st.text(), KEYS), min_size=1)


def printed(
    *,
    key: bytes | None = None,
    value: bytes | None = b"{}",
    headers: list[tuple[str, bytes | None]] | None = None,
) -> bytes:
    record = json_record(
        topic="flights",
        partition=3,
        offset=41,
        timestamp_ms=0,
        key=key,
        value=value,
        headers=headers,
    )
    return msgspec.json.encode(record)


def read_back(line: bytes) -> JsonRecord:
    return msgspec.json.decode(line, type=JsonRecord)


@given(key=KEYS, value=VALUES, headers=HEADERS)
def test_what_is_printed_is_read_back_the_same(
    key: bytes | None, value: bytes | None, headers: list[tuple[str, bytes | None]]
) -> None:
    line = printed(key=key, value=value, headers=headers)
    record = read_back(line)

    assert b"\n" not in line
    assert record.key_bytes() == key
    assert record.header_list() == headers
    if value is None or record.value is msgspec.UNSET:
        assert record.value_bytes() == value
    else:
        assert record.value_bytes() == msgspec.json.format(value, indent=-1)


def test_json_value_is_compacted_to_one_line_and_keeps_its_digits() -> None:
    line = printed(value=b'{"price": 12345678901234567890.10,\n "n": 1e5}')

    assert b'"value":{"price":12345678901234567890.10,"n":1e5}' in line


def test_tombstone_is_printed_as_a_null_value() -> None:
    assert b'"value":null' in printed(value=None)


def test_json_null_is_told_apart_from_a_tombstone() -> None:
    line = printed(value=b"null")

    assert b'"value_text":"null"' in line
    assert read_back(line).value_bytes() == b"null"


def test_record_without_any_value_is_refused() -> None:
    with pytest.raises(ValueError, match="it has no value"):
        read_back(b'{"key":"k"}').value_bytes()


def test_bytes_that_are_no_text_travel_as_base64() -> None:
    assert b'"key_base64":"/w=="' in printed(key=b"\xff")
    assert b'"value_base64":"/w=="' in printed(value=b"\xff")


def test_timestamp_is_shown_in_utc_to_the_millisecond() -> None:
    assert timestamp_text(1_763_847_907_123) == "2025-11-22T21:45:07.123Z"
    assert timestamp_text(None) is None
