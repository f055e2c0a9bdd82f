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
    "the order of properties": (record(x=1, y=2), record(y=2, x=1)),
    "the order within a property": (
        record(x={"b": [{"d": 1, "c": 2}], "a": 1}),
        record(x={"a": 1, "b": [{"c": 2, "d": 1}]}),
    ),
    "the order of aliases": (record(aliases=["P", "Q"]), record(aliases=["Q", "P"])),
    "an empty doc of a type": (record(doc=""), record()),
}


@pytest.mark.parametrize(("one", "other"), ALIKE.values(), ids=ALIKE.keys())
def test_texts_that_differ_in_form_have_one_canonical_text(one: str, other: str) -> None:
    assert parse(one).canonical() == parse(other).canonical()
    assert parse(one).normalized() == parse(other).normalized()


@pytest.mark.parametrize(("one", "other"), DIFFERENT.values(), ids=DIFFERENT.keys())
def test_texts_that_differ_in_meaning_stay_different(one: str, other: str) -> None:
    assert parse(one).canonical() != parse(other).canonical()
    assert parse(one).normalized() != parse(other).normalized()


@pytest.mark.parametrize(
    ("one", "other"), ALIKE_WHEN_NORMALIZED.values(), ids=ALIKE_WHEN_NORMALIZED.keys()
)
def test_normalizing_puts_in_order_what_means_nothing(one: str, other: str) -> None:
    assert parse(one).canonical() != parse(other).canonical()
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


def test_what_a_reference_defines_is_only_named() -> None:
    fixed = ReferencedSchema("far", '{"type": "fixed", "name": "far.F", "size": 1}')
    schema = parse('{"type": "array", "items": "far.F"}', [fixed])
    assert schema.canonical() == '{"type":"array","items":"far.F"}'
    assert schema.normalized() == schema.canonical()


def test_properties_of_a_logical_type_stand_before_the_others_when_normalized() -> None:
    schema = parse('{"type":"bytes","a":1,"scale":2,"precision":4,"logicalType":"decimal"}')
    assert schema.normalized() == (
        '{"type":"bytes","logicalType":"decimal","precision":4,"scale":2,"a":1}'
    )
