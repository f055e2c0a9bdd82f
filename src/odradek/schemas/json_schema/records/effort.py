"""How much a validator has to do with one small record.

A definition that says the one before it twice, which says the one before it twice, is a short text
and takes a validator hours; and a validator, once begun, cannot be stopped.
"""

from collections.abc import Iterable

from odradek.schemas.json_schema.model.nodes import (
    Array,
    Combination,
    Conditional,
    Negation,
    Node,
    Object,
    Reference,
)

MAX_EFFORT = 10_000
"""Nodes that are looked at for one value; thousands of records are tried."""
MAX_ROUNDS = 24
"""Through what refers back to itself: records are not nested deeper."""


def is_bounded(root: Node) -> bool:
    """Whether a record of this schema is validated in a moment."""
    order = _children_first(root)
    effort: dict[int, int] = {}
    for _ in range(MAX_ROUNDS):
        is_settled = True
        for node in order:
            found = _effort(node, effort)
            if found > MAX_EFFORT:
                return False
            is_settled &= effort.get(id(node)) == found
            effort[id(node)] = found
        if is_settled:
            break
    return True


def _effort(node: Node, known: dict[int, int]) -> int:
    """That of all that is asked about the value itself, and of its most expensive part."""

    def of(*nodes: Node | None) -> list[int]:
        return [known.get(id(each), 0) for each in nodes if each is not None]

    match node:
        case Object():
            parts = max(of(*node.properties.values()), default=0)
            others = of(*node.patterns.values(), node.additional, node.unevaluated, node.names)
            return 1 + parts + sum(others) + sum(of(*node.dependent_schemas.values()))
        case Array():
            parts = max(of(node.items, *node.prefix, node.additional), default=0)
            return 1 + parts + sum(of(node.unevaluated, node.contains))
    return 1 + sum(of(*_children(node)))


def _children(node: Node) -> Iterable[Node | None]:
    return (*_parts(node), *node.beside)


def _parts(node: Node) -> Iterable[Node | None]:
    match node:
        case Object():
            inner = (*node.properties.values(), *node.patterns.values())
            rest = (node.additional, node.unevaluated, node.names)
            return (*inner, *rest, *node.dependent_schemas.values())
        case Array():
            return (node.items, *node.prefix, node.additional, node.unevaluated, node.contains)
        case Combination():
            return node.parts
        case Negation():
            return (node.inner,)
        case Conditional():
            return (node.condition, node.consequence, node.alternative)
        case Reference():
            return (node.target,)
    return ()


def _children_first(root: Node) -> list[Node]:
    """Every node once, behind those it consists of but for what refers back."""
    order: list[Node] = []
    met: set[int] = set()
    waiting: list[tuple[Node, bool]] = [(root, False)]
    while waiting:
        node, is_done = waiting.pop()
        if is_done:
            order.append(node)
        elif id(node) not in met:
            met.add(id(node))
            waiting.append((node, True))
            waiting.extend((each, False) for each in _children(node) if each is not None)
    return order
