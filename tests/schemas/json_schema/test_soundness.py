"""Whatever is called compatible can be read: random schemas, random changes, random records.

The schemas keep to what registries compare soundly; docs/internals/schemas.md lists what they do
not, and why that stays so.
"""

import json
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from odradek.schemas.json_schema import parse
from odradek.schemas.levels import Policy

NAMES = ("a", "b", "c")
TEXTS = st.text(alphabet="xy", max_size=6)
SCALARS = st.one_of(TEXTS, st.integers(-9, 9), st.booleans(), st.none(), st.just(0.5))
Schema = dict[str, Any]


@st.composite
def leaves(draw: st.DrawFn) -> Schema:
    """Schemas without inner ones."""
    kind = draw(st.sampled_from(["string", "integer", "number", "boolean", "null", "enum", "any"]))
    if kind == "any":
        return {}
    if kind == "enum":
        return {"enum": draw(st.lists(SCALARS, min_size=1, max_size=4))}
    names = {"string": ("minLength", "maxLength"), "integer": ("minimum", "maximum")}
    names["number"] = names["integer"]
    limits = {name: draw(st.integers(0, 5)) for name in names.get(kind, ()) if draw(st.booleans())}
    return {"type": kind, **limits}


@st.composite
def objects(draw: st.DrawFn, inner: st.SearchStrategy[Schema]) -> Schema:
    """Objects with every content model."""
    properties = draw(st.dictionaries(st.sampled_from(NAMES), inner, max_size=3))
    schema: Schema = {"type": "object", "properties": properties}
    schema["required"] = [name for name in properties if draw(st.booleans())]
    model = draw(st.sampled_from(["open", "closed", "partial"]))
    if model == "closed":
        schema["additionalProperties"] = False
    if model == "partial":
        schema["additionalProperties"] = draw(inner)
    return schema


def containers(inner: st.SearchStrategy[Schema]) -> st.SearchStrategy[Schema]:
    """Schemas of schemas."""
    return st.one_of(
        objects(inner),
        st.builds(lambda item, least: {"type": "array", "items": item, "minItems": least},
                  inner, st.integers(0, 2)),
        st.builds(lambda parts: {"anyOf": parts}, st.lists(inner, min_size=1, max_size=3)),
    )  # fmt: skip


SCHEMAS = st.recursive(leaves(), containers, max_leaves=5)


@st.composite
def changed(draw: st.DrawFn, schema: Schema) -> Schema:
    """The schema with something done to it, often something that is compatible."""
    if draw(st.integers(0, 9)) == 0:
        return draw(st.one_of(leaves(), st.just({"anyOf": [schema, draw(leaves())]})))
    new = dict(schema)
    for keyword in ("minLength", "maxLength", "minimum", "maximum", "minItems"):
        if keyword in new and draw(st.booleans()):
            new[keyword] = max(0, new[keyword] + draw(st.sampled_from([-1, 1])))
    if "properties" in new:
        return draw(changed_object(new))
    if "items" in new:
        new["items"] = draw(changed(new["items"]))
    if "anyOf" in new:
        new["anyOf"] = [draw(changed(part)) for part in new["anyOf"]]
        new["anyOf"] += draw(st.lists(leaves(), max_size=1))
    if new.get("type") == "integer" and draw(st.booleans()):
        new["type"] = "number"
    return new


@st.composite
def changed_object(draw: st.DrawFn, schema: Schema) -> Schema:
    """An object with other properties, required ones, or another content model."""
    properties = {
        name: draw(changed(inner))
        for name, inner in schema["properties"].items()
        if draw(st.integers(0, 3))
    }
    if draw(st.booleans()):
        properties |= {draw(st.sampled_from(NAMES)): draw(leaves())}
    required = [name for name in schema["required"] if name in properties and draw(st.booleans())]
    new = {**schema, "properties": properties, "required": required}
    if draw(st.integers(0, 3)) == 0:
        new.pop("additionalProperties", None)
    elif isinstance(new.get("additionalProperties"), dict):
        new["additionalProperties"] = draw(changed(new["additionalProperties"]))
    return new


@st.composite
def records(draw: st.DrawFn, schema: Schema) -> Any:
    """What the schema allows, nearly always."""
    if "enum" in schema:
        return draw(st.sampled_from(schema["enum"]))
    if "anyOf" in schema:
        return draw(records(draw(st.sampled_from(schema["anyOf"]))))
    kind = schema.get("type")
    if kind == "object":
        return draw(objects_of(schema))
    if kind == "array":
        item = records(schema["items"])
        return draw(st.lists(item, min_size=schema["minItems"], max_size=3))
    if kind == "string":
        return draw(st.text("xy", min_size=schema.get("minLength", 0), max_size=7))
    if kind in ("integer", "number"):
        number = draw(st.integers(schema.get("minimum", -3), schema.get("maximum", 9) + 9))
        return min(number, schema.get("maximum", number))
    return {"boolean": True, "null": None}.get(kind or "", draw(SCALARS))


@st.composite
def objects_of(draw: st.DrawFn, schema: Schema) -> Any:
    """Required properties, some others, and some that nobody described."""
    record = {
        name: draw(records(inner))
        for name, inner in schema["properties"].items()
        if name in schema["required"] or draw(st.booleans())
    }
    more = schema.get("additionalProperties", {})
    for name in (*NAMES, "d"):
        if more is not False and name not in schema["properties"] and draw(st.booleans()):
            record[name] = draw(records(more))
    return record


@given(st.data())
@settings(max_examples=80)
def test_what_is_called_compatible_can_be_read(data: st.DataObject) -> None:
    old = data.draw(SCHEMAS, "old")
    new = data.draw(changed(old), "new")
    writer, reader = parse(json.dumps(old)), parse(json.dumps(new))
    assume(not reader.incompatibilities(writer, Policy.STRICT))
    for _ in range(3):
        record = data.draw(records(old), "record")
        if writer.validator.is_valid(record):
            assert reader.validator.is_valid(record)
    assert reader.witness(writer) is None


@given(SCHEMAS)
@settings(max_examples=40)
def test_a_schema_is_compatible_with_itself_and_its_normal_form(schema: Schema) -> None:
    one = parse(json.dumps(schema))
    other = parse(one.normalized())
    for reader, writer in ((one, one), (one, other), (other, one)):
        assert not reader.incompatibilities(writer)


@given(SCHEMAS, SCHEMAS)
@settings(max_examples=60)
def test_a_witness_is_what_it_says(old: Schema, new: Schema) -> None:
    writer, reader = parse(json.dumps(old)), parse(json.dumps(new))
    witness = reader.witness(writer)
    if witness is not None:
        record = json.loads(witness.record)
        assert writer.validator.is_valid(record)
        assert not reader.validator.is_valid(record)
        assert reader.incompatibilities(writer)
