"""Differences of any two nodes.

Not compared, as in Confluent's registry: `format`, `contains` itself, `patternProperties` that both
have, `propertyNames`, `if`/`then`/`else`, `required` properties that neither side describes,
whether a schema with `properties` says `"type": "object"`, and the exclusive limits of draft 4.

Differs from Kafka: Confluent answers 500 where its comparison ends in an exception; here is a
verdict. That is a constant `null`, alternatives with dependencies of both kinds, and an
`exclusiveMaximum` that is lowered where the reader has no `maximum`.
"""

from collections.abc import Iterator

from odradek.schemas.json_schema.differences.arrays import compare_arrays
from odradek.schemas.json_schema.differences.combinations import (
    compare_combinations,
    compare_with_part,
)
from odradek.schemas.json_schema.differences.difference import (
    Comparison,
    Difference,
    Differences,
    Judge,
    Question,
    under,
)
from odradek.schemas.json_schema.differences.kinds import Kind
from odradek.schemas.json_schema.differences.objects import compare_objects
from odradek.schemas.json_schema.differences.values import (
    compare_constants,
    compare_enumerations,
    compare_numbers,
    compare_strings,
)
from odradek.schemas.json_schema.model.nodes import (
    AnyValue,
    Array,
    Combination,
    Constant,
    Enumeration,
    MetaSchema,
    Negation,
    Node,
    NoValue,
    Number,
    Object,
    String,
)

_BYTES = "bytes"


def compare_nodes(writer: Node, reader: Node, judge: Judge) -> Comparison:
    """What differs between two nodes that are no references."""
    if isinstance(writer, Combination) != isinstance(reader, Combination):
        fitting = yield from compare_with_part(writer, reader, judge)
        if fitting is not None:
            return fitting
    if type(writer) is not type(reader):
        return _compare_kinds(writer, reader)
    found = list(_compare_remarks(writer, reader))
    found += yield from _compare_inner(writer, reader, judge)
    return found


def _compare_kinds(writer: Node, reader: Node) -> Differences:
    if isinstance(writer, NoValue) or isinstance(reader, AnyValue):
        return []
    if writer.connect_type == _BYTES == reader.connect_type:
        return []
    return [Difference(Kind.TYPE_CHANGED, (), writer, reader)]


def _compare_remarks(writer: Node, reader: Node) -> Iterator[Difference]:
    for kind, before, after in (
        (Kind.ID_CHANGED, writer.id, reader.id),
        (Kind.TITLE_CHANGED, writer.title, reader.title),
        (Kind.DESCRIPTION_CHANGED, writer.description, reader.description),
        (Kind.DEFAULT_CHANGED, writer.default, reader.default),
    ):
        if before != after:
            yield Difference(kind, (), before, after)


def _compare_inner(writer: Node, reader: Node, judge: Judge) -> Comparison:
    if isinstance(writer, Object) and isinstance(reader, Object):
        return (yield from compare_objects(writer, reader, judge))
    if isinstance(writer, Array) and isinstance(reader, Array):
        return (yield from compare_arrays(writer, reader, judge))
    if isinstance(writer, Combination) and isinstance(reader, Combination):
        return (yield from compare_combinations(writer, reader, judge))
    if isinstance(writer, Negation) and isinstance(reader, Negation):
        return (yield from _compare_negations(writer, reader, judge))
    return list(_compare_values(writer, reader))


def _compare_values(writer: Node, reader: Node) -> Iterator[Difference]:
    if isinstance(writer, String) and isinstance(reader, String):
        yield from compare_strings(writer, reader)
    elif isinstance(writer, Number) and isinstance(reader, Number):
        yield from compare_numbers(writer, reader)
    elif isinstance(writer, Enumeration) and isinstance(reader, Enumeration):
        yield from compare_enumerations(writer, reader)
    elif isinstance(writer, Constant) and isinstance(reader, Constant):
        yield from compare_constants(writer, reader)
    elif isinstance(writer, MetaSchema) and isinstance(reader, MetaSchema):
        yield from _compare_meta_schemas(writer, reader)


def _compare_meta_schemas(writer: MetaSchema, reader: MetaSchema) -> Iterator[Difference]:
    if writer.uri != reader.uri:
        yield Difference(Kind.TYPE_CHANGED, (), writer, reader)


def _compare_negations(writer: Negation, reader: Negation, judge: Judge) -> Comparison:
    """The less the inner schema takes, the more is left: the question is asked the other way."""
    inner = yield Question(reader.inner, writer.inner)
    kind = Kind.NOT_TYPE_NARROWED if judge(inner) else Kind.NOT_TYPE_EXTENDED
    return under(("not",), [Difference(kind)])
