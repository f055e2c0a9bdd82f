"""Which schema to write with, and which a record was written with.

A program that gives a schema writes with that one, which must be registered; one that gives none
writes with the subject's latest. Schemas are not registered on the way, unless asked for
(`auto_register`): else the first program that runs, a test or a mistake perhaps, decides what
everybody reads, and no review or check in CI has seen it.

A registry is asked once for each topic, and once for each schema met while reading.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from odradek.clients.errors import InvalidSetting, RegistryRefused
from odradek.clients.schema_registry import RegisteredSchema, Schema, SchemaRegistry
from odradek.clients.serializers.interface import Place, SerializationError
from odradek.clients.serializers.registered.framing import HEADERS, Frame
from odradek.clients.serializers.registered.subjects import SubjectName, topic_name
from odradek.schemas.schema import InvalidSchema, ReferencedSchema, SchemaType
from odradek.schemas.wire_format import guid_header, id_prefix

CodecT = TypeVar("CodecT")
Compile = Callable[[str, tuple[ReferencedSchema, ...]], CodecT]

MAX_CODECS = 1_000
"""Compiled schemas that are kept; a program that meets more of them compiles again."""
NOT_FOUND_CODES = frozenset({404, 40401, 40402, 40403})


@dataclass(frozen=True, slots=True, eq=False)
class Writing(Generic[CodecT]):
    """A schema to write with, compiled, and how a record says that it is this one."""

    codec: CodecT
    prefix: bytes
    header: bytes | None

    def frame(self, data: bytes, place: Place, more: bytes = b"") -> bytes:
        """The bytes that travel; `more` stands behind the id or the GUID."""
        if self.header is None:
            return self.prefix + more + data
        place.headers.append((HEADERS[place.part], self.header + more))
        return data


@dataclass(slots=True)
class Registrations(Generic[CodecT]):
    """The schemas of one format, as one registry has them."""

    registry: SchemaRegistry
    type: SchemaType
    compile: Compile[CodecT]
    schema: Schema | None = None
    schema_name: Callable[[CodecT], str | None] = lambda codec: None
    subject: SubjectName = topic_name
    auto_register: bool = False
    in_headers: bool = False
    _written: dict[tuple[str, str], Writing[CodecT]] = field(default_factory=dict)
    _read: dict[int | str | None, CodecT] = field(default_factory=dict)

    def for_writing(self, place: Place) -> Writing[CodecT]:
        """What to write records of that place with; raises SerializationError, RegistryError."""
        key = (place.topic, place.part)
        writing = self._written.get(key)
        if writing is None:
            _make_room(self._written)
            writing = self._written[key] = self._begin_writing(place)
        return writing

    def for_reading(self, frame: Frame, place: Place) -> CodecT:
        """What a record was written with; raises SerializationError, RegistryError."""
        key = frame.guid if frame.id is None else frame.id
        codec = self._read.get(key)
        if codec is None:
            _make_room(self._read)
            codec = self._read[key] = self.compiled(self._find(frame, place).schema, place)
        return codec

    def compiled(self, schema: Schema, place: Place) -> CodecT:
        """The schema ready for use, with everything it refers to."""
        if schema.type is not self.type:
            raise SerializationError(
                f"{place} has a schema of type {schema.type}, not {self.type}; choose that format"
            )
        try:
            return self.compile(schema.text, self.registry.referenced(schema))
        except InvalidSchema as error:
            raise SerializationError(f"{place} has a schema that is none: {error}") from error

    def _begin_writing(self, place: Place) -> Writing[CodecT]:
        found = self._choose(place)
        codec = self.compiled(found.schema, place)
        if self.in_headers:
            if found.guid is None:
                raise InvalidSetting(
                    "the registry does not tell GUIDs, which headers carry; let ids be in the bytes"
                )
            return Writing(codec, b"", guid_header(found.guid))
        if found.id is None:
            raise InvalidSetting(f"the registry does not tell the id of the schema for {place}")
        return Writing(codec, id_prefix(found.id), None)

    def _choose(self, place: Place) -> RegisteredSchema:
        own = self.schema
        name = None if own is None else self.schema_name(self.compiled(own, place))
        subject = self.subject(place, name)
        try:
            if own is None:
                return self.registry.latest(subject)
            if self.auto_register:
                return self.registry.register(subject, own)
            return self.registry.lookup(subject, own)
        except RegistryRefused as error:
            raise SerializationError(_refusal(subject, place, error)) from error

    def _find(self, frame: Frame, place: Place) -> RegisteredSchema:
        try:
            if frame.guid is not None:
                return self.registry.schema_by_guid(frame.guid)
            return self.registry.schema(frame.id or 0)
        except RegistryRefused as error:
            if error.error_code not in NOT_FOUND_CODES:
                raise
            which = frame.guid or f"id {frame.id}"
            raise SerializationError(
                f"{place} was written with a schema, {which}, that this registry does not have: it"
                " comes from another one, or was deleted"
            ) from error


def _refusal(subject: str, place: Place, error: RegistryRefused) -> str:
    if error.error_code in NOT_FOUND_CODES:
        return (
            f"the schema for {place} is not registered under {subject} ({error}); register it"
            " (SchemaRegistry.register), or let auto_register=True do so"
        )
    return f"the registry does not take the schema for {place} under {subject}: {error}"


def _make_room(kept: dict[Any, Any]) -> None:
    if len(kept) >= MAX_CODECS:
        kept.clear()
