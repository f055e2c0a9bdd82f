"""A whole file as .proto text."""

from odradek.schemas.protobuf.printing.lines import block
from odradek.schemas.protobuf.printing.messages import extend_lines, messages_and_enums
from odradek.schemas.protobuf.printing.options import statements
from odradek.schemas.protobuf.written.elements import File, Method, Service


def print_file(file: File) -> str:
    """The text, in which each kind of content stands by itself, behind a blank line."""
    lines = [f'syntax = "{file.syntax}";'] if file.syntax else []
    lines += [f"package {file.package};"] if file.package else []
    sections = (
        [
            *(f'import "{name}";' for name in file.imports),
            *(f'import public "{name}";' for name in file.public_imports),
        ],
        statements(file.options),
        messages_and_enums(file.messages, file.enums),
        extend_lines(file.extends),
        [line for service in file.services for line in _service_lines(service)],
    )
    for section in sections:
        lines += ["", *section] if section else []
    return "".join(f"{line}\n" for line in lines)


def _service_lines(service: Service) -> list[str]:
    methods = [line for method in service.methods for line in _method_lines(method)]
    return block(f"service {service.name}", (statements(service.options), methods))


def _method_lines(method: Method) -> list[str]:
    request = f"{'stream ' if method.takes_stream else ''}{method.request}"
    response = f"{'stream ' if method.returns_stream else ''}{method.response}"
    signature = f"rpc {method.name} ({request}) returns ({response})"
    if not method.options:
        return [f"{signature};"]
    *lines, last = block(signature, (statements(method.options),))
    return [*lines, f"{last};"]
