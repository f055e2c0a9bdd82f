"""What Avro alone can do: readers with schemas of their own, logical types, named types."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from odradek.clients.schema_registry import Reference, Schema, SchemaRegistry
from odradek.clients.serializers import Place, SerializationError
from odradek.clients.serializers.registered import AvroFormat
from odradek.schemas.schema import SchemaType


def record(*fields: dict[str, Any]) -> str:
    return json.dumps({"type": "record", "name": "R", "fields": list(fields)})


NUMBER = {"name": "number", "type": "int"}


def test_a_reader_with_a_schema_of_its_own_gets_its_defaults(
    registry: SchemaRegistry, place: Place
) -> None:
    data = AvroFormat(registry, record(NUMBER), auto_register=True).serialize({"number": 7}, place)
    newer = record(
        {"name": "number", "type": "long"}, {"name": "b", "type": "string", "default": "?"}
    )
    assert AvroFormat(registry, newer).deserialize(data, place) == {"number": 7, "b": "?"}


def test_a_reader_that_cannot_read_the_writer_s_schema_says_so(
    registry: SchemaRegistry, place: Place
) -> None:
    data = AvroFormat(registry, record(NUMBER), auto_register=True).serialize({"number": 7}, place)
    other = record({"name": "other", "type": "string"})
    with pytest.raises(SerializationError, match="cannot be read with its schema"):
        AvroFormat(registry, other).deserialize(data, place)


def test_a_field_that_the_schema_does_not_have_is_refused_and_not_lost(
    registry: SchemaRegistry, place: Place
) -> None:
    each = AvroFormat(registry, record({**NUMBER, "default": 0}), auto_register=True)
    assert each.deserialize(each.serialize({}, place), place) == {"number": 0}
    with pytest.raises(SerializationError, match="nubmer"):
        each.serialize({"nubmer": 7}, place)


def test_logical_types_are_python_s_own(registry: SchemaRegistry, place: Place) -> None:
    @dataclass
    class Payment:
        id: UUID
        at: datetime
        amount: Decimal
        seal: bytes

    schema = record(
        {"name": "id", "type": {"type": "string", "logicalType": "uuid"}},
        {"name": "at", "type": {"type": "long", "logicalType": "timestamp-millis"}},
        {
            "name": "amount",
            "type": {"type": "bytes", "logicalType": "decimal", "precision": 9, "scale": 2},
        },
        {"name": "seal", "type": "bytes"},
    )
    payment = Payment(UUID(int=7), datetime(2026, 11, 27, tzinfo=UTC), Decimal("9.90"), b"\xff\0")
    each = AvroFormat(registry, schema, auto_register=True, type=Payment)
    assert each.deserialize(each.serialize(payment, place), place) == payment


def test_named_types_of_other_subjects_are_used(registry: SchemaRegistry, place: Place) -> None:
    money = record({"name": "cents", "type": "long"}).replace('"R"', '"Money"')
    registry.register(f"{place.topic}-money", Schema(money, SchemaType.AVRO))
    each = AvroFormat(
        registry,
        record({"name": "price", "type": "Money"}, {"name": "tax", "type": "Money"}),
        references=[Reference("Money", f"{place.topic}-money", 1)],
        auto_register=True,
    )
    value = {"price": {"cents": 990}, "tax": {"cents": 158}}
    data = each.serialize(value, place)
    assert AvroFormat(registry).deserialize(data, place) == value


@pytest.mark.parametrize(("schema", "value"), [('"string"', "tea"), ('["null","int"]', 5)])
def test_a_schema_need_not_be_a_record(
    registry: SchemaRegistry, place: Place, schema: str, value: object
) -> None:
    each = AvroFormat(registry, schema, auto_register=True)
    assert each.deserialize(each.serialize(value, place), place) == value
