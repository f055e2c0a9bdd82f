"""Enums: their values, options and what they reserve."""

from google.protobuf.descriptor_pb2 import EnumDescriptorProto

from odradek.schemas.protobuf.source.cursor import Cursor
from odradek.schemas.protobuf.source.literals import take_integer
from odradek.schemas.protobuf.source.options import (
    take_option_statement,
    take_options_in_brackets,
)
from odradek.schemas.protobuf.source.ranges import ENUM_NUMBERS, take_reserved_values


def take_enum(cursor: Cursor, enum: EnumDescriptorProto) -> None:
    """What stands behind the word enum."""
    cursor.count_definition()
    enum.name = cursor.word("the name of an enum")
    with cursor.block(f"the enum {enum.name}"):
        while not cursor.is_block_over:
            _take_statement(cursor, enum)


def _take_statement(cursor: Cursor, enum: EnumDescriptorProto) -> None:
    if cursor.take_if(";"):
        return
    if cursor.take_if("option"):
        take_option_statement(cursor, enum.options)
    elif cursor.take_if("reserved"):
        take_reserved_values(cursor, enum)
    else:
        _take_enum_value(cursor, enum)


def _take_enum_value(cursor: Cursor, enum: EnumDescriptorProto) -> None:
    cursor.count_definition()
    value = enum.value.add(name=cursor.word("the name of a value"))
    cursor.expect("=", behind=f"the value {value.name}")
    value.number = take_integer(cursor, f"the number of {value.name}", *ENUM_NUMBERS)
    if cursor.sees("["):
        take_options_in_brackets(cursor, value.options)
    cursor.expect(";", behind=f"the value {value.name}")
