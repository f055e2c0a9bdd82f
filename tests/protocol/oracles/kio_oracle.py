"""kio, an independent codec generated from Kafka's definitions, as a judge of our bytes.

kio has one class for each version of a message, and richer types than the wire: durations, points
in time, error codes. Generated values are kept to what those types can hold exactly.
"""

import datetime
import importlib
import io
import uuid
from collections.abc import Callable
from dataclasses import Field, fields
from typing import Any

from hypothesis import strategies as st
from kio.schema.errors import ErrorCode
from kio.serial import entity_writer

from odradek.protocol.compiler.layout import Layout, layout_of
from odradek.protocol.declaration import Message, Request, Response
from odradek.protocol.schema import FieldSchema, StructType
from odradek.protocol.wire_types import ZERO_UUID
from tests.protocol.facts import snake_case
from tests.protocol.values import messages

LATEST_TIME_MS = 2**41

LIMITED_TYPES: dict[str, st.SearchStrategy[int]] = {
    "error_code": st.sampled_from([code.value for code in ErrorCode]),
    "timedelta_i64": st.integers(-(2**40), 2**40),
    "datetime_i64": st.integers(0, LATEST_TIME_MS),
}


class KioVersion:
    """kio's class for one message and version, side by side with ours."""

    def __init__(self, message: type[Message], version: int) -> None:
        self.message = message
        self.version = version
        self.entity = _find_entity(message, version)
        is_flexible = message.flexible_versions.includes(version)
        self.layout = layout_of(message, version, is_flexible=is_flexible)

    def messages(self) -> st.SearchStrategy[Message]:
        """Messages whose values kio's types can hold."""
        limits: dict[tuple[StructType, str], st.SearchStrategy[int]] = {}
        _collect_limits(self.layout, self.entity, limits)
        return messages(self.message, self.version, limits)

    def encode(self, message: Message) -> bytes:
        """The bytes kio writes for the same values."""
        buffer = io.BytesIO()
        entity_writer(self.entity)(buffer, _to_kio(message, self.layout, self.entity))
        return buffer.getvalue()


class UnknownToKio(Exception):
    """kio has no such message, or not in this version."""


def _find_entity(message: type[Message], version: int) -> Any:
    name = message.__name__
    kind = "data"
    if issubclass(message, Request | Response):
        kind = "request" if issubclass(message, Request) else "response"
        name = name.removesuffix("Request").removesuffix("Response")
    path = f"kio.schema.{snake_case(name)}.v{version}.{kind}"
    try:
        return getattr(importlib.import_module(path), message.__name__)
    except ModuleNotFoundError:
        raise UnknownToKio(path) from None


def _pairs(layout: Layout, entity: Any) -> list[tuple[FieldSchema, Field[Any]]]:
    """Our fields beside kio's; both stand in the order of Kafka's definition."""
    present = sorted((*layout.fields, *layout.tagged.values()), key=lambda field: field.position)
    return list(zip(present, fields(entity), strict=True))


def _nested_entity(field: Field[Any]) -> Any:
    """The class in `tuple[Class, ...]`, `Class`, and either of them `| None`."""
    held: Any = field.type
    while hasattr(held, "__args__"):
        held = held.__args__[0]
    return held


def _collect_limits(
    layout: Layout, entity: Any, found: dict[tuple[StructType, str], st.SearchStrategy[int]]
) -> None:
    for ours, theirs in _pairs(layout, entity):
        if isinstance(ours.element, type):
            _collect_limits(layout.nested(ours.element), _nested_entity(theirs), found)
        elif theirs.metadata["kafka_type"] in LIMITED_TYPES:
            found[layout.struct, ours.name] = LIMITED_TYPES[theirs.metadata["kafka_type"]]


def _to_kio(struct: Any, layout: Layout, entity: Any) -> Any:
    values = {}
    for ours, theirs in _pairs(layout, entity):
        value = getattr(struct, ours.name)
        if ours.is_array and value is not None:
            values[theirs.name] = tuple(_element(item, ours, theirs, layout) for item in value)
        else:
            values[theirs.name] = _element(value, ours, theirs, layout)
    return entity(**values)


def _element(value: Any, ours: FieldSchema, theirs: Field[Any], layout: Layout) -> Any:
    if value is None:
        return None
    if isinstance(ours.element, type):
        return _to_kio(value, layout.nested(ours.element), _nested_entity(theirs))
    convert = CONVERSIONS.get(theirs.metadata["kafka_type"])
    return convert(value) if convert else value


def _uuid(value: bytes) -> uuid.UUID | None:
    return None if value == ZERO_UUID else uuid.UUID(bytes=value)


def _duration(value: int) -> datetime.timedelta:
    return datetime.timedelta(milliseconds=value)


def _point_in_time(value: int) -> datetime.datetime | None:
    if value == -1:
        return None
    return datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC) + _duration(value)


CONVERSIONS: dict[str, Callable[[Any], Any]] = {
    "datetime_i64": _point_in_time,
    "error_code": ErrorCode,
    "timedelta_i32": _duration,
    "timedelta_i64": _duration,
    "uuid": _uuid,
}
