"""Files that nobody gives a reference for: those of Protobuf, Google's common types, and the
field's decimal numbers.
"""

from importlib import import_module

from google.protobuf.descriptor_pb2 import FileDescriptorProto

from odradek.schemas.protobuf.linking.google_types import GOOGLE_TYPES
from odradek.schemas.protobuf.source import parse_file

_MODULES = {
    f"google/protobuf/{name}.proto": f"google.protobuf.{name.replace('/', '.')}_pb2"
    for name in (
        "any",
        "api",
        "compiler/plugin",
        "descriptor",
        "duration",
        "empty",
        "field_mask",
        "source_context",
        "struct",
        "timestamp",
        "type",
        "wrappers",
    )
}

_DECIMAL = """
    syntax = "proto3";
    package confluent.type;
    message Decimal { bytes value = 1; uint32 precision = 2; int32 scale = 3; }
"""
META_FILE = "confluent/meta.proto"
META = """
    syntax = "proto3";
    package confluent;
    import "google/protobuf/descriptor.proto";
    message Meta {
        string doc = 1; map<string, string> params = 2; repeated string tags = 3;
        repeated Rule rules = 4;
    }
    message Rule { string name = 1; string doc = 2; string expr = 3; string sql = 4; }
    extend google.protobuf.FileOptions { Meta file_meta = 1088; }
    extend google.protobuf.MessageOptions { Meta message_meta = 1088; }
    extend google.protobuf.FieldOptions { Meta field_meta = 1088; }
    extend google.protobuf.EnumOptions { Meta enum_meta = 1088; }
    extend google.protobuf.EnumValueOptions { Meta enum_value_meta = 1088; }
"""
_TEXTS = {
    META_FILE: META,
    "confluent/type/decimal.proto": _DECIMAL,  # Java's serializers call it so
    "confluent/types/decimal.proto": _DECIMAL,  # and Python's so
    **GOOGLE_TYPES,
}


def well_known_file(name: str) -> FileDescriptorProto | None:
    """The file of that name, if it is one of these."""
    if name in _TEXTS:
        file = parse_file(_TEXTS[name])
        file.name = name
        return file
    if name in _MODULES:
        encoded = import_module(_MODULES[name]).DESCRIPTOR.serialized_pb
        return FileDescriptorProto.FromString(encoded)
    return None
