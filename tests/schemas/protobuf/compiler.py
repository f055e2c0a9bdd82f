"""The official compiler, as a second opinion on what a .proto text says."""

from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path

from google.protobuf.descriptor_pb2 import (
    DescriptorProto,
    FileDescriptorProto,
    FileDescriptorSet,
)
from grpc_tools import protoc


class Refused(Exception):
    """The compiler takes the text for no schema; it says why on the standard error."""


def compile_text(
    text: str, directory: Path, imports: Mapping[str, str] = {}
) -> FileDescriptorProto:
    """The descriptor of the text, without what only the compiler writes into it."""
    for name, imported in {"default": text, **imports}.items():
        (directory / name).parent.mkdir(parents=True, exist_ok=True)
        (directory / name).write_text(imported, encoding="utf-8")
    result = directory / "result"
    status = protoc.main(
        [
            "protoc",
            f"--proto_path={directory}",
            f"--proto_path={files('grpc_tools') / '_proto'}",
            f"--descriptor_set_out={result}",
            "default",
        ]
    )
    if status:
        raise Refused(text)
    (file,) = FileDescriptorSet.FromString(result.read_bytes()).file
    for message in file.message_type:
        _clear_derived_names(message)
    for field in file.extension:
        field.ClearField("json_name")
    return file


def _clear_derived_names(message: DescriptorProto) -> None:
    for field in (*message.field, *message.extension):
        if field.json_name == json_name_of(field.name):
            field.ClearField("json_name")
    for nested in message.nested_type:
        _clear_derived_names(nested)


def json_name_of(field_name: str) -> str:
    """The name in JSON where the text names no other."""
    first, *rest = field_name.split("_")
    return first + "".join(part[:1].upper() + part[1:] for part in rest)
