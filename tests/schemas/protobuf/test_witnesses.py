"""Witnesses: each was written with one schema and read with the other."""

import json

import pytest

from odradek.schemas.protobuf import parse

PROTO3 = 'syntax = "proto3"; '

WITNESSES = {
    "a value that means another": (
        "message M { int32 a = 1; }",
        "message M { sint32 a = 1; }",
        {"a": 1},
        "M is decoded, but what was written as a = 1 is read as a = -1",
    ),
    "a value that is put aside": (
        "message M { int32 a = 1; }",
        "message M { string b = 1; }",
        {"a": 1},
        "M is decoded without what was written as a: its bytes are no b and were put aside",
    ),
    "a text that is no message": (
        "message M { string a = 1; }",
        "message M { M a = 1; }",
        {"a": "a"},
        "M cannot be decoded: ",
    ),
    "two fields of which one is kept": (
        "message M { int32 a = 1; string b = 2; }",
        "message M { oneof choice { int32 a = 1; string b = 2; } }",
        {"a": 1, "b": "a"},
        "M is decoded without what was written as a: another field took its place",
    ),
    "a message that is gone": (
        "message M { int32 a = 1; } message N { }",
        "message M { int32 a = 1; }",
        {},
        "the reader's schema has no message N to decode it with",
    ),
    "a value in a map": (
        "message M { map<string, int32> a = 1; }",
        "message M { map<string, string> a = 1; }",
        {"a": {"a": 1}},
        "M is decoded",
    ),
}


@pytest.mark.parametrize("what", WITNESSES)
def test_a_witness_shows(what: str) -> None:
    writer, reader, record, error = WITNESSES[what]
    witness = parse(PROTO3 + reader).witness(parse(PROTO3 + writer))
    assert witness is not None
    assert json.loads(witness.record) == record
    assert witness.error.startswith(error)


def test_a_reader_that_requires_a_field_fails_on_the_smallest_record() -> None:
    reader = parse("message M { required int32 b = 2; }")
    witness = reader.witness(parse("message M { optional int32 a = 1; }"))
    assert witness is not None
    assert witness.record == "{}"
    assert "b" in witness.error


def test_what_is_compatible_has_no_witness() -> None:
    schema = parse(PROTO3 + "message M { int32 a = 1; }")
    assert schema.witness(schema) is None


def test_a_message_that_requires_itself_has_no_record() -> None:
    writer = parse("message M { required M m = 1; optional int32 a = 2; }")
    reader = parse("message M { required M m = 1; optional string a = 2; }")
    assert reader.witness(writer) is None


def test_a_wide_and_deep_message_gives_a_witness_of_bounded_size() -> None:
    fields = " ".join(f"M a{n} = {n};" for n in range(1, 200))
    writer = parse(f"{PROTO3} message M {{ {fields} oneof o {{ M x = 200; int32 y = 201; }} }}")
    reader = parse(
        f"{PROTO3} message M {{ {fields} oneof o {{ string x = 200; int32 y = 201; }} }}"
    )
    witness = reader.witness(writer)
    assert witness is not None
    assert len(witness.record) < 100_000
