"""Comparisons across files, and their bounds. The rules themselves: tests/schemas/changes."""

import pytest

from odradek.schemas.protobuf import ProtobufSchema, parse
from odradek.schemas.schema import InvalidSchema, ReferencedSchema


def with_reference(body: str, reference: str) -> ProtobufSchema:
    given = ReferencedSchema("other.proto", f'syntax = "proto3"; package other; {reference}')
    return parse(f'syntax = "proto3"; import "other.proto"; {body}', [given])


def found(reader: ProtobufSchema, writer: ProtobufSchema) -> list[str]:
    return [f"{each.kind} {each.path}" for each in reader.incompatibilities(writer)]


def test_a_change_in_a_referenced_file_breaks_the_fields_that_have_its_message() -> None:
    body = "message M { other.N a = 1; other.O b = 2; repeated other.N c = 3; }"
    old = with_reference(body, "message N { int32 x = 1; } message O { int32 x = 1; }")
    new = with_reference(body, "message N { string x = 1; } message O { int32 x = 1; }")
    assert found(new, old) == [
        "FIELD_NAMED_TYPE_CHANGED #/M/1",
        "FIELD_NAMED_TYPE_CHANGED #/M/3",
        "FIELD_SCALAR_KIND_CHANGED #/N/1",
    ]
    witness = new.witness(old)
    assert witness is not None
    assert witness.record == '{"a": {"x": 1}}'
    assert "other.N is decoded without what was written as x" in witness.error


def test_a_change_in_a_referenced_file_that_nothing_uses_breaks_nothing() -> None:
    old = with_reference("message M { int32 a = 1; }", "message N { int32 x = 1; }")
    new = with_reference("message M { int32 a = 1; }", "message N { string x = 1; }")
    assert found(new, old) == []


def test_messages_of_other_files_that_contain_each_other_are_compared_once() -> None:
    body = "message M { other.N a = 1; }"
    old = with_reference(body, "message N { O o = 1; int32 x = 2; } message O { N n = 1; }")
    new = with_reference(body, "message N { O o = 1; string x = 2; } message O { N n = 1; }")
    assert found(old, old) == []
    assert found(new, old) == [
        "FIELD_NAMED_TYPE_CHANGED #/M/1",
        "FIELD_NAMED_TYPE_CHANGED #/N/1",
        "FIELD_SCALAR_KIND_CHANGED #/N/2",
        "FIELD_NAMED_TYPE_CHANGED #/O/1",
    ]


def test_the_package_of_a_referenced_file_may_change() -> None:
    def schema(package: str) -> ProtobufSchema:
        text = f'syntax = "proto3"; package {package}; message N {{ int32 x = 1; }}'
        given = ReferencedSchema("other.proto", text)
        return parse(f'syntax = "proto3"; message M {{ {package}.N a = 1; }}', [given])

    assert found(schema("one"), schema("two")) == []


def test_a_chain_of_messages_longer_than_the_stack_is_compared_to_its_end() -> None:
    def chain(last: str) -> str:
        links = "".join(f"message N{n} {{ N{n + 1} a = 1; }} " for n in range(1_500))
        return f"{links} message N1500 {{ {last} a = 1; }}"

    body = "message M { other.N0 a = 1; }"
    old, new = with_reference(body, chain("int32")), with_reference(body, chain("string"))
    kinds = found(new, old)
    assert kinds[0] == "FIELD_NAMED_TYPE_CHANGED #/M/1"
    assert kinds[-1] == "FIELD_SCALAR_KIND_CHANGED #/N1500/1"
    assert len(kinds) == 1_502


def test_a_lattice_of_messages_is_compared_in_steps_that_grow_with_its_size() -> None:
    def lattice(last: str) -> str:
        links = "".join(
            f"message N{n} {{ N{n + 1} a = 1; N{n + 1} b = 2; N{n + 1} c = 3; }} "
            for n in range(60)
        )
        return f"{links} message N60 {{ {last} a = 1; }}"

    body = "message M { other.N0 a = 1; }"
    old, new = with_reference(body, lattice("int32")), with_reference(body, lattice("string"))
    assert len(found(new, old)) == 1 + 60 * 3 + 1
    assert new.witness(old) is not None


def test_a_comparison_that_takes_too_many_steps_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("odradek.schemas.protobuf.compatibility.comparison.COMPARISONS_MAX", 10)
    many = " ".join(f"int32 a{n} = {n};" for n in range(1, 20))
    schema = parse(f'syntax = "proto3"; message M {{ {many} }}')
    with pytest.raises(InvalidSchema, match="more than 10 steps"):
        schema.incompatibilities(schema)


def test_a_schema_of_another_format_is_no_writer() -> None:
    schema = parse("message M { }")

    class Other:
        type = "AVRO"

    with pytest.raises(TypeError, match="of type AVRO"):
        schema.incompatibilities(Other())  # type: ignore[arg-type]


def test_an_explanation_names_both_types_and_what_to_do() -> None:
    old = parse('syntax = "proto3"; package p; message M { int32 size = 4; }')
    new = parse('syntax = "proto3"; package p; message M { string size = 4; }')
    (found_,) = new.incompatibilities(old)
    assert found_.description == (
        "size = 4 of p.M is int32 for the writer and string for the reader; "
        "the bytes of one mean something else as the other"
    )
    assert found_.remedy == "keep the type, and give the new one a field with a number of its own"
