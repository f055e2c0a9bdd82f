"""Texts become types, or a sentence that says what is wrong and where."""

import json

import pytest

from odradek.schemas.avro import parse, parsing
from odradek.schemas.avro.parsing import DEPTH_MAX
from odradek.schemas.avro.references import REFERENCES_MAX
from odradek.schemas.avro.types import Enum, Record, Union
from odradek.schemas.schema import InvalidSchema, ReferencedSchema


def record(*fields: object, **attributes: object) -> dict[str, object]:
    return {"type": "record", "name": "R", "fields": list(fields), **attributes}


def field(**attributes: object) -> dict[str, object]:
    return {"name": "a", **attributes}


VALID = {
    "a primitive": "int",
    "a primitive with properties": {"type": "int", "logicalType": "date"},
    "a union of nothing": [],
    "a record without fields": record(),
    "an error": record(type="error"),
    "an enum's default that is no text": {
        "type": "enum",
        "name": "E",
        "symbols": ["A"],
        "default": {},
    },
    "a null default in the second branch": record(field(type=["int", "null"], default=None)),
    "a default that is not a number": record(field(type="double", default="NaN")),
    "a record as a default": record(
        field(
            type={"type": "record", "name": "S", "fields": [{"name": "b", "type": "int"}]},
            default={"b": 1},
        )
    ),
    "a record of defaults as a default": record(
        field(
            type={
                "type": "record",
                "name": "S",
                "fields": [{"name": "b", "type": "int", "default": 1}],
            },
            default={},
        )
    ),
    "arrays and maps as defaults": record(
        field(type={"type": "array", "items": "int"}, default=[1, 2]),
        {"name": "b", "type": {"type": "map", "values": "bytes"}, "default": {"x": "y"}},
    ),
}

INVALID = {
    "no JSON": ("{", "no JSON"),
    "an unknown word": ('"integer"', "no type is called integer"),
    "a bare number": ("5", "5 is no type"),
    "no type": ('{"name": "R"}', "no type of its own"),
    "a type in a type": ('{"type": {"type": "int"}}', "no type of its own"),
    "a record without fields": ('{"type": "record", "name": "R"}', '"fields" is missing'),
    "a record without a name": ('{"type": "record", "fields": []}', '"name" is missing'),
    "a name with a blank": (json.dumps(record(name="my record")), "no name of a type"),
    "a name that begins with a dot": (
        json.dumps(record({"name": "s", "type": record(name="S")}, field(type=".S"))),
        "no type is called .S",
    ),
    "a record without a namespace, inside of itself": (
        json.dumps(record(field(type=record(field(type="R"), name="in.S")))),
        "no type is called R",
    ),
    "a name that is a primitive": (json.dumps(record(name="int")), "primitive"),
    "a field without a type": (json.dumps(record(field())), "at /fields/0:"),
    "a field that is a text": (json.dumps(record("a")), "is an object"),
    "a field's bad name": (json.dumps(record(field(name="a-b", type="int"))), "a-b"),
    "a field twice": (
        json.dumps(record(field(type="int"), field(type="int"))),
        "has the field a twice",
    ),
    "a bad order": (json.dumps(record(field(type="int", order="up"))), "no order"),
    "a default of another type": (
        json.dumps(record(field(type="int", default="1"))),
        'the default "1" of the field a is no int',
    ),
    "a default that is too large": (json.dumps(record(field(type="int", default=2**31))), "no int"),
    "a boolean for a number": (json.dumps(record(field(type="long", default=True))), "no long"),
    "the default of a record inside itself": (
        json.dumps(record(field(type="R", default={}))),
        "no R",
    ),
    "aliases that are no list": (json.dumps(record(aliases="S")), "list of texts"),
    "an array without items": ('{"type": "array"}', '"items" is missing'),
    "a map of nothing": ('{"type": "map", "values": "Nothing"}', "at /values:"),
    "a fixed without a size": ('{"type": "fixed", "name": "F"}', '"size" is missing'),
    "a fixed of less than nothing": ('{"type": "fixed", "name": "F", "size": -1}', "-1"),
    "a fixed of half a byte": ('{"type": "fixed", "name": "F", "size": 0.5}', "0.5"),
    "a symbol with a blank": ('{"type": "enum", "name": "E", "symbols": ["a b"]}', "no symbol"),
    "a symbol twice": ('{"type": "enum", "name": "E", "symbols": ["A", "A"]}', "symbol A twice"),
    "a default that is no symbol": (
        '{"type": "enum", "name": "E", "symbols": ["A"], "default": "B"}',
        "none of its symbols",
    ),
    "a union in a union": ('[["int"]]', "cannot hold a union"),
    "a branch twice": ('["int", {"type": "int"}]', "has int twice"),
    "a type used before it is defined": (
        json.dumps([record(field(type="S")), {"type": "fixed", "name": "S", "size": 1}]),
        "at /0/fields/0/type: no type is called S",
    ),
    "a type defined twice": (
        json.dumps([{"type": "array", "items": record()}, {"type": "map", "values": record()}]),
        "R is defined twice",
    ),
}


@pytest.mark.parametrize("schema", VALID.values(), ids=VALID.keys())
def test_what_avro_allows_is_read(schema: object) -> None:
    text = json.dumps(schema, indent=2)
    assert parse(text).text == text


