"""Protobuf schemas: .proto texts of proto2 and proto3, and base64 descriptors of them.

    schema.py        ProtobufSchema and `parse`
    source/          a text becomes a FileDescriptorProto
    encoded.py       so does a base64 descriptor
    linking/         a schema with everything it refers to
    written/         a text or a descriptor as it is written, and in its normal form
    printing/        that becomes text again: canonical and normalized texts
    parts.py         the parts of a file, whatever they are
    meta.py          Confluent's own options in descriptors
    compatibility/   what breaks between a writer's schema and a reader's
    witnesses/       records that show it
    limits.py        how large a schema may be

What it does not do: editions, and the meaning of custom options, which are kept as they are
written in texts, and left out of descriptors.
"""

from odradek.schemas.protobuf.schema import ProtobufSchema, parse

__all__ = ["ProtobufSchema", "parse"]
