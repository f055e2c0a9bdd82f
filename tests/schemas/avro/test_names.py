"""Names that not every implementation of Avro reads are refused in new schemas alone."""

import json

import pytest

from odradek.schemas.avro import parse
from odradek.schemas.avro.attributes import NAME_CHARACTERS_MAX
from odradek.schemas.schema import InvalidSchema, ReferencedSchema

FIELD = {"name": "a", "type": "int"}
RECORD = {"type": "record", "name": "R", "fields": [FIELD]}
STRANGE = {
    "a name with letters of other alphabets": {**RECORD, "name": "Größe"},
    "a namespace with a hyphen": {**RECORD, "namespace": "my-app.v1"},
    "a namespace with an empty part": {**RECORD, "namespace": "my..app"},
    "a namespace that begins with a digit": {**RECORD, "name": "1.R"},
    "an alias with a hyphen": {**RECORD, "aliases": ["old-name"]},
    "a field": {**RECORD, "fields": [{**FIELD, "name": "größe"}]},
    "a symbol": {"type": "enum", "name": "E", "symbols": ["groß"]},
    "a fixed": {"type": "fixed", "name": "Größe", "size": 1},
    "a record in a field": {**RECORD, "fields": [{"name": "r", "type": {**RECORD, "name": "É"}}]},
}


@pytest.mark.parametrize("node", STRANGE.values(), ids=STRANGE)
def test_strange_name_is_refused_in_a_new_schema_alone(node: object) -> None:
    text = json.dumps(node)
    assert parse(text, is_new=False).text == text
    with pytest.raises(InvalidSchema, match="letters of ASCII"):
        parse(text)


def test_long_full_name_is_refused_for_all_types_would_have_it() -> None:
    longest = "n" * (NAME_CHARACTERS_MAX - 2)
    parse(json.dumps({**RECORD, "namespace": longest}))
    with pytest.raises(InvalidSchema, match="1,001 characters"):
        parse(json.dumps({**RECORD, "namespace": f"{longest}n"}), is_new=False)


def test_strange_alias_of_a_field_and_namespace_of_an_alias_are_nobodys_business() -> None:
    parse(json.dumps({**RECORD, "aliases": ["my-app.Old"]}))
    parse(json.dumps({**RECORD, "fields": [{**FIELD, "aliases": ["größe"]}]}))


def test_strange_name_of_a_referenced_type_is_refused_where_it_is_used() -> None:
    reference = ReferencedSchema("É", json.dumps({**RECORD, "name": "É"}))
    text = json.dumps({**RECORD, "fields": [{"name": "e", "type": "É"}]})
    with pytest.raises(InvalidSchema, match="É"):
        parse(text, [reference])
