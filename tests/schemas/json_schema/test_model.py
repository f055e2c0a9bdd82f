"""What a JSON Schema's keywords mean in each draft, and where its references lead."""

import json

import pytest

from odradek.schemas.json_schema import parse
from odradek.schemas.json_schema.model import building
from odradek.schemas.json_schema.model.documents import MAX_DOCUMENTS
from odradek.schemas.levels import Policy
from odradek.schemas.schema import InvalidSchema, ReferencedSchema

DRAFTS = {
    "4": "http://json-schema.org/draft-04/schema#",
    "6": "http://json-schema.org/draft-06/schema#",
    "7": "http://json-schema.org/draft-07/schema",
    "2019-09": "https://json-schema.org/draft/2019-09/schema",
    "2020-12": "https://json-schema.org/draft/2020-12/schema",
}
CLASSIC = ["4", "6", "7"]
MODERN = ["2019-09", "2020-12"]


def kinds(old: object, new: object, draft: str = "7") -> list[str]:
    """What is incompatible about reading `old` with `new`."""
    reader, writer = (
        parse(json.dumps({"$schema": DRAFTS[draft], **each} if isinstance(each, dict) else each))
        for each in (new, old)
    )
    return [found.kind for found in reader.incompatibilities(writer, Policy.STRICT)]


@pytest.mark.parametrize(
    ("schema", "said"),
    [
        ({"type": "text"}, 'type at # is "text"; make it one or several of string'),
        ({"type": ["string", 7]}, "one or several of"),
        ({"properties": []}, "properties at # is \\[\\]; make it an object"),
        ({"properties": {"a": 7}}, "what is at #/properties/a is no schema"),
        ({"items": "string"}, "what is at #/items is no schema"),
        ({"allOf": {}}, "allOf at # is {}; make it an array"),
        ({"required": "a"}, 'required at # is "a"; make it an array'),
        ({"required": [1]}, "names of properties only"),
        ({"maxLength": "5"}, 'maxLength at # is "5"; make it a number'),
        ({"maxLength": 1.5}, "make it a whole number"),
        ({"minimum": True}, "make it a number"),
        ({"exclusiveMinimum": True}, "make it a number"),
        ({"multipleOf": 0}, "make it more than 0"),
        ({"uniqueItems": 1}, "make it true or false"),
        ({"pattern": "("}, "make it a regular expression"),
        ({"patternProperties": {"(": {}}}, "names are regular expressions"),
        ({"enum": 1}, "make it an array"),
        ({"title": 1}, "make it a text"),
        ({"title": None}, "make it a text"),
        ({"maximum": None}, "make it a number"),
        ({"format": 1}, "make it a text"),
        ({"$schema": DRAFTS["2020-12"], "type": "integer", "format": 1}, "make it a text"),
        ({"$schema": DRAFTS["2020-12"], "deprecated": 1}, "make it true or false"),
        ({"dependencies": {"a": [1]}}, "names of properties only"),
        ({"$schema": DRAFTS["4"], "exclusiveMinimum": 1}, "make it true or false"),
        ({"$schema": DRAFTS["2020-12"], "items": []}, "what is at #/items is no schema"),
        ({"$schema": DRAFTS["2020-12"], "$defs": {"a": 1}}, "what is at #/\\$defs/a is no schema"),
        ({"not": {"not": {"type": "x" * 99}}}, 'type at #/not/not is "xxx.*\\.\\.\\.;'),
    ],
)
def test_a_keyword_with_a_value_that_is_none_of_it_is_refused(schema: object, said: str) -> None:
    with pytest.raises(InvalidSchema, match=said):
        parse(json.dumps(schema))


def test_since_2019_even_a_definition_that_nothing_refers_to_has_to_be_one() -> None:
    unused = {"a": {"$ref": "#/none"}}
    parse(json.dumps({"definitions": unused}))
    for keyword in ("$defs", "definitions"):
        with pytest.raises(InvalidSchema, match="leads nowhere"):
            parse(json.dumps({"$schema": DRAFTS["2019-09"], keyword: unused}))


def test_before_2019_a_pointer_may_begin_at_the_whole_document() -> None:
    inner = {"$id": "https://example.org/inner", "items": {"$ref": "#/definitions/a"}}
    schema = {"definitions": {"a": {}}, "properties": {"inner": inner}}
    parse(json.dumps(schema))
    with pytest.raises(InvalidSchema, match="leads nowhere"):
        parse(json.dumps({"$schema": DRAFTS["2019-09"], **schema}))


def test_before_2019_the_root_is_that_of_the_whole_document() -> None:
    schema = {"$id": "https://example.org/inner", "type": "array", "items": {"$ref": "#"}}
    old, new = ({"properties": {"a": schema}, "minProperties": limit} for limit in (1, 2))
    paths = [
        found.path for found in parse(json.dumps(new)).incompatibilities(parse(json.dumps(old)))
    ]
    assert "#/properties/a/items/minProperties" in paths
    old, new = ({"$schema": DRAFTS["2020-12"], **each} for each in (old, new))
    [found] = parse(json.dumps(new)).incompatibilities(parse(json.dumps(old)))
    assert found.path == "#/minProperties"


