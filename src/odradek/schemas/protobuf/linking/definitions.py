"""What a set of .proto files defines, by full name."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from google.protobuf.descriptor_pb2 import (
    DescriptorProto,
    EnumDescriptorProto,
    FileDescriptorProto,
)

from odradek.schemas.schema import InvalidSchema

Definitions = dict[str, "Definition"]


@dataclass(frozen=True, slots=True)
class Definition:
    """A message or an enum, and the file it stands in."""

    full_name: str
    descriptor: DescriptorProto | EnumDescriptorProto
    file: FileDescriptorProto

    @property
    def message(self) -> DescriptorProto | None:
        """The message, if it is one."""
        return self.descriptor if isinstance(self.descriptor, DescriptorProto) else None

    @property
    def enum(self) -> EnumDescriptorProto | None:
        """The enum, if it is one."""
        return self.descriptor if isinstance(self.descriptor, EnumDescriptorProto) else None

    @property
    def local_name(self) -> str:
        """The name without the package."""
        return self.full_name.removeprefix(f"{self.file.package}.")


def collect_definitions(files: Iterable[FileDescriptorProto]) -> Definitions:
    """Every message and enum of the files; no name may be defined twice."""
    definitions: Definitions = {}
    for file in files:
        for definition in _definitions_of(file):
            earlier = definitions.setdefault(definition.full_name, definition)
            if earlier is not definition:
                raise InvalidSchema(
                    f"{definition.full_name} is defined twice, in {earlier.file.name!r} and in "
                    f"{file.name!r}; rename one"
                )
    return definitions


def scope_of(file: FileDescriptorProto, *names: str) -> str:
    """A full name in the file's package."""
    return ".".join(name for name in (file.package, *names) if name)


def _definitions_of(file: FileDescriptorProto) -> Iterator[Definition]:
    for enum in file.enum_type:
        yield Definition(scope_of(file, enum.name), enum, file)
    for message in file.message_type:
        yield from _definitions_in(message, scope_of(file, message.name), file)


def _definitions_in(
    message: DescriptorProto, full_name: str, file: FileDescriptorProto
) -> Iterator[Definition]:
    yield Definition(full_name, message, file)
    for enum in message.enum_type:
        yield Definition(f"{full_name}.{enum.name}", enum, file)
    for nested in message.nested_type:
        yield from _definitions_in(nested, f"{full_name}.{nested.name}", file)
