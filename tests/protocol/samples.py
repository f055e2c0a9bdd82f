"""One full message for each class and version: every list has two elements, no field is default."""

from typing import Any

from odradek.protocol.compiler.layout import Layout, layout_of
from odradek.protocol.declaration import Message
from odradek.protocol.schema import FieldSchema

SAMPLES: dict[str, Any] = {
    "bool": True,
    "int8": 5,
    "int16": 7,
    "uint16": 9092,
    "int32": 70_000,
    "int64": 5_000_000_000,
    "float64": 0.5,
    "uuid": bytes(range(16)),
    "string": "topic",
    "bytes": b"metadata",
    "records": b"a batch of records",
}


def sample(message: type[Message], version: int) -> Any:
    """A message with a value in every field of `version`, tagged ones included."""
    is_flexible = message.flexible_versions.includes(version)
    return _struct(layout_of(message, version, is_flexible=is_flexible))


def _struct(layout: Layout) -> Any:
    fields = (*layout.fields, *layout.tagged.values())
    return layout.struct(**{field.name: _value(field, layout) for field in fields})


def _value(field: FieldSchema, layout: Layout) -> Any:
    if isinstance(field.element, type):
        value = _struct(layout.nested(field.element))
    else:
        value = SAMPLES[field.element.name]
    return [value, value] if field.is_array else value
