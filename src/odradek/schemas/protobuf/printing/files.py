"""A whole file as .proto text."""

from google.protobuf.descriptor_pb2 import (
    FileDescriptorProto,
    MethodDescriptorProto,
    ServiceDescriptorProto,
)

from odradek.schemas.protobuf.printing.lines import Lines
from odradek.schemas.protobuf.printing.messages import MessagePrinter, groups_of
from odradek.schemas.protobuf.printing.options import add_option_statements, quote


def print_file(file: FileDescriptorProto) -> str:
    """The text; its name is no part of it."""
    lines = Lines()
    lines.add(f'syntax = "{file.syntax or "proto2"}";')
    if file.package:
        lines.add(f"package {file.package};")
    _add_imports(lines, file)
    add_option_statements(lines, file.options)
    printer = MessagePrinter(lines, is_proto3=file.syntax == "proto3")
    groups = set(groups_of(file.extension))
    for message in file.message_type:
        if message.name not in groups:
            printer.add_message(message)
    for enum in file.enum_type:
        printer.add_enum(enum)
    printer.add_extensions(file.extension, file.message_type)
    for service in file.service:
        _add_service(lines, service)
    return lines.text()


def _add_imports(lines: Lines, file: FileDescriptorProto) -> None:
    """Public ones last."""
    for index, name in enumerate(file.dependency):
        if index not in file.public_dependency:
            weak = "weak " if index in file.weak_dependency else ""
            lines.add(f"import {weak}{quote(name)};")
    for index in file.public_dependency:
        lines.add(f"import public {quote(file.dependency[index])};")


def _add_service(lines: Lines, service: ServiceDescriptorProto) -> None:
    with lines.block(f"service {service.name}"):
        add_option_statements(lines, service.options)
        for method in service.method:
            _add_method(lines, method)


def _add_method(lines: Lines, method: MethodDescriptorProto) -> None:
    request = ("stream " if method.client_streaming else "") + method.input_type
    response = ("stream " if method.server_streaming else "") + method.output_type
    signature = f"rpc {method.name} ({request}) returns ({response})"
    if not method.options.ListFields():
        lines.add(f"{signature};")
        return
    with lines.block(signature):
        add_option_statements(lines, method.options)
