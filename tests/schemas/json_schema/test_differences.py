"""Comparing whole schemas: combinations, cycles, content models, and the budget of work."""

import json
from typing import Any

import pytest

from odradek.schemas.json_schema import parse
from odradek.schemas.json_schema.differences.difference import Difference
from odradek.schemas.json_schema.differences.explanations import explain
from odradek.schemas.json_schema.differences.fixpoint import MAX_DIFFERENCES, compare
from odradek.schemas.json_schema.differences.kinds import Kind
from odradek.schemas.json_schema.differences.matching import match
from odradek.schemas.json_schema.differences.policies import COMPATIBLE
from odradek.schemas.json_schema.model.building import build
from odradek.schemas.json_schema.model.documents import index
from odradek.schemas.json_schema.model.drafts import Draft
from odradek.schemas.levels import Policy
from odradek.schemas.schema import InvalidSchema

STRING, INTEGER = {"type": "string"}, {"type": "integer"}


def differences(old: Any, new: Any) -> list[str]:
    """All that differs, compatible or not."""
    found = parse(json.dumps(new)).differences(parse(json.dumps(old)), Policy.STRICT)
    return sorted({difference.kind.value for difference in found})


def incompatibilities(old: Any, new: Any) -> list[str]:
    """What new consumers cannot read."""
    found = parse(json.dumps(new)).incompatibilities(parse(json.dumps(old)))
    return [f"{each.kind} {each.path}" for each in found]


def test_what_is_lenient_about_lenient_are_properties_alone() -> None:
    more = COMPATIBLE[Policy.LENIENT] - COMPATIBLE[Policy.STRICT]
    assert len(more) == 9
    assert all("PROPERT" in kind for kind in more)
    assert COMPATIBLE[Policy.STRICT] < COMPATIBLE[Policy.LENIENT]


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind not in COMPATIBLE[Policy.STRICT]])
def test_every_kind_that_can_be_refused_is_explained(kind: Kind) -> None:
    told = explain(Difference(kind, ("properties", "a"), [1], [2]))
    assert told.kind == kind
    assert told.path == "#/properties/a"
    assert "{" not in told.description + told.remedy
    assert "reader" in told.description
    assert told.remedy


@pytest.mark.parametrize(
    ("old", "new", "kinds"),
    [
        ({"oneOf": [STRING]}, STRING, []),
        (STRING, {"allOf": [STRING]}, []),
        (STRING, {"allOf": [STRING, {"type": "number"}]}, ["TYPE_CHANGED"]),
        (STRING, {"anyOf": [INTEGER, STRING]}, ["SUM_TYPE_EXTENDED"]),
        ({"allOf": [INTEGER, STRING]}, STRING, ["PRODUCT_TYPE_NARROWED"]),
        ({"anyOf": [INTEGER, STRING]}, STRING, ["TYPE_CHANGED"]),
        ({"oneOf": [STRING]}, {"allOf": [STRING]}, ["COMBINED_TYPE_EXTENDED"]),
        ({"allOf": [STRING, INTEGER]}, {"oneOf": [STRING]}, [
            "COMBINED_TYPE_EXTENDED", "PRODUCT_TYPE_NARROWED",
        ]),
        ({"oneOf": [STRING, STRING, INTEGER]}, {"oneOf": [INTEGER, STRING]}, []),
        ({"oneOf": [STRING, INTEGER]}, {"oneOf": [{"type": "boolean"}, STRING, {"type": "null"}]}, [
            "COMBINED_TYPE_SUBSCHEMAS_CHANGED", "SUM_TYPE_EXTENDED",
        ]),
        ({"not": STRING}, {"not": STRING}, ["NOT_TYPE_NARROWED"]),
    ],
)  # fmt: skip
def test_combinations_differ_as_their_parts_can_be_paired_up(
    old: Any, new: Any, kinds: list[str]
) -> None:
    assert differences(old, new) == kinds


def test_parts_are_paired_up_so_that_most_of_them_get_one() -> None:
    assert match({0: [0, 1], 1: [0], 2: [1, 2]}) == {0: 1, 1: 0, 2: 2}
    assert len(match({0: [0], 1: [0], 2: [0, 1]})) == 2
    assert match({}) == {}


def test_a_long_way_to_change_is_found() -> None:
    size = 200
    edges = {one: [one, one + 1] for one in range(size)}
    edges[size] = [0]
    assert len(match(edges)) == size + 1


def test_a_change_deep_in_a_recursive_schema_is_found() -> None:
    def tree(leaf: dict[str, Any]) -> dict[str, Any]:
        return {
            "definitions": {
                "node": {"oneOf": [{"$ref": "#/definitions/leaf"}, {"$ref": "#/definitions/pair"}]},
                "leaf": leaf,
                "pair": {"type": "array", "items": {"$ref": "#/definitions/node"}},
            },
            "$ref": "#/definitions/node",
        }

    assert not incompatibilities(tree(INTEGER), tree({"type": "number"}))
    assert incompatibilities(tree(INTEGER), tree(STRING)) == ["COMBINED_TYPE_SUBSCHEMAS_CHANGED #/"]


