"""Records to try: messages of a writer's schema with values in the fields that matter.

Pure: the same fields give the same records.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass

DEPTH_MAX = 3
"""Messages within messages that are filled: deeper ones have what is required and no more."""

FIELDS_MAX = 2_000
"""So many fields are set in one record; the rest is left out where it is not required."""

REQUIRED_DEPTH_MAX = 20
"""A message that requires itself has no record at all; the search for one ends here."""

UNFILLED = {
    f"google.protobuf.{name}" for name in ("Any", "FieldMask", "ListValue", "Struct", "Value")
}
"""Their content has rules of its own, and JSON refuses what breaks these."""

_NUMBERS = (1, 300)
_TEXTS = ("a", "1")
_BYTES = (b"a", b"1")
_FLOATS = (1.5,)


class NoRecord(Exception):
    """The message requires itself, or far too much: nothing can be written with it."""


def records_with(message: Descriptor, numbers: Sequence[int]) -> Iterator[Message]:
    """Records in which these fields are set, and nothing else but what is required."""
    fields = [message.fields_by_number[number] for number in numbers]
    for choice in range(max((_choices(field) for field in fields), default=1)):
        yield Filling(choice).record(message, fields)


def is_map(field: FieldDescriptor) -> bool:
    """Whether the field is a map: repeated entries that nobody named."""
    return field.message_type is not None and field.message_type.GetOptions().map_entry


class Filling:
    """Fills one record; `choice` says which of the values to try are taken."""

    def __init__(self, choice: int) -> None:
        self._choice = choice
        self._fields_left = FIELDS_MAX

    def record(self, message: Descriptor, fields: Sequence[FieldDescriptor]) -> Message:
        """What is required, and these fields."""
        record = self._minimal(message, 0)
        for field in fields:
            self._set(record, field, 0)
        return record

    def _minimal(self, message: Descriptor, depth: int) -> Message:
        if depth > REQUIRED_DEPTH_MAX or self._fields_left < -FIELDS_MAX:
            raise NoRecord(message.full_name)
        record: Message = GetMessageClass(message)()
        for field in message.fields:
            if field.is_required:
                self._fields_left -= 1
                if field.message_type is None:
                    setattr(record, field.name, self._scalar(field))
                else:
                    required = self._minimal(field.message_type, depth + 1)
                    getattr(record, field.name).CopyFrom(required)
        return record

    def _filled(self, message: Descriptor, depth: int) -> Message:
        record = self._minimal(message, depth)
        if depth <= DEPTH_MAX and message.full_name not in UNFILLED:
            for field in message.fields:
                if self._fields_left > 0:
                    self._set(record, field, depth)
        return record

    def _set(self, record: Message, field: FieldDescriptor, depth: int) -> None:
        """One value; a repeated field gets two, which are one too many if it is not for others."""
        self._fields_left -= 1
        if is_map(field):
            self._set_entry(record, field, depth)
        elif field.is_repeated:
            values = getattr(record, field.name)
            values.extend(self._value(field, depth, step) for step in (0, 1))
        elif field.message_type is not None:
            part = getattr(record, field.name)
            part.SetInParent()
            part.CopyFrom(self._value(field, depth))
        else:
            setattr(record, field.name, self._value(field, depth))

    def _set_entry(self, record: Message, field: FieldDescriptor, depth: int) -> None:
        key, value = field.message_type.fields  # type: ignore[union-attr]  # of a map
        entries = getattr(record, field.name)
        if value.message_type is None:
            entries[self._scalar(key)] = self._scalar(value)
        else:
            entries[self._scalar(key)].CopyFrom(self._value(value, depth))

    def _value(self, field: FieldDescriptor, depth: int, step: int = 0) -> Any:
        if field.message_type is not None:
            return self._filled(field.message_type, depth + 1)
        return self._scalar(field, step)

    def _scalar(self, field: FieldDescriptor, step: int = 0) -> Any:
        scalars = _scalars(field)
        return scalars[(self._choice + step) % len(scalars)]


def _choices(field: FieldDescriptor) -> int:
    return 2 if field.message_type is not None else len(_scalars(field))


def _scalars(field: FieldDescriptor) -> Sequence[Any]:
    if field.enum_type is not None:
        numbers = {value.number for value in field.enum_type.values}
        return sorted(numbers, key=lambda number: (number == 0, number))[:3]
    if field.cpp_type == FieldDescriptor.CPPTYPE_BOOL:
        return (True,)
    if field.cpp_type == FieldDescriptor.CPPTYPE_STRING:
        return _TEXTS if field.type == FieldDescriptor.TYPE_STRING else _BYTES
    is_float = field.cpp_type in (FieldDescriptor.CPPTYPE_DOUBLE, FieldDescriptor.CPPTYPE_FLOAT)
    return _FLOATS if is_float else _NUMBERS
