"""Differences of arrays: what items may be, by place and in general, and how many there may be."""

from odradek.schemas.json_schema.differences.difference import (
    Comparison,
    Difference,
    Judge,
    ask,
    under,
)
from odradek.schemas.json_schema.differences.kinds import Kind
from odradek.schemas.json_schema.differences.rest import (
    compare_additional,
    compare_unevaluated,
    unevaluated,
)
from odradek.schemas.json_schema.differences.values import compare_bound
from odradek.schemas.json_schema.model.nodes import AnyValue, Array, Node, NoValue


def compare_arrays(writer: Array, reader: Array, judge: Judge) -> Comparison:
    """Everything that is compared of arrays; of `contains` only how many it wants."""
    found = under(("items",), (yield from ask(writer.items, reader.items)))
    for place in range(max(len(writer.prefix), len(reader.prefix))):
        inner = yield from _compare_place(place, writer, reader, judge)
        found += under(("items", str(place)), inner)
    found += yield from compare_additional("additionalItems", writer, reader)
    found += yield from compare_unevaluated("unevaluatedItems", writer, reader)
    found += compare_bound("maxItems", writer.max_items, reader.max_items)
    found += compare_bound("minItems", writer.min_items, reader.min_items)
    if writer.is_unique != reader.is_unique:
        kind = Kind.UNIQUE_ITEMS_REMOVED if writer.is_unique else Kind.UNIQUE_ITEMS_ADDED
        found.append(Difference(kind, ("uniqueItems",)))
    for keyword, of in (("maxContains", _max_contains), ("minContains", _min_contains)):
        found += compare_bound(keyword, of(writer), of(reader))
    return found


def _max_contains(model: Array) -> int | None:
    return None if model.has_unknown else model.max_contains


def _min_contains(model: Array) -> int | None:
    return None if model.has_unknown else model.min_contains


def is_open(model: Array) -> bool:
    """Items that no place is named for may be anything."""
    if model.forbids_additional or model.additional is not None:
        return False
    return unevaluated(model) is None or isinstance(unevaluated(model), AnyValue)


def covering(model: Array) -> Node | None:
    """What a partially open content model says of items that no place is named for."""
    if model.additional is not None or model.forbids_additional:
        return model.additional
    rest = unevaluated(model)
    return None if isinstance(rest, AnyValue | NoValue) else rest


def _compare_place(place: int, writer: Array, reader: Array, judge: Judge) -> Comparison:
    if place >= len(reader.prefix):
        return (yield from _compare_removed(writer.prefix[place], reader, judge))
    if place >= len(writer.prefix):
        return (yield from _compare_added(reader.prefix[place], writer, judge))
    return (yield from ask(writer.prefix[place], reader.prefix[place]))


def _compare_removed(before: Node, reader: Array, judge: Judge) -> Comparison:
    if is_open(reader):
        return [Difference(Kind.ITEM_REMOVED_FROM_OPEN_CONTENT_MODEL)]
    cover = covering(reader)
    if cover is not None:
        inner = yield from ask(before, cover)
        kind = Kind.ITEM_REMOVED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL
        if judge(inner):
            kind = Kind.ITEM_REMOVED_IS_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL
        return [*inner, Difference(kind)]
    if isinstance(before, NoValue):
        return [Difference(Kind.ITEM_WITH_FALSE_REMOVED_FROM_CLOSED_CONTENT_MODEL)]
    return [Difference(Kind.ITEM_REMOVED_FROM_CLOSED_CONTENT_MODEL)]


def _compare_added(after: Node, writer: Array, judge: Judge) -> Comparison:
    if is_open(writer):
        if isinstance(after, AnyValue):
            return [Difference(Kind.ITEM_WITH_EMPTY_SCHEMA_ADDED_TO_OPEN_CONTENT_MODEL)]
        return [Difference(Kind.ITEM_ADDED_TO_OPEN_CONTENT_MODEL)]
    cover = covering(writer)
    if cover is None:
        return [Difference(Kind.ITEM_ADDED_TO_CLOSED_CONTENT_MODEL)]
    inner = yield from ask(cover, after)
    kind = Kind.ITEM_ADDED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL
    if judge(inner):
        kind = Kind.ITEM_ADDED_IS_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL
    return [*inner, Difference(kind)]
