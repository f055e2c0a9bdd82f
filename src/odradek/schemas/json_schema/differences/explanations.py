"""A difference in words: what the reader cannot live with, and how to mend it."""

from collections.abc import Iterable
from fractions import Fraction

from odradek.schemas.incompatibility import Incompatibility
from odradek.schemas.json_schema.differences.difference import Difference
from odradek.schemas.json_schema.differences.kinds import Kind
from odradek.schemas.json_schema.differences.values import kind_prefix
from odradek.schemas.json_schema.model.nodes import Combination, MetaSchema, Node, Number

_SHOWN_LENGTH = 200

_BOUNDS = {
    kind_prefix(keyword): keyword
    for keyword in (
        *("maxLength", "minLength", "maximum", "minimum", "exclusiveMaximum", "exclusiveMinimum"),
        *("maxProperties", "minProperties", "maxItems", "minItems", "maxContains", "minContains"),
        *("multipleOf", "pattern"),
    )
}

_TEXTS: dict[Kind, tuple[str, str]] = {
    Kind.SCHEMA_ADDED: (
        "the reader has a schema at {where}, where the writer takes anything",
        "leave it out, or take it up before anybody writes what it refuses",
    ),
    Kind.TYPE_CHANGED: (
        "the reader wants {reader} at {where}, the writer writes {writer}",
        "keep the type, or allow both with a list of types",
    ),
    Kind.TYPE_NARROWED: (
        "the reader wants whole numbers at {where}, the writer writes any",
        "let the reader's type be number",
    ),
    Kind.REQUIRED_ATTRIBUTE_ADDED: (
        "the reader requires {name}, which the writer may leave out",
        "let {name} be optional, or give it a default",
    ),
    Kind.ADDITIONAL_PROPERTIES_REMOVED: (
        "the reader refuses properties that it does not name, at {where}; the writer may write"
        " some",
        "take additionalProperties: false out again",
    ),
    Kind.ADDITIONAL_PROPERTIES_NARROWED: (
        "the reader has a schema for properties that it does not name, at {where}; the writer may"
        " write any",
        "let additionalProperties be true, or leave it out",
    ),
    Kind.UNEVALUATED_PROPERTIES_REMOVED: (
        "the reader refuses properties that nothing describes, at {where}; the writer may write"
        " some",
        "take unevaluatedProperties: false out again",
    ),
    Kind.UNEVALUATED_PROPERTIES_NARROWED: (
        "the reader has a schema for properties that nothing describes, at {where}; the writer may"
        " write any",
        "let unevaluatedProperties be true, or leave it out",
    ),
    Kind.DEPENDENCY_ARRAY_ADDED: (
        "the reader requires {reader} wherever there is {name}; the writer does not",
        "take the dependency out again",
    ),
    Kind.DEPENDENCY_ARRAY_EXTENDED: (
        "wherever there is {name} the reader requires {reader}, the writer only {writer}",
        "require no more beside {name} than before",
    ),
    Kind.DEPENDENCY_ARRAY_CHANGED: (
        "wherever there is {name} the reader requires {reader}, the writer {writer}",
        "require no other properties beside {name} than before",
    ),
    Kind.DEPENDENCY_SCHEMA_ADDED: (
        "the reader has a schema for objects with {name}, the writer has none",
        "take the dependency out again",
    ),
    Kind.REQUIRED_PROPERTY_ADDED_TO_OPEN_CONTENT_MODEL: (
        "the reader requires {name}, which the writer does not describe and may leave out or write"
        " with any value",
        "let {name} be optional and close the content model (additionalProperties: false) first",
    ),
    Kind.REQUIRED_PROPERTY_WITH_DEFAULT_ADDED_TO_OPEN_CONTENT_MODEL: (
        "the reader describes {name}, which the writer does not, so that it may have any value"
        " there",
        "close the content model (additionalProperties: false) first, or use the policy LENIENT",
    ),
    Kind.OPTIONAL_PROPERTY_ADDED_TO_OPEN_CONTENT_MODEL: (
        "the reader describes {name}, which the writer does not, so that it may have any value"
        " there",
        "close the content model (additionalProperties: false) first, or use the policy LENIENT",
    ),
    Kind.REQUIRED_PROPERTY_ADDED_TO_UNOPEN_CONTENT_MODEL: (
        "the reader requires {name}, which the writer does not know",
        "let {name} be optional, or give it a default",
    ),
    Kind.PROPERTY_ADDED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL: (
        "the reader describes {name} more narrowly than the writer's schema for further properties",
        "let {name} take what that schema takes",
    ),
    Kind.PROPERTY_REMOVED_FROM_CLOSED_CONTENT_MODEL: (
        "the reader refuses {name}, which the writer may write",
        "keep {name}, or allow further properties",
    ),
    Kind.PROPERTY_REMOVED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL: (
        "the reader's schema for further properties does not take all that the writer writes as"
        " {name}",
        "keep {name}, or widen that schema",
    ),
    Kind.UNIQUE_ITEMS_ADDED: (
        "the reader refuses equal items at {where}, the writer may write some",
        "take uniqueItems out again",
    ),
    Kind.ADDITIONAL_ITEMS_REMOVED: (
        "the reader refuses further items at {where}, the writer may write some",
        "let the reader take further items",
    ),
    Kind.ADDITIONAL_ITEMS_NARROWED: (
        "the reader has a schema for further items at {where}, the writer may write any",
        "let the reader take any further items",
    ),
    Kind.UNEVALUATED_ITEMS_REMOVED: (
        "the reader refuses items that nothing describes, at {where}; the writer may write some",
        "take unevaluatedItems: false out again",
    ),
    Kind.UNEVALUATED_ITEMS_NARROWED: (
        "the reader has a schema for items that nothing describes, at {where}; the writer may write"
        " any",
        "let unevaluatedItems be true, or leave it out",
    ),
    Kind.ITEM_ADDED_TO_OPEN_CONTENT_MODEL: (
        "the reader describes the item at {where}, which the writer does not, so that it may be"
        " anything",
        "let the item be described after the writer has stopped taking further ones",
    ),
    Kind.ITEM_ADDED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL: (
        "the reader describes the item at {where} more narrowly than the writer's schema for"
        " further"
        " items",
        "let the item take what that schema takes",
    ),
    Kind.ITEM_REMOVED_FROM_CLOSED_CONTENT_MODEL: (
        "the reader refuses the item at {where}, which the writer may write",
        "keep the item, or allow further ones",
    ),
    Kind.ITEM_REMOVED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL: (
        "the reader's schema for further items does not take all that the writer writes at {where}",
        "keep the item, or widen that schema",
    ),
    Kind.ENUM_ARRAY_NARROWED: (
        "the writer may write {writer}, which the reader does not list",
        "list them again",
    ),
    Kind.ENUM_ARRAY_CHANGED: (
        "the writer may write {writer}, which the reader does not take; it takes {reader} instead",
        "let the reader take the old values beside the new ones",
    ),
    Kind.COMBINED_TYPE_CHANGED: (
        "the reader combines the schemas at {where} with {reader}, the writer with {writer}",
        "keep {writer}, or use anyOf",
    ),
    Kind.COMBINED_TYPE_SUBSCHEMAS_CHANGED: (
        "not every schema combined at {where} has one of the reader's that takes all of its values",
        "keep the combined schemas, and add or widen some",
    ),
    Kind.PRODUCT_TYPE_EXTENDED: (
        "the reader demands {reader} schemas at {where} at once, the writer {writer}",
        "take the new ones out of allOf again",
    ),
    Kind.SUM_TYPE_NARROWED: (
        "the reader offers {reader} alternatives at {where}, the writer {writer}",
        "keep every alternative",
    ),
    Kind.NOT_TYPE_EXTENDED: (
        "the reader's not at {where} excludes more than the writer's",
        "exclude no more than before",
    ),
    Kind.MULTIPLE_OF_EXPANDED: (
        "the reader wants multiples of {reader} at {where}, the writer writes multiples of"
        " {writer}",
        "let the divisor be {writer} or a divisor of it",
    ),
    Kind.MULTIPLE_OF_CHANGED: (
        "the reader wants multiples of {reader} at {where}, the writer writes multiples of"
        " {writer}",
        "let the divisor be {writer} or a divisor of it",
    ),
    Kind.PATTERN_CHANGED: (
        "the reader wants text that matches {reader} at {where}, the writer matches {writer};"
        " whether"
        " one takes what the other does cannot be told",
        "keep the pattern, or take it out",
    ),
}


