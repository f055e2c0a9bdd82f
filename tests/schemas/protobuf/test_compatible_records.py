"""What is called compatible can be read: random schemas, random changes of them, random records.

Read means more than decoded: every field that the reader has comes as it was written. So the
changes leave out what registries of the field allow although it loses values: labels that nobody
wrote (a number becomes repeated, or a repeated string one), proto2's optional string that becomes
required, and numbers and bytes that have no place in a narrower type.
"""

from dataclasses import dataclass, replace
from typing import Any

from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from odradek.schemas.protobuf import ProtobufSchema, parse
from odradek.schemas.protobuf.witnesses.reading import failure_of

GROUPS = (
    ("int32", "int64", "uint32", "uint64", "bool", "Kind"),
    ("sint32", "sint64"),
    ("string", "bytes"),
    ("fixed32", "sfixed32"),
    ("fixed64", "sfixed64"),
    ("float",),
    ("double",),
    ("Part",),
    ("map<string, int32>", "map<string, uint64>"),
    ("map<int64, Part>",),
)
TYPES = [each for group in GROUPS for each in group]
LABELS = ("", "optional ", "repeated ")
ONEOFS = ("", "", "", "one", "two")
NUMBERS = range(1, 4)
OFTEN = st.sampled_from((True, True, False))
RARELY = st.sampled_from((False, False, False, True))


@dataclass(frozen=True)
class Field:
    name: str
    type: str
    label: str = ""
    oneof: str = ""

    def text(self, number: int) -> str:
        label = "" if self.oneof or self.type.startswith("map") else self.label
        return f"{label}{self.type} {self.name} = {number};"


Fields = dict[int, Field]


def schema_of(fields: Fields, part: Fields) -> ProtobufSchema:
    return parse(
        'syntax = "proto3"; enum Kind { NONE = 0; SOME = 1; MANY = 2; } '
        f"{message_text('Whole', fields)} {message_text('Part', part)}"
    )


def message_text(name: str, fields: Fields) -> str:
    oneofs: dict[str, list[str]] = {}
    for number, field in fields.items():
        owner = "" if field.type.startswith("map") else field.oneof
        oneofs.setdefault(owner, []).append(field.text(number))
    inside = [" ".join(oneofs.pop("", []))]
    inside += [f"oneof {oneof} {{ {' '.join(texts)} }}" for oneof, texts in oneofs.items()]
    return f"message {name} {{ {' '.join(inside)} }}"


def random_field(number: int) -> st.SearchStrategy[Field]:
    return st.builds(
        Field,
        st.just(f"f{number}"),
        st.sampled_from(TYPES),
        st.sampled_from(LABELS),
        st.sampled_from(ONEOFS),
    )


@st.composite
def random_fields(draw: st.DrawFn) -> Fields:
    return {number: draw(random_field(number)) for number in NUMBERS if draw(OFTEN)}


@st.composite
def changed(draw: st.DrawFn, fields: Fields) -> Fields:
    """Mostly what is allowed, and now and then anything."""
    now = {}
    for number in NUMBERS:
        field = fields.get(number)
        if field is None:
            if draw(OFTEN):
                now[number] = draw(random_field(number))
            continue
        change = draw(st.sampled_from(("keep", "keep", "type", "name", "drop", "oneof", "any")))
        if change != "drop":
            now[number] = draw(changed_field(field, change))
    return {number: gathered(field) for number, field in now.items()} if draw(RARELY) else now


def gathered(field: Field) -> Field:
    return field if field.label == "repeated " else replace(field, oneof="one")


def changed_field(field: Field, change: str) -> st.SearchStrategy[Field]:
    if change == "name":
        return st.just(replace(field, name=f"{field.name}_new"))
    if change == "oneof" and field.label != "repeated ":
        return st.sampled_from(ONEOFS).map(lambda oneof: replace(field, oneof=oneof))
    if change in ("type", "any"):
        group = next(each for each in GROUPS if field.type in each)
        is_map = field.type.startswith("map")  # which has no label
        anything = [each for each in TYPES if each.startswith("map") == is_map]
        types = st.sampled_from(group if change == "type" else anything)
        return types.map(lambda kind: replace(field, type=kind))
    return st.just(field)


class Recorder:
    """Draws records of a message."""

    def __init__(self, data: st.DataObject) -> None:
        self._data = data

    def record(self, message: Descriptor, depth: int = 0) -> Message:
        record: Message = GetMessageClass(message)()
        for field in message.fields:
            if self._data.draw(OFTEN):
                self._set(record, field, depth)
        return record

    def _set(self, record: Message, field: FieldDescriptor, depth: int) -> None:
        if field.message_type is not None and field.message_type.GetOptions().map_entry:
            key, value = field.message_type.fields
            for _ in range(self._data.draw(st.integers(1, 2))):
                drawn = self._value(key, depth)
                if value.message_type is None:
                    getattr(record, field.name)[drawn] = self._value(value, depth)
                else:
                    getattr(record, field.name)[drawn].CopyFrom(self._value(value, depth))
        elif field.is_repeated:
            count = self._data.draw(st.integers(1, 3))
            getattr(record, field.name).extend(self._value(field, depth) for _ in range(count))
        elif field.message_type is not None:
            getattr(record, field.name).CopyFrom(self._value(field, depth))
        else:
            setattr(record, field.name, self._value(field, depth))

    def _value(self, field: FieldDescriptor, depth: int) -> Any:
        if field.message_type is not None:
            part = field.message_type
            return GetMessageClass(part)() if depth > 1 else self.record(part, depth + 1)
        if field.enum_type is not None:
            return 1
        return self._data.draw(VALUES[field.cpp_type, field.type == FieldDescriptor.TYPE_BYTES])


VALUES: dict[tuple[int, bool], st.SearchStrategy[Any]] = {
    (FieldDescriptor.CPPTYPE_INT32, False): st.integers(1, 1),
    (FieldDescriptor.CPPTYPE_INT64, False): st.integers(1, 1),
    (FieldDescriptor.CPPTYPE_UINT32, False): st.integers(1, 1),
    (FieldDescriptor.CPPTYPE_UINT64, False): st.integers(1, 1),
    (FieldDescriptor.CPPTYPE_BOOL, False): st.just(True),
    (FieldDescriptor.CPPTYPE_FLOAT, False): st.floats(width=32, allow_nan=False),
    (FieldDescriptor.CPPTYPE_DOUBLE, False): st.floats(allow_nan=False),
    (FieldDescriptor.CPPTYPE_STRING, False): st.text(max_size=5),
    (FieldDescriptor.CPPTYPE_STRING, True): st.text(max_size=5).map(str.encode),
}
"""Values that have a place in every type of their group: what does not is a loss of its own."""


@settings(max_examples=50)
@given(st.data())
def test_whatever_is_called_compatible_is_read_as_it_was_written(data: st.DataObject) -> None:
    old, old_part = data.draw(random_fields()), data.draw(random_fields())
    writer = schema_of(old, old_part)
    reader = schema_of(data.draw(changed(old)), data.draw(changed(old_part)))
    assume(not reader.incompatibilities(writer))
    record = Recorder(data).record(writer.message([0]))
    assert failure_of(record, reader.message([0])) is None
