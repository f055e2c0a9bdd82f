"""One difference, and how the comparison of two nodes is written.

A comparison is a generator: it yields a `Question` about two inner nodes and is sent their
differences, with paths that begin at them. So no comparison calls another one, who asks decides in
which order and how often, and the depth of a schema is nobody's recursion.
"""

from collections.abc import Callable, Generator, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from odradek.schemas.json_schema.differences.kinds import Kind
from odradek.schemas.json_schema.model.nodes import Node


@dataclass(frozen=True, slots=True)
class Difference:
    """What differs, where, and what both sides say there."""

    kind: Kind
    path: tuple[str, ...] = ()
    writer: object = None
    reader: object = None


@dataclass(frozen=True, slots=True)
class Question:
    """How do these two differ?"""

    writer: Node
    reader: Node


Differences: TypeAlias = Sequence[Difference]
Comparison: TypeAlias = Generator[Question, Differences, Differences]
Judge: TypeAlias = Callable[[Iterable[Difference]], bool]
"""Whether a reader can live with them, under the policy asked for."""


def under(path: tuple[str, ...], differences: Differences) -> list[Difference]:
    """The differences of something that lies at `path`."""
    return [
        Difference(inner.kind, path + inner.path, inner.writer, inner.reader)
        for inner in differences
    ]


def ask(writer: Node | None, reader: Node | None) -> Comparison:
    """The differences of two nodes of which one may be missing."""
    if writer is not None and reader is not None:
        return (yield Question(writer, reader))
    if writer is not None:
        return [Difference(Kind.SCHEMA_REMOVED)]
    if reader is not None:
        return [Difference(Kind.SCHEMA_ADDED)]
    return []
