"""Canonical and normalized texts: what is one schema, however it is written or encoded."""

from base64 import b64decode, b64encode
from pathlib import Path

import pytest
from google.protobuf.descriptor_pb2 import FieldDescriptorProto, FieldOptions, FileDescriptorProto

from odradek.schemas.protobuf import parse
from odradek.schemas.protobuf.linking.well_known import META, META_FILE
from odradek.schemas.schema import InvalidSchema, ReferencedSchema
from tests.schemas.protobuf.compiler import compile_text
from tests.schemas.protobuf.test_source import IMPORTED, TEXTS


def encode(file: FileDescriptorProto) -> str:
    return b64encode(file.SerializeToString()).decode()


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
def test_the_descriptor_of_a_compiler_is_the_normalized_schema_of_its_text(
    name: str, tmp_path: Path
) -> None:
    compiled = compile_text(TEXTS[name], tmp_path, IMPORTED)
    encoded = b64encode(compiled.SerializeToString()).decode()
    schema = parse(TEXTS[name], REFERENCES)
    assert parse(encoded, REFERENCES).normalized() == schema.normalized()


@pytest.mark.parametrize("name", TEXTS)
def test_the_serialized_form_is_the_same_schema(name: str) -> None:
    schema = parse(TEXTS[name], REFERENCES)
    again = parse(schema.serialized(), REFERENCES)
    assert again.normalized() == schema.normalized()
    assert again.serialized() == schema.serialized()


def test_the_serialized_form_has_confluents_options_encoded_and_no_others() -> None:
    text = """
        syntax = "proto3";
        message M {
          option (mine) = { a: 1 };
          string a = 1 [(confluent.field_meta).tags = "PII", (tag) = "x", deprecated = true];
          string b = 2 [(confluent.field_meta).tags = 3];
          map<string, int32> by_name = 3;
        }
    """
    file = FileDescriptorProto.FromString(b64decode(parse(text).serialized()))
    (message,) = file.message_type
    tagged = b"\x18\x01" + b"\x82\x44\x05" + b"\x1a\x03PII"  # deprecated, and field 1088
    assert message.field[0].options.SerializeToString() == tagged
    assert not message.HasField("options")
    assert not message.field[1].HasField("options")
    assert [each.name for each in message.nested_type] == ["ByNameEntry"]
    assert message.field[2].type_name == ".M.ByNameEntry"


WRITTEN = Path(__file__).parent / "written"
"""Texts of ours, and what Confluent's registry 8.5.0 keeps of them and of their descriptors."""

SHARED = {
    "shared/money.proto": 'syntax = "proto3"; package shared; message Money { int64 units = 1; }',
    "shared/colour.proto": 'syntax = "proto3"; package shared; enum Colour { RED = 0; }',
}


def kept_by_confluent(name: str) -> str:
    return (WRITTEN / f"{name}.proto").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "name", ["orders", "records", "options", "custom_options", "unknown_options"]
)
def test_a_text_is_printed_as_confluents_registry_prints_it(name: str) -> None:
    references = [ReferencedSchema(*each) for each in SHARED.items()]
    schema = parse(kept_by_confluent(name), references)
    assert schema.canonical() == kept_by_confluent(f"{name}.canonical")
    assert schema.normalized() == kept_by_confluent(f"{name}.normalized")


@pytest.mark.parametrize("name", ["orders", "records", "options", "custom_options"])
def test_a_descriptor_is_printed_as_confluents_registry_prints_it(
    name: str, tmp_path: Path
) -> None:
    compiled = compile_text(kept_by_confluent(name), tmp_path, {**SHARED, META_FILE: META})
    references = [ReferencedSchema(*each) for each in SHARED.items()]
    schema = parse(encode(compiled), references)
    assert schema.canonical() == kept_by_confluent(f"{name}.described")
    assert schema.normalized() == kept_by_confluent(f"{name}.described_normalized")


SAME = {
    "layout and comments": (
        'syntax = "proto3"; message M { int32 a = 1; }',
        'syntax="proto3";\n\n// M\nmessage M {\n  int32 a = 0x1;\n}\n',
    ),
    "the order of different things": (
        'syntax = "proto3"; enum E { A = 0; } message M { message N { } int32 a = 1; }',
        'syntax = "proto3"; message M { int32 a = 1; message N { } } enum E { A = 0; }',
    ),
    "a weak import": (
        'syntax = "proto3"; import "google/protobuf/any.proto"; message M { }',
        'syntax = "proto3"; import "google/protobuf/any.proto"; import weak "a"; message M { }',
    ),
}

