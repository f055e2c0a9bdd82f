"""Messages and what can stand in them: fields, oneofs, maps, groups, types, reserved numbers."""

from collections.abc import Callable

from google.protobuf.descriptor_pb2 import DescriptorProto, FieldDescriptorProto

from odradek.schemas.protobuf.source.cursor import Cursor
from odradek.schemas.protobuf.source.enums import take_enum
from odradek.schemas.protobuf.source.fields import (
    LABELS,
    take_field,
    take_field_options,
    take_label,
    take_map,
    take_number,
)
from odradek.schemas.protobuf.source.options import take_option_statement
from odradek.schemas.protobuf.source.ranges import take_extension_ranges, take_reserved_fields

AddField = Callable[[], FieldDescriptorProto]
AddMessage = Callable[[], DescriptorProto]


def take_message(cursor: Cursor, message: DescriptorProto) -> None:
    """What stands behind the word message."""
    cursor.count_definition()
    message.name = cursor.word("the name of a message")
    _take_body(cursor, message)


def take_extend(cursor: Cursor, add_field: AddField, add_message: AddMessage) -> None:
    """What stands behind the word extend: fields of a message defined elsewhere."""
    extendee = cursor.dotted_name("the name of a message")
    with cursor.block(f"extend {extendee}"):
        while not cursor.is_block_over:
            field = add_field()
            field.extendee = extendee
            take_label(cursor, field)
            _take_field_or_group(cursor, field, add_message)


def _take_body(cursor: Cursor, message: DescriptorProto) -> None:
    with cursor.message_block(f"the message {message.name}"):
        while not cursor.is_block_over:
            _take_statement(cursor, message)
    _add_oneofs_of_optional_fields(message)


def _take_statement(cursor: Cursor, message: DescriptorProto) -> None:
    word = cursor.next.text
    if word in _STATEMENTS:
        cursor.take()
        _STATEMENTS[word](cursor, message)
        return
    field = message.field.add()
    has_label = take_label(cursor, field)
    if cursor.sees("map") and cursor.after_next.text == "<":
        if has_label:
            cursor.refuse("a map has no label; leave it away")
        take_map(cursor, message, field)
        return
    if not has_label and not cursor.is_proto3:
        cursor.refuse(f"a field of proto2 begins with {', '.join(LABELS)}; that is missing")
    _take_field_or_group(cursor, field, message.nested_type.add)


def _take_field_or_group(
    cursor: Cursor, field: FieldDescriptorProto, add_message: AddMessage
) -> None:
    if cursor.sees("group"):
        _take_group(cursor, field, add_message)
    else:
        take_field(cursor, field)


def _take_group(cursor: Cursor, field: FieldDescriptorProto, add_message: AddMessage) -> None:
    cursor.expect("group", behind="a label")
    if cursor.is_proto3:
        cursor.refuse_here("proto3 has no groups; define a message and a field of it")
    cursor.count_definition()
    message = add_message()
    message.name = cursor.word("the name of a group")
    if not message.name[0].isupper():
        cursor.refuse_here(f"the group {message.name} must begin with a capital letter")
    field.name = message.name.lower()
    field.type = FieldDescriptorProto.TYPE_GROUP
    field.type_name = message.name
    take_number(cursor, field)
    take_field_options(cursor, field)
    _take_body(cursor, message)


def _take_oneof(cursor: Cursor, message: DescriptorProto) -> None:
    oneof = message.oneof_decl.add(name=cursor.word("the name of a oneof"))
    index = len(message.oneof_decl) - 1
    with cursor.block(f"the oneof {oneof.name}"):
        while not cursor.is_block_over:
            if cursor.take_if("option"):
                take_option_statement(cursor, oneof.options)
            elif not cursor.take_if(";"):
                _take_alternative(cursor, message, index)


def _take_alternative(cursor: Cursor, message: DescriptorProto, index: int) -> None:
    is_map = cursor.sees("map") and cursor.after_next.text == "<"
    if is_map or cursor.next.text in LABELS:
        cursor.refuse("a field in a oneof has no label and is no map")
    field = message.field.add(label=FieldDescriptorProto.LABEL_OPTIONAL, oneof_index=index)
    _take_field_or_group(cursor, field, message.nested_type.add)


def _take_extend(cursor: Cursor, message: DescriptorProto) -> None:
    take_extend(cursor, message.extension.add, message.nested_type.add)


def _add_oneofs_of_optional_fields(message: DescriptorProto) -> None:
    """A descriptor notes that a proto3 field can be absent by a oneof that has it alone."""
    taken = {field.name for field in message.field} | {each.name for each in message.oneof_decl}
    for field in message.field:
        if field.proto3_optional:
            name = f"_{field.name}"
            while name in taken:
                name = f"X{name}"
            taken.add(name)
            field.oneof_index = len(message.oneof_decl)
            message.oneof_decl.add(name=name)


def _pass(cursor: Cursor, message: DescriptorProto) -> None:
    """A semicolon alone says nothing."""


_STATEMENTS: dict[str, Callable[[Cursor, DescriptorProto], None]] = {
    ";": _pass,
    "message": lambda cursor, message: take_message(cursor, message.nested_type.add()),
    "enum": lambda cursor, message: take_enum(cursor, message.enum_type.add()),
    "oneof": _take_oneof,
    "extend": _take_extend,
    "option": lambda cursor, message: take_option_statement(cursor, message.options),
    "reserved": take_reserved_fields,
    "extensions": take_extension_ranges,
}
