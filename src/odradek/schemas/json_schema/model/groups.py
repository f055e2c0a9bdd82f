"""The keywords that are about one type of JSON value, together as one node.

A keyword that this draft does not know is ignored, as the drafts demand.

Differs from Kafka: Confluent refuses an `items` that is an array in 2019-09, which allows it.
"""

from collections.abc import Callable

from odradek.schemas.json_schema.model.drafts import Draft
from odradek.schemas.json_schema.model.keywords import Keywords
from odradek.schemas.json_schema.model.nodes import Array, Node, Number, Object, String
from odradek.schemas.json_schema.patterns import is_pattern
from odradek.schemas.json_schema.text import JsonValue

Build = Callable[[JsonValue, str], Node]
"""Makes the node of an inner schema; told where it lies."""


def string_of(keywords: Keywords) -> String:
    """`minLength` and its kind."""
    keywords.text("format")
    pattern = keywords.text("pattern")
    if pattern is not None and not is_pattern(pattern):
        raise keywords.wrong("pattern", "a regular expression")
    return String(
        min_length=keywords.count("minLength"),
        max_length=keywords.count("maxLength"),
        pattern=pattern,
    )


def number_of(keywords: Keywords, draft: Draft, *, is_integer: bool) -> Number:
    """`minimum` and its kind; draft 4 says with a boolean whether a limit is exclusive."""
    is_limit = draft is not Draft.DRAFT_4
    if not is_limit:
        keywords.flag("exclusiveMinimum")
        keywords.flag("exclusiveMaximum")
    multiple_of = keywords.number("multipleOf")
    if multiple_of == 0:
        raise keywords.wrong("multipleOf", "more than 0")
    return Number(
        is_integer=is_integer,
        minimum=keywords.number("minimum"),
        maximum=keywords.number("maximum"),
        exclusive_minimum=keywords.number("exclusiveMinimum") if is_limit else None,
        exclusive_maximum=keywords.number("exclusiveMaximum") if is_limit else None,
        multiple_of=multiple_of,
    )


def object_of(keywords: Keywords, draft: Draft, build: Build) -> Object:
    """`properties` and its kind."""
    node = Object(
        properties=_schemas(keywords, "properties", build),
        required=keywords.names("required"),
        patterns=_patterns(keywords, build),
        min_properties=keywords.count("minProperties"),
        max_properties=keywords.count("maxProperties"),
    )
    node.additional, node.forbids_additional = _rest(keywords, "additionalProperties", build)
    if draft is not Draft.DRAFT_4 and "propertyNames" in keywords:
        node.names = build(keywords.schema["propertyNames"], keywords.at("propertyNames"))
    if draft.is_modern:
        node.dependent_required = _dependent_required(keywords)
        node.dependent_schemas = _schemas(keywords, "dependentSchemas", build)
        node.unevaluated = _inner(keywords, "unevaluatedProperties", build)
    else:
        _add_dependencies(node, keywords, build)
    return node


def array_of(keywords: Keywords, draft: Draft, build: Build) -> Array:
    """`items` and its kind."""
    node = Array(
        min_items=keywords.count("minItems"),
        max_items=keywords.count("maxItems"),
        is_unique=keywords.flag("uniqueItems"),
    )
    if draft is not Draft.DRAFT_4:
        node.contains = _inner(keywords, "contains", build)
    is_list = isinstance(keywords.schema.get("items"), list)
    if not draft.is_modern or (is_list and draft is Draft.DRAFT_2019_09):
        _add_items(node, keywords, build)
    else:
        _add_prefixed_items(node, keywords, build)
    if draft.is_modern:
        node.unevaluated = _inner(keywords, "unevaluatedItems", build)
        if node.contains is not None:
            node.min_contains = (
                1 if "minContains" not in keywords else keywords.count("minContains")
            )
            node.max_contains = keywords.count("maxContains")
    return node


def _inner(keywords: Keywords, keyword: str, build: Build) -> Node | None:
    if keyword not in keywords:
        return None
    return build(keywords.schema[keyword], keywords.at(keyword))


def _schemas(keywords: Keywords, keyword: str, build: Build) -> dict[str, Node]:
    return {
        name: build(inner, f"{keywords.at(keyword)}/{name}")
        for name, inner in keywords.object(keyword).items()
    }


def _patterns(keywords: Keywords, build: Build) -> dict[str, Node]:
    if not all(map(is_pattern, keywords.object("patternProperties"))):
        raise keywords.wrong("patternProperties", "an object whose names are regular expressions")
    return _schemas(keywords, "patternProperties", build)


def _rest(keywords: Keywords, keyword: str, build: Build) -> tuple[Node | None, bool]:
    """The schema of what is left over, and whether nothing may be."""
    value = keywords.schema.get(keyword, True)
    if isinstance(value, bool):
        return None, not value
    return build(value, keywords.at(keyword)), False


def _dependent_required(keywords: Keywords) -> dict[str, frozenset[str]]:
    found = {}
    for name, values in keywords.object("dependentRequired").items():
        if not isinstance(values, list):
            raise keywords.wrong("dependentRequired", "an object of arrays")
        if values:
            found[name] = keywords.names_in(values, "dependentRequired")
    return found


def _add_dependencies(node: Object, keywords: Keywords, build: Build) -> None:
    names: dict[str, frozenset[str]] = {}
    schemas: dict[str, Node] = {}
    for name, value in keywords.object("dependencies").items():
        if not isinstance(value, list):
            schemas[name] = build(value, f"{keywords.at('dependencies')}/{name}")
        elif value:
            names[name] = keywords.names_in(value, "dependencies")
    node.dependent_required, node.dependent_schemas = names, schemas


def _add_items(node: Array, keywords: Keywords, build: Build) -> None:
    """`items` of all or, as an array, of the first ones; `additionalItems` of those after them."""
    items = keywords.schema.get("items")
    if isinstance(items, list):
        node.prefix = _all(items, keywords.at("items"), build)
    elif "items" in keywords:
        node.items = build(items, keywords.at("items"))
    node.additional, forbids = _rest(keywords, "additionalItems", build)
    node.forbids_additional = forbids and node.items is None


def _add_prefixed_items(node: Array, keywords: Keywords, build: Build) -> None:
    """`prefixItems` of the first ones, `items` of those after them."""
    node.prefix = _all(keywords.array("prefixItems"), keywords.at("prefixItems"), build)
    rest, node.forbids_additional = _rest(keywords, "items", build)
    if node.prefix:
        node.additional = rest
    else:
        node.items = rest


def _all(values: list[JsonValue], where: str, build: Build) -> tuple[Node, ...]:
    return tuple(build(value, f"{where}/{number}") for number, value in enumerate(values))
