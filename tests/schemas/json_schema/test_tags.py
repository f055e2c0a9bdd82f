"""Tags in JSON Schemas. Which paths there are was compared with a running Confluent registry."""

import json
from typing import Any

import pytest

from odradek.schemas.json_schema import parse
from odradek.schemas.json_schema.tags.entities import PATH_CHARACTERS_MAX
from odradek.schemas.schema import InvalidSchema
from tests.schemas.tagging import changes, tags

NEW = "https://json-schema.org/draft/2020-12/schema"
OLD = "http://json-schema.org/draft-07/schema#"


def tagged(tag: str, **schema: Any) -> dict[str, Any]:
    return {**schema, "confluent:tags": [tag]}


TEXT_VALUE = {"type": "string"}
NUMBER_VALUE = {"type": "number"}
SCHEMA = tagged(
    "root",
    type="object",
    properties={
        "name": tagged("name", **TEXT_VALUE),
        "home.address": tagged(
            "home", type="object", properties={"city": tagged("city", **TEXT_VALUE)}
        ),
        "lines": tagged(
            "lines",
            type="array",
            items=tagged(
                "line", type="object", properties={"price": tagged("price", **NUMBER_VALUE)}
            ),
        ),
        "contact": {
            "oneOf": [
                TEXT_VALUE,
                tagged("card", type="object", properties={"mail": tagged("mail", **TEXT_VALUE)}),
                {"type": "array", "items": tagged("entry", type="object")},
            ]
        },
        "maybe": {
            "type": ["object", "null"],
            "properties": {"note": tagged("note", **TEXT_VALUE)},
            "confluent:tags": ["maybe"],
        },
        "mixed": tagged(
            "mixed",
            type="object",
            properties={"here": tagged("here", **TEXT_VALUE)},
            anyOf=[{"required": ["here"]}, {"properties": {"there": tagged("there")}}],
        ),
        "refused": {"not": tagged("no", type="object", properties={"never": tagged("never")})},
        "choice": {
            "if": {"properties": {"kind": tagged("kind")}},
            "then": tagged("then", type="object"),
            "else": {"properties": {"other": tagged("other")}},
        },
        "link": tagged("link", **{"$ref": "#/definitions/Linked"}),
    },
    definitions={
        "Linked": tagged("linked", type="object", properties={"to": tagged("to", **TEXT_VALUE)})
    },
)
FOUND = {
    "record:object": ["root"],
    "field:object.name": ["name"],
    "field:object.home.address": ["home"],
    "field:object.home.address.object.city": ["city"],
    "field:object.lines": ["lines"],
    "record:object.lines.array.object": ["line"],
    "field:object.lines.array.object.price": ["price"],
    "record:object.contact.oneof.0.array.object": ["entry"],
    "record:object.contact.oneof.1.object": ["card"],
    "field:object.contact.oneof.1.object.mail": ["mail"],
    "field:object.maybe": ["maybe"],
    "field:object.maybe.anyof.1.object.note": ["note"],
    "field:object.mixed": ["mixed"],
    "field:object.mixed.allof.0.anyof.1.object.there": ["there"],
    "field:object.mixed.allof.1.object.here": ["here"],
    "record:object.refused.not.object": ["no"],
    "field:object.refused.not.object.never": ["never"],
    "field:object.choice.conditional.if.object.kind": ["kind"],
    "record:object.choice.conditional.then.object": ["then"],
    "field:object.choice.conditional.else.object.other": ["other"],
    "field:object.link": ["link"],
    "record:object.definitions.Linked.object": ["linked"],
    "field:object.definitions.Linked.object.to": ["to"],
}


def test_tags_are_found_wherever_objects_are() -> None:
    assert tags(parse(json.dumps(SCHEMA))) == FOUND


def test_definitions_are_found_under_both_words_since_2019_09() -> None:
    found = tags(parse(json.dumps({"$schema": NEW, **SCHEMA})))
    twice = {
        "record:object.$defs.Linked.object": ["linked"],
        "field:object.$defs.Linked.object.to": ["to"],
    }
    assert found == FOUND | twice