@pytest.mark.parametrize(("text", "said"), INVALID.values(), ids=INVALID.keys())
def test_what_avro_forbids_is_refused_with_its_place(text: str, said: str) -> None:
    with pytest.raises(InvalidSchema) as refused:
        parse(text)
    assert said in str(refused.value)


def test_a_stored_schema_may_have_a_default_that_fits_nothing() -> None:
    text = json.dumps(record(field(type="int", default=None)))
    with pytest.raises(InvalidSchema):
        parse(text)
    assert parse(text, is_new=False).text == text


def test_a_stored_schema_may_name_a_record_inside_of_itself_from_a_namespace() -> None:
    text = json.dumps(record(field(type=record(field(type="R"), name="in.S"))))
    assert parse(text, is_new=False).text == text


def test_a_name_is_looked_up_in_its_namespace_and_then_without_one() -> None:
    fixed = {"type": "fixed", "name": "F", "size": 1}
    outer = {"name": "o", "type": fixed}
    inner = record({"name": "i", "type": "F"}, name="in.S")
    root = parse(json.dumps(record(outer, {"name": "s", "type": inner}))).root
    assert isinstance(root, Record)
    inside = root.fields[1].type
    assert isinstance(inside, Record)
    assert inside.full_name == "in.S"
    assert inside.fields[0].type is root.fields[0].type


def test_aliases_belong_to_the_namespace_of_what_they_name() -> None:
    root = parse(json.dumps(record(namespace="far", aliases=["Q", "near.Q"]))).root
    assert isinstance(root, Record)
    assert root.aliases == ("far.Q", "near.Q")


def test_references_are_read_before_what_refers_to_them() -> None:
    leaf = ReferencedSchema("leaf", '{"type": "enum", "name": "x.Leaf", "symbols": ["A"]}')
    branch = ReferencedSchema(
        "branch",
        '{"type": "record", "name": "x.Branch", "fields": [{"name": "l", "type": "Leaf"}]}',
        (leaf,),
    )
    root = parse('["x.Branch", "x.Leaf"]', [branch, leaf, branch]).root
    assert isinstance(root, Union)
    assert [each.label for each in root.branches] == ["x.Branch", "x.Leaf"]
    assert isinstance(root.branches[1], Enum)


SMALL = {"type": "record", "name": "S", "fields": [{"name": "s", "type": ["null", "S"]}]}


def test_two_texts_may_define_the_same_type_alike() -> None:
    references = [
        ReferencedSchema("A", json.dumps(record(field(type=SMALL), name="A"))),
        ReferencedSchema("B", json.dumps(record(field(type=SMALL), name="B"))),
    ]
    assert parse('["A", "B", "S"]', references).canonical() == '["A","B","S"]'
    own = json.dumps(record(field(type=SMALL), name="C"), separators=(",", ":"))
    assert parse(own, references).canonical() == own


def test_two_texts_cannot_define_one_name_differently() -> None:
    other = {**SMALL, "doc": "other"}
    far = ReferencedSchema("A", json.dumps(record(field(type=SMALL), name="A")))
    with pytest.raises(InvalidSchema, match="S is defined here, and differently"):
        parse(json.dumps(other), [far])


def test_a_mistake_in_a_reference_is_told_with_its_name() -> None:
    with pytest.raises(InvalidSchema, match="in the referenced schema far: at /: "):
        parse('"int"', [ReferencedSchema("far", '"Nothing"')])


@pytest.mark.parametrize(
    "text",
    [
        '{"type": "array", "items": ' * (DEPTH_MAX + 2) + '"int"' + "}" * (DEPTH_MAX + 2),
        "[" * 5_000 + "]" * 5_000,
        "[" * 500_000,
    ],
    ids=["nested types", "nested JSON", "unfinished JSON"],
)
def test_a_bomb_is_refused(text: str) -> None:
    with pytest.raises(InvalidSchema):
        parse(text)


def test_a_schema_has_so_many_types_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parsing, "TYPES_MAX", 100)
    fixed = [{"type": "fixed", "name": f"F{number}", "size": 1} for number in range(100)]
    parse(json.dumps(fixed[:99]))
    with pytest.raises(InvalidSchema, match="more than 100 types"):
        parse(json.dumps(fixed))


def test_a_schema_defines_few_types_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parsing, "REPEATED_MAX", 2)
    text = json.dumps([{"type": "fixed", "name": f"F{number}", "size": 1} for number in range(3)])
    with pytest.raises(InvalidSchema, match="more than 2 types again"):
        parse(text, [ReferencedSchema("far", text)])


def test_a_default_cannot_keep_the_parser_busy() -> None:
    deep: object = {}
    for _ in range(30):
        deep = {"next": deep}
    inner = record({"name": "next", "type": ["R", "S", "null"]}, name="S")
    outer = record({"name": "next", "type": ["null", inner]})
    schema = record({"name": "a", "type": outer, "default": {"next": deep}}, name="Root")
    with pytest.raises(InvalidSchema, match="is no R"):
        parse(json.dumps(schema))


def test_no_schema_refers_to_thousands() -> None:
    chain: tuple[ReferencedSchema, ...] = ()
    for number in range(REFERENCES_MAX + 1):
        chain = (
            ReferencedSchema(
                f"r{number}", f'{{"type":"fixed","name":"F{number}","size":1}}', chain
            ),
        )
    with pytest.raises(InvalidSchema, match="more than 1,000 others"):
        parse('"int"', chain)
