"""Messages and enums as .proto text."""

from collections.abc import Iterable, Iterator

from google.protobuf.descriptor_pb2 import (
    DescriptorProto,
    EnumDescriptorProto,
    FieldDescriptorProto,
)

from odradek.schemas.protobuf.printing.lines import Lines
from odradek.schemas.protobuf.printing.options import (
    add_option_statements,
    in_brackets,
    option_settings,
    quote,
)
from odradek.schemas.protobuf.source.ranges import ENUM_NUMBERS, FIELD_NUMBER_MAX
from odradek.schemas.protobuf.source.types import WORDS

_LABELS = {
    FieldDescriptorProto.LABEL_OPTIONAL: "optional ",
    FieldDescriptorProto.LABEL_REQUIRED: "required ",
    FieldDescriptorProto.LABEL_REPEATED: "repeated ",
}


class MessagePrinter:
    """Prints the messages and enums of one file: what its syntax is decides about labels."""

    def __init__(self, lines: Lines, is_proto3: bool) -> None:
        self._lines = lines
        self._is_proto3 = is_proto3

    def add_message(self, message: DescriptorProto) -> None:
        with self._lines.block(f"message {message.name}"):
            self._add_body(message)

    def add_enum(self, enum: EnumDescriptorProto) -> None:
        with self._lines.block(f"enum {enum.name}"):
            ranges = ((each.start, each.end) for each in enum.reserved_range)
            self._add_reserved(ranges, ENUM_NUMBERS[1], enum.reserved_name)
            add_option_statements(self._lines, enum.options)
            for value in enum.value:
                options = in_brackets(option_settings(value.options))
                self._lines.add(f"{value.name} = {value.number}{options};")

    def add_extensions(
        self, fields: Iterable[FieldDescriptorProto], types: Iterable[DescriptorProto]
    ) -> None:
        """Fields of messages defined elsewhere; `types` may be groups of theirs."""
        groups = {each.name: each for each in types}
        for field in fields:
            with self._lines.block(f"extend {field.extendee}"):
                self._add_field(field, groups)

    def _add_body(self, message: DescriptorProto) -> None:
        ranges = ((each.start, each.end - 1) for each in message.reserved_range)
        self._add_reserved(ranges, FIELD_NUMBER_MAX, message.reserved_name)
        add_option_statements(self._lines, message.options)
        within = {each.name: each for each in message.nested_type}
        self._add_fields(message, within)
        for each in message.extension_range:
            numbers = _range_text(each.start, each.end - 1, FIELD_NUMBER_MAX)
            options = in_brackets(option_settings(each.options))
            self._lines.add(f"extensions {numbers}{options};")
        self.add_extensions(message.extension, message.nested_type)
        shown_with_fields = set(groups_of((*message.field, *message.extension)))
        for nested in message.nested_type:
            if not nested.options.map_entry and nested.name not in shown_with_fields:
                self.add_message(nested)
        for enum in message.enum_type:
            self.add_enum(enum)

    def _add_fields(self, message: DescriptorProto, within: dict[str, DescriptorProto]) -> None:
        members: dict[int, list[FieldDescriptorProto]] = {}
        for field in message.field:
            if is_alternative(field):
                members.setdefault(field.oneof_index, []).append(field)
            else:
                self._add_field(field, within)
        for index, oneof in enumerate(message.oneof_decl):
            if index not in members:
                continue
            with self._lines.block(f"oneof {oneof.name}"):
                add_option_statements(self._lines, oneof.options)
                for field in members[index]:
                    self._add_field(field, within)

    def _add_field(self, field: FieldDescriptorProto, within: dict[str, DescriptorProto]) -> None:
        entry = within.get(field.type_name.rpartition(".")[2])
        settings = in_brackets(_field_settings(field))
        if entry is not None and entry.options.map_entry:
            key, value = entry.field
            types = f"map<{_type_text(key)}, {_type_text(value)}>"
            self._lines.add(f"{types} {field.name} = {field.number}{settings};")
            return
        label = self._label(field)
        if entry is not None and field.type == FieldDescriptorProto.TYPE_GROUP:
            with self._lines.block(f"{label}group {entry.name} = {field.number}{settings}"):
                self._add_body(entry)
            return
        self._lines.add(f"{label}{_type_text(field)} {field.name} = {field.number}{settings};")

    def _label(self, field: FieldDescriptorProto) -> str:
        is_plain = field.label == FieldDescriptorProto.LABEL_OPTIONAL
        if is_alternative(field) or (is_plain and self._is_proto3 and not field.proto3_optional):
            return ""
        return _LABELS[field.label]

    def _add_reserved(
        self, ranges: Iterable[tuple[int, int]], most: int, names: Iterable[str]
    ) -> None:
        numbers = ", ".join(_range_text(start, end, most) for start, end in ranges)
        if numbers:
            self._lines.add(f"reserved {numbers};")
        quoted = ", ".join(quote(name) for name in names)
        if quoted:
            self._lines.add(f"reserved {quoted};")


def is_alternative(field: FieldDescriptorProto) -> bool:
    """Whether the field stands in a oneof of the text, and not in one that stands for optional."""
    return field.HasField("oneof_index") and not field.proto3_optional


def groups_of(fields: Iterable[FieldDescriptorProto]) -> Iterator[str]:
    """Names of the messages that are printed as groups, with their fields."""
    for field in fields:
        if field.type == FieldDescriptorProto.TYPE_GROUP:
            yield field.type_name.rpartition(".")[2]


def json_name_of(field_name: str) -> str:
    """The name in JSON where the text names no other."""
    first, *rest = field_name.split("_")
    return first + "".join(part[:1].upper() + part[1:] for part in rest)


def _field_settings(field: FieldDescriptorProto) -> list[str]:
    settings = []
    if field.HasField("default_value"):
        settings.append(f"default = {_default_text(field)}")
    if field.HasField("json_name") and field.json_name != json_name_of(field.name):
        settings.append(f"json_name = {quote(field.json_name)}")
    return settings + option_settings(field.options)


def _default_text(field: FieldDescriptorProto) -> str:
    if field.type == FieldDescriptorProto.TYPE_STRING:
        return quote(field.default_value)
    if field.type == FieldDescriptorProto.TYPE_BYTES:
        return f'"{field.default_value}"'
    return field.default_value


def _type_text(field: FieldDescriptorProto) -> str:
    return field.type_name or WORDS[field.type]


def _range_text(start: int, end: int, most: int) -> str:
    if start == end:
        return str(start)
    return f"{start} to {'max' if end == most else end}"