def test_references_into_each_other_do_not_multiply(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(building, "MAX_NODES", 500)
    nested: dict[str, object] = {}
    for _ in range(50):
        nested = {"items": nested}
    pointers = ["#/definitions/a" + "/items" * depth for depth in range(50)]
    schema = {"definitions": {"a": nested}, "allOf": [{"$ref": pointer} for pointer in pointers]}
    with pytest.raises(InvalidSchema, match="more than 500 schemas"):
        parse(json.dumps(schema))


def test_a_schema_without_a_known_draft_is_one_of_draft_7() -> None:
    for schema in ({}, {"$schema": "https://example.org/my-draft"}):
        old, new = ({**schema, "dependencies": each} for each in ({}, {"a": ["b"]}))
        reader, writer = parse(json.dumps(new)), parse(json.dumps(old))
        assert reader.incompatibilities(writer)[0].kind == "DEPENDENCY_ARRAY_ADDED"


@pytest.mark.parametrize("draft", DRAFTS)
def test_the_common_keywords_mean_the_same_in_all_drafts(draft: str) -> None:
    closed = {"type": "object", "properties": {}, "additionalProperties": False}
    assert kinds({**closed, "properties": {"a": {}}}, closed, draft) == [
        "PROPERTY_REMOVED_FROM_CLOSED_CONTENT_MODEL"
    ]
    assert kinds({"type": "array"}, {"type": "array", "items": {"maxLength": 1}}, draft) == [
        "SCHEMA_ADDED"
    ]
    assert kinds({"type": "string"}, {"type": ["string", "null"]}, draft) == []


@pytest.mark.parametrize("draft", CLASSIC)
def test_before_2019_a_ref_hides_what_stands_beside_it(draft: str) -> None:
    definitions = {"definitions": {"x": {"type": "string"}}}
    reference = {"$ref": "#/definitions/x"}
    assert (
        kinds(
            {**definitions, "items": reference},
            {**definitions, "items": {**reference, "maxLength": 5}},
            draft,
        )
        == []
    )


@pytest.mark.parametrize("draft", MODERN)
def test_since_2019_a_ref_adds_to_what_stands_beside_it(draft: str) -> None:
    definitions = {"$defs": {"x": {"type": "string"}}}
    reference = {"$ref": "#/$defs/x"}
    assert kinds(
        {**definitions, "items": reference},
        {**definitions, "items": {**reference, "maxLength": 5}},
        draft,
    ) == ["TYPE_CHANGED"]


def test_constants_conditions_and_contains_are_unknown_to_draft_4() -> None:
    for keyword in ("const", "propertyNames", "contains", "if"):
        assert kinds({}, {keyword: {"type": "string"}}, "4") == []
    assert kinds({}, {"const": 1}, "6") == ["TYPE_CHANGED"]


def test_dependencies_are_spelled_differently_since_2019() -> None:
    assert kinds({"required": []}, {"required": [], "dependencies": {"a": ["b"]}}, "2020-12") == []
    assert kinds(
        {"required": []}, {"required": [], "dependentRequired": {"a": ["b"]}}, "2020-12"
    ) == ["DEPENDENCY_ARRAY_ADDED"]


def test_since_2019_a_schema_that_names_no_property_says_nothing_of_objects() -> None:
    new = {"properties": {"a": {"type": "string"}}}
    assert kinds({"properties": {}}, new, "7") == ["OPTIONAL_PROPERTY_ADDED_TO_OPEN_CONTENT_MODEL"]
    assert kinds({"properties": {}}, new, "2020-12") == ["TYPE_CHANGED"]


def test_tuples_are_spelled_differently_since_2020() -> None:
    old = {"items": [{"type": "string"}], "additionalItems": False}
    assert kinds(old, {"items": [], "additionalItems": False}) == [
        "ITEM_REMOVED_FROM_CLOSED_CONTENT_MODEL"
    ]
    new = {"prefixItems": [{"type": "string"}], "items": False}
    assert kinds(new, {"prefixItems": [], "items": False}, "2020-12") == [
        "ITEM_REMOVED_FROM_CLOSED_CONTENT_MODEL"
    ]


@pytest.mark.parametrize(
    "reference",
    ["#/definitions/a", "#/$defs/a", "#b", "https://example.org/c", "c", "#/definitions/c~1d/e%25"],
)
def test_a_ref_finds_pointers_anchors_and_ids(reference: str) -> None:
    schema = {
        "$id": "https://example.org/root",
        "definitions": {
            "a": {"type": "string"},
            "b": {"$id": "#b", "type": "string"},
            "c": {"$id": "c", "type": "string"},
            "c/d": {"e%": {"type": "string"}},
        },
        "items": {"$ref": reference},
    }
    other = {**schema, "items": {"type": "integer"}}
    assert kinds(schema, other) == ["TYPE_CHANGED"]
    assert kinds(schema, {**schema, "items": {"type": "string"}}) == []


@pytest.mark.parametrize("reference", ["#/definitions/none", "#none", "none.json", "/a", "a#/b"])
def test_a_ref_that_leads_nowhere_is_refused(reference: str) -> None:
    with pytest.raises(InvalidSchema, match=r"leads nowhere.*given: a\.json"):
        parse(json.dumps({"$ref": reference}), [ReferencedSchema("a.json", "{}")])


def test_refs_that_only_lead_to_each_other_are_refused() -> None:
    definitions = {"a": {"$ref": "#/definitions/b"}, "b": {"$ref": "#/definitions/a"}}
    with pytest.raises(InvalidSchema, match="leads back to itself"):
        parse(json.dumps({"definitions": definitions, "$ref": "#/definitions/a"}))


@pytest.mark.parametrize("name", ["money.json", "https://example.org/money.json"])
@pytest.mark.parametrize("root_id", [{}, {"$id": "https://example.org/order.json"}])
def test_a_ref_finds_a_given_document_by_its_name(name: str, root_id: dict[str, str]) -> None:
    given = [ReferencedSchema(name, '{"definitions":{"eur":{"type":"number"}},"type":"object"}')]
    old = parse(json.dumps({**root_id, "items": {"$ref": f"{name}#/definitions/eur"}}), given)
    new = parse(json.dumps({**root_id, "items": {"type": "string"}}), given)
    assert [found.kind for found in new.incompatibilities(old)] == ["TYPE_CHANGED"]
    witness = new.witness(old)
    assert witness is not None


def test_before_2019_a_given_document_has_the_draft_that_it_says() -> None:
    limit = {"minimum": 1, "exclusiveMinimum": True}
    given = [ReferencedSchema("a.json", json.dumps({"$schema": DRAFTS["4"], **limit}))]
    parse('{"$ref":"a.json"}', given)
    for silent in ({"$schema": DRAFTS["7"]}, {}):
        other = [ReferencedSchema("a.json", json.dumps({**silent, **limit}))]
        with pytest.raises(InvalidSchema, match="exclusiveMinimum"):
            parse('{"$ref":"a.json"}', other)
    with pytest.raises(InvalidSchema, match="exclusiveMinimum"):
        parse(json.dumps({"$schema": DRAFTS["2020-12"], "$ref": "a.json"}), given)


def test_what_a_schema_forgets_beside_definitions_it_knows_where_it_refers_to_itself() -> None:
    inner = {"properties": {"a": {"$ref": "#"}}, "$defs": {"d": {}}}
    schema = {"$schema": DRAFTS["2020-12"], **inner}
    new = parse(json.dumps({**schema, "unevaluatedProperties": False}))
    paths = [found.path for found in new.incompatibilities(parse(json.dumps(schema)))]
    assert "#/properties/a/unevaluatedProperties" in paths
    assert "#/unevaluatedProperties" not in paths


def test_given_documents_may_refer_to_each_other() -> None:
    given = [
        ReferencedSchema(
            "a.json", '{"items":{"$ref":"b.json"}}', (ReferencedSchema("b.json", "false"),)
        ),
    ]
    old = parse('{"$ref":"a.json"}', given)
    assert not parse('{"items":{"type":"string"}}').incompatibilities(old)
    assert parse('{"$ref":"a.json"}', given).incompatibilities(parse('{"items":{}}'))


def test_the_own_schema_of_a_draft_needs_not_be_given() -> None:
    one, other = (parse(json.dumps({"items": {"$ref": DRAFTS[draft]}})) for draft in ("7", "6"))
    assert not one.incompatibilities(one)
    assert [found.kind for found in one.incompatibilities(other)] == ["TYPE_CHANGED"]


def test_a_tree_of_references_may_repeat_itself_without_end_of_work() -> None:
    tree: tuple[ReferencedSchema, ...] = ()
    for level in range(60):
        tree = (ReferencedSchema(f"{level}.json", "{}", tree * 2),)
    assert parse('{"$ref":"59.json"}', tree)


def test_too_many_references_are_refused() -> None:
    given = [ReferencedSchema(f"{number}.json", "{}") for number in range(MAX_DOCUMENTS + 1)]
    with pytest.raises(InvalidSchema, match="refers to more than"):
        parse("{}", given)


def test_a_given_document_that_is_no_json_is_named() -> None:
    with pytest.raises(InvalidSchema, match=r"the reference a\.json is not JSON"):
        parse("{}", [ReferencedSchema("a.json", "{")])
