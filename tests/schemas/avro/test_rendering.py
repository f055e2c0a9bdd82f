"""Texts that mean one schema to a registry have one canonical text, and few have one normalized."""

import json

import pytest

from odradek.schemas.avro import parse
from odradek.schemas.schema import ReferencedSchema


def record(*fields: object, **attributes: object) -> str:
    return json.dumps({"type": "record", "name": "R", "fields": list(fields), **attributes})


ALIKE = {
    "blanks": ('{ "type" :\n"int" }', '"int"'),
    "the order of Avro's attributes": (
        '{"fields": [], "name": "R", "type": "record"}',
        '{"type": "record", "name": "R", "fields": []}',
    ),
    "a namespace in the name": (record(name="x.R"), record(namespace="x")),
    "a name within its own namespace": (
        record({"name": "a", "type": ["null", "x.R"]}, namespace="x"),
        record({"name": "a", "type": ["null", "R"]}, namespace="x"),
    ),
    "an order that is the default": (
        record({"name": "a", "type": "int", "order": "ascending"}),
        record({"name": "a", "type": "int"}),
    ),
    "an alias in its own namespace": (
        record(namespace="x", aliases=["x.Q"]),
        record(namespace="x", aliases=["Q"]),
    ),
    "an error": ('{"type": "error", "name": "R", "fields": []}', record()),
    "the order of properties": (record(x=1, y=2), record(y=2, x=1)),
    "the order within a property": (
        record(x={"b": [{"d": 1, "c": 2}], "a": 1}),
        record(x={"a": 1, "b": [{"c": 2, "d": 1}]}),
    ),
    "the order of aliases": (record(aliases=["P", "Q"]), record(aliases=["Q", "P"])),
    "the order within a default": (
        record(
            {"name": "a", "type": {"type": "map", "values": "int"}, "default": {"b": 1, "a": 2}}
        ),
        record(
            {"name": "a", "type": {"type": "map", "values": "int"}, "default": {"a": 2, "b": 1}}
        ),
    ),
    "how a character is written": (record(doc="\u00e9"), record(doc="é").replace("\\u00e9", "é")),
}

DIFFERENT = {
    "docs": (record(doc="one"), record(doc="two")),
    "defaults": (
        record({"name": "a", "type": "int", "default": 1}),
        record({"name": "a", "type": "int", "default": 2}),
    ),
    "a default of null and none": (
        record({"name": "a", "type": ["null", "int"], "default": None}),
        record({"name": "a", "type": ["null", "int"]}),
    ),
    "aliases": (record(aliases=["Q"]), record()),
    "logical types": ('{"type": "int", "logicalType": "date"}', '"int"'),
    "the order of fields": (
        record({"name": "a", "type": "int"}, {"name": "b", "type": "int"}),
        record({"name": "b", "type": "int"}, {"name": "a", "type": "int"}),
    ),
}

ALIKE_WHEN_NORMALIZED = {
    "an empty doc of a type": (record(doc=""), record()),
    "a default that is written without a point": (
        record({"name": "a", "type": {"type": "map", "values": "double"}, "default": {"b": 1}}),
        record({"name": "a", "type": {"type": "map", "values": "double"}, "default": {"b": 1.0}}),
    ),
    "digits that a float does not have": (
        record({"name": "a", "type": ["float", "null"], "default": 16777217}),
        record({"name": "a", "type": ["float", "null"], "default": 16777216.0}),
    ),
}


@pytest.mark.parametrize(("one", "other"), ALIKE.values(), ids=ALIKE.keys())
def test_texts_that_differ_in_form_are_one(one: str, other: str) -> None:
    assert parse(one).identity() == parse(other).identity()
    assert parse(one).normalized() == parse(other).normalized()


@pytest.mark.parametrize(("one", "other"), DIFFERENT.values(), ids=DIFFERENT.keys())
def test_texts_that_differ_in_meaning_stay_different(one: str, other: str) -> None:
    assert parse(one).identity() != parse(other).identity()
    assert parse(one).normalized() != parse(other).normalized()


@pytest.mark.parametrize(
    ("one", "other"), ALIKE_WHEN_NORMALIZED.values(), ids=ALIKE_WHEN_NORMALIZED.keys()
)
def test_normalizing_takes_more_texts_for_one(one: str, other: str) -> None:
    assert parse(one).identity() != parse(other).identity()
    assert parse(one).normalized() == parse(other).normalized()


