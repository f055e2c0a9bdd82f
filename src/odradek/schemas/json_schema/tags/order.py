"""The order in which Confluent's registry counts the parts of `oneOf`, `anyOf` and `allOf`.

By kind, then by title, description and default, then by what they consist of. What tells two parts
apart only far inside is not looked at: they stay in the order of the text.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from odradek.schemas.json_schema.model.nodes import (
    AnyValue,
    Array,
    Boolean,
    Combination,
    Conditional,
    Constant,
    Enumeration,
    Negation,
    Node,
    NoValue,
    Null,
    Number,
    Object,
    Reference,
    String,
)
from odradek.schemas.json_schema.text import compact

DEPTH_MAX = 4
KINDS: Sequence[type[Node]] = (
    Array,
    Boolean,
    Combination,
    Conditional,
    Constant,
    AnyValue,
    Enumeration,
    NoValue,
    Negation,
    Null,
    Number,
    Object,
    Reference,
    String,
)
TRUE = len(KINDS)
"""The schema `true` comes last, though it says what the empty one says."""

Key = tuple[Any, ...]


def in_order(parts: Iterable[Node]) -> list[Node]:
    """The parts as they are counted."""
    return sorted(parts, key=_key)


def _key(node: Node, depth: int = 0) -> Key:
    return (
        TRUE if node.source is True else KINDS.index(type(node)),
        _text(node.title),
        _text(node.description),
        _text(compact(node.default) if node.has_default and node.default is not None else None),
        _content(node, depth + 1) if depth < DEPTH_MAX else (),
    )


def _text(text: str | None) -> Key:
    """None comes first."""
    return (text is not None, text or "")


def _content(node: Node, depth: int) -> Key:
    match node:
        case Constant(value=value):
            return (value,)
        case Enumeration(values=values):
            return _names(values)
        case Combination(criterion=criterion, parts=parts):
            keys = sorted(_key(part, depth) for part in parts)
            return (criterion.lower(), len(keys), keys)
        case Negation(inner=inner):
            return _key(inner, depth)
        case Conditional():
            inner_parts = (node.condition, node.consequence, node.alternative)
            return tuple(_key(part or AnyValue(), depth) for part in inner_parts)
        case Object(properties=properties, required=required):
            return (*_names(properties), *_names(required))
        case Array(items=items):
            return () if items is None else _key(items, depth)
        case Reference(target=Node() as target):
            return _key(target, depth)
    return ()


def _names(names: Iterable[str]) -> Key:
    ordered = sorted(names)
    return (len(ordered), ordered)
