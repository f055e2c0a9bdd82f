"""All that a schema says about values, through its combinations and references, as a flat list."""

from typing import TypeVar

from odradek.schemas.json_schema.model.nodes import Combination, Negation, Node, resolve

MAX_FACETS = 64

NodeT = TypeVar("NodeT", bound=Node)


def facets(node: Node | None) -> list[Node]:
    """The nodes without combinations that the node consists of, at most MAX_FACETS."""
    found: list[Node] = []
    seen: set[Node] = set()
    waiting = [] if node is None else [node]
    while waiting and len(found) < MAX_FACETS:
        current = resolve(waiting.pop(0))
        if current in seen:
            continue
        seen.add(current)
        if isinstance(current, Combination):
            waiting += current.parts[:MAX_FACETS]
        elif isinstance(current, Negation):
            waiting.append(current.inner)
        else:
            found.append(current)
    return found


def of_kind(nodes: list[Node], kind: type[NodeT]) -> list[NodeT]:
    """Those of one kind."""
    return [node for node in nodes if isinstance(node, kind)]
