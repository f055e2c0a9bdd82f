"""Messages, enums and their parts out of a .proto text that is known to be one."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from odradek.schemas.protobuf.source.cursor import Cursor
from odradek.schemas.protobuf.source.fields import LABELS
from odradek.schemas.protobuf.source.literals import escape, to_integer
from odradek.schemas.protobuf.source.ranges import FIELD_NUMBER_MAX
from odradek.schemas.protobuf.source.tokens import TokenKind
from odradek.schemas.protobuf.source.types import SCALARS
from odradek.schemas.protobuf.written.elements import (
    DEFAULT,
    JSON_NAME,
    Enum,
    EnumValue,
    Extend,
    Extensions,
    Field,
    Group,
    Message,
    Number,
    Oneof,
    Option,
    Reserved,
    Span,
    Word,
)
from odradek.schemas.protobuf.written.values import (
    read_option_statement,
    read_options_in_brackets,
    read_string,
)


@contextmanager
def braces(cursor: Cursor) -> Iterator[None]:
    """What stands in braces."""
    cursor.take_if("{")
    yield
    cursor.take_if("}")


class MessageReader:
    """Collects what stands in one message."""

    def __init__(self, cursor: Cursor) -> None:
        self._cursor = cursor
        self._reserved: list[Reserved] = []
        self._options: list[Option] = []
        self._fields: list[Field] = []
        self._oneofs: list[Oneof] = []
        self._groups: list[Group] = []
        self._extensions: list[Extensions] = []
        self._extends: list[Extend] = []
        self._messages: list[Message] = []
        self._enums: list[Enum] = []

    def read(self, name: str) -> Message:
        """The body of a message, with its braces."""
        with braces(self._cursor):
            while not self._cursor.is_block_over:
                self._read_statement()
        return Message(
            name,
            tuple(self._reserved),
            tuple(self._options),
            tuple(self._fields),
            tuple(self._oneofs),
            tuple(self._groups),
            tuple(self._extensions),
            tuple(self._extends),
            tuple(self._messages),
            tuple(self._enums),
        )

    def _read_statement(self) -> None:
        cursor = self._cursor
        match cursor.next.text:
            case ";":
                cursor.take()
            case "message":
                cursor.take()
                self._messages.append(read_message(cursor))
            case "enum":
                cursor.take()
                self._enums.append(read_enum(cursor))
            case "oneof":
                cursor.take()
                self._oneofs.append(_read_oneof(cursor))
            case "extend":
                cursor.take()
                self._extends.append(read_extend(cursor))
            case "option":
                cursor.take()
                self._options.append(read_option_statement(cursor))
            case "reserved":
                cursor.take()
                self._reserved.append(_read_reserved(cursor))
            case "extensions":
                cursor.take()
                self._extensions.append(_read_extensions(cursor))
            case _:
                read_field_or_group(cursor, self._fields, self._groups)


def read_message(cursor: Cursor) -> Message:
    """What stands behind the word message."""
    return MessageReader(cursor).read(cursor.take().text)


def read_field_or_group(cursor: Cursor, fields: list[Field], groups: list[Group]) -> None:
    """A field or a group, with its label."""
    label = cursor.take().text if cursor.next.text in LABELS else ""
    if cursor.take_if("group"):
        groups.append(_read_group(cursor, label))
    else:
        fields.append(_read_field(cursor, label))


def read_extend(cursor: Cursor) -> Extend:
    """What stands behind the word extend."""
    name = cursor.dotted_name("the name of a message")
    fields: list[Field] = []
    groups: list[Group] = []
    with braces(cursor):
        while not cursor.is_block_over:
            read_field_or_group(cursor, fields, groups)
    return Extend(name, tuple(fields), tuple(groups))


def read_enum(cursor: Cursor) -> Enum:
    """What stands behind the word enum."""
    name = cursor.take().text
    reserved: list[Reserved] = []
    options: list[Option] = []
    values: list[EnumValue] = []
    with braces(cursor):
        while not cursor.is_block_over:
            if cursor.take_if(";"):
                continue
            if cursor.take_if("option"):
                options.append(read_option_statement(cursor))
            elif cursor.take_if("reserved"):
                reserved.append(_read_reserved(cursor))
            else:
                values.append(_read_value(cursor))
    return Enum(name, tuple(reserved), tuple(options), tuple(values))


def _read_value(cursor: Cursor) -> EnumValue:
    name = cursor.take().text
    value = EnumValue(name, _read_number(cursor), read_options_in_brackets(cursor))
    cursor.take_if(";")
    return value


def _read_field(cursor: Cursor, label: str) -> Field:
    type_name = _read_type(cursor)
    name = cursor.take().text
    number = _read_number(cursor)
    options = read_options_in_brackets(cursor)
    cursor.take_if(";")
    return Field(label, type_name, name, number, _own_last(options, type_name))


def _own_last(options: tuple[Option, ...], type_name: str) -> tuple[Option, ...]:
    """The default and the name in JSON behind all others."""
    defaults = [_default(each, type_name) for each in options if _is(each, DEFAULT)]
    names = [each for each in options if _is(each, JSON_NAME)]
    others = (each for each in options if not _is(each, DEFAULT, JSON_NAME))
    return (*others, *defaults, *names)


def _default(option: Option, type_name: str) -> Option:
    """Bytes as descriptors have them; `.5` is a number here, and elsewhere a word to registries."""
    if isinstance(option.value, str) and type_name == "bytes":
        return replace(option, value=Word(f'"{escape(_bytes(option.value))}"'))
    if isinstance(option.value, Word) and type_name in SCALARS and type_name != "bool":
        return replace(option, value=Number(option.value.text))
    return option


def _bytes(text: str) -> bytes:
    return text.encode(errors="surrogateescape")


def _is(option: Option, *names: str) -> bool:
    return option.name in names and not option.is_custom and not isinstance(option.value, Option)


def _read_type(cursor: Cursor) -> str:
    if not (cursor.sees("map") and cursor.after_next.text == "<"):
        return cursor.dotted_name("a type")
    cursor.take()
    cursor.take()
    key = cursor.take().text
    cursor.take_if(",")
    value = cursor.dotted_name("a type")
    cursor.take_if(">")
    return f"map<{key}, {value}>"


def _read_group(cursor: Cursor, label: str) -> Group:
    name = cursor.take().text
    number = _read_number(cursor)
    options = read_options_in_brackets(cursor)
    return Group(label, number, MessageReader(cursor).read(name), options)


def _read_oneof(cursor: Cursor) -> Oneof:
    name = cursor.take().text
    options: list[Option] = []
    fields: list[Field] = []
    groups: list[Group] = []
    with braces(cursor):
        while not cursor.is_block_over:
            if cursor.take_if("option"):
                options.append(read_option_statement(cursor))
            elif not cursor.take_if(";"):
                read_field_or_group(cursor, fields, groups)
    return Oneof(name, tuple(options), tuple(fields), tuple(groups))


def _read_reserved(cursor: Cursor) -> Reserved:
    values: list[int | Span | str] = []
    while not cursor.take_if(";"):
        is_name = cursor.next.kind is TokenKind.STRING
        values.append(read_string(cursor) if is_name else _read_span(cursor))
        cursor.take_if(",")
    return Reserved(tuple(values))


def _read_extensions(cursor: Cursor) -> Extensions:
    values: list[int | Span] = []
    while not cursor.sees("[", ";"):
        values.append(_read_span(cursor))
        cursor.take_if(",")
    options = read_options_in_brackets(cursor)
    cursor.take_if(";")
    return Extensions(tuple(values), options)


def _read_span(cursor: Cursor) -> int | Span:
    start = _read_integer(cursor)
    if not cursor.take_if("to"):
        return start
    return start, FIELD_NUMBER_MAX if cursor.take_if("max") else _read_integer(cursor)


def _read_number(cursor: Cursor) -> int:
    cursor.take_if("=")
    return _read_integer(cursor)


def _read_integer(cursor: Cursor) -> int:
    sign = -1 if cursor.take_if("-") else 1
    return sign * to_integer(cursor, cursor.take())
