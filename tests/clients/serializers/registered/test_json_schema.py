"""What is particular to JSON with a schema: who judges, and what is told of a refusal."""

from datetime import UTC, date, datetime

import pytest

from odradek.clients.schema_registry import Reference, Schema, SchemaRegistry
from odradek.clients.serializers import Place, SerializationError
from odradek.clients.serializers.registered import JsonSchemaFormat
from odradek.schemas.schema import SchemaType

LINES = """{
  "type": "object",
  "properties": {"lines": {"type": "array", "items": {"$ref": "#/$defs/line"}}},
  "$defs": {"line": {"type": "object", "properties": {"cents": {"type": "integer", "minimum": 0}}}}
}"""


def test_the_place_in_the_data_and_the_reason_are_told(
    registry: SchemaRegistry, place: Place
) -> None:
    each = JsonSchemaFormat(registry, LINES, auto_register=True)
    with pytest.raises(SerializationError, match=r"at /lines/1/cents: -1 is less than .*0"):
        each.serialize({"lines": [{"cents": 1}, {"cents": -1}]}, place)


def test_what_is_read_is_judged_by_the_reader_s_schema_if_there_is_one(
    registry: SchemaRegistry, place: Place
) -> None:
    data = JsonSchemaFormat(registry, LINES, auto_register=True).serialize({"lines": []}, place)
    assert JsonSchemaFormat(registry).deserialize(data, place) == {"lines": []}
    stricter = '{"type": "object", "required": ["id"]}'
    with pytest.raises(SerializationError, match='at /: "id" is a required property'):
        JsonSchemaFormat(registry, stricter).deserialize(data, place)


def test_dates_are_written_as_texts(registry: SchemaRegistry, place: Place) -> None:
    schema = '{"additionalProperties": {"type": "string"}}'
    each = JsonSchemaFormat(registry, schema, auto_register=True)
    data = each.serialize(
        {"day": date(2026, 11, 27), "at": datetime(2026, 1, 2, tzinfo=UTC)}, place
    )
    assert each.deserialize(data, place) == {"day": "2026-11-27", "at": "2026-01-02T00:00:00Z"}


def test_schemas_of_other_subjects_are_used(registry: SchemaRegistry, place: Place) -> None:
    registry.register(f"{place.topic}-cents", Schema('{"type": "integer"}', SchemaType.JSON))
    each = JsonSchemaFormat(
        registry,
        '{"items": {"$ref": "cents.json"}}',
        references=[Reference("cents.json", f"{place.topic}-cents", 1)],
        auto_register=True,
    )
    assert JsonSchemaFormat(registry).deserialize(each.serialize([1, 2], place), place) == [1, 2]
    with pytest.raises(SerializationError, match="at /1"):
        each.serialize([1, "2"], place)
