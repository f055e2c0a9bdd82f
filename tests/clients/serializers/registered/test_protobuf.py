"""What Protobuf alone can do: messages of generated classes, and several in one schema."""

from dataclasses import dataclass
from typing import Any

import pytest
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass
from google.protobuf.timestamp_pb2 import Timestamp

from odradek.clients.schema_registry import Reference, Schema, SchemaRegistry
from odradek.clients.serializers import Place, SerializationError
from odradek.clients.serializers.registered import ProtobufFormat
from odradek.schemas.protobuf import parse
from odradek.schemas.schema import SchemaType

SHOP = """
syntax = "proto3";
package shop;
message Customer { string name = 1; }
message Order {
  message Line { string item = 1; int64 cents = 2; bytes seal = 3; }
  repeated Line lines = 1;
}
"""


def generated(*indexes: int) -> type[Message]:
    """The class that a compiler would have made."""
    made: type[Message] = GetMessageClass(parse(SHOP).message(indexes))
    return made


def test_messages_are_written_with_their_place_in_the_schema(
    registry: SchemaRegistry, place: Place
) -> None:
    each = ProtobufFormat(registry, SHOP, auto_register=True)
    customer: Any = generated(0)(name="Ada")
    line: Any = generated(1, 0)(item="tea", cents=990)
    first, second = each.serialize(customer, place), each.serialize(line, place)
    assert first is not None
    assert second is not None
    assert (first[5:6], second[5:8]) == (b"\0", b"\4\2\0")
    assert each.deserialize(first, place) == {"name": "Ada"}
    read = ProtobufFormat(registry, type=generated(1, 0)).deserialize(second, place)
    assert isinstance(read, Message)
    assert read.SerializeToString() == line.SerializeToString()


def test_plain_data_is_the_message_that_was_named(registry: SchemaRegistry, place: Place) -> None:
    @dataclass
    class Line:
        item: str
        cents: int
        seal: bytes

    @dataclass
    class Order:
        lines: list[Line]

    each = ProtobufFormat(registry, SHOP, message="shop.Order", type=Order, auto_register=True)
    order = Order([Line("tea", 990, b"\xff\0")])
    assert each.deserialize(each.serialize(order, place), place) == order


def test_a_message_that_the_schema_does_not_have_is_refused(
    registry: SchemaRegistry, place: Place
) -> None:
    each = ProtobufFormat(registry, SHOP, auto_register=True)
    with pytest.raises(SerializationError, match=r"google\.protobuf\.Timestamp, which its schema"):
        each.serialize(Timestamp(seconds=7), place)
    with pytest.raises(SerializationError, match=r"shop\.None, which its schema"):
        ProtobufFormat(registry, SHOP, message="shop.None").serialize({}, place)


def test_a_record_of_no_message_of_its_schema_is_refused(
    registry: SchemaRegistry, place: Place
) -> None:
    made = registry.register(f"{place.topic}-value", Schema(SHOP, SchemaType.PROTOBUF))
    data = bytes([0, *(made.id or 0).to_bytes(4, "big"), 2, 18])
    with pytest.raises(SerializationError, match="of no message of its schema"):
        ProtobufFormat(registry).deserialize(data, place)


def test_messages_of_other_files_are_used(registry: SchemaRegistry, place: Place) -> None:
    registry.register(f"{place.topic}-shop", Schema(SHOP, SchemaType.PROTOBUF))
    text = 'syntax = "proto3"; import "shop.proto"; message Gift { shop.Customer from = 1; }'
    each = ProtobufFormat(
        registry,
        text,
        references=[Reference("shop.proto", f"{place.topic}-shop", 1)],
        auto_register=True,
    )
    data = each.serialize({"from": {"name": "Ada"}}, place)
    assert ProtobufFormat(registry).deserialize(data, place) == {"from": {"name": "Ada"}}
