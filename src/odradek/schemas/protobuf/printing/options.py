"""Options as they stand in a .proto text, in the order of their names."""

from typing import Any

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.descriptor_pb2 import UninterpretedOption

from odradek.schemas.protobuf.printing.lines import Lines
from odradek.schemas.protobuf.source.literals import escape, shortest

_FLOATS = (FieldDescriptor.CPPTYPE_DOUBLE, FieldDescriptor.CPPTYPE_FLOAT)


def add_option_statements(lines: Lines, options: Any, hidden: tuple[str, ...] = ()) -> None:
    """A statement for each option but those that the text says otherwise."""
    for option in option_settings(options, hidden):
        lines.add(f"option {option};")


def in_brackets(settings: list[str]) -> str:
    """` [name = value, ...]`, or nothing if there are none."""
    return f" [{', '.join(settings)}]" if settings else ""


def option_settings(options: Any, hidden: tuple[str, ...] = ()) -> list[str]:
    """`name = value` for each option, sorted."""
    settings = [
        f"{field.name} = {_value_text(field, value)}"
        for field, values in options.ListFields()
        if field.message_type is None and not field.is_extension and field.name not in hidden
        for value in (values if field.is_repeated else [values])
    ]
    settings += [_uninterpreted(option) for option in options.uninterpreted_option]
    return sorted(settings + _unknown(options))


def quote(text: str) -> str:
    """Text between quotes, readable: only what cannot stand there is escaped."""
    return '"' + "".join(_QUOTED.get(ord(letter), letter) for letter in text) + '"'


_QUOTED = {34: '\\"', 92: "\\\\", 127: "\\177"} | {code: f"\\{code:03o}" for code in range(32)}


def _value_text(field: FieldDescriptor, value: Any) -> str:
    if field.cpp_type == FieldDescriptor.CPPTYPE_BOOL:
        return "true" if value else "false"
    if field.cpp_type == FieldDescriptor.CPPTYPE_ENUM:
        known = field.enum_type.values_by_number.get(value)  # type: ignore[union-attr]
        return str(value) if known is None else str(known.name)
    if field.cpp_type == FieldDescriptor.CPPTYPE_STRING:
        return quote(value) if isinstance(value, str) else f'"{escape(value)}"'
    return shortest(value) if field.cpp_type in _FLOATS else str(value)


def _uninterpreted(option: UninterpretedOption) -> str:
    name = ".".join(
        f"({part.name_part})" if part.is_extension else part.name_part for part in option.name
    )
    return f"{name} = {_uninterpreted_value(option)}"


def _uninterpreted_value(option: UninterpretedOption) -> str:
    if option.HasField("identifier_value"):
        return option.identifier_value
    if option.HasField("positive_int_value"):
        return str(option.positive_int_value)
    if option.HasField("negative_int_value"):
        return str(option.negative_int_value)
    if option.HasField("double_value"):
        text = shortest(option.double_value)
        return text if any(sign in text for sign in ".ein") else f"{text}.0"
    if option.HasField("string_value"):
        return f'"{escape(option.string_value)}"'
    return f"{{ {option.aggregate_value} }}" if option.aggregate_value else "{ }"


def _unknown(options: Any) -> list[str]:
    """Custom options that a compiler has already encoded, and that only their files could explain.

    They stand as what they are, so that two schemas that differ in them are two.
    """
    rest = type(options)()
    rest.CopyFrom(options)
    for field, _ in options.ListFields():
        rest.ClearField(field.name)
    encoded = rest.SerializeToString(deterministic=True)
    return [f'(encoded) = "{escape(encoded)}"'] if encoded else []