EVERYTHING = {
    "type": "record",
    "name": "R",
    "namespace": "x",
    "doc": "d",
    "fields": [
        {"name": "a", "type": {"type": "bytes", "logicalType": "decimal", "precision": 4}},
        {"name": "b", "type": {"type": "array", "items": "int", "p": 1}, "default": []},
        {"name": "c", "type": {"type": "map", "values": ["null", "R"]}, "order": "ignore"},
        {
            "name": "e",
            "type": {"type": "enum", "name": "E", "symbols": ["A"], "default": "A"},
            "doc": "f",
            "aliases": ["g"],
        },
        {"name": "f", "type": {"type": "fixed", "name": "F", "namespace": "", "size": 2}},
        {"name": "g", "type": "E", "p": {"q": None}},
        {"name": "h", "type": "F"},
        {"name": "i", "type": {"type": "error", "name": "X", "namespace": "y", "fields": []}},
    ],
    "p": True,
    "aliases": ["S", "z.S"],
}


def test_nothing_is_lost_by_rendering() -> None:
    text = json.dumps(EVERYTHING, separators=(",", ":"))
    assert parse(text).canonical() == text
    assert parse(parse(text).normalized()).canonical() == parse(text).normalized()


def test_canonical_text_is_the_one_that_javas_library_prints() -> None:
    text = '{"fields":[],"z":1e7,"type":"error","name":"x.R","aliases":["b","a"],"a":{"c":1,"b":2}}'
    assert parse(text).canonical() == (
        '{"type":"error","name":"R","namespace":"x","fields":[],'
        '"z":1.0E7,"a":{"c":1,"b":2},"aliases":["b","a"]}'
    )


def test_what_a_reference_defines_is_only_named() -> None:
    fixed = ReferencedSchema("far", '{"type": "fixed", "name": "far.F", "size": 1}')
    schema = parse('{"type": "array", "items": "far.F"}', [fixed])
    assert schema.canonical() == '{"type":"array","items":"far.F"}'
    assert schema.normalized() == schema.canonical()


@pytest.mark.parametrize(
    ("text", "normalized"),
    [
        (
            '{"type":"bytes","a":1,"scale":2,"precision":4,"logicalType":"decimal"}',
            '{"type":"bytes","logicalType":"decimal","precision":4,"scale":2,"a":1}',
        ),
        (
            '{"type":"bytes","a":1,"scale":0,"precision":4,"logicalType":"decimal"}',
            '{"type":"bytes","logicalType":"decimal","precision":4,"a":1,"scale":0}',
        ),
        (
            '{"type":"bytes","scale":5,"precision":4,"logicalType":"decimal","a":1}',
            '{"type":"bytes","a":1,"logicalType":"decimal","precision":4,"scale":5}',
        ),
        (
            '{"type":"bytes","scale":"2","precision":4,"logicalType":"decimal","a":1}',
            '{"type":"bytes","a":1,"logicalType":"decimal","precision":4,"scale":"2"}',
        ),
        (
            '{"type":"fixed","name":"F","size":16,"a":1,"logicalType":"uuid"}',
            '{"type":"fixed","name":"F","size":16,"logicalType":"uuid","a":1}',
        ),
        (
            '{"type":"fixed","name":"F","size":2,"a":1,"logicalType":"decimal","precision":5}',
            '{"type":"fixed","name":"F","size":2,"a":1,"logicalType":"decimal","precision":5}',
        ),
        (
            '{"type":"int","a":1,"logicalType":"date"}',
            '{"type":"int","logicalType":"date","a":1}',
        ),
        (
            '{"type":"long","logicalType":"date","a":1}',
            '{"type":"long","a":1,"logicalType":"date"}',
        ),
        (
            '{"type":"int","logicalType":"date","java-class":"x.Day"}',
            '{"type":"int","java-class":"x.Day","logicalType":"date"}',
        ),
    ],
)
def test_properties_of_a_logical_type_stand_before_the_others_when_normalized(
    text: str, normalized: str
) -> None:
    assert parse(text).normalized() == normalized


@pytest.mark.parametrize(
    ("number", "written"),
    [
        ("0.0010", "0.001"),
        ("9999999.0", "9999999.0"),
        ("1e7", "1.0E7"),
        ("0.00012", "1.2E-4"),
        ("-1.25e300", "-1.25E300"),
        ("-0.0", "-0.0"),
        ("12345678901234567890", "12345678901234567890"),
    ],
)
def test_numbers_are_written_as_java_writes_them(number: str, written: str) -> None:
    text = f'{{"type":"int","a":{number}}}'
    assert parse(text).normalized() == f'{{"type":"int","a":{written}}}'


def test_a_type_without_a_namespace_keeps_none_when_normalized() -> None:
    inner = {"type": "record", "name": "I", "namespace": "", "fields": []}
    schema = parse(record({"name": "a", "type": inner}, namespace="x"))
    assert parse(schema.normalized()).canonical() == schema.canonical()
