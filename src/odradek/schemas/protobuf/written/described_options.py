"""The options of a descriptor as they would be written, in the order in which registries do it.

Custom options are encoded in a descriptor, and only the files that define them could tell what they
say: registries leave them out. Those of `confluent/meta.proto` they know. Custom options that were
not encoded yet are written as they are.
"""

from collections.abc import Iterable
from typing import Any

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.descriptor_pb2 import UninterpretedOption
from google.protobuf.message import Message

from odradek.schemas.protobuf.source.literals import shortest
from odradek.schemas.protobuf.written.described_meta import described_meta
from odradek.schemas.protobuf.written.elements import Number, Option, Value, Word
from odradek.schemas.protobuf.written.values import value_of

_SHOWN = {
    "FileOptions": (
        "java_package",
        "java_outer_classname",
        "java_multiple_files",
        "java_generate_equals_and_hash",
        "java_string_check_utf8",
        "optimize_for",
        "go_package",
        "cc_generic_services",
        "java_generic_services",
        "py_generic_services",
        "deprecated",
        "cc_enable_arenas",
        "objc_class_prefix",
        "csharp_namespace",
        "swift_prefix",
        "php_class_prefix",
        "php_namespace",
        "php_metadata_namespace",
        "ruby_package",
        "features",
    ),
    "MessageOptions": ("no_standard_descriptor_accessor", "deprecated", "map_entry", "features"),
    "FieldOptions": (
        "ctype",
        "packed",
        "jstype",
        "deprecated",
        "debug_redact",
        "retention",
        "targets",
        "edition_defaults",
        "features",
        "feature_support",
    ),
    "OneofOptions": ("features",),
    "EnumOptions": ("allow_alias", "deprecated", "features"),
    "EnumValueOptions": ("deprecated", "debug_redact", "features", "feature_support"),
    "ServiceOptions": ("deprecated", "features"),
    "MethodOptions": ("deprecated", "idempotency_level", "features"),
    "ExtensionRangeOptions": ("declaration", "features", "verification"),
}
"""What is shown of the options that Protobuf defines, in this order."""
_PARTS = {
    "FeatureSet": (
        "field_presence",
        "enum_type",
        "repeated_field_encoding",
        "utf8_validation",
        "message_encoding",
        "json_format",
    ),
    "EditionDefault": ("edition", "value"),
    "FeatureSupport": (
        "edition_introduced",
        "edition_deprecated",
        "deprecation_warning",
        "edition_removed",
    ),
    "Declaration": ("number", "full_name", "type", "reserved", "repeated"),
}
_FLOATS = (FieldDescriptor.CPPTYPE_DOUBLE, FieldDescriptor.CPPTYPE_FLOAT)


def described_options(options: Any) -> tuple[Option, ...]:
    """The options as they would be written."""
    kind = options.DESCRIPTOR.name
    shown = [
        Option(name, value)
        for name in _SHOWN[kind]
        for value in _values(options, options.DESCRIPTOR.fields_by_name.get(name))
    ]
    meta = described_meta(options)
    written = map(_uninterpreted, options.uninterpreted_option)
    return (*shown, *([meta] if meta is not None else []), *written)


def _values(options: Message, field: Any) -> Iterable[Value]:
    """What is set: an older runtime may not know the option at all."""
    if field is None:
        return ()
    value = getattr(options, field.name)
    if field.is_repeated:
        return [_value(field, each) for each in value]
    return [_value(field, value)] if options.HasField(field.name) else []


def _value(field: FieldDescriptor, value: Any) -> Value:
    if field.message_type is not None:
        return _parts(value)
    if field.cpp_type == FieldDescriptor.CPPTYPE_BOOL:
        return Word("true" if value else "false")
    if field.cpp_type == FieldDescriptor.CPPTYPE_ENUM:
        known = field.enum_type.values_by_number.get(value)  # type: ignore[union-attr]
        return Word(str(value) if known is None else str(known.name))
    if field.cpp_type == FieldDescriptor.CPPTYPE_STRING:
        return str(value)
    return Number(shortest(value) if field.cpp_type in _FLOATS else str(value))


def _parts(message: Message) -> dict[str, Value]:
    return {
        name: value
        for name in _PARTS[message.DESCRIPTOR.name]
        for value in _values(message, message.DESCRIPTOR.fields_by_name.get(name))
    }


def _uninterpreted(option: UninterpretedOption) -> Option:
    first, *rest = option.name
    value = _uninterpreted_value(option)
    for part in reversed(rest):
        name = f"({part.name_part})" if part.is_extension else part.name_part
        value = Option(name, value)
    return Option(first.name_part, value, first.is_extension)


def _uninterpreted_value(option: UninterpretedOption) -> Value:
    match _kind(option):
        case "identifier_value":
            return Word(option.identifier_value)
        case "string_value":
            return option.string_value.decode(errors="surrogateescape")
        case "aggregate_value":
            return value_of(f"{{{option.aggregate_value}}}")
        case "double_value":
            return Number(shortest(option.double_value))
        case kind:
            return Number(str(getattr(option, kind)))


def _kind(option: UninterpretedOption) -> str:
    return next(field.name for field, _ in option.ListFields() if field.name != "name")
