"""Protobuf schemas: .proto texts of proto2 and proto3, and base64 descriptors of them.

    schema.py        ProtobufSchema and `parse`
    source/          a text becomes a FileDescriptorProto
    encoded.py       so does a base64 descriptor
    linking/         a schema with everything it refers to
    printing/        a FileDescriptorProto becomes text again: the canonical form
    normal_form.py   the same file in a fixed order
    parts.py         the parts of a file, whatever they are
    meta.py          Confluent's own options, which have tags
    tags.py          tags of messages and fields
    without_extensions.py   the same file without custom options
    compatibility/   what breaks between a writer's schema and a reader's
    witnesses/       records that show it
    limits.py        how large a schema may be

What it does not do: editions, and the meaning of custom options, which are kept as they are
written.
"""

from odradek.schemas.protobuf.schema import ProtobufSchema, parse

__all__ = ["ProtobufSchema", "parse"]