def test_what_was_concluded_from_an_assumption_that_fails_is_taken_back() -> None:
    """`b` is compared while `a` is still open; only afterwards does `a` turn out incompatible."""

    def schema(limit: int) -> dict[str, Any]:
        return {
            "definitions": {
                "a": {
                    "type": "object",
                    "properties": {
                        "b": {"$ref": "#/definitions/b"},
                        "value": {"type": "string", "maxLength": limit},
                    },
                },
                "b": {"anyOf": [{"$ref": "#/definitions/a"}, INTEGER]},
            },
            "type": "object",
            "properties": {"a": {"$ref": "#/definitions/a"}, "b": {"$ref": "#/definitions/b"}},
        }

    found = incompatibilities(schema(9), schema(5))
    assert "MAX_LENGTH_DECREASED #/properties/a/properties/value/maxLength" in found
    assert "COMBINED_TYPE_SUBSCHEMAS_CHANGED #/properties/b" in found


@pytest.mark.parametrize(
    ("type_name", "silent"),
    [
        ("array", {"uniqueItems": False}),
        ("array", {"additionalItems": True}),
        ("object", {"additionalProperties": True}),
    ],
)
def test_alternatives_that_say_the_same_are_one(type_name: str, silent: dict[str, Any]) -> None:
    twice = {"oneOf": [{"type": type_name}, {"type": type_name, **silent}, STRING]}
    once = {"oneOf": [{"type": type_name}, STRING]}
    assert incompatibilities(twice, once) == []
    assert incompatibilities(once, twice) == []


def test_a_long_chain_of_definitions_is_no_recursion() -> None:
    length = 1_000
    definitions = {
        str(number): {"items": {"$ref": f"#/definitions/{number + 1}"}} for number in range(length)
    }
    old = {"definitions": {**definitions, str(length): INTEGER}, "$ref": "#/definitions/0"}
    new = {"definitions": {**definitions, str(length): STRING}, "$ref": "#/definitions/0"}
    assert incompatibilities(old, new) == [f"TYPE_CHANGED #/{'/'.join(['items'] * length)}"]


def test_many_alternatives_of_many_alternatives_end_in_a_clear_error() -> None:
    def bomb(leaf: dict[str, Any]) -> dict[str, Any]:
        size = 60
        definitions = {
            str(one): {
                "anyOf": [
                    {"type": "object", "title": f"{one}-{other}", "properties": {
                        "next": {"$ref": f"#/definitions/{other}"}, "leaf": leaf,
                    }}
                    for other in range(size)
                ]
            }
            for one in range(size)
        }  # fmt: skip
        return {"definitions": definitions, "$ref": "#/definitions/0"}

    writer, reader = (build(index(bomb(leaf), {}, Draft.DRAFT_7)) for leaf in (STRING, INTEGER))
    with pytest.raises(InvalidSchema, match="in bounded time"):
        compare(writer, reader, lambda found: not found, max_steps=10_000)


def test_of_differences_that_double_with_every_level_some_are_told() -> None:
    levels = 40
    definitions = {
        str(level): {
            "type": "object",
            "properties": {
                name: {"$ref": f"#/definitions/{level + 1}"} for name in ("left", "right")
            },
        }
        for level in range(levels)
    }
    old = {"definitions": {**definitions, str(levels): INTEGER}, "$ref": "#/definitions/0"}
    new = {"definitions": {**definitions, str(levels): STRING}, "$ref": "#/definitions/0"}
    assert not incompatibilities(old, old)
    found = incompatibilities(old, new)
    assert len(found) == len(set(found)) == MAX_DIFFERENCES
    assert all(each.startswith("TYPE_CHANGED #/properties/left") for each in found)


def test_many_alternatives_that_are_the_same_are_no_work() -> None:
    size = 200
    definitions = {
        str(number): {
            "type": "object",
            "properties": {"a": {"$ref": "#/definitions/0"}, "b": STRING},
        }
        for number in range(size)
    }
    alternatives = [{"$ref": f"#/definitions/{number}"} for number in range(size)]
    old = {"definitions": definitions, "oneOf": alternatives}
    new = {"definitions": definitions, "oneOf": [*alternatives[::-1], INTEGER]}
    writer, reader = (build(index(each, {}, Draft.DRAFT_7)) for each in (old, new))
    strict = COMPATIBLE[Policy.STRICT]
    found = compare(
        writer, reader, lambda found: all(each.kind in strict for each in found), max_steps=3_000
    )
    assert [each.kind for each in found] == ["SUM_TYPE_EXTENDED"]


def test_a_pattern_that_would_take_ages_to_match_takes_none() -> None:
    hard = {"type": "object", "patternProperties": {"^(a+)+$": STRING}}
    name = "a" * 60 + "!"
    assert incompatibilities(hard, {**hard, "properties": {name: STRING}}) == []
