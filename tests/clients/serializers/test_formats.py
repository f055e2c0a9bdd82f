"""Every format: what it writes, what it reads back, and what it refuses."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odradek.clients.serializers import (
    BYTES,
    JSON,
    STRING,
    JsonFormat,
    Place,
    SerializationError,
)

VALUE = Place("orders", "value")
json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


@dataclass
class Order:
    number: int
    at: datetime


@pytest.mark.parametrize("each", [BYTES, STRING, JSON])
def test_null_stays_null_in_both_directions(each: Any) -> None:
    assert each.serialize(None, VALUE) is None
    assert each.deserialize(None, VALUE) is None


@given(st.text())
def test_text_reads_back_equal(text: str) -> None:
    try:
        written = STRING.serialize(text, VALUE)
    except SerializationError:
        assert any("\ud800" <= char <= "\udfff" for char in text)
    else:
        assert STRING.deserialize(written, VALUE) == text


@given(json_values.filter(lambda value: value is not None))
def test_json_reads_back_equal(value: object) -> None:
    assert JSON.deserialize(JSON.serialize(value, VALUE), VALUE) == value


def test_json_reads_a_type_back_and_refuses_what_does_not_fit() -> None:
    orders = JsonFormat(Order)
    order = Order(7, datetime(2026, 11, 27, tzinfo=UTC))
    assert orders.deserialize(orders.serialize(order, VALUE), VALUE) == order
    with pytest.raises(SerializationError, match=r"the value of a record of orders is not JSON of"):
        orders.deserialize(b'{"number": "seven"}', VALUE)


@pytest.mark.parametrize(
    ("each", "data"),
    [(STRING, 7), (STRING, b"bytes"), (BYTES, "text"), (BYTES, 7), (JSON, object()), (JSON, {1j})],
)
def test_a_value_of_another_type_is_refused_and_not_guessed_at(each: Any, data: object) -> None:
    with pytest.raises(SerializationError, match="the key of a record of orders"):
        each.serialize(data, Place("orders", "key"))


@pytest.mark.parametrize(("each", "data"), [(STRING, b"\xff"), (JSON, b"{"), (JSON, b"\xff")])
def test_bytes_that_are_no_value_are_refused(each: Any, data: bytes) -> None:
    with pytest.raises(SerializationError, match="the value of a record of orders is not"):
        each.deserialize(data, VALUE)


def test_every_kind_of_bytes_becomes_bytes() -> None:
    assert BYTES.serialize(bytearray(b"a"), VALUE) == b"a"
    assert BYTES.serialize(memoryview(b"a"), VALUE) == b"a"
