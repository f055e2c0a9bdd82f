"""A file in which order says nothing any more: what `normalize` stores.

Messages, enums and methods stay in their order: serialized records name a message by its place, and
the first value of an enum is the default of its fields.
"""

from google.protobuf.descriptor_pb2 import (
    DescriptorProto,
    EnumDescriptorProto,
    FieldDescriptorProto,
    FileDescriptorProto,
)


def normal_form(file: FileDescriptorProto) -> FileDescriptorProto:
    """The same file, imports, fields, values and reserved numbers sorted, none given twice."""
    normal = FileDescriptorProto()
    normal.CopyFrom(file)
    _sort_imports(normal)
    for enum in normal.enum_type:
        _sort_values(enum)
    for message in normal.message_type:
        _sort_message(message)
    return normal


def _sort_imports(file: FileDescriptorProto) -> None:
    public = {file.dependency[index] for index in file.public_dependency}
    weak = {file.dependency[index] for index in file.weak_dependency} - public
    names = sorted(set(file.dependency))
    del file.dependency[:], file.public_dependency[:], file.weak_dependency[:]
    file.dependency.extend(names)
    file.public_dependency.extend(index for index, name in enumerate(names) if name in public)
    file.weak_dependency.extend(index for index, name in enumerate(names) if name in weak)


def _sort_message(message: DescriptorProto) -> None:
    message.field.sort(key=_number)
    _sort_oneofs(message)
    message.reserved_range.sort(key=lambda each: (each.start, each.end))
    message.extension_range.sort(key=lambda each: each.start)
    _sort_names(message)
    for enum in message.enum_type:
        _sort_values(enum)
    for nested in message.nested_type:
        _sort_message(nested)


def _sort_oneofs(message: DescriptorProto) -> None:
    """By their lowest number; the fields are sorted already."""
    order: dict[int, int] = {}
    for field in message.field:
        if field.HasField("oneof_index"):
            field.oneof_index = order.setdefault(field.oneof_index, len(order))
    oneofs = [message.oneof_decl[index] for index in order]
    copies = [type(each).FromString(each.SerializeToString()) for each in oneofs]
    del message.oneof_decl[:]
    message.oneof_decl.extend(copies)


def _sort_values(enum: EnumDescriptorProto) -> None:
    """The first stays the first. So do aliases: the first of a number is its name in JSON."""
    first = enum.value[0].name
    enum.value.sort(key=lambda each: (each.name != first, each.number))
    enum.reserved_range.sort(key=lambda each: (each.start, each.end))
    _sort_names(enum)


def _sort_names(reserving: DescriptorProto | EnumDescriptorProto) -> None:
    names = sorted(set(reserving.reserved_name))
    del reserving.reserved_name[:]
    reserving.reserved_name.extend(names)


def _number(field: FieldDescriptorProto) -> int:
    return field.number
