"""What must hold of a file's messages and enums beyond the grammar; each break is an InvalidSchema.

Names that mean nothing are found in resolution.py; what is left, Protobuf's own runtime finds.

Differs from Kafka: Confluent takes much that the official compiler refuses, such as a name or a
number twice, types that are not there, empty enums and oneofs, defaults in proto3; here it is
refused. It refuses groups inside of groups, with options or with messages of their own, and the
default `-nan`; here they are taken.
"""

from bisect import bisect_right
from collections.abc import Iterable

from google.protobuf.descriptor_pb2 import (
    DescriptorProto,
    EnumDescriptorProto,
    EnumValueDescriptorProto,
    FieldDescriptorProto,
    FileDescriptorProto,
)

from odradek.schemas.protobuf.limits import NESTING_MAX
from odradek.schemas.protobuf.linking.definitions import scope_of
from odradek.schemas.schema import InvalidSchema

PROTOBUFS_OWN = range(19_000, 20_000)
"""Field numbers that implementations keep for themselves."""

Numbered = FieldDescriptorProto | EnumValueDescriptorProto


def check_file(file: FileDescriptorProto) -> None:
    """Raises InvalidSchema if anything in the file breaks a rule of Protobuf."""
    names = [
        *(each.name for each in file.message_type),
        *(each.name for each in file.service),
        *(each.name for each in file.extension),
        *_enum_names(file.enum_type),
    ]
    _check_unique(names, f"the file {file.name!r}")
    for message in file.message_type:
        _check_message(message, scope_of(file, message.name), file, depth=1)
    for enum in file.enum_type:
        _check_enum(enum, scope_of(file, enum.name), file)


class Numbers:
    """Many ranges of numbers, and whether one of them has a number."""

    def __init__(self, ranges: Iterable[tuple[int, int]]) -> None:
        """Each ends before its end."""
        self._starts: list[int] = []
        self._ends: list[int] = []
        for start, end in sorted(ranges):
            if self._ends and start <= self._ends[-1]:
                self._ends[-1] = max(end, self._ends[-1])
            else:
                self._starts.append(start)
                self._ends.append(end)

    def __contains__(self, number: int) -> bool:
        at = bisect_right(self._starts, number) - 1
        return at >= 0 and number < self._ends[at]


def _check_message(
    message: DescriptorProto, where: str, file: FileDescriptorProto, depth: int
) -> None:
    if depth > NESTING_MAX:  # a text is refused before, a descriptor here
        raise InvalidSchema(
            f"{where}: messages nest deeper than {NESTING_MAX}; define them side by side"
        )
    names = [
        *(each.name for each in message.field),
        *(each.name for each in message.oneof_decl),
        *(each.name for each in message.nested_type),
        *(each.name for each in message.extension),
        *_enum_names(message.enum_type),
    ]
    _check_unique(names, where)
    _check_fields(message, where)
    _check_oneofs(message, where)
    for nested in message.nested_type:
        _check_message(nested, f"{where}.{nested.name}", file, depth + 1)
    for enum in message.enum_type:
        _check_enum(enum, f"{where}.{enum.name}", file)


def _check_fields(message: DescriptorProto, where: str) -> None:
    owners: dict[int, str] = {}
    reserved = Numbers((each.start, each.end) for each in message.reserved_range)
    reserved_names = set(message.reserved_name)
    extensions = Numbers((each.start, each.end) for each in message.extension_range)
    for field in message.field:
        _check_owner(owners, field, where, "give one of them another")
        if field.number in reserved or field.name in reserved_names:
            raise InvalidSchema(_reserved(field, where))
        if field.number in PROTOBUFS_OWN:
            raise InvalidSchema(
                f"{where}: {field.name} = {field.number}, but {PROTOBUFS_OWN.start} to "
                f"{PROTOBUFS_OWN.stop - 1} belong to Protobuf itself; take another number"
            )
        if field.number in extensions:
            raise InvalidSchema(
                f"{where}: {field.name} = {field.number} is left to extensions; take another number"
            )


def _check_oneofs(message: DescriptorProto, where: str) -> None:
    used = {field.oneof_index for field in message.field if field.HasField("oneof_index")}
    for index, oneof in enumerate(message.oneof_decl):
        if index not in used:
            raise InvalidSchema(f"{where}: the oneof {oneof.name} is empty; give it a field")


def _check_enum(enum: EnumDescriptorProto, where: str, file: FileDescriptorProto) -> None:
    if not enum.value:
        raise InvalidSchema(f"{where}: the enum has no value; give it one")
    if file.syntax == "proto3" and enum.value[0].number != 0:
        raise InvalidSchema(
            f"{where}: the first value of a proto3 enum is its default and must have the number 0; "
            f"{enum.value[0].name} has {enum.value[0].number}"
        )
    owners: dict[int, str] = {}
    reserved = Numbers((each.start, each.end + 1) for each in enum.reserved_range)
    reserved_names = set(enum.reserved_name)
    for value in enum.value:
        if not enum.options.allow_alias:
            _check_owner(owners, value, where, "give one another, or set the option allow_alias")
        if value.number in reserved or value.name in reserved_names:
            raise InvalidSchema(_reserved(value, where))


def _check_owner(owners: dict[int, str], numbered: Numbered, where: str, remedy: str) -> None:
    other = owners.setdefault(numbered.number, numbered.name)
    if other != numbered.name:
        raise InvalidSchema(
            f"{where}: {other} and {numbered.name} have the same number {numbered.number}; {remedy}"
        )


def _reserved(numbered: Numbered, where: str) -> str:
    return (
        f"{where}: {numbered.name} = {numbered.number} is reserved; "
        "take a number and a name that are not"
    )


def _enum_names(enums: Iterable[EnumDescriptorProto]) -> list[str]:
    """Values stand beside their enum, not within it: Protobuf has that from C++."""
    return [name for enum in enums for name in (enum.name, *(value.name for value in enum.value))]


def _check_unique(names: Iterable[str], where: str) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise InvalidSchema(f"{where}: {name} is defined twice; rename one")
        seen.add(name)
