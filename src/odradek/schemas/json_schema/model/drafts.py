"""The drafts of JSON Schema, and in which of them a keyword means something.

A schema says its draft with `$schema`. Without one, or with one that is not known, it is draft 7,
as in other registries.
"""

from enum import IntEnum

from odradek.schemas.json_schema.text import JsonObject


class Draft(IntEnum):
    """The drafts in their order."""

    DRAFT_4 = 4
    DRAFT_6 = 6
    DRAFT_7 = 7
    DRAFT_2019_09 = 19
    DRAFT_2020_12 = 20

    @property
    def id_keyword(self) -> str:
        """The keyword that names a schema."""
        return "id" if self is Draft.DRAFT_4 else "$id"

    @property
    def is_modern(self) -> bool:
        """`$ref` may have siblings, and there are `$defs`, `prefixItems` and `unevaluated...`."""
        return self >= Draft.DRAFT_2019_09


OBJECT_KEYWORDS = frozenset(
    {"properties", "required", "minProperties", "maxProperties", "patternProperties"}
    | {"additionalProperties"}
)
ARRAY_KEYWORDS = frozenset({"items", "minItems", "maxItems", "uniqueItems"})
NUMBER_KEYWORDS = frozenset(
    {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"}
)
STRING_KEYWORDS = frozenset({"minLength", "maxLength", "pattern"})
CONDITIONAL_KEYWORDS = frozenset({"if", "then", "else"})

KNOWN_KEYWORDS = (
    OBJECT_KEYWORDS
    | ARRAY_KEYWORDS
    | NUMBER_KEYWORDS
    | STRING_KEYWORDS
    | CONDITIONAL_KEYWORDS
    | {"$id", "$anchor", "$dynamicRef", "$dynamicAnchor", "$ref", "$defs", "$schema", "$vocabulary"}
    | {"allOf", "anyOf", "oneOf", "not", "enum", "const", "type", "format", "default", "title"}
    | {"description", "deprecated", "readOnly", "writeOnly", "true", "false"}
    | {"prefixItems", "contains", "minContains", "maxContains", "unevaluatedItems"}
    | {"propertyNames", "dependentRequired", "dependentSchemas", "unevaluatedProperties"}
)
"""What other registries know since 2019-09; all else makes them forget `unevaluated...`."""

PASSED_OVER = frozenset(
    {"format", "readOnly", "writeOnly", "deprecated", "$id", "$anchor", "$dynamicAnchor", "$schema"}
)
"""What other registries know since 2019-09, and do not see in a schema."""

_PATHS = {
    "draft-04/schema": Draft.DRAFT_4,
    "schema": Draft.DRAFT_4,
    "draft-06/schema": Draft.DRAFT_6,
    "draft-07/schema": Draft.DRAFT_7,
    "draft/2019-09/schema": Draft.DRAFT_2019_09,
    "draft/2020-12/schema": Draft.DRAFT_2020_12,
}
META_SCHEMAS = {
    f"{scheme}://json-schema.org/{path}": draft
    for path, draft in _PATHS.items()
    for scheme in ("http", "https")
}


def draft_of(schema: JsonObject) -> Draft:
    """The draft that the schema says it has."""
    named = schema.get("$schema")
    if not isinstance(named, str):
        return Draft.DRAFT_7
    return META_SCHEMAS.get(named.removesuffix("#"), Draft.DRAFT_7)


def object_keywords(draft: Draft) -> frozenset[str]:
    """The keywords that say something about objects."""
    if draft.is_modern:
        return OBJECT_KEYWORDS | {
            "propertyNames",
            "dependentRequired",
            "dependentSchemas",
            "unevaluatedProperties",
        }
    if draft is Draft.DRAFT_4:
        return OBJECT_KEYWORDS | {"dependencies"}
    return OBJECT_KEYWORDS | {"dependencies", "propertyNames"}


def array_keywords(draft: Draft) -> frozenset[str]:
    """The keywords that say something about arrays."""
    if draft.is_modern:
        return ARRAY_KEYWORDS | {"prefixItems", "contains", "unevaluatedItems"}
    if draft is Draft.DRAFT_4:
        return ARRAY_KEYWORDS | {"additionalItems"}
    return ARRAY_KEYWORDS | {"additionalItems", "contains"}


def string_keywords(draft: Draft) -> frozenset[str]:
    """The keywords that say something about strings; from 2019-09 on `format` is a remark."""
    return STRING_KEYWORDS if draft.is_modern else STRING_KEYWORDS | {"format"}


def keywords_of(type_name: str, draft: Draft) -> frozenset[str]:
    """The keywords that say something about values of one of these types."""
    if type_name == "object":
        return object_keywords(draft)
    if type_name == "array":
        return array_keywords(draft)
    return string_keywords(draft) if type_name == "string" else NUMBER_KEYWORDS
