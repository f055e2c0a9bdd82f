"""What a reader makes of a record: whether it can decode it, and finds in it what was written.

Protobuf rarely refuses bytes. What does not fit a field is put aside as unknown, or is taken for
another value, and no error says so. For the one who reads this is worse than an error; so it counts
as one here, for fields that the reader's schema has.
"""

from collections.abc import Sequence
from typing import Any, cast

from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import DecodeError, Message
from google.protobuf.message_factory import GetMessageClass
from google.protobuf.unknown_fields import UnknownFieldSet

from odradek.schemas.protobuf.witnesses.records import is_map


def failure_of(record: Message, reader: Descriptor) -> str | None:
    """Why a reader with this message does not get what was written; None if it does."""
    read: Message = GetMessageClass(reader)()
    try:
        read.ParseFromString(record.SerializeToString())
    except DecodeError as error:
        return f"{reader.full_name} cannot be decoded: {error}"
    if not read.IsInitialized():
        missing = ", ".join(read.FindInitializationErrors())  # type: ignore[attr-defined]
        return f"{reader.full_name} cannot be decoded: required and not there: {missing}"
    return _loss(record, read)


def _loss(written: Message, read: Message) -> str | None:
    """The first field of the reader's that is not what the writer set."""
    put_aside = UnknownFieldSet(read)
    unknown = {put_aside[at].field_number for at in range(len(put_aside))}
    reader = cast(Descriptor, read.DESCRIPTOR)
    for field, value in written.ListFields():
        known = reader.fields_by_number.get(field.number)
        if known is None:
            continue
        if field.number in unknown:
            return (
                f"{reader.full_name} is decoded without what was written as {field.name}: "
                f"its bytes are no {known.name} and were put aside as unknown"
            )
        if known.has_presence and not read.HasField(known.name):
            return (
                f"{reader.full_name} is decoded without what was written as {field.name}: "
                f"another field took its place in the oneof of {known.name}"
            )
        loss = _difference(field, value, known, getattr(read, known.name))
        if loss:
            return loss
    return None


def _difference(
    field: FieldDescriptor, value: Any, known: FieldDescriptor, found: Any
) -> str | None:
    if is_map(field) and is_map(known):
        return None if _plain(value) == _plain(found) else _otherwise(field, value, known, found)
    values, finds = _listed(field, value), _listed(known, found)
    if len(values) != len(finds):
        return _otherwise(field, value, known, found)
    for one, other in zip(values, finds, strict=True):
        if isinstance(one, Message) and isinstance(other, Message):
            loss = _loss(one, other)
            if loss:
                return loss
        elif _plain(one) != _plain(other):
            return _otherwise(field, value, known, found)
    return None


def _listed(field: FieldDescriptor, value: Any) -> Sequence[Any]:
    if is_map(field):
        return _entries(field, value)
    return list(value) if field.is_repeated else [value]


def _entries(field: FieldDescriptor, value: Any) -> Sequence[Message]:
    """A map as the repeated messages that it is written as."""
    entry = GetMessageClass(cast(Descriptor, field.message_type))
    return [entry(key=key, value=each) for key, each in value.items()]


def _plain(value: Any) -> Any:
    """Values that are the same on the wire are the same: text and its bytes, true and 1."""
    if isinstance(value, str):
        return value.encode()
    if isinstance(value, Message):
        return value.SerializeToString(deterministic=True)
    if hasattr(value, "items"):
        return {_plain(key): _plain(each) for key, each in value.items()}
    return value


def _otherwise(field: FieldDescriptor, value: Any, known: FieldDescriptor, found: Any) -> str:
    message = cast(Descriptor, known.containing_type).full_name
    return (
        f"{message} is decoded, but what was written as {field.name} = {_shown(value)} "
        f"is read as {known.name} = {_shown(found)}"
    )


def _shown(value: Any) -> str:
    if isinstance(value, Message):
        return f"a {value.DESCRIPTOR.full_name}"
    if hasattr(value, "items"):
        return f"{{{', '.join(f'{key!r}: {_shown(each)}' for key, each in value.items())}}}"
    return repr(value)
