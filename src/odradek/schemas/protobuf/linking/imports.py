"""Types of files that came with a schema, and that it does not import: compilers do not find them.

Registries of the field let them pass, unless they are told to look.
"""

from collections.abc import Iterator

from google.protobuf.descriptor_pb2 import FileDescriptorProto

from odradek.schemas.protobuf.linking.linked_files import LinkedFiles
from odradek.schemas.protobuf.linking.resolution import fields_of
from odradek.schemas.schema import InvalidSchema


def check_imports(files: LinkedFiles) -> None:
    """Raise InvalidSchema for a type whose file the schema does not import."""
    visible = _visible(files)
    for where, name in _types_of(files.root):
        definition = files.definitions.get(name)
        if definition is not None and definition.file.name not in visible:
            raise InvalidSchema(
                f"{where}: the type {name} is in {definition.file.name!r}, which is not imported;"
                " import it"
            )


def _visible(files: LinkedFiles) -> set[str]:
    """The root, what it imports, and what those import for others."""
    by_name = {file.name: file for file in files.all}
    visible = {files.root.name}
    waiting = list(files.root.dependency)
    while waiting:
        file = by_name.get(waiting.pop())
        if file is not None and file.name not in visible:
            visible.add(file.name)
            waiting.extend(file.dependency[index] for index in file.public_dependency)
    return visible


def _types_of(file: FileDescriptorProto) -> Iterator[tuple[str, str]]:
    for scope, field in fields_of(file):
        where = f"{scope}.{field.name}" if scope else field.name
        yield from ((where, each[1:]) for each in (field.extendee, field.type_name) if each)
    for service in file.service:
        for method in service.method:
            where = f"{service.name}.{method.name}"
            yield from ((where, each[1:]) for each in (method.input_type, method.output_type))
