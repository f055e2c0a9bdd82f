"""Every format is found by its schema type, and reads what is new and what is stored."""

import pytest

from odradek.schemas.formats import parse
from odradek.schemas.schema import InvalidSchema, SchemaType

TEXTS = {
    SchemaType.AVRO: '"string"',
    SchemaType.JSON: '{"type": "string"}',
    SchemaType.PROTOBUF: 'syntax = "proto3"; message M { int32 a = 1; }',
}


@pytest.mark.parametrize(("schema_type", "text"), TEXTS.items())
def test_a_format_is_found_by_its_type(schema_type: SchemaType, text: str) -> None:
    for is_new in (True, False):
        schema = parse(schema_type, text, is_new=is_new)
        assert (schema.type, schema.text) == (schema_type, text)


@pytest.mark.parametrize("schema_type", TEXTS)
def test_what_is_no_schema_is_refused_by_every_format(schema_type: SchemaType) -> None:
    with pytest.raises(InvalidSchema):
        parse(schema_type, "no schema of any format {")
