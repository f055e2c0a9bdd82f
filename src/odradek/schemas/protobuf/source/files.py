"""A whole .proto text: its syntax, package and imports, and what it defines."""

from collections.abc import Callable

from google.protobuf.descriptor_pb2 import FileDescriptorProto

from odradek.schemas.protobuf.source.cursor import Cursor
from odradek.schemas.protobuf.source.enums import take_enum
from odradek.schemas.protobuf.source.literals import take_text
from odradek.schemas.protobuf.source.messages import take_extend, take_message
from odradek.schemas.protobuf.source.options import take_option_statement
from odradek.schemas.protobuf.source.services import take_service


def parse_file(text: str) -> FileDescriptorProto:
    """What the text defines; the file has no name yet. Raises InvalidSchema."""
    cursor = Cursor(text)
    if cursor.is_at_end:
        cursor.refuse_here("the text is empty; define a message")
    file = FileDescriptorProto()
    _take_syntax(cursor, file)
    while not cursor.is_at_end:
        _take_statement(cursor, file)
    return file


def _take_syntax(cursor: Cursor, file: FileDescriptorProto) -> None:
    """proto2 is what a text without the statement means, and what a descriptor does not mention."""
    if cursor.sees("edition"):
        cursor.refuse('editions are not supported; write syntax = "proto3" instead')
    if not cursor.take_if("syntax"):
        return
    cursor.expect("=", behind="syntax")
    syntax = take_text(cursor, "the syntax")
    if syntax not in ("proto2", "proto3"):
        cursor.refuse_here(f"the syntax is {syntax!r}; it can be proto2 or proto3")
    cursor.expect(";", behind="the syntax")
    cursor.is_proto3 = syntax == "proto3"
    if cursor.is_proto3:
        file.syntax = syntax


def _take_statement(cursor: Cursor, file: FileDescriptorProto) -> None:
    statement = _STATEMENTS.get(cursor.next.text)
    if statement is None:
        cursor.refuse(f"a file contains {', '.join(word for word in _STATEMENTS if word != ';')}")
    cursor.take()
    statement(cursor, file)


def _take_package(cursor: Cursor, file: FileDescriptorProto) -> None:
    if file.package:
        cursor.refuse_here(f"a second package; the file already has {file.package}")
    if cursor.sees("."):
        cursor.refuse("the name of a package begins with a word")
    file.package = cursor.dotted_name("the name of a package")
    cursor.expect(";", behind="the package")


def _take_import(cursor: Cursor, file: FileDescriptorProto) -> None:
    index = len(file.dependency)
    if cursor.take_if("public"):
        file.public_dependency.append(index)
    elif cursor.take_if("weak"):
        file.weak_dependency.append(index)
    file.dependency.append(take_text(cursor, "the file to import"))
    cursor.expect(";", behind="an import")


def _take_extend(cursor: Cursor, file: FileDescriptorProto) -> None:
    take_extend(cursor, file.extension.add, file.message_type.add)


def _pass(cursor: Cursor, file: FileDescriptorProto) -> None:
    """A semicolon alone says nothing."""


_STATEMENTS: dict[str, Callable[[Cursor, FileDescriptorProto], None]] = {
    ";": _pass,
    "package": _take_package,
    "import": _take_import,
    "option": lambda cursor, file: take_option_statement(cursor, file.options),
    "message": lambda cursor, file: take_message(cursor, file.message_type.add()),
    "enum": lambda cursor, file: take_enum(cursor, file.enum_type.add()),
    "service": lambda cursor, file: take_service(cursor, file.service.add()),
    "extend": _take_extend,
}
