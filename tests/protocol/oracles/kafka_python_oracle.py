"""kafka-python's codec, driven by Kafka's definitions at run time, as a judge of our bytes.

It has one class for all versions of a message, which takes the values of tagged fields only where
they differ from the default, and holds authorized operations as sets of bits.
"""

import importlib
import uuid
from types import SimpleNamespace
from typing import Any

from hypothesis import strategies as st

from odradek.protocol.compiler.layout import Layout, layout_of
from odradek.protocol.declaration import Message
from odradek.protocol.schema import FieldSchema
from tests.protocol.values import messages

MODULES = (
    "kafka.protocol.admin",
    "kafka.protocol.consumer",
    "kafka.protocol.consumer.metadata",
    "kafka.protocol.metadata",
    "kafka.protocol.producer",
)


class UnknownToKafkaPython(Exception):
    """kafka-python has no such message, or not in this version."""


class KafkaPythonVersion:
    """kafka-python's class for one message and version, side by side with ours."""

    def __init__(self, message: type[Message], version: int) -> None:
        self.message = message
        self.version = version
        self.container = _find_class(message)
        if version > self.container.max_version:
            raise UnknownToKafkaPython(f"{message.__name__} v{version}")
        is_flexible = message.flexible_versions.includes(version)
        self.layout = layout_of(message, version, is_flexible=is_flexible)

    def messages(self) -> st.SearchStrategy[Message]:
        return messages(self.message, self.version)

    def encode(self, message: Message) -> bytes:
        """The bytes kafka-python writes for the same values."""
        values = _values(message, self.layout, self.container._struct, self.version)
        theirs = self.container(version=self.version, **values)
        if self.container.type == "data":
            return bytes(theirs.encode(version=self.version, header=False))
        return bytes(theirs.encode(version=self.version))


def _find_class(message: type[Message]) -> Any:
    for path in MODULES:
        found = getattr(importlib.import_module(path), message.__name__, None)
        if found is not None:
            return found
    raise UnknownToKafkaPython(message.__name__)


def _values(struct: Any, layout: Layout, schema: Any, version: int) -> dict[str, Any]:
    """The values of a struct under kafka-python's names; it takes any object as a nested one."""
    present = sorted((*layout.fields, *layout.tagged.values()), key=lambda field: field.position)
    theirs = [field for field in schema._fields if field.for_version_q(version)]
    values = {}
    for ours, field in zip(present, theirs, strict=True):
        value = getattr(struct, ours.name)
        if ours.tag is None or value != ours.default:
            values[field.name] = _value(value, ours, layout, field, version)
    return values


def _value(value: Any, ours: FieldSchema, layout: Layout, field: Any, version: int) -> Any:
    if value is None:
        return None
    if isinstance(ours.element, type):
        nested = layout.nested(ours.element)
        if ours.is_array:
            return [SimpleNamespace(**_values(item, nested, field, version)) for item in value]
        return SimpleNamespace(**_values(value, nested, field, version))
    if ours.element.name == "uuid":
        return (
            [uuid.UUID(bytes=item) for item in value] if ours.is_array else uuid.UUID(bytes=value)
        )
    if field._type_str == "bitfield":
        return {bit for bit in range(32) if value & 1 << bit}
    return value
