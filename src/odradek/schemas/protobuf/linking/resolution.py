"""What the names of types mean: each becomes the full name of a message or an enum.

A name is looked for in the scope where it stands, then outwards. Everything that came with the
schema is visible, imported or not, as registries of the field have it.
"""

from collections.abc import Iterator

from google.protobuf.descriptor_pb2 import (
    DescriptorProto,
    FieldDescriptorProto,
    FileDescriptorProto,
)

from odradek.schemas.protobuf.linking.definitions import Definition, Definitions, scope_of
from odradek.schemas.schema import InvalidSchema


def resolve_types(
    file: FileDescriptorProto, definitions: Definitions, missing: "list[str]"
) -> None:
    """Write full names into the file. `missing` are imports that nobody gave, to name them."""
    Resolution(file, definitions, missing).run()


class Resolution:
    """One file whose names get their meaning."""

    def __init__(
        self, file: FileDescriptorProto, definitions: Definitions, missing: "list[str]"
    ) -> None:
        self._file = file
        self._definitions = definitions
        self._missing = missing

    def run(self) -> None:
        package = self._file.package
        for scope, field in fields_of(self._file):
            self._resolve_field(field, scope)
        for service in self._file.service:
            for method in service.method:
                where = f"{service.name}.{method.name}"
                method.input_type = self._message(method.input_type, package, where)
                method.output_type = self._message(method.output_type, package, where)

    def _resolve_field(self, field: FieldDescriptorProto, scope: str) -> None:
        where = f"{scope}.{field.name}" if scope else field.name
        if field.HasField("extendee"):
            field.extendee = self._message(field.extendee, scope, where)
        if not field.HasField("type_name"):
            return
        definition = self._find(field.type_name, scope, where)
        field.type_name = f".{definition.full_name}"
        if definition.enum is not None:
            field.type = FieldDescriptorProto.TYPE_ENUM
        elif field.type != FieldDescriptorProto.TYPE_GROUP:
            field.type = FieldDescriptorProto.TYPE_MESSAGE
        if field.HasField("default_value"):
            _check_default(field, definition, where)

    def _message(self, name: str, scope: str, where: str) -> str:
        definition = self._find(name, scope, where)
        if definition.message is None:
            raise InvalidSchema(f"{where}: {name} is an enum; a message must stand there")
        return f".{definition.full_name}"

    def _find(self, name: str, scope: str, where: str) -> Definition:
        found = self._look_up(name, scope)
        if found is None:
            raise InvalidSchema(f"{where}: the type {name} is not defined; {self._remedy()}")
        return found

    def _look_up(self, name: str, scope: str) -> Definition | None:
        if name.startswith("."):
            return self._definitions.get(name[1:])
        while scope:
            found = self._definitions.get(f"{scope}.{name}")
            if found is not None:
                return found
            scope = scope.rpartition(".")[0]
        return self._definitions.get(name)

    def _remedy(self) -> str:
        if self._missing:
            files = ", ".join(map(repr, self._missing))
            return f"give a reference for the import of {files}, or define the type"
        return "define it, or import the file that does and give a reference for it"


def _check_default(field: FieldDescriptorProto, definition: Definition, where: str) -> None:
    values = [] if definition.enum is None else [value.name for value in definition.enum.value]
    if field.default_value not in values:
        raise InvalidSchema(
            f"{where}: the default {field.default_value} is no value of {definition.full_name}; "
            "name one of its values, a message has none"
        )


def fields_of(file: FileDescriptorProto) -> Iterator[tuple[str, FieldDescriptorProto]]:
    """Every field with the scope in which its type's name is looked for."""
    for field in file.extension:
        yield file.package, field
    for message in file.message_type:
        yield from _fields_in(message, scope_of(file, message.name))


def _fields_in(message: DescriptorProto, scope: str) -> Iterator[tuple[str, FieldDescriptorProto]]:
    for field in message.field:
        yield scope, field
    for field in message.extension:
        yield scope, field
    for nested in message.nested_type:
        yield from _fields_in(nested, f"{scope}.{nested.name}")
