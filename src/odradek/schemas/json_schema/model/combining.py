"""Combinations of nodes, and which of their parts say the same."""

from collections.abc import Hashable

from odradek.schemas.json_schema.model.drafts import PASSED_OVER, Draft
from odradek.schemas.json_schema.model.nodes import Combination, Criterion, Node, Number
from odradek.schemas.json_schema.model.shapes import Shapes
from odradek.schemas.json_schema.text import JsonValue


class Combining:
    """For the nodes of one schema, which must outlive it."""

    def __init__(self, draft: Draft) -> None:
        self._is_modern = draft.is_modern
        self._shapes = Shapes(PASSED_OVER if draft.is_modern else frozenset())

    def combine(self, criterion: Criterion, parts: list[Node], says: JsonValue) -> Combination:
        """The parts as one node."""
        distinct = {self._key(part): part for part in reversed(parts)}
        return Combination(
            criterion=criterion,
            parts=tuple(parts),
            distinct=tuple(reversed(distinct.values())),
            says=says,
        )

    def flatten(self, part: Node) -> tuple[Node, ...]:
        """What other registries see in the modern drafts: implied parts beside the others."""
        if isinstance(part, Combination) and part.is_implied and self._is_modern:
            return part.parts
        return (part,)

    def _key(self, part: Node) -> Hashable:
        """Equal for two parts of a combination that say the same."""
        criterion = part.criterion if isinstance(part, Combination) else None
        is_integer = isinstance(part, Number) and part.is_integer
        return type(part), criterion, is_integer, self._shapes.number(part.says)