def test_all_tags_can_be_taken_away_and_set_again() -> None:
    schema = parse(json.dumps(SCHEMA))
    bare = parse(schema.retagged(changes(remove=FOUND)))
    assert "confluent:tags" not in bare.canonical()
    again = parse(bare.retagged(changes(FOUND)))
    assert tags(again) == FOUND
    assert json.loads(again.canonical()) == SCHEMA


def test_numbers_and_order_stay_as_they_were() -> None:
    text = '{"type":"object","properties":{"b":{"minimum":0.10000000000000000001},"a":{}}}'
    retagged = parse(text).retagged(changes({"field:object.b": ["X"]}))
    assert retagged == text.replace("001}", '001,"confluent:tags":["X"]}')


@pytest.mark.parametrize("kind", ["field", "record"])
def test_property_may_be_called_a_record(kind: str) -> None:
    retagged = parse(json.dumps(SCHEMA)).retagged(changes({f"{kind}:object.name": ["X"]}))
    assert tags(parse(retagged))["field:object.name"] == ["name", "X"]


def test_object_within_a_combination_is_tagged_through_the_whole() -> None:
    """Its own tags are not told from those of the property, but they can be set."""
    path = "record:object.mixed.allof.1.object"
    retagged = parse(parse(json.dumps(SCHEMA)).retagged(changes({path: ["X"]})))
    assert tags(retagged)["field:object.mixed"] == ["mixed", "X"]


@pytest.mark.parametrize("draft", [OLD, NEW])
def test_object_among_alternatives_is_not_told_from_what_is_beside_it(draft: str) -> None:
    beside = tagged("both", type="object", properties={"a": tagged("a")}, oneOf=[{"title": "t"}])
    schema = {"$schema": draft, "anyOf": [beside, {"type": "null"}]}
    assert list(tags(parse(json.dumps(schema))).values()) == [["a"]]


def test_definition_itself_can_be_tagged() -> None:
    schema = {"$schema": OLD, "type": "object", "$defs": {"Id": {"type": "string"}}}
    retagged = parse(json.dumps(schema)).retagged(changes({"field:object.$defs.Id": ["X"]}))
    assert json.loads(retagged)["$defs"]["Id"]["confluent:tags"] == ["X"]


@pytest.mark.parametrize(
    "path",
    ["field:", "field:object", "field:object.nothing", "record:array", "record:object.link.object"],
)
def test_path_that_leads_nowhere_is_named(path: str) -> None:
    with pytest.raises(InvalidSchema, match="at the path"):
        parse(json.dumps(SCHEMA)).retagged(changes({path: ["X"]}))


def test_parts_are_counted_by_kind_and_title() -> None:
    parts = [
        {"type": "string"},
        {"type": "object", "title": "B", **tagged("b")},
        {"type": "object", "title": "A", **tagged("a")},
        {"enum": [1]},
        True,
    ]
    assert tags(parse(json.dumps({"anyOf": parts}))) == {
        "record:anyof.1.object": ["a"],
        "record:anyof.2.object": ["b"],
    }


def test_what_lies_behind_a_long_path_is_not_found() -> None:
    deep = tagged("deep", type="object", properties={"a": tagged("a")})
    schema = {"type": "object", "properties": {"n" * PATH_CHARACTERS_MAX: deep, "b": tagged("b")}}
    found = tags(parse(json.dumps(schema)))
    assert sorted(map(tuple, found.values())) == [("b",), ("deep",)]


def test_schema_that_contains_itself_is_walked_once() -> None:
    schema = tagged("root", type="object", properties={"inner": {"$ref": "#"}})
    assert tags(parse(json.dumps(schema))) == {"record:object": ["root"]}


def test_definition_that_is_no_schema_has_no_tags() -> None:
    schema = tagged("root", type="object", definitions={"Bad": {"type": "nothing"}, "Worse": 1})
    assert tags(parse(json.dumps(schema))) == {"record:object": ["root"]}
