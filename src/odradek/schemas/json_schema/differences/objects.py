"""Differences of objects: which properties there are, which must be, and what the rest may be."""

from collections.abc import Iterator, Mapping

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
from odradek.schemas.json_schema.model.nodes import AnyValue, Node, NoValue, Object
from odradek.schemas.json_schema.patterns import matches


def compare_objects(writer: Object, reader: Object, judge: Judge) -> Comparison:
    """Everything that is compared of objects; `patternProperties` count as content model alone."""
    found = list(_compare_required(writer, reader))
    for name in _names(writer.properties, reader.properties):
        inner = yield from _compare_property(name, writer, reader, judge)
        found += under(("properties", name), inner)
    found += _compare_dependent_names(writer, reader)
    for name in _names(writer.dependent_schemas, reader.dependent_schemas):
        inner = yield from _compare_dependent_schema(name, writer, reader)
        found += under(("dependencies", name), inner)
    found += yield from compare_additional("additionalProperties", writer, reader)
    found += yield from compare_unevaluated("unevaluatedProperties", writer, reader)
    found += compare_bound("maxProperties", writer.max_properties, reader.max_properties)
    found += compare_bound("minProperties", writer.min_properties, reader.min_properties)
    return found


def is_open(model: Object) -> bool:
    """Properties that are not named may be anything."""
    if model.forbids_additional or model.additional is not None or model.patterns:
        return False
    return unevaluated(model) is None or isinstance(unevaluated(model), AnyValue)


def covering(model: Object, name: str) -> Node | None:
    """What a partially open content model says of a property that it does not name."""
    for pattern, schema in model.patterns.items():
        if matches(pattern, name):
            return schema
    if model.additional is not None or model.forbids_additional:
        return model.additional
    rest = unevaluated(model)
    return None if isinstance(rest, AnyValue | NoValue) else rest


def _compare_required(writer: Object, reader: Object) -> Iterator[Difference]:
    for name in writer.properties:
        if name not in reader.properties:
            continue
        was, becomes = name in writer.required, name in reader.required
        if was and not becomes:
            yield Difference(Kind.REQUIRED_ATTRIBUTE_REMOVED, ("required", name))
        elif becomes and not was:
            kind = Kind.REQUIRED_ATTRIBUTE_ADDED
            if reader.properties[name].has_default:
                kind = Kind.REQUIRED_ATTRIBUTE_WITH_DEFAULT_ADDED
            yield Difference(kind, ("required", name))


def _compare_property(name: str, writer: Object, reader: Object, judge: Judge) -> Comparison:
    before, after = writer.properties.get(name), reader.properties.get(name)
    if before is None and after is not None:
        return (yield from _compare_added(name, after, writer, reader, judge))
    if before is not None and after is None:
        return (yield from _compare_removed(name, before, reader, judge))
    return (yield from ask(before, after))


def _compare_removed(name: str, before: Node, reader: Object, judge: Judge) -> Comparison:
    """The reader's content model decides: what it takes of a property it no longer names."""
    if is_open(reader):
        return [Difference(Kind.PROPERTY_REMOVED_FROM_OPEN_CONTENT_MODEL)]
    cover = covering(reader, name)
    if cover is not None:
        inner = yield from ask(before, cover)
        kind = Kind.PROPERTY_REMOVED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL
        if judge(inner):
            kind = Kind.PROPERTY_REMOVED_IS_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL
        return [*inner, Difference(kind)]
    if isinstance(before, NoValue):
        return [Difference(Kind.PROPERTY_WITH_FALSE_REMOVED_FROM_CLOSED_CONTENT_MODEL)]
    return [Difference(Kind.PROPERTY_REMOVED_FROM_CLOSED_CONTENT_MODEL)]


def _compare_added(
    name: str, after: Node, writer: Object, reader: Object, judge: Judge
) -> Comparison:
    """The writer's content model decides: what it let a property be that it did not name."""
    is_required = name in reader.required
    if is_open(writer):
        if isinstance(after, AnyValue):
            return [Difference(Kind.PROPERTY_WITH_EMPTY_SCHEMA_ADDED_TO_OPEN_CONTENT_MODEL)]
        return [Difference(_added(is_required, after.has_default, "OPEN"))]
    found: list[Difference] = []
    cover = covering(writer, name)
    if cover is not None:
        inner = yield from ask(cover, after)
        kind = Kind.PROPERTY_ADDED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL
        if judge(inner):
            kind = Kind.PROPERTY_ADDED_IS_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL
        found += [*inner, Difference(kind)]
    return [*found, Difference(_added(is_required, after.has_default, "UNOPEN"))]


def _added(is_required: bool, has_default: bool, content_model: str) -> Kind:
    how = "OPTIONAL_PROPERTY"
    if is_required:
        how = "REQUIRED_PROPERTY_WITH_DEFAULT" if has_default else "REQUIRED_PROPERTY"
    return Kind(f"{how}_ADDED_TO_{content_model}_CONTENT_MODEL")


def _compare_dependent_names(writer: Object, reader: Object) -> Iterator[Difference]:
    for name in _names(writer.dependent_required, reader.dependent_required):
        before, after = writer.dependent_required.get(name), reader.dependent_required.get(name)
        if before == after:
            continue
        kind = Kind.DEPENDENCY_ARRAY_CHANGED
        if before is None:
            kind = Kind.DEPENDENCY_ARRAY_ADDED
        elif after is None:
            kind = Kind.DEPENDENCY_ARRAY_REMOVED
        elif before < after:
            kind = Kind.DEPENDENCY_ARRAY_EXTENDED
        elif after < before:
            kind = Kind.DEPENDENCY_ARRAY_NARROWED
        yield Difference(kind, ("dependencies", name), before, after)


def _compare_dependent_schema(name: str, writer: Object, reader: Object) -> Comparison:
    before, after = writer.dependent_schemas.get(name), reader.dependent_schemas.get(name)
    if before is None:
        return [Difference(Kind.DEPENDENCY_SCHEMA_ADDED)]
    if after is None:
        return [Difference(Kind.DEPENDENCY_SCHEMA_REMOVED)]
    return (yield from ask(before, after))


def _names(*mappings: Mapping[str, object]) -> dict[str, None]:
    """The keys of both in their order, each once."""
    return dict.fromkeys(name for mapping in mappings for name in mapping)