def explain(difference: Difference) -> Incompatibility:
    """The incompatibility that a difference is, for people."""
    where = pointer(difference.path)
    description, remedy = _TEXTS.get(difference.kind) or _bound_texts(difference.kind)
    words = {
        "where": where,
        "name": difference.path[-1] if difference.path else where,
        "writer": show(difference.writer),
        "reader": show(difference.reader),
    }
    return Incompatibility(
        kind=difference.kind,
        path=where,
        description=description.format(**words),
        remedy=remedy.format(**words),
    )


def pointer(path: tuple[str, ...]) -> str:
    """The path as other registries write it: the root is `#/`."""
    return f"#/{'/'.join(path)}"


def show(value: object) -> str:
    """A value of either side in a few words."""
    if isinstance(value, Node):
        return _show_node(value)
    if isinstance(value, Fraction):
        return str(value) if value.denominator == 1 else str(float(value))
    if isinstance(value, list | frozenset):
        some = sorted(value) if isinstance(value, frozenset) else value
        return _shorten(", ".join(map(str, some[:_SHOWN_LENGTH])))
    return _shorten(str(value))


def _bound_texts(kind: Kind) -> tuple[str, str]:
    """For the limits, of which all kinds are alike; only those that narrow are ever explained."""
    prefix, _, change = kind.rpartition("_")
    keyword = _BOUNDS[prefix]
    if change == "ADDED":
        return (
            f"the reader has a {keyword} of {{reader}} at {{where}}, the writer none",
            f"take {keyword} out again",
        )
    return (
        f"the reader's {keyword} at {{where}} is {{reader}}, the writer's {{writer}}",
        f"let {keyword} be {{writer}} or {'less' if change == 'INCREASED' else 'more'}",
    )


def _show_node(node: Node) -> str:
    if isinstance(node, Combination):
        return f"{node.criterion} of {_list(map(_show_node, node.parts))}"
    if isinstance(node, MetaSchema):
        return f"a schema of {node.uri}"
    if isinstance(node, Number):
        return "an integer" if node.is_integer else "a number"
    return _WORDS.get(type(node).__name__, type(node).__name__.lower())


_WORDS = {
    "AnyValue": "anything",
    "NoValue": "nothing",
    "Boolean": "a boolean",
    "Null": "null",
    "String": "a string",
    "Object": "an object",
    "Array": "an array",
    "Enumeration": "one of a list",
    "Constant": "one value",
    "Negation": "all but a schema",
    "Conditional": "what a condition demands",
    "Reference": "what is defined elsewhere",
}


def _list(words: Iterable[str]) -> str:
    return f"({_shorten(', '.join(words))})"


def _shorten(text: str) -> str:
    return text if len(text) <= _SHOWN_LENGTH else f"{text[:_SHOWN_LENGTH]}..."
