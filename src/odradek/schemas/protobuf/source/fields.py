"""One field: its type, name, number and options, whatever it stands in."""

from google.protobuf.descriptor_pb2 import DescriptorProto, FieldDescriptorProto

from odradek.schemas.protobuf.source.cursor import Cursor
from odradek.schemas.protobuf.source.literals import (
    escape,
    shortest,
    take_float,
    take_integer,
    take_string,
    take_text,
)
from odradek.schemas.protobuf.source.options import take_bool, take_options_in_brackets
from odradek.schemas.protobuf.source.ranges import FIELD_NUMBER_MAX
from odradek.schemas.protobuf.source.types import SCALARS, take_type

LABELS: dict[str, "FieldDescriptorProto.Label.ValueType"] = {
    "optional": FieldDescriptorProto.LABEL_OPTIONAL,
    "required": FieldDescriptorProto.LABEL_REQUIRED,
    "repeated": FieldDescriptorProto.LABEL_REPEATED,
}

_FLOATS = (FieldDescriptorProto.TYPE_DOUBLE, FieldDescriptorProto.TYPE_FLOAT)
_INTEGERS = {
    SCALARS[word]: (-(1 << (bits - 1)), (1 << (bits - 1)) - 1)
    for bits in (32, 64)
    for word in (f"int{bits}", f"sint{bits}", f"sfixed{bits}")
} | {
    SCALARS[word]: (0, (1 << bits) - 1)
    for bits in (32, 64)
    for word in (f"uint{bits}", f"fixed{bits}")
}
_MAP_KEYS_NEVER = ("double", "float", "bytes")


def take_label(cursor: Cursor, field: FieldDescriptorProto) -> bool:
    """The label of a field, if it has one; whether it has."""
    if cursor.next.text not in LABELS:
        field.label = FieldDescriptorProto.LABEL_OPTIONAL
        return False
    word = cursor.take().text
    if word == "required" and cursor.is_proto3:
        cursor.refuse_here("proto3 has no required fields; write optional, or nothing")
    field.label = LABELS[word]
    if word == "optional" and cursor.is_proto3:
        field.proto3_optional = True
    return True


def take_field(cursor: Cursor, field: FieldDescriptorProto) -> None:
    """Everything behind a field's label."""
    cursor.count_definition()
    take_type(cursor, field)
    field.name = cursor.word("the name of a field")
    take_number(cursor, field)
    take_field_options(cursor, field)
    cursor.expect(";", behind=f"the field {field.name}")


def take_number(cursor: Cursor, field: FieldDescriptorProto) -> None:
    """`= number`."""
    cursor.expect("=", behind=f"the field {field.name}")
    field.number = take_integer(cursor, f"the number of {field.name}", 1, FIELD_NUMBER_MAX)


def take_field_options(cursor: Cursor, field: FieldDescriptorProto) -> None:
    """`[...]`, in which default and json_name look like options and belong to the field itself."""

    def take_property(name: str) -> bool:
        if name == "default":
            field.default_value = _take_default(cursor, field)
        elif name == "json_name":
            field.json_name = take_text(cursor, "the value of json_name")
        return name in ("default", "json_name")

    take_options_in_brackets(cursor, field.options, take_property)


def take_map(cursor: Cursor, message: DescriptorProto, field: FieldDescriptorProto) -> None:
    """`map<key, value> name = number`: a repeated field of entries, which are messages within."""
    cursor.count_definition()
    entry = DescriptorProto()
    key = entry.field.add(name="key", number=1, label=FieldDescriptorProto.LABEL_OPTIONAL)
    value = entry.field.add(name="value", number=2, label=FieldDescriptorProto.LABEL_OPTIONAL)
    entry.options.map_entry = True
    cursor.expect("map", behind="a label")
    cursor.expect("<", behind="map")
    if cursor.next.text not in SCALARS or cursor.next.text in _MAP_KEYS_NEVER:
        cursor.refuse("the keys of a map must be integers, booleans or strings")
    take_type(cursor, key)
    cursor.expect(",", behind="the type of the keys")
    take_type(cursor, value)
    cursor.expect(">", behind="the type of the values")
    field.name = cursor.word("the name of a field")
    entry.name = entry_name(field.name)
    field.label = FieldDescriptorProto.LABEL_REPEATED
    field.type_name = entry.name
    take_number(cursor, field)
    take_field_options(cursor, field)
    cursor.expect(";", behind=f"the field {field.name}")
    message.nested_type.append(entry)


def entry_name(field_name: str) -> str:
    """How the message of a map's entries is called."""
    return "".join(part[:1].upper() + part[1:] for part in field_name.split("_")) + "Entry"


def _take_default(cursor: Cursor, field: FieldDescriptorProto) -> str:
    what = f"the default of {field.name}"
    if cursor.is_proto3:
        cursor.refuse_here("proto3 has no defaults; leave it away, or use proto2")
    if field.label == FieldDescriptorProto.LABEL_REPEATED:
        cursor.refuse_here(f"the field {field.name} is repeated and cannot have a default")
    if field.HasField("type_name"):
        return cursor.word(what)
    if field.type == FieldDescriptorProto.TYPE_STRING:
        return take_text(cursor, what)
    if field.type == FieldDescriptorProto.TYPE_BYTES:
        return escape(take_string(cursor, what))
    if field.type == FieldDescriptorProto.TYPE_BOOL:
        return "true" if take_bool(cursor, what) else "false"
    if field.type in _FLOATS:
        return shortest(take_float(cursor, what))
    return str(take_integer(cursor, what, *_INTEGERS[field.type]))
