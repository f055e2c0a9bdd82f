"""JSON that keeps to a schema: written and read by msgspec, judged by jsonschema-rs.

A value is whatever msgspec makes JSON of. It is judged before it is written and before it is read.
"""

from collections.abc import Sequence
from typing import Any

import msgspec

from odradek.clients.schema_registry import Reference, Schema, SchemaRegistry
from odradek.clients.serializers.interface import Place, SerializationError
from odradek.clients.serializers.registered.framing import read_frame
from odradek.clients.serializers.registered.registrations import Registrations
from odradek.clients.serializers.registered.subjects import SubjectName, topic_name
from odradek.clients.serializers.registered.values import plain, typed
from odradek.schemas.json_schema import JsonSchema, parse
from odradek.schemas.schema import ReferencedSchema, SchemaType


class JsonSchemaFormat:
    """Writes with `schema`, or else with the subject's latest; reads what that allows.

    `type` is what is read back: a dataclass or a struct; without one, JSON's own containers come
    back. Without a `schema`, what is read is judged by the one it was written with.
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
        own = None if schema is None else Schema(schema, SchemaType.JSON, tuple(references))
        self._type = type
        self._registrations = Registrations(
            registry,
            SchemaType.JSON,
            compile_json,
            own,
            lambda codec: codec.title,
            subject,
            auto_register,
            in_headers,
        )
        self._reader: JsonSchema | None = None

    def serialize(self, data: object, place: Place) -> bytes | None:
        """See Serializer."""
        if data is None:
            return None
        writing = self._registrations.for_writing(place)
        value = plain(data, place)
        _judge(value, writing.codec, place)
        return writing.frame(msgspec.json.encode(value), place)

    def deserialize(self, data: bytes | None, place: Place) -> object:
        """See Deserializer."""
        if data is None:
            return None
        frame = read_frame(data, place)
        schema = self._reads_into(place) or self._registrations.for_reading(frame, place)
        try:
            value = msgspec.json.decode(frame.data)
        except (ValueError, RecursionError) as error:
            raise SerializationError(f"{place} is not JSON: {error}") from error
        _judge(value, schema, place)
        return typed(value, self._type, place)

    def _reads_into(self, place: Place) -> JsonSchema | None:
        own = self._registrations.schema
        if own is not None and self._reader is None:
            self._reader = self._registrations.compiled(own, place)
        return self._reader


def compile_json(text: str, references: tuple[ReferencedSchema, ...]) -> JsonSchema:
    """The schema with its validator; raises InvalidSchema."""
    schema = parse(text, references)
    schema.validator.is_valid(None)  # makes the validator, or says now that there can be none
    return schema


def _judge(value: Any, schema: JsonSchema, place: Place) -> None:
    """SerializationError if the schema does not allow the value."""
    validator = schema.validator
    if not validator.is_valid(value):
        error = next(iter(validator.iter_errors(value)))
        where = "/".join(map(str, error.instance_path))
        raise SerializationError(
            f"{place} is not what its schema says, at /{where}: {error.message}"
        )
