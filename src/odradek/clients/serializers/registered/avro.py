"""Avro, by fastavro: the smallest records, and the richest rules of evolution.

A value is what fastavro takes: a dict, with Python's own dates, decimals and UUIDs for logical
types; or a dataclass or struct of these. A field that the schema does not have is refused, for it
would silently be lost.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import fastavro
from fastavro.schema import SchemaParseException, UnknownType

from odradek.clients.schema_registry import Reference, Schema, SchemaRegistry
from odradek.clients.serializers.interface import Place, SerializationError
from odradek.clients.serializers.registered.framing import read_frame
from odradek.clients.serializers.registered.registrations import Registrations
from odradek.clients.serializers.registered.subjects import SubjectName, topic_name
from odradek.clients.serializers.registered.values import KEPT, plain, typed
from odradek.schemas.schema import InvalidSchema, ReferencedSchema, SchemaType


@dataclass(frozen=True, slots=True)
class AvroCodec:
    """A schema as fastavro has it."""

    parsed: Any
    name: str | None


class AvroFormat:
    """Writes with `schema`, or else the subject's latest; reads into `schema`, or else as written.

    `type` is what is read back: a dataclass or a struct; without one, dicts come back.
    """

    def __init__(
        self,
        registry: SchemaRegistry,
        schema: str | None = None,
        *,
        references: Sequence[Reference] = (),
        type: Any = None,
        subject: SubjectName = topic_name,
        auto_register: bool = False,
        in_headers: bool = False,
    ) -> None:
        own = None if schema is None else Schema(schema, SchemaType.AVRO, tuple(references))
        self._type = type
        self._registrations = Registrations(
            registry,
            SchemaType.AVRO,
            compile_avro,
            own,
            lambda codec: codec.name,
            subject,
            auto_register,
            in_headers,
        )
        self._reader: AvroCodec | None = None

    def serialize(self, data: object, place: Place) -> bytes | None:
        """See Serializer."""
        if data is None:
            return None
        writing = self._registrations.for_writing(place)
        value = data if isinstance(data, dict) else plain(data, place, KEPT)
        buffer = BytesIO()
        try:
            fastavro.schemaless_writer(
                buffer, writing.codec.parsed, value, strict_allow_default=True
            )
        except Exception as error:
            raise SerializationError(
                f"{place} is no value of its schema: {_reason(error)}"
            ) from error
        return writing.frame(buffer.getvalue(), place)

    def deserialize(self, data: bytes | None, place: Place) -> object:
        """See Deserializer."""
        if data is None:
            return None
        frame = read_frame(data, place)
        writer = self._registrations.for_reading(frame, place)
        reader = self._reads_into(place)
        try:
            value = fastavro.schemaless_reader(BytesIO(frame.data), writer.parsed, reader)
        except Exception as error:
            raise SerializationError(
                f"{place} cannot be read with its schema: {_reason(error)}"
            ) from error
        return typed(value, self._type, place)

    def _reads_into(self, place: Place) -> Any:
        own = self._registrations.schema
        if own is None:
            return None
        if self._reader is None:
            self._reader = self._registrations.compiled(own, place)
        return self._reader.parsed


def compile_avro(text: str, references: tuple[ReferencedSchema, ...]) -> AvroCodec:
    """The schema for fastavro; raises InvalidSchema."""
    named: dict[str, Any] = {}
    try:
        _add(references, named, set())
        parsed = fastavro.parse_schema(json.loads(text), named_schemas=named)
    except (SchemaParseException, UnknownType, ValueError, TypeError, KeyError) as error:
        raise InvalidSchema(f"fastavro refuses it: {_reason(error)}") from error
    name = parsed.get("name") if isinstance(parsed, dict) else None
    return AvroCodec(parsed, name if isinstance(name, str) else None)


def _add(references: tuple[ReferencedSchema, ...], named: dict[str, Any], seen: set[str]) -> None:
    """What is referred to, before what refers to it, each name once."""
    for reference in references:
        if reference.name not in seen:
            seen.add(reference.name)
            _add(reference.references, named, seen)
            fastavro.parse_schema(json.loads(reference.text), named_schemas=named)


def _reason(error: Exception) -> str:
    return str(error) or type(error).__name__