SAME_WHEN_NORMALIZED = {
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
    "how a number is written": (
        "message M { optional double a = 1 [default = 0x10]; }",
        "message M { optional double a = 1 [default = 1.6e1]; }",
    ),
    "how the parts of a custom option are written": (
        "message M { option (confluent.message_meta) = { doc: 'd' tags: 't' }; }",
        "message M { option (confluent.message_meta).tags = 't';"
        " option (.confluent.message_meta).doc = 'd'; }",
    ),
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
    "a JSON name, although it is the one anyway": (
        'syntax = "proto3"; message M { int32 a_b = 1; }',
        'syntax = "proto3"; message M { int32 a_b = 1 [json_name = "aB"]; }',
    ),
    "digits of a number that Confluent rounds": (
        "message M { optional double a = 1 [default = 0.0001]; }",
        "message M { optional double a = 1 [default = 0.0002]; }",
    ),
    "the sign of zero": (
        "message M { optional double a = 1 [default = 0]; }",
        "message M { optional double a = 1 [default = -0.0]; }",
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


def test_the_name_and_the_comments_in_a_descriptor_make_no_difference() -> None:
    file = FileDescriptorProto(name="a/b.proto", syntax="proto3")
    file.message_type.add(name="M")
    one = parse(encode(file))
    file.name = "c.proto"
    file.source_code_info.location.add(leading_comments="M")
    assert parse(encode(file)).canonical() == one.canonical()


def test_custom_options_that_a_compiler_encoded_are_left_out() -> None:
    file = FileDescriptorProto(syntax="proto3")
    field = file.message_type.add(name="M").field.add(name="a", number=1, label=1, type=5)
    field.options.CopyFrom(FieldOptions.FromString(b"\x18\x01\xc2\x3e\x03PII"))  # and field 1000
    text = 'syntax = "proto3";\n\nmessage M {\n  int32 a = 1 [deprecated = true];\n}\n'
    assert parse(encode(file)).canonical() == text


@pytest.mark.parametrize("form", ["canonical", "normalized"])
def test_groups_stay_groups(form: str, tmp_path: Path) -> None:
    text = """
        message M {
          oneof x { group A = 2 { optional int32 b = 3; } }
          optional group B = 1 [deprecated = true] { extensions 5; }
          extend B { repeated group C = 5 {} }
        }
    """
    for schema in (parse(text), parse(encode(compile_text(text, tmp_path)))):
        fields = parse(getattr(schema, form)()).files.root.message_type[0].field
        groups = [FieldDescriptorProto.TYPE_GROUP] * 2
        assert [each.type for each in fields] == groups


def test_the_default_of_a_field_of_bytes_can_be_read_again(tmp_path: Path) -> None:
    text = 'message M { optional bytes a = 1 [default = "a\\001\\"\\n"]; }'
    schema = parse(encode(compile_text(text, tmp_path)))
    again = parse(schema.canonical()).files.root.message_type[0].field[0]
    assert again.default_value == schema.files.root.message_type[0].field[0].default_value


def test_an_enum_keeps_its_default_where_its_values_are_sorted() -> None:
    text = (
        "enum E { B = 2; A = 1; C = 3; } enum F { Z = 0; Y = 0; X = 1; option allow_alias = true; }"
    )
    one, other = parse(parse(text).normalized()).files.root.enum_type
    assert [each.name for each in one.value] == ["B", "A", "C"]
    assert [each.name for each in other.value] == ["Y", "Z", "X"]


@pytest.mark.parametrize(
    "value",
    ["{ a: }", "{ a: 1 ] }", "{ 1: 2 }", "{ [a.b 3 }", "{ a: [1, }] }"],
)
def test_the_value_of_a_custom_option_is_a_message_or_refused(value: str) -> None:
    with pytest.raises(InvalidSchema):
        parse(f'syntax = "proto3"; option (o) = {value};')


def test_an_option_with_many_parts_is_refused() -> None:
    with pytest.raises(InvalidSchema, match="more than 32 parts"):
        parse(f'syntax = "proto3"; option (o){".a" * 40} = 1;')


def test_many_parts_of_one_option_are_put_together_in_bounded_time() -> None:
    parts = "".join(f'option (confluent.message_meta).tags = "{i}";' for i in range(20_000))
    text = parse(f'syntax = "proto3"; message M {{ {parts} }}').normalized()
    assert text.count("\n") == 20_008


def test_a_descriptor_that_defines_nothing_is_refused() -> None:
    with pytest.raises(InvalidSchema, match="the schema defines nothing"):
        parse(encode(FileDescriptorProto(name="a.proto")))


def test_a_descriptor_that_uses_editions_is_refused() -> None:
    with pytest.raises(InvalidSchema, match="'editions'; it can be proto2 or proto3"):
        parse(encode(FileDescriptorProto(syntax="editions")))


def test_a_descriptor_that_names_nothing_is_refused_by_protobuf_itself() -> None:
    file = FileDescriptorProto(syntax="proto3")
    file.message_type.add(name="no name")
    with pytest.raises(InvalidSchema, match="Protobuf refuses the file 'default'"):
        parse(encode(file))
