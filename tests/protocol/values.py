"""Hypothesis strategies for messages: any values that a message may hold in one version."""

from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

from odradek.protocol.compiler.layout import Layout, layout_of
from odradek.protocol.declaration import Message
from odradek.protocol.schema import FieldSchema, StructType
from odradek.protocol.wire_types import ZERO_UUID

# Narrower values for a field, where an oracle cannot hold every value of the wire type.
Limits = Mapping[tuple[StructType, str], st.SearchStrategy[Any]]

# Lengths around the point where a compact length takes a second byte.
LENGTHS = (0, 1, 126, 127, 128, 300)

PRIMITIVES: dict[str, st.SearchStrategy[Any]] = {
    "bool": st.booleans(),
    "int8": st.integers(-(2**7), 2**7 - 1),
    "int16": st.integers(-(2**15), 2**15 - 1),
    "uint16": st.integers(0, 2**16 - 1),
    "int32": st.integers(-(2**31), 2**31 - 1),
    "int64": st.integers(-(2**63), 2**63 - 1),
    "float64": st.floats(allow_nan=False),
    "uuid": st.just(ZERO_UUID) | st.binary(min_size=16, max_size=16),
    "string": st.sampled_from(["x" * length for length in LENGTHS]) | st.text(max_size=6),
    "bytes": st.sampled_from([bytes(length) for length in LENGTHS]) | st.binary(max_size=6),
    "records": st.sampled_from([bytes(length) for length in LENGTHS]) | st.binary(max_size=6),
}


def messages(
    message: type[Message], version: int, limits: Limits | None = None
) -> st.SearchStrategy[Message]:
    """Messages whose fields outside `version` hold their defaults."""
    is_flexible = message.flexible_versions.includes(version)
    return _structs(layout_of(message, version, is_flexible=is_flexible), limits or {})


def _structs(layout: Layout, limits: Limits) -> st.SearchStrategy[Any]:
    fields = {
        field.name: _values(field, layout, limits)
        for field in (*layout.fields, *layout.tagged.values())
    }
    return st.builds(layout.struct, **fields)


def _values(field: FieldSchema, layout: Layout, limits: Limits) -> st.SearchStrategy[Any]:
    limited = limits.get((layout.struct, field.name))
    if limited is not None:
        return limited
    values = _elements(field, layout, limits)
    if field.is_array:
        values = st.lists(values, max_size=3)
    if layout.is_nullable(field):
        values = st.none() | values
    return values


def _elements(field: FieldSchema, layout: Layout, limits: Limits) -> st.SearchStrategy[Any]:
    element = field.element
    if isinstance(element, type):
        return _structs(layout.nested(element), limits)
    return PRIMITIVES[element.name]
