"""Options: what Protobuf itself defines is read as its value, anything else kept as it was written.

Custom options are not interpreted: no registry acts on them, and a schema that has them must not
need the files that define them. They stay UninterpretedOptions, in which nothing is lost.
"""

from collections.abc import Callable
from typing import Any

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.descriptor_pb2 import UninterpretedOption

from odradek.schemas.protobuf.limits import NESTING_MAX
from odradek.schemas.protobuf.source.cursor import Cursor
from odradek.schemas.protobuf.source.literals import (
    take_float,
    take_integer,
    take_string,
    take_text,
    to_integer,
)
from odradek.schemas.protobuf.source.tokens import TokenKind

PseudoOption = Callable[[str], bool]
"""Reads the value if the name is one of those that look like options and are none."""

_INTEGERS = {
    FieldDescriptor.CPPTYPE_INT32: (-(1 << 31), (1 << 31) - 1),
    FieldDescriptor.CPPTYPE_INT64: (-(1 << 63), (1 << 63) - 1),
    FieldDescriptor.CPPTYPE_UINT32: (0, (1 << 32) - 1),
    FieldDescriptor.CPPTYPE_UINT64: (0, (1 << 64) - 1),
}
_OPENING = {"{": "}", "<": ">", "[": "]"}


def take_option_statement(cursor: Cursor, options: Any) -> None:
    """`option name = value;` behind the word option, into an options message."""
    take_option(cursor, options)
    cursor.expect(";", behind="an option")


def take_options_in_brackets(
    cursor: Cursor, options: Any, pseudo: PseudoOption = lambda _: False
) -> None:
    """`[name = value, ...]`, if there is one."""
    if not cursor.take_if("["):
        return
    take_option(cursor, options, pseudo)
    while cursor.take_if(","):
        take_option(cursor, options, pseudo)
    cursor.expect("]", behind="the options")


def take_option(cursor: Cursor, options: Any, pseudo: PseudoOption = lambda _: False) -> None:
    """`name = value`."""
    parts = _take_name(cursor)
    name = parts[0].name_part
    cursor.expect("=", behind=f"the option {name}")
    standard = None if parts[0].is_extension else options.DESCRIPTOR.fields_by_name.get(name)
    if len(parts) == 1 and not parts[0].is_extension and pseudo(name):
        return
    if standard is None or len(parts) > 1 or not _is_plain(standard):
        _take_uninterpreted(cursor, options.uninterpreted_option.add(), parts)
    elif standard.is_repeated:
        getattr(options, name).append(_take_value(cursor, standard))
    elif options.HasField(name):
        cursor.refuse_here(f"the option {name} is set twice; keep one")
    else:
        setattr(options, name, _take_value(cursor, standard))


def _is_plain(field: FieldDescriptor) -> bool:
    return field.message_type is None


def _take_name(cursor: Cursor) -> "list[UninterpretedOption.NamePart]":
    parts = [_take_part(cursor)]
    while cursor.take_if("."):
        parts.append(_take_part(cursor))
    return parts


def _take_part(cursor: Cursor) -> "UninterpretedOption.NamePart":
    if cursor.take_if("("):
        name = cursor.dotted_name("the name of an option")
        cursor.expect(")", behind=f"the option {name}")
        return UninterpretedOption.NamePart(name_part=name, is_extension=True)
    return UninterpretedOption.NamePart(
        name_part=cursor.word("the name of an option"), is_extension=False
    )


def _take_value(cursor: Cursor, option: FieldDescriptor) -> "str | bytes | bool | int | float":
    what = f"the value of the option {option.name}"
    kind = option.cpp_type
    if kind == FieldDescriptor.CPPTYPE_BOOL:
        return take_bool(cursor, what)
    if kind == FieldDescriptor.CPPTYPE_ENUM:
        return _take_enum(cursor, option)
    if kind == FieldDescriptor.CPPTYPE_STRING:
        is_text = option.type == FieldDescriptor.TYPE_STRING
        return take_text(cursor, what) if is_text else take_string(cursor, what)
    if kind in _INTEGERS:
        return take_integer(cursor, what, *_INTEGERS[kind])
    return take_float(cursor, what)


def take_bool(cursor: Cursor, what: str) -> bool:
    """true or false."""
    if not cursor.sees("true", "false"):
        cursor.refuse(f"{what} must be true or false")
    return cursor.take().text == "true"


def _take_enum(cursor: Cursor, option: FieldDescriptor) -> int:
    values = option.enum_type.values_by_name  # type: ignore[union-attr]  # of an enum
    name = cursor.word(f"the value of the option {option.name}")
    if name not in values:
        cursor.refuse_here(f"the option {option.name} is {name}; it can be {', '.join(values)}")
    return int(values[name].number)


def _take_uninterpreted(
    cursor: Cursor, option: UninterpretedOption, parts: "list[UninterpretedOption.NamePart]"
) -> None:
    option.name.extend(parts)
    negative = cursor.take_if("-")
    token = cursor.next
    if token.kind is TokenKind.STRING:
        option.string_value = take_string(cursor, "a string")
    elif token.kind is TokenKind.INTEGER:
        _set_integer(option, to_integer(cursor, cursor.take()), negative)
    elif token.kind is TokenKind.FLOAT or (negative and cursor.sees("inf", "nan")):
        option.double_value = take_float(cursor, "a number") * (-1 if negative else 1)
    elif token.kind is TokenKind.WORD and not negative:
        option.identifier_value = cursor.take().text
    elif cursor.sees("{") and not negative:
        option.aggregate_value = _take_aggregate(cursor)
    else:
        cursor.refuse("the value of the option is missing")


def _set_integer(option: UninterpretedOption, value: int, negative: bool) -> None:
    if not negative and value < 1 << 64:
        option.positive_int_value = value
    elif negative and value <= 1 << 63:
        option.negative_int_value = -value
    else:
        option.double_value = float(-value if negative else value)


def _take_aggregate(cursor: Cursor) -> str:
    """What stands in braces, its tokens one space apart, so that layout makes no difference."""
    closing = [_OPENING[cursor.take().text]]
    words: list[str] = []
    while closing:
        token = cursor.take()
        if token.kind is TokenKind.END:
            cursor.refuse("the value of the option does not end")
        elif token.text in _OPENING:
            closing.append(_OPENING[token.text])
        elif token.text in _OPENING.values() and token.text != closing.pop():
            cursor.refuse_here("the braces in the value of the option do not match")
        if len(closing) > NESTING_MAX:
            cursor.refuse_here(f"the value of the option nests deeper than {NESTING_MAX}")
        words.append(token.text)
    return " ".join(words[:-1])
