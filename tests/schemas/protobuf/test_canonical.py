"""Canonical and normalized texts: what is one schema, however it is written or encoded."""

from base64 import b64encode
from pathlib import Path

import pytest
from google.protobuf.descriptor_pb2 import FieldOptions, FileDescriptorProto

from odradek.schemas.protobuf import parse
from odradek.schemas.schema import InvalidSchema, ReferencedSchema
from tests.schemas.protobuf.compiler import compile_text
from tests.schemas.protobuf.test_source import IMPORTED, TEXTS

REFERENCES = [ReferencedSchema(*each) for each in IMPORTED.items()]


@pytest.mark.parametrize("name", TEXTS)
def test_a_canonical_text_is_a_schema_with_the_same_canonical_text(name: str) -> None:
    canonical = parse(TEXTS[name], REFERENCES).canonical()
    assert parse(canonical, REFERENCES).canonical() == canonical


@pytest.mark.parametrize("name", TEXTS)
def test_a_normalized_text_is_a_schema_with_the_same_normalized_text(name: str) -> None:
    schema = parse(TEXTS[name], REFERENCES)
    again = parse(schema.normalized(), REFERENCES)
    assert again.normalized() == schema.normalized()
    assert not again.incompatibilities(schema)
    assert not schema.incompatibilities(again)


@pytest.mark.parametrize("name", TEXTS)
def test_the_descriptor_of_a_compiler_is_the_schema_of_its_text(name: str, tmp_path: Path) -> None:
    compiled = compile_text(TEXTS[name], tmp_path, IMPORTED)
    encoded = b64encode(compiled.SerializeToString()).decode()
    assert parse(encoded, REFERENCES).canonical() == parse(TEXTS[name], REFERENCES).canonical()


@pytest.mark.parametrize("name", TEXTS)
def test_the_serialized_form_is_the_same_schema(name: str) -> None:
    schema = parse(TEXTS[name], REFERENCES)
    again = parse(schema.serialized(), REFERENCES)
    assert again.canonical() == schema.canonical()
    assert again.serialized() == schema.serialized()
    assert again.text == schema.serialized()


SAME = {
    "layout and comments": (
        'syntax = "proto3"; message M { int32 a = 1; }',
        'syntax="proto3";\n\n// M\nmessage M {\n  int32 a = 0x1;\n}\n',
    ),
    "how far a type's name is written out": (
        'syntax = "proto3"; package p; message M { N a = 1; } message N { }',
        'syntax = "proto3"; package p; message M { .p.N a = 1; } message N { }',
    ),
    "the order of options": (
        'syntax = "proto3"; option java_package = "a"; option go_package = "b";',
        'syntax = "proto3"; option go_package = "b"; option java_package = "a";',
    ),
    "the syntax that is meant without one": (
        "message M { optional int32 a = 1; }",
        'syntax = "proto2"; message M { optional int32 a = 1; }',
    ),
    "a JSON name that is the one anyway": (
        'syntax = "proto3"; message M { int32 a_b = 1; }',
        'syntax = "proto3"; message M { int32 a_b = 1 [json_name = "aB"]; }',
    ),
}

SAME_WHEN_NORMALIZED = {
    "the order of fields": (
        'syntax = "proto3"; message M { int32 a = 1; int32 b = 2; }',
        'syntax = "proto3"; message M { int32 b = 2; int32 a = 1; }',
    ),
    "the order of oneofs": (
        'syntax = "proto3"; message M { oneof x { int32 a = 1; } oneof y { int32 b = 2; } }',
        'syntax = "proto3"; message M { oneof y { int32 b = 2; } oneof x { int32 a = 1; } }',
    ),
    "the order of imports, and one twice": (
        'syntax = "proto3"; import "a.proto"; import "b.proto";',
        'syntax = "proto3"; import "b.proto"; import "a.proto"; import "b.proto";',
    ),
    "the order of reserved numbers and names": (
        'syntax = "proto3"; message M { reserved 1, 3 to 5; reserved "a", "b"; }',
        'syntax = "proto3"; message M { reserved "b"; reserved 3 to 5; reserved "a"; reserved 1; }',
    ),
    "the order of an enum's values": (
        'syntax = "proto3"; enum E { A = 0; B = 1; C = 2; }',
        'syntax = "proto3"; enum E { A = 0; C = 2; B = 1; }',
    ),
}

DIFFERENT = {
    "the order of messages": (
        'syntax = "proto3"; message M { } message N { }',
        'syntax = "proto3"; message N { } message M { }',
    ),
    "the first value of a proto2 enum": ("enum E { A = 1; B = 0; }", "enum E { B = 0; A = 1; }"),
    "presence": (
        'syntax = "proto3"; message M { int32 a = 1; }',
        'syntax = "proto3"; message M { optional int32 a = 1; }',
    ),
    "the name of a field": (
        'syntax = "proto3"; message M { int32 a = 1; }',
        'syntax = "proto3"; message M { int32 b = 1; }',
    ),
    "a custom option": (
        'syntax = "proto3"; message M { int32 a = 1 [(tag) = "x"]; }',
        'syntax = "proto3"; message M { int32 a = 1 [(tag) = "y"]; }',
    ),
}


@pytest.mark.parametrize("what", SAME)
def test_no_schema_differs_by(what: str) -> None:
    one, other = map(parse, SAME[what])
    assert one.canonical() == other.canonical()
    assert one.normalized() == other.normalized()


@pytest.mark.parametrize("what", SAME_WHEN_NORMALIZED)
def test_no_normalized_schema_differs_by(what: str) -> None:
    one, other = map(parse, SAME_WHEN_NORMALIZED[what])
    assert one.canonical() != other.canonical()
    assert one.normalized() == other.normalized()


@pytest.mark.parametrize("what", DIFFERENT)
def test_schemas_differ_by(what: str) -> None:
    one, other = map(parse, DIFFERENT[what])
    assert one.canonical() != other.canonical()
    assert one.normalized() != other.normalized()


def encode(file: FileDescriptorProto) -> str:
    return b64encode(file.SerializeToString()).decode()


def test_the_name_and_the_comments_in_a_descriptor_make_no_difference() -> None:
    file = FileDescriptorProto(name="a/b.proto", syntax="proto3")
    file.message_type.add(name="M")
    one = parse(encode(file))
    file.name = "c.proto"
    file.source_code_info.location.add(leading_comments="M")
    assert parse(encode(file)).canonical() == one.canonical()


def test_custom_options_that_a_compiler_encoded_are_kept() -> None:
    def schema_with(tag: bytes) -> str:
        file = FileDescriptorProto(syntax="proto3")
        field = file.message_type.add(name="M").field.add(name="a", number=1, label=1, type=5)
        options = b"\x18\x01" + b"\xc2\x3e" + bytes([len(tag)]) + tag  # deprecated, and field 1000
        field.options.CopyFrom(FieldOptions.FromString(options))
        return parse(encode(file)).canonical()

    assert 'a = 1 [(encoded) = "\\302>\\003PII", deprecated = true];' in schema_with(b"PII")
    assert schema_with(b"PII") != schema_with(b"PIJ")


def test_a_descriptor_that_uses_editions_is_refused() -> None:
    with pytest.raises(InvalidSchema, match="'editions'; it can be proto2 or proto3"):
        parse(encode(FileDescriptorProto(syntax="editions")))


def test_a_descriptor_that_names_nothing_is_refused_by_protobuf_itself() -> None:
    file = FileDescriptorProto(syntax="proto3")
    file.message_type.add(name="no name")
    with pytest.raises(InvalidSchema, match="Protobuf refuses the file 'default'"):
        parse(encode(file))
