"""Protobuf, by Google's runtime: generated messages, or plain data and the schema alone.

A record says with which message of its schema it was written. Data that is no message is given the
fields' names as the schema writes them, as Protobuf's JSON has it.
"""

from collections.abc import Sequence
from typing import Any

from google.protobuf.descriptor import Descriptor
from google.protobuf.json_format import MessageToDict, ParseDict, ParseError
from google.protobuf.message import DecodeError, EncodeError, Message
from google.protobuf.message_factory import GetMessageClass

from odradek.clients.schema_registry import Reference, Schema, SchemaRegistry
from odradek.clients.serializers.interface import Place, SerializationError
from odradek.clients.serializers.registered.framing import read_frame, read_message
from odradek.clients.serializers.registered.registrations import Registrations, Writing
from odradek.clients.serializers.registered.subjects import SubjectName, topic_name
from odradek.clients.serializers.registered.values import plain, typed
from odradek.schemas.protobuf import ProtobufSchema, parse
from odradek.schemas.schema import SchemaType
from odradek.schemas.wire_format import encode_message_indexes


class ProtobufFormat:
    """Writes with `schema`, or else with the subject's latest, messages of it or plain data.

    `message` is the full name of the message that plain data is; without it, the schema's first.
    `type` is what is read back: a generated message, a dataclass or a struct; without one, dicts.
    """

    def __init__(
        self,
        registry: SchemaRegistry,
        schema: str | None = None,
        *,
        references: Sequence[Reference] = (),
        message: str | None = None,
        type: Any = None,
        subject: SubjectName = topic_name,
        auto_register: bool = False,
        in_headers: bool = False,
    ) -> None:
        own = None if schema is None else Schema(schema, SchemaType.PROTOBUF, tuple(references))
        self._type, self._message = type, message
        self._places: dict[
            tuple[Writing[ProtobufSchema], str | None], tuple[Descriptor, bytes]
        ] = {}
        self._registrations = Registrations(
            registry,
            SchemaType.PROTOBUF,
            parse,
            own,
            lambda codec: message or codec.message([0]).full_name,
            subject,
            auto_register,
            in_headers,
        )

    def serialize(self, data: object, place: Place) -> bytes | None:
        """See Serializer."""
        if data is None:
            return None
        writing = self._registrations.for_writing(place)
        name = data.DESCRIPTOR.full_name if isinstance(data, Message) else self._message
        descriptor, indexes = self._find(writing, name, place)
        message = data if isinstance(data, Message) else _message_of(data, descriptor, place)
        try:
            content = message.SerializeToString()
        except EncodeError as error:
            raise SerializationError(f"{place} is no complete {name}: {error}") from error
        return writing.frame(content, place, indexes)

    def deserialize(self, data: bytes | None, place: Place) -> object:
        """See Deserializer."""
        if data is None:
            return None
        frame = read_frame(data, place)
        if isinstance(self._type, type) and issubclass(self._type, Message):
            return _parse(self._type(), read_message(frame, place)[1], place)
        schema = self._registrations.for_reading(frame, place)
        indexes, content = read_message(frame, place)
        try:
            descriptor = schema.message(indexes)
        except LookupError as error:
            raise SerializationError(f"{place} is of no message of its schema: {error}") from error
        message = _parse(GetMessageClass(descriptor)(), content, place)
        value = MessageToDict(message, preserving_proto_field_name=True)
        return typed(value, self._type, place, strict=False)

    def _find(
        self, writing: Writing[ProtobufSchema], name: str | None, place: Place
    ) -> tuple[Descriptor, bytes]:
        """The message of that name and its place in the schema."""
        key = (writing, name)
        if key not in self._places:
            schema = writing.codec
            indexes = [0] if name is None else _indexes(schema, name, place)
            self._places[key] = schema.message(indexes), encode_message_indexes(indexes)
        return self._places[key]


def _indexes(schema: ProtobufSchema, name: str, place: Place) -> list[int]:
    """Where the message of that full name is: at every level its number among its neighbours."""
    root = schema.files.root
    prefix = f"{root.package}." if root.package else ""
    messages, indexes = root.message_type, []
    for part in name.removeprefix(prefix).split("."):
        names = [each.name for each in messages]
        if not name.startswith(prefix) or part not in names:
            raise SerializationError(
                f"{place} is a {name}, which its schema does not have; register the schema that has"
            )
        indexes.append(names.index(part))
        messages = messages[indexes[-1]].nested_type
    return indexes


def _message_of(data: object, descriptor: Descriptor, place: Place) -> Message:
    message: Message = GetMessageClass(descriptor)()
    try:
        return ParseDict(plain(data, place), message)
    except ParseError as error:
        raise SerializationError(f"{place} is no {descriptor.full_name}: {error}") from error


def _parse(message: Message, data: bytes, place: Place) -> Message:
    try:
        message.ParseFromString(data)
    except DecodeError as error:
        raise SerializationError(
            f"{place} cannot be read as {message.DESCRIPTOR.full_name}: {error}"
        ) from error
    return message
