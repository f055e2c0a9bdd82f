"""What every format with a registry does: write, read back, refuse, and say which schema it was."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import msgspec
import pytest

from odradek.clients.errors import InvalidSetting, RegistryUnreachable
from odradek.clients.schema_registry import Schema, SchemaRegistry
from odradek.clients.schema_registry.connection import Connection
from odradek.clients.serializers import Place, SerializationError
from odradek.clients.serializers.registered import (
    AvroFormat,
    JsonSchemaFormat,
    ProtobufFormat,
    record_name,
)
from odradek.clients.serializers.registered.framing import read_frame
from odradek.schemas.schema import SchemaType

Make = Callable[..., Any]


@dataclass
class Order:
    number: int
    item: str


class OrderStruct(msgspec.Struct):
    number: int
    item: str


TEXTS = {
    SchemaType.AVRO: json.dumps(
        {
            "type": "record",
            "name": "Order",
            "namespace": "shop",
            "fields": [{"name": "number", "type": "long"}, {"name": "item", "type": "string"}],
        }
    ),
    SchemaType.JSON: json.dumps(
        {
            "type": "object",
            "title": "Order",
            "properties": {"number": {"type": "integer"}, "item": {"type": "string"}},
            "required": ["number", "item"],
        }
    ),
    SchemaType.PROTOBUF: (
        'syntax = "proto3"; package shop; message Order { int64 number = 1; string item = 2; }'
    ),
}
NAMES = {
    SchemaType.AVRO: "shop.Order",
    SchemaType.JSON: "Order",
    SchemaType.PROTOBUF: "shop.Order",
}
MAKES: dict[SchemaType, Make] = {
    SchemaType.AVRO: AvroFormat,
    SchemaType.JSON: JsonSchemaFormat,
    SchemaType.PROTOBUF: ProtobufFormat,
}
ORDER = {"number": 7, "item": "tea"}
ALL = pytest.mark.parametrize("kind", SchemaType)


@ALL
def test_what_was_written_reads_back_equal(
    kind: SchemaType, registry: SchemaRegistry, place: Place
) -> None:
    writer = MAKES[kind](registry, TEXTS[kind], auto_register=True)
    data = writer.serialize(Order(7, "tea"), place)
    assert writer.serialize(ORDER, place) == data
    assert writer.serialize(OrderStruct(7, "tea"), place) == data
    assert MAKES[kind](registry, type=Order).deserialize(data, place) == Order(7, "tea")
    assert MAKES[kind](registry, type=OrderStruct).deserialize(data, place) == OrderStruct(7, "tea")
    read = MAKES[kind](registry).deserialize(data, place)
    assert {**read, "number": int(read["number"])} == ORDER


@ALL
def test_null_stays_null_in_both_directions(
    kind: SchemaType, registry: SchemaRegistry, place: Place
) -> None:
    each = MAKES[kind](registry)
    assert each.serialize(None, place) is None
    assert each.deserialize(None, place) is None


@ALL
def test_a_schema_that_is_not_registered_is_refused_and_not_registered_on_the_way(
    kind: SchemaType, registry: SchemaRegistry, place: Place
) -> None:
    each = MAKES[kind](registry, TEXTS[kind])
    with pytest.raises(SerializationError, match=f"is not registered under {place.topic}-value"):
        each.serialize(ORDER, place)
    registry.register(f"{place.topic}-value", Schema(TEXTS[kind], kind))
    assert each.serialize(ORDER, place) is not None


@ALL
def test_without_a_schema_the_latest_of_the_subject_is_written_with(
    kind: SchemaType, registry: SchemaRegistry, place: Place
) -> None:
    each = MAKES[kind](registry)
    with pytest.raises(SerializationError, match="is not registered"):
        each.serialize(ORDER, place)
    made = registry.register(f"{place.topic}-value", Schema(TEXTS[kind], kind))
    data = each.serialize(ORDER, place)
    assert read_frame(data, place).id == made.id


@ALL
def test_a_guid_travels_in_a_header_and_the_bytes_are_the_data_alone(
    kind: SchemaType, registry: SchemaRegistry, place: Place
) -> None:
    each = MAKES[kind](registry, TEXTS[kind], auto_register=True, type=Order)
    in_bytes = each.serialize(Order(7, "tea"), place)
    in_headers = MAKES[kind](registry, TEXTS[kind], in_headers=True).serialize(ORDER, place)
    assert in_bytes.endswith(in_headers)
    assert [name for name, _ in place.headers] == ["__value_schema_id"]
    assert each.deserialize(in_headers, place) == Order(7, "tea")


@ALL
def test_a_subject_may_be_named_after_the_record(
    kind: SchemaType, registry: SchemaRegistry, place: Place
) -> None:
    subject = f"{place.topic}-of-{NAMES[kind]}"
    each = MAKES[kind](
        registry,
        TEXTS[kind],
        auto_register=True,
        subject=lambda at, name: f"{at.topic}-of-{name}",
    )
    each.serialize(ORDER, place)
    assert registry.latest(subject).schema.text == TEXTS[kind]


@ALL
def test_the_latest_schema_of_a_record_s_name_cannot_be_known_without_the_name(
    kind: SchemaType, registry: SchemaRegistry, place: Place
) -> None:
    with pytest.raises(InvalidSetting, match="has no name"):
        MAKES[kind](registry, subject=record_name).serialize(ORDER, place)


@ALL
@pytest.mark.parametrize("data", [{"number": "x", "item": "tea"}, {"item": 5}, "text", object()])
def test_data_that_the_schema_does_not_allow_is_refused(
    kind: SchemaType, registry: SchemaRegistry, place: Place, data: object
) -> None:
    each = MAKES[kind](registry, TEXTS[kind], auto_register=True)
    with pytest.raises(SerializationError, match=f"the value of a record of {place.topic}"):
        each.serialize(data, place)


@ALL
@pytest.mark.parametrize("damage", [b"", b"\0\0\0", b"\0\xff\xff\xff\xff\0", b"plain text"])
def test_bytes_that_are_no_record_of_a_schema_are_refused(
    kind: SchemaType, registry: SchemaRegistry, place: Place, damage: bytes
) -> None:
    with pytest.raises(SerializationError, match=f"the value of a record of {place.topic}"):
        MAKES[kind](registry).deserialize(damage, place)


@ALL
def test_data_that_was_cut_off_or_replaced_is_refused(
    kind: SchemaType, registry: SchemaRegistry, place: Place
) -> None:
    each = MAKES[kind](registry, TEXTS[kind], auto_register=True, type=Order)
    data = each.serialize(ORDER, place)
    for damaged in (data[:-2], data[:6] + b"\xff" * 9):
        with pytest.raises(SerializationError):
            each.deserialize(damaged, place)


@ALL
def test_a_schema_of_another_format_is_refused(
    kind: SchemaType, registry: SchemaRegistry, place: Place
) -> None:
    other = next(each for each in SchemaType if each is not kind)
    data = MAKES[other](registry, TEXTS[other], auto_register=True).serialize(ORDER, place)
    with pytest.raises(SerializationError, match=f"has a schema of type {other}, not {kind}"):
        MAKES[kind](registry).deserialize(data, place)


@ALL
def test_a_type_that_does_not_fit_is_refused(
    kind: SchemaType, registry: SchemaRegistry, place: Place
) -> None:
    @dataclass
    class Other:
        colour: str

    data = MAKES[kind](registry, TEXTS[kind], auto_register=True).serialize(ORDER, place)
    with pytest.raises(SerializationError, match="is no Other"):
        MAKES[kind](registry, type=Other).deserialize(data, place)


@ALL
def test_a_registry_is_asked_once_for_each_schema(
    kind: SchemaType, registry: SchemaRegistry, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    each = MAKES[kind](registry, TEXTS[kind], auto_register=True)
    reader = MAKES[kind](registry, type=Order)
    data = each.serialize(ORDER, place)
    reader.deserialize(data, place)
    monkeypatch.delattr(Connection, "request")
    assert each.serialize(ORDER, place) == data
    assert reader.deserialize(data, place) == Order(7, "tea")


@ALL
def test_a_registry_that_does_not_answer_is_no_fault_of_the_record(kind: SchemaType) -> None:
    with SchemaRegistry("http://127.0.0.1:1", timeout_s=5) as nobody:
        for each in (MAKES[kind](nobody, TEXTS[kind]), MAKES[kind](nobody)):
            with pytest.raises(RegistryUnreachable):
                each.serialize(ORDER, Place("orders", "value"))
        with pytest.raises(RegistryUnreachable):
            each.deserialize(b"\0\0\0\0\1\0\2", Place("orders", "value"))
