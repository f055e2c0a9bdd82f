"""A descriptor as the file that would be written for it, with full names of types.

Differs from Kafka: groups of a descriptor stay groups, and the default of a field of bytes stays in
quotes; Confluent prints a field of a message, which is another form on the wire, and bytes that
cannot be parsed again.

Entries of maps stay the messages that they are; normal_form.py makes maps of them.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from google.protobuf.descriptor_pb2 import (
    DescriptorProto,
    EnumDescriptorProto,
    FieldDescriptorProto,
    FileDescriptorProto,
    MethodDescriptorProto,
    ServiceDescriptorProto,
)

from odradek.schemas.protobuf.source.types import WORDS
from odradek.schemas.protobuf.written.described_options import described_options
from odradek.schemas.protobuf.written.elements import (
    DEFAULT,
    JSON_NAME,
    Enum,
    EnumValue,
    Extend,
    Extensions,
    Field,
    File,
    Group,
    Message,
    Method,
    Number,
    Oneof,
    Option,
    Reserved,
    Service,
    Span,
    Value,
    Word,
)

_LABELS = {
    FieldDescriptorProto.LABEL_OPTIONAL: "optional",
    FieldDescriptorProto.LABEL_REQUIRED: "required",
    FieldDescriptorProto.LABEL_REPEATED: "repeated",
}
_WORDY = (FieldDescriptorProto.TYPE_BOOL, FieldDescriptorProto.TYPE_ENUM)


def describe_file(file: FileDescriptorProto) -> File:
    """The file that would be written for a descriptor; its name is no part of it."""
    describer = _Describer(is_proto3=file.syntax == "proto3")
    fields, groups = describer.members(file.extension, file.message_type)
    shown = {group.message.name for _, group in groups}
    public, weak = set(file.public_dependency), set(file.weak_dependency)
    return File(
        file.syntax,
        file.package,
        tuple(
            name
            for index, name in enumerate(file.dependency)
            if index not in public and index not in weak
        ),
        tuple(name for index, name in enumerate(file.dependency) if index in public),
        described_options(file.options),
        tuple(describer.message(each) for each in file.message_type if each.name not in shown),
        tuple(map(_enum, file.enum_type)),
        _extends(fields, groups),
        tuple(map(_service, file.service)),
    )


Owned = tuple[FieldDescriptorProto, Field]
OwnedGroup = tuple[FieldDescriptorProto, Group]


class _Describer:
    """Describes the messages of one file: its syntax decides about labels."""

    def __init__(self, *, is_proto3: bool) -> None:
        self._is_proto3 = is_proto3

    def message(self, message: DescriptorProto) -> Message:
        fields, groups = self.members(message.field, message.nested_type)
        extending, extending_groups = self.members(message.extension, message.nested_type)
        shown = {group.message.name for _, group in (*groups, *extending_groups)}
        return Message(
            message.name,
            _reserved(
                ((each.start, each.end - 1) for each in message.reserved_range),
                message.reserved_name,
            ),
            described_options(message.options),
            tuple(field for owner, field in fields if not _is_alternative(owner)),
            _oneofs(message, fields, groups),
            tuple(group for owner, group in groups if not _is_alternative(owner)),
            tuple(
                Extensions((_span(each.start, each.end - 1),), described_options(each.options))
                for each in message.extension_range
            ),
            _extends(extending, extending_groups),
            tuple(self.message(each) for each in message.nested_type if each.name not in shown),
            tuple(map(_enum, message.enum_type)),
        )

    def members(
        self, fields: Iterable[FieldDescriptorProto], within: Iterable[DescriptorProto]
    ) -> tuple[list[Owned], list[OwnedGroup]]:
        """Fields, and apart from them those that are groups: messages that stand `within`."""
        messages = {message.name: message for message in within}
        members: list[Owned] = []
        groups: list[OwnedGroup] = []
        for field in fields:
            message = messages.get(field.type_name.rpartition(".")[2])
            if field.type == FieldDescriptorProto.TYPE_GROUP and message is not None:
                groups.append((field, self._group(field, message)))
            else:
                members.append((field, self._field(field)))
        return members, groups

    def _field(self, field: FieldDescriptorProto) -> Field:
        type_name = field.type_name if field.HasField("type_name") else WORDS[field.type]
        options = self._options(field)
        return Field(self._label(field), type_name, field.name, field.number, options)

    def _group(self, field: FieldDescriptorProto, message: DescriptorProto) -> Group:
        options = self._options(field)
        return Group(self._label(field), field.number, self.message(message), options)

    def _options(self, field: FieldDescriptorProto) -> tuple[Option, ...]:
        own = []
        if field.HasField("default_value") and not self._is_proto3:
            own.append(Option(DEFAULT, _default(field)))
        if field.HasField("json_name"):
            own.append(Option(JSON_NAME, field.json_name))
        return (*described_options(field.options), *own)

    def _label(self, field: FieldDescriptorProto) -> str:
        if _is_alternative(field):
            return ""
        is_repeated = field.label == FieldDescriptorProto.LABEL_REPEATED
        if self._is_proto3 and not field.proto3_optional and not is_repeated:
            return ""
        return "optional" if field.proto3_optional else _LABELS[field.label]


def _is_alternative(field: FieldDescriptorProto) -> bool:
    """Whether the field stands in a oneof of the text, and not in one that stands for optional."""
    return field.HasField("oneof_index") and not field.proto3_optional


def _oneofs(
    message: DescriptorProto, fields: Sequence[Owned], groups: Sequence[OwnedGroup]
) -> tuple[Oneof, ...]:
    fields_of: dict[int, list[Field]] = defaultdict(list)
    for owner, field in fields:
        if _is_alternative(owner):
            fields_of[owner.oneof_index].append(field)
    groups_of: dict[int, list[Group]] = defaultdict(list)
    for owner, group in groups:
        if _is_alternative(owner):
            groups_of[owner.oneof_index].append(group)
    return tuple(
        Oneof(
            each.name,
            described_options(each.options),
            tuple(fields_of[index]),
            tuple(groups_of[index]),
        )
        for index, each in enumerate(message.oneof_decl)
        if index in fields_of or index in groups_of
    )


def _extends(fields: Sequence[Owned], groups: Sequence[OwnedGroup]) -> tuple[Extend, ...]:
    """One block for each message that is extended, where it is met first."""
    fields_of: dict[str, list[Field]] = defaultdict(list)
    for owner, field in fields:
        fields_of[owner.extendee].append(field)
    groups_of: dict[str, list[Group]] = defaultdict(list)
    for owner, group in groups:
        groups_of[owner.extendee].append(group)
    return tuple(
        Extend(name, tuple(fields_of[name]), tuple(groups_of[name]))
        for name in dict.fromkeys((*fields_of, *groups_of))
    )


def _default(field: FieldDescriptorProto) -> Value:
    if field.type == FieldDescriptorProto.TYPE_STRING:
        return field.default_value
    if field.type == FieldDescriptorProto.TYPE_BYTES:
        return Word(f'"{field.default_value}"')
    return Word(field.default_value) if field.type in _WORDY else Number(field.default_value)


def _enum(enum: EnumDescriptorProto) -> Enum:
    ranges = ((each.start, each.end) for each in enum.reserved_range)
    return Enum(
        enum.name,
        _reserved(ranges, enum.reserved_name),
        described_options(enum.options),
        tuple(
            EnumValue(each.name, each.number, described_options(each.options))
            for each in enum.value
        ),
    )


def _reserved(ranges: Iterable[Span], names: Iterable[str]) -> tuple[Reserved, ...]:
    """A statement for each: a descriptor does not know how many there were."""
    numbers = (Reserved((_span(*each),)) for each in ranges)
    return (*numbers, *(Reserved((name,)) for name in names))


def _span(start: int, end: int) -> int | Span:
    return start if start == end else (start, end)


def _service(service: ServiceDescriptorProto) -> Service:
    methods = tuple(map(_method, service.method))
    return Service(service.name, described_options(service.options), methods)


def _method(method: MethodDescriptorProto) -> Method:
    return Method(
        method.name,
        method.input_type,
        method.output_type,
        method.client_streaming,
        method.server_streaming,
        described_options(method.options),
    )
