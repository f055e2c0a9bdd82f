"""What an application serves, and finding the route of a request.

A route says all that is known of it: its handler, and the types of its query, body and answer, from
which the OpenAPI document follows. A path is matched segment by segment, words before names.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from msgspec import Struct

from odradek.web.request import Request


class NoQuery(Struct, frozen=True):
    """Of a route that takes no parameters."""


@dataclass(frozen=True, slots=True)
class Call:
    """A request as its handler sees it: names in the path, query and body as the route types
    them."""

    request: Request
    names: Mapping[str, str]
    query: Any
    body: Any = None
    caller: Any = None
    """Who asks, as the application knows them."""


Handler = Callable[[Any, Call], Awaitable[Any]]
"""Is given the part and the call; answers a value to be encoded, or an Answer."""


@dataclass(frozen=True, slots=True)
class Route:
    """One thing that can be asked for. `{name}` in the path is one segment, whatever it
    contains."""

    method: str
    path: str
    handler: Handler
    summary: str
    query: type[Struct] = NoQuery
    body: Any = None
    answer: Any = None
    errors: Sequence[int] = ()
    status: int = 200
    """Of an answer with a body."""
    is_open: bool = False
    """Needs no password and is answered whatever is accepted: what load balancers and scrapers
    ask."""


@dataclass(slots=True)
class _Node:
    words: dict[str, "_Node"] = field(default_factory=dict)
    name: "_Node | None" = None
    routes: dict[str, Route] = field(default_factory=dict)


class Routes:
    """All routes of an application."""

    def __init__(self, routes: Iterable[Route]) -> None:
        self.all: list[Route] = []
        self._root = _Node()
        for route in routes:
            self.add(route)

    def add(self, route: Route) -> None:
        """Serve this, too."""
        self.all.append(route)
        node = self._root
        for segment in route.path.strip("/").split("/"):
            if segment.startswith("{"):
                node.name = node.name or _Node()
                node = node.name
            else:
                node = node.words.setdefault(segment, _Node())
        node.routes[route.method] = route

    def methods(self, segments: Sequence[str]) -> list[str]:
        """What a path can be asked with, sorted; nothing where it is unknown."""
        found = _methods(self._root, segments)
        if "GET" in found:
            found.add("HEAD")
        return sorted({*found, "OPTIONS"} if found else ())

    def find(self, method: str, segments: Sequence[str]) -> tuple[Route, dict[str, str]] | None:
        """The route of a request, and the names in its path."""
        values: list[str] = []
        node = _descend(self._root, segments, values, method)
        if node is None:
            return None
        route = node.routes[method]
        names = (each[1:-1] for each in route.path.split("/") if each.startswith("{"))
        return route, dict(zip(names, values, strict=True))


def _methods(node: _Node, segments: Sequence[str]) -> set[str]:
    if not segments:
        return set(node.routes)
    first, rest = segments[0], segments[1:]
    nodes = [each for each in (node.words.get(first), node.name) if each is not None]
    return {method for each in nodes for method in _methods(each, rest)}


def _descend(node: _Node, segments: Sequence[str], values: list[str], method: str) -> _Node | None:
    if not segments:
        return node if method in node.routes else None
    first, rest = segments[0], segments[1:]
    word = node.words.get(first)
    if word is not None:
        found = _descend(word, rest, values, method)
        if found is not None:
            return found
    if node.name is None:
        return None
    values.append(first)
    found = _descend(node.name, rest, values, method)
    if found is None:
        values.pop()
    return found
