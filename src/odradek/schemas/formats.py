"""Finds a format by its schema type. Imported lazily: who needs Avro loads no Protobuf."""

from collections.abc import Sequence
from importlib import import_module

from odradek.schemas.schema import ParsedSchema, ReferencedSchema, SchemaFormat, SchemaType

_MODULES = {
    SchemaType.AVRO: "odradek.schemas.avro",
    SchemaType.JSON: "odradek.schemas.json_schema",
    SchemaType.PROTOBUF: "odradek.schemas.protobuf",
}


def format_of(schema_type: SchemaType) -> SchemaFormat:
    """The format's own package, which has `parse`."""
    return import_module(_MODULES[schema_type])


def parse(
    schema_type: SchemaType,
    text: str,
    references: Sequence[ReferencedSchema] = (),
    *,
    is_new: bool = True,
) -> ParsedSchema:
    """The schema that `text` is; raises InvalidSchema.

    `is_new=False` is for what some registry has already, and some version of it let pass.
    """
    return format_of(schema_type).parse(text, references, is_new=is_new)
