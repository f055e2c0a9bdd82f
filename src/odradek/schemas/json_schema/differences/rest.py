"""What an object or array may hold beyond what it names: nothing, anything, or some values."""

from typing import TypeAlias

from odradek.schemas.json_schema.differences.difference import (
    Comparison,
    Difference,
    ask,
    under,
)
from odradek.schemas.json_schema.differences.kinds import Kind
from odradek.schemas.json_schema.differences.values import kind_prefix
from odradek.schemas.json_schema.model.nodes import AnyValue, Array, Node, NoValue, Object

Container: TypeAlias = Object | Array


def compare_additional(keyword: str, writer: Container, reader: Container) -> Comparison:
    """`additionalProperties` or `additionalItems`."""
    before, after = writer.additional, reader.additional
    if writer.forbids_additional != reader.forbids_additional:
        found = [_changed(keyword, "ADDED" if writer.forbids_additional else "REMOVED")]
    elif before is None and after is not None:
        found = [_changed(keyword, "NARROWED")]
    elif after is None and before is not None:
        found = [_changed(keyword, "EXTENDED")]
    else:
        return under((keyword,), (yield from ask(before, after)))
    return under((keyword,), found)


def unevaluated(model: Container) -> Node | None:
    """What registries make of `unevaluated...`."""
    return None if model.has_unknown else model.unevaluated


def compare_unevaluated(keyword: str, writer: Container, reader: Container) -> Comparison:
    """`unevaluatedProperties` or `unevaluatedItems`; where it is absent, anything goes."""
    before, after = unevaluated(writer), unevaluated(reader)
    if isinstance(before, NoValue) != isinstance(after, NoValue):
        found = [_changed(keyword, "ADDED" if isinstance(before, NoValue) else "REMOVED")]
    elif _is_looser(before, after):
        found = [_changed(keyword, "NARROWED")]
    elif _is_looser(after, before):
        found = [_changed(keyword, "EXTENDED")]
    else:
        return under((keyword,), (yield from ask(before, after)))
    return under((keyword,), found)


def _is_looser(one: Node | None, other: Node | None) -> bool:
    """Being absent is looser than any schema, and a schema for everything looser than others."""
    if one is None or other is None:
        return one is None and other is not None
    return isinstance(one, AnyValue) and not isinstance(other, AnyValue)


def _changed(keyword: str, how: str) -> Difference:
    return Difference(Kind(f"{kind_prefix(keyword)}_{how}"))
