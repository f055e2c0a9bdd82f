"""What names mean where they are written: types, and the custom options that files define."""

from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import TypeAlias

from google.protobuf.descriptor_pb2 import (
    DescriptorProto,
    FieldDescriptorProto,
    FileDescriptorProto,
)

from odradek.schemas.protobuf.linking import LinkedFiles, link
from odradek.schemas.protobuf.linking.definitions import Definitions, scope_of
from odradek.schemas.protobuf.linking.well_known import META_FILE
from odradek.schemas.protobuf.source.types import WORDS

Extensions: TypeAlias = dict[str, FieldDescriptorProto]


@dataclass(frozen=True, slots=True)
class Scope:
    """A place in a file: names are looked for here, then outwards."""

    path: str
    definitions: Definitions
    extensions: Extensions

    def within(self, name: str) -> "Scope":
        """Inside a message or an enum that stands here."""
        return replace(self, path=f"{self.path}.{name}" if self.path else name)

    def type_name(self, name: str) -> str:
        """The full name of a type, with a dot before it; as it is if there is none."""
        found = self._find(name, self.definitions)
        return name if found is None else f".{found}"

    def map_type(self, name: str) -> str | None:
        """`map<key, value>` if this full name is that of a map's entries."""
        definition = self.definitions.get(name.removeprefix("."))
        if definition is None or definition.message is None:
            return None
        if not definition.message.options.map_entry:
            return None
        key, value = definition.message.field
        return f"map<{WORDS[key.type]}, {value.type_name or WORDS[value.type]}>"

    def option_name(self, name: str) -> str | None:
        """The full name of a custom option, without a dot before it, if it is known."""
        return self._find(name, self.extensions)

    def option_field(self, name: str) -> FieldDescriptorProto | None:
        """What a custom option is."""
        return self.extensions.get(name)

    def message_of(self, field: FieldDescriptorProto | None) -> DescriptorProto | None:
        """The message that is the type of a field, if one is."""
        if field is None or not field.type_name:
            return None
        definition = self.definitions.get(field.type_name.removeprefix("."))
        return None if definition is None else definition.message

    def _find(self, name: str, known: Container[str]) -> str | None:
        if name.startswith("."):
            return name[1:] if name[1:] in known else None
        path = self.path
        while path:
            if f"{path}.{name}" in known:
                return f"{path}.{name}"
            path = path.rpartition(".")[0]
        return name if name in known else None


def scope_of_files(files: LinkedFiles) -> Scope:
    """The outermost scope of a schema's file; Confluent's own options are known without import."""
    meta = _meta()
    extensions = {**_extensions(meta.all), **_extensions(files.all)}
    return Scope(files.root.package, {**meta.definitions, **files.definitions}, extensions)


@cache
def _meta() -> LinkedFiles:
    return link(f'syntax = "proto3"; import "{META_FILE}";', ())


def _extensions(files: Iterable[FileDescriptorProto]) -> Extensions:
    return {name: field for file in files for name, field in _extensions_of(file)}


def _extensions_of(file: FileDescriptorProto) -> Iterator[tuple[str, FieldDescriptorProto]]:
    for field in file.extension:
        yield scope_of(file, field.name), field
    for message in file.message_type:
        yield from _extensions_in(message, scope_of(file, message.name))


def _extensions_in(
    message: DescriptorProto, path: str
) -> Iterator[tuple[str, FieldDescriptorProto]]:
    for field in message.extension:
        yield f"{path}.{field.name}", field
    for nested in message.nested_type:
        yield from _extensions_in(nested, f"{path}.{nested.name}")
