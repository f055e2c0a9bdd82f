"""Messages and enums as .proto text."""

from collections.abc import Iterable, Sequence

from odradek.schemas.protobuf.printing.lines import block
from odradek.schemas.protobuf.printing.options import in_brackets, statements
from odradek.schemas.protobuf.source.ranges import FIELD_NUMBER_MAX
from odradek.schemas.protobuf.written.elements import (
    Enum,
    Extend,
    Extensions,
    Field,
    Group,
    Message,
    Oneof,
    Reserved,
    Span,
)


def messages_and_enums(messages: Iterable[Message], enums: Iterable[Enum]) -> list[str]:
    """Messages first: records name one by its place among them."""
    lines = [line for message in messages for line in message_lines(message)]
    return lines + [line for enum in enums for line in _enum_lines(enum)]


def message_lines(message: Message, opening: str = "") -> list[str]:
    """A message; a group is one with another opening."""
    return block(
        opening or f"message {message.name}",
        (
            _reserved_lines(message.reserved),
            statements(message.options),
            field_lines(message.fields),
            [line for oneof in message.oneofs for line in _oneof_lines(oneof)],
            _group_lines(message.groups),
            [line for each in message.extensions for line in _extensions_lines(each)],
            extend_lines(message.extends),
            messages_and_enums(message.messages, message.enums),
        ),
    )


def field_lines(fields: Iterable[Field]) -> list[str]:
    """Fields, one behind the other."""
    return [line for field in fields for line in _field_lines(field)]


def extend_lines(extends: Iterable[Extend]) -> list[str]:
    """Fields of messages that are defined elsewhere."""
    return [
        line
        for each in extends
        for line in block(
            f"extend {each.name}", (field_lines(each.fields), _group_lines(each.groups))
        )
    ]


def _field_lines(field: Field) -> list[str]:
    label = f"{field.label} " if field.label else ""
    options = in_brackets(field.options)
    return f"{label}{field.type} {field.name} = {field.number}{options};".split("\n")


def _group_lines(groups: Iterable[Group]) -> list[str]:
    return [line for group in groups for line in _lines_of_group(group)]


def _lines_of_group(group: Group) -> list[str]:
    label = f"{group.label} " if group.label else ""
    options = in_brackets(group.options)
    first, *more = f"{label}group {group.message.name} = {group.number}{options}".split("\n")
    if not more:
        return message_lines(group.message, first)
    opening, *body = message_lines(group.message, more[-1])
    return [first, *more[:-1], opening, *body]


def _oneof_lines(oneof: Oneof) -> list[str]:
    sections = (statements(oneof.options), field_lines(oneof.fields), _group_lines(oneof.groups))
    return block(f"oneof {oneof.name}", sections)


def _enum_lines(enum: Enum) -> list[str]:
    values = [
        line
        for value in enum.values
        for line in f"{value.name} = {value.number}{in_brackets(value.options)};".split("\n")
    ]
    body = [*_reserved_lines(enum.reserved), *statements(enum.options), *values]
    return block(f"enum {enum.name}", (body,))


def _reserved_lines(reserved: Iterable[Reserved]) -> list[str]:
    return [f"reserved {_listed(each.values)};" for each in reserved]


def _extensions_lines(extensions: Extensions) -> list[str]:
    options = in_brackets(extensions.options)
    return f"extensions {_listed(extensions.values)}{options};".split("\n")


def _listed(values: Sequence[int | Span | str]) -> str:
    return ", ".join(map(_reserved_text, values))


def _reserved_text(value: int | Span | str) -> str:
    match value:
        case int():
            return str(value)
        case str():
            return f'"{value}"'
        case start, end:
            return f"{start} to {end if end < FIELD_NUMBER_MAX else 'max'}"
