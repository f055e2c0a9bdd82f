"""A file without what only other files define: custom options, extensions and room for them.

It is what `format=ignore_extensions` asks for, for parsers that know no custom options. Those of
Confluent's own stay, as with its registry.
"""

from typing import Any

from google.protobuf.descriptor_pb2 import FileDescriptorProto, UninterpretedOption

from odradek.schemas.protobuf.meta import keep_options, write_out
from odradek.schemas.protobuf.parts import clear_empty_options, options_in, parts_of

KEPT_PREFIX = "confluent."


def without_extensions(file: FileDescriptorProto) -> FileDescriptorProto:
    """A copy of the file."""
    plain = FileDescriptorProto()
    plain.CopyFrom(file)
    for part in parts_of(plain):
        for name in ("extension", "extension_range"):
            if name in part.DESCRIPTOR.fields_by_name:
                part.ClearField(name)
    for options in options_in(plain):
        _strip(options)
    clear_empty_options(plain)
    return plain


def _strip(options: Any) -> None:
    write_out(options)
    for field, _ in options.ListFields():
        if field.is_extension:
            options.ClearExtension(field)
    options.DiscardUnknownFields()
    keep_options(options, _stays)


def _stays(option: UninterpretedOption) -> bool:
    first = option.name[0]
    return not first.is_extension or first.name_part.removeprefix(".").startswith(KEPT_PREFIX)
