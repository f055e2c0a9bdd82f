"""Tags in Avro schemas are found, and set without anything else changing."""

import json

import pytest

from odradek.schemas.avro import parse
from odradek.schemas.schema import InvalidSchema, ReferencedSchema
from tests.schemas.tagging import changes, tags

TEXT = """{
  "type": "record", "name": "Order", "namespace": "shop", "confluent:tags": ["BUSINESS"],
  "fields": [
    {"name": "id", "type": "long", "default": 0},
    {"name": "buyer", "confluent:tags": ["PERSON"], "type": ["null", {
      "type": "record", "name": "Person", "namespace": "people", "aliases": ["Human"],
      "fields": [{"name": "mail", "type": "string", "confluent:tags": ["PII", "MAIL"]}]
    }]},
    {"name": "lines", "type": {"type": "array", "items": {
      "type": "record", "name": "Line", "fields": [{"name": "price", "type": "int"}]}}},
    {"name": "again", "type": ["null", "people.Person"], "confluent:tags": ["COPY"]}
  ]
}"""
FOUND = {
    "record:shop.Order": ["BUSINESS"],
    "field:shop.Order.buyer": ["PERSON"],
    "field:people.Person.mail": ["PII", "MAIL"],
    "field:shop.Order.again": ["COPY"],
}


def test_tags_are_found_in_the_order_of_the_text() -> None:
    assert list(tags(parse(TEXT)).items()) == list(FOUND.items())


def test_tags_are_added_and_removed_and_nothing_else_changes() -> None:
    add = {"record:people.Person": ["PII"], "field:shop.Line.price": ["MONEY", "PUBLIC"]}
    remove = {"field:people.Person.mail": ["PII", "NEVER"], "record:shop.Order": ["BUSINESS"]}
    schema = parse(TEXT)
    tagged = parse(schema.retagged(changes(add, remove)))
    assert tags(tagged) == {
        "field:shop.Order.buyer": ["PERSON"],
        "record:people.Person": ["PII"],
        "field:people.Person.mail": ["MAIL"],
        "field:shop.Line.price": ["MONEY", "PUBLIC"],
        "field:shop.Order.again": ["COPY"],
    }
    back = parse(tagged.retagged(changes(remove=tags(tagged))))
    assert back.canonical() == parse(schema.retagged(changes(remove=FOUND))).canonical()
    assert back.canonical() == parse(_untagged(TEXT)).canonical()


def _untagged(text: str) -> str:
    def without(pairs: list[tuple[str, object]]) -> dict[str, object]:
        return {name: value for name, value in pairs if name != "confluent:tags"}

    return json.dumps(json.loads(text, object_pairs_hook=without))


def test_removing_wins_over_adding() -> None:
    both = changes({"field:shop.Order.id": ["A", "B"]}, {"field:shop.Order.id": ["B"]})
    assert tags(parse(parse(TEXT).retagged(both)))["field:shop.Order.id"] == ["A"]


def test_record_is_found_without_its_namespace() -> None:
    tagged = parse(parse(TEXT).retagged(changes({"field:Person.mail": ["X"]})))
    assert tags(tagged)["field:people.Person.mail"] == ["PII", "MAIL", "X"]


@pytest.mark.parametrize(
    "path",
    [
        "field:shop.Order.nothing",
        "field:shop.Person.mail",
        "field:id",
        "field:",
        "record:shop.Order.id",
        "record:shop",
        "record:",
        "record:..",
    ],
)
def test_path_that_leads_nowhere_is_named(path: str) -> None:
    with pytest.raises(InvalidSchema, match="at the path"):
        parse(TEXT).retagged(changes({path: ["X"]}))


def test_tags_of_a_referenced_record_are_found_and_cannot_be_changed() -> None:
    reference = ReferencedSchema("shop.Order", TEXT)
    text = '{"type":"record","name":"Box","fields":[{"name":"order","type":"shop.Order"}]}'
    schema = parse(text, [reference])
    assert tags(schema) == FOUND
    assert schema.retagged(changes(FOUND)) == schema.canonical()
    with pytest.raises(InvalidSchema, match=r"shop\.Order"):
        schema.retagged(changes({"record:shop.Order": ["OTHER"]}))


def test_what_is_no_list_of_texts_is_no_tag() -> None:
    text = '{"type":"record","name":"R","confluent:tags":"PII","fields":[]}'
    assert tags(parse(text)) == {}
    assert tags(parse(parse(text).retagged(changes({"record:R": ["X"]})))) == {"record:R": ["X"]}


def test_schemas_without_records_have_no_tags() -> None:
    assert tags(parse('{"type":"string","confluent:tags":["X"]}')) == {}
    with pytest.raises(InvalidSchema, match="at the path"):
        parse('"string"').retagged(changes({"record:string": ["X"]}))


def test_record_that_contains_itself_is_walked_once() -> None:
    text = (
        '{"type":"record","name":"Node","confluent:tags":["N"],"fields":'
        '[{"name":"next","type":["null","Node"],"confluent:tags":["F"]}]}'
    )
    assert tags(parse(text)) == {"record:Node": ["N"], "field:Node.next": ["F"]}


def test_resolved_form_has_in_it_what_it_refers_to() -> None:
    inner = '{"type":"record","name":"In","namespace":"n","fields":[{"name":"x","type":"int"}]}'
    text = '{"type":"record","name":"Out","namespace":"n","fields":[{"name":"i","type":"In"}]}'
    resolved = parse(text, [ReferencedSchema("n.In", inner)]).formatted("resolved")
    assert resolved == (
        '{"type":"record","name":"Out","namespace":"n","fields":[{"name":"i","type":'
        '{"type":"record","name":"In","fields":[{"name":"x","type":"int"}]}}]}'
    )
    assert parse(text, [ReferencedSchema("n.In", inner)]).formatted("serialized") is None
