"""The types a field can have: Protobuf's own by their words, everything else by its name."""

from google.protobuf.descriptor_pb2 import FieldDescriptorProto

from odradek.schemas.protobuf.source.cursor import Cursor

SCALARS: dict[str, "FieldDescriptorProto.Type.ValueType"] = {
    "double": FieldDescriptorProto.TYPE_DOUBLE,
    "float": FieldDescriptorProto.TYPE_FLOAT,
    "int64": FieldDescriptorProto.TYPE_INT64,
    "uint64": FieldDescriptorProto.TYPE_UINT64,
    "int32": FieldDescriptorProto.TYPE_INT32,
    "fixed64": FieldDescriptorProto.TYPE_FIXED64,
    "fixed32": FieldDescriptorProto.TYPE_FIXED32,
    "bool": FieldDescriptorProto.TYPE_BOOL,
    "string": FieldDescriptorProto.TYPE_STRING,
    "bytes": FieldDescriptorProto.TYPE_BYTES,
    "uint32": FieldDescriptorProto.TYPE_UINT32,
    "sfixed32": FieldDescriptorProto.TYPE_SFIXED32,
    "sfixed64": FieldDescriptorProto.TYPE_SFIXED64,
    "sint32": FieldDescriptorProto.TYPE_SINT32,
    "sint64": FieldDescriptorProto.TYPE_SINT64,
}

WORDS = {number: word for word, number in SCALARS.items()}
"""How the text calls each scalar type."""


def take_type(cursor: Cursor, field: FieldDescriptorProto) -> None:
    """The type that stands before a field's name."""
    if cursor.next.text in SCALARS:
        field.type = SCALARS[cursor.take().text]
    else:
        field.type_name = cursor.dotted_name("a type")
