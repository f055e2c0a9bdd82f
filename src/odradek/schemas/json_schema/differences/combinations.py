"""Differences of combinations: allOf, anyOf and oneOf, and one of them beside a single schema.

The parts of two combinations have no names. Each part of the smaller one must have a part of the
other one to itself that it is compatible with.
"""

from collections.abc import Generator
from typing import TypeAlias

from odradek.schemas.json_schema.differences.difference import (
    Comparison,
    Difference,
    Differences,
    Judge,
    Question,
    under,
)
from odradek.schemas.json_schema.differences.kinds import Kind
from odradek.schemas.json_schema.differences.matching import match
from odradek.schemas.json_schema.model.nodes import Combination, Criterion, Node, Reference

Pairing: TypeAlias = Generator[Question, Differences, dict[tuple[int, int], Differences]]
"""The pairs of parts that are compatible, by their places, with their differences."""


def compare_combinations(writer: Combination, reader: Combination, judge: Judge) -> Comparison:
    """How many parts there are of which criterion, and whether they fit together."""
    found = _compare_criteria(writer, reader)
    if any(difference.kind is Kind.COMBINED_TYPE_CHANGED for difference in found):
        return found
    found += _compare_sizes(writer, reader)
    answers = yield from _compare_likely(writer, reader, judge)
    if len(answers) < min(len(writer.distinct), len(reader.distinct)):
        answers |= yield from _compare_all(writer, reader, judge)
    edges: dict[int, list[int]] = {one: [] for one in range(len(writer.distinct))}
    for one, other in answers:
        edges[one].append(other)
    matching = match(edges)
    for one, other in matching.items():
        found += under((str(writer.criterion), str(one)), answers[one, other])
    if len(matching) < min(len(writer.distinct), len(reader.distinct)):
        found.append(Difference(Kind.COMBINED_TYPE_SUBSCHEMAS_CHANGED))
    return found


def _compare_likely(writer: Combination, reader: Combination, judge: Judge) -> Pairing:
    """Parts that probably belong together: the same reference, or else the same place.

    If these are enough, no other pair needs to be compared: of 150 alternatives, 150, not 22,500.
    """
    places = {_name(part): place for place, part in enumerate(reader.distinct)}
    places.pop(None, None)
    answers: dict[tuple[int, int], Differences] = {}
    taken: set[int] = set()
    for one, part in enumerate(writer.distinct):
        other = places.get(_name(part), one)
        if other < len(reader.distinct) and other not in taken:
            inner = yield Question(part, reader.distinct[other])
            if judge(inner):
                answers[one, other] = inner
                taken.add(other)
    return answers


def _compare_all(writer: Combination, reader: Combination, judge: Judge) -> Pairing:
    answers: dict[tuple[int, int], Differences] = {}
    for one, part in enumerate(writer.distinct):
        for other, counterpart in enumerate(reader.distinct):
            inner = yield Question(part, counterpart)
            if judge(inner):
                answers[one, other] = inner
    return answers


def _name(part: Node) -> str | None:
    return part.uri if isinstance(part, Reference) else None


def compare_with_part(
    writer: Node, reader: Node, judge: Judge
) -> Generator[Question, Differences, Differences | None]:
    """A combination beside a single schema: the differences to the first part that is enough.

    None if no part is, or where one part cannot be: then the two are compared as they are.
    """
    if isinstance(reader, Combination):
        pairs = [Question(writer, part) for part in reader.parts]
        one_is_enough, kind = reader.criterion is not Criterion.ALL, Kind.SUM_TYPE_EXTENDED
    elif isinstance(writer, Combination):
        pairs = [Question(part, reader) for part in writer.parts]
        one_is_enough, kind = writer.criterion is Criterion.ALL, Kind.PRODUCT_TYPE_NARROWED
    else:
        return None
    if len(pairs) > 1 and not one_is_enough:
        return None
    for question in pairs:
        inner = yield question
        if judge(inner):
            return inner if len(pairs) == 1 else [*inner, Difference(kind)]
    return None


def _compare_criteria(writer: Combination, reader: Combination) -> list[Difference]:
    before, after = writer.criterion, reader.criterion
    if before is after:
        return []
    is_extended = (
        after is Criterion.ANY
        or (_is_single(writer) and (_is_single(reader) or after is Criterion.ONE))
        or (_is_single(reader) and before is Criterion.ALL)
    )
    kind = Kind.COMBINED_TYPE_EXTENDED if is_extended else Kind.COMBINED_TYPE_CHANGED
    return [Difference(kind, (), str(before), str(after))]


def _compare_sizes(writer: Combination, reader: Combination) -> list[Difference]:
    before, after = len(writer.distinct), len(reader.distinct)
    if before < after:
        is_product = reader.criterion is Criterion.ALL
        kind = Kind.PRODUCT_TYPE_EXTENDED if is_product else Kind.SUM_TYPE_EXTENDED
    elif before > after:
        is_product = writer.criterion is Criterion.ALL
        kind = Kind.PRODUCT_TYPE_NARROWED if is_product else Kind.SUM_TYPE_NARROWED
    else:
        return []
    return [Difference(kind, (), before, after)]


def _is_single(node: Combination) -> bool:
    return len(node.parts) == 1
