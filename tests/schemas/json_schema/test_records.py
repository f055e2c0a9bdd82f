"""Witnesses: records that a writer's schema allows and a reader's really refuses."""

import json
from typing import Any

import jsonschema_rs
import pytest

from odradek.schemas.json_schema import parse

STRING, INTEGER = {"type": "string"}, {"type": "integer"}


def witness(old: Any, new: Any) -> Any:
    """The record, which validators made for the occasion have confirmed."""
    found = parse(json.dumps(new)).witness(parse(json.dumps(old)))
    assert found is not None
    record = json.loads(found.record)
    make = jsonschema_rs.Draft7Validator
    assert make(old).is_valid(record)
    assert not make(new).is_valid(record)
    assert found.error
    return record


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (INTEGER, STRING),
        ({"maximum": 10}, {"maximum": 9.5}),
        ({"type": "integer", "multipleOf": 6}, {"type": "integer", "multipleOf": 4}),
        ({"type": "string", "minLength": 2}, {"type": "string", "minLength": 2, "maxLength": 7}),
        ({"enum": ["a", {"b": 1}]}, {"enum": ["a"]}),
        ({"type": "array", "items": INTEGER}, {"type": "array", "items": INTEGER, "maxItems": 3}),
        ({"type": "array"}, {"type": "array", "uniqueItems": True}),
        ({"properties": {"a": INTEGER}}, {"properties": {"a": INTEGER}, "required": ["a"]}),
        ({"patternProperties": {"^x": INTEGER}}, {"patternProperties": {"^x": STRING}}),
        ({"allOf": [{"required": ["a"]}, {"maximum": 1}]}, {"properties": {"a": STRING}}),
        ({"oneOf": [INTEGER, {"type": "boolean"}]}, {"oneOf": [INTEGER, STRING]}),
        ({"type": "object"}, {"type": "object", "maxProperties": 2}),
    ],
)  # fmt: skip
def test_a_record_shows_what_cannot_be_read(old: Any, new: Any) -> None:
    witness(old, new)


def test_a_record_reaches_deep_into_objects_that_have_required_properties() -> None:
    def order(quantity: dict[str, Any]) -> dict[str, Any]:
        line = {
            "type": "object",
            "properties": {
                "sku": {"type": "string", "pattern": "^[A-Z]{2}$"},
                "quantity": quantity,
            },
            "required": ["sku", "quantity"],
            "additionalProperties": False,
        }
        return {
            "type": "object",
            "properties": {
                "id": {"type": "integer", "minimum": 1},
                "lines": {"type": "array", "items": line, "minItems": 1},
            },
            "required": ["id", "lines"],
        }

    found = witness(
        order({"type": "integer", "maximum": 99}), order({"type": "integer", "maximum": 9})
    )
    assert found["lines"][0]["quantity"] > 9


def test_a_record_goes_through_recursive_references() -> None:
    def linked(value: dict[str, Any]) -> dict[str, Any]:
        return {
            "type": "object",
            "properties": {"value": value, "next": {"$ref": "#"}},
            "required": ["value"],
        }

    assert witness(linked(INTEGER), linked(STRING))["value"] is not None


def test_there_is_none_where_all_records_can_be_read() -> None:
    for old, new in (
        (INTEGER, {"type": "number"}),
        ({"const": "a"}, {"enum": ["a"]}),
        (False, STRING),
    ):
        assert parse(json.dumps(new)).witness(parse(json.dumps(old))) is None


def test_there_is_none_where_the_validator_takes_one_for_no_schema() -> None:
    odd = parse('{"type": "string", "minLength": -1}')
    assert odd.witness(parse('{"type": "integer"}')) is None


def test_a_record_is_looked_for_in_bounded_work() -> None:
    wide = {
        "definitions": {
            str(one): {
                "type": "object",
                "properties": {
                    f"p{other}": {"$ref": f"#/definitions/{other}"} for other in range(15)
                },
            }
            for one in range(15)
        },
        "$ref": "#/definitions/0",
    }
    assert parse(json.dumps(wide)).witness(parse(json.dumps(wide))) is None


def doubled(levels: int, step: str) -> Any:
    """Each definition says the one before it twice, in place or of a property."""
    definitions: dict[str, Any] = {"d0": {"type": "string"}}
    for level in range(1, levels + 1):
        inner: Any = {"$ref": f"#/definitions/d{level - 1}"}
        inner = {"properties": {"a": inner}} if step == "property" else inner
        definitions[f"d{level}"] = {"anyOf": [inner, {"allOf": [inner]}]}
    return {"anyOf": [{"$ref": f"#/definitions/d{levels}"}], "definitions": definitions}


def has_witness(old: Any, new: Any) -> bool:
    return parse(json.dumps(new)).witness(parse(json.dumps(old))) is not None


@pytest.mark.parametrize("step", ["in place", "property"])
def test_no_record_is_tried_that_would_keep_a_validator_busy_for_hours(step: str) -> None:
    assert not has_witness(doubled(60, step), INTEGER)
    assert not has_witness(INTEGER, doubled(60, step))
    assert has_witness(doubled(4, step), INTEGER)


def test_no_record_is_tried_where_each_level_of_it_doubles_the_work() -> None:
    twice = {"properties": {"a": {"$ref": "#"}}}
    assert not has_witness({"anyOf": [{**twice, "type": "string"}, {"allOf": [twice]}]}, INTEGER)
    assert has_witness({**twice, "minProperties": 1}, INTEGER)
