"""Every object and every property of a JSON Schema, and its path.

A path leads through the schema by kinds: `object.address.object.city` is a property, and
`object.address.oneof.1.object` an object, the second of what `address` may be. `array.` leads to
the items, `conditional.if.` and `not.` to what they say, `object.definitions.Name.` to a
definition. A `$ref` is not followed.

As Confluent's registry sees it: an object is not told from the rest of its schema where that says
several kinds of things (`type` beside `oneOf`), so its own tags are not found there; they can be
set. Before 2019-09 what stands under `$defs` is not found either.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from odradek.schemas.json_schema.model.building import build_alone
from odradek.schemas.json_schema.model.drafts import Draft
from odradek.schemas.json_schema.model.nodes import (
    Array,
    Combination,
    Conditional,
    Negation,
    Node,
    Object,
)
from odradek.schemas.json_schema.tags.order import in_order
from odradek.schemas.json_schema.text import JsonObject, JsonValue
from odradek.schemas.schema import InvalidSchema
from odradek.schemas.tags import TAGS, Entity, EntityType, Tags, listed_tags

PATH_CHARACTERS_MAX = 2_000
"""What lies deeper is not found: many long paths would fill the memory, and nobody types one."""


@dataclass(frozen=True, slots=True)
class Found:
    """An entity and the JSON object that has its tags; one that is not listed can be tagged."""

    entity: Entity
    source: JsonObject
    is_listed: bool


@dataclass(frozen=True, slots=True)
class Scope:
    """How a node was come to."""

    path: str = ""
    is_property: bool = False
    is_part: bool = False
    """Of the same JSON object as what contains it."""
    is_listed: bool = True


def tags_of(root: Node, draft: Draft) -> Tags:
    """All tags in the order of the walk."""
    found = {}
    for each in entities_of(root, draft):
        tags = listed_tags(each.source.get(TAGS))
        if tags and each.is_listed:
            found[each.entity] = tags
    return found


def entities_of(root: Node, draft: Draft) -> Iterator[Found]:
    """Every object and property, what contains before what is contained."""
    return _Walk(draft, root).node(root, Scope())


@dataclass(slots=True)
class _Walk:
    draft: Draft
    root: Node
    visited: set[str] = field(default_factory=set)

    def node(self, node: Node, scope: Scope) -> Iterator[Found]:
        path = scope.path
        if len(path) > PATH_CHARACTERS_MAX:
            return
        match node:
            case Combination(criterion=criterion, parts=parts):
                sources = Counter(id(each.source) for each in (node, *parts))
                for number, part in enumerate(in_order(parts)):
                    is_part = sources[id(part.source)] > 1
                    inner = f"{path}{criterion.lower()}.{number}."
                    yield from self.node(part, Scope(inner, False, is_part, scope.is_listed))
            case Array(items=Node() as items):
                yield from self.node(items, Scope(f"{path}array.", is_listed=scope.is_listed))
            case Object():
                yield from self._object(node, scope)
            case Conditional():
                for word, inner_node in (
                    ("if", node.condition),
                    ("then", node.consequence),
                    ("else", node.alternative),
                ):
                    if inner_node is not None:
                        inner = f"{path}conditional.{word}."
                        yield from self.node(inner_node, Scope(inner, is_listed=scope.is_listed))
            case Negation(inner=negated):
                yield from self.node(negated, Scope(f"{path}not.", is_listed=scope.is_listed))

    def _object(self, node: Object, scope: Scope) -> Iterator[Found]:
        path = f"{scope.path}object"
        if path in self.visited or not isinstance(node.source, Mapping):
            return
        self.visited.add(path)
        is_own = scope.is_listed and not scope.is_part
        is_listed = is_own and not scope.is_property
        yield Found(Entity(path, EntityType.RECORD), node.source, is_listed)
        for name, value in node.properties.items():
            there = f"{path}.{name}"
            source = value.source
            if isinstance(source, Mapping):
                yield Found(Entity(there, EntityType.FIELD), source, scope.is_listed)
            yield from self.node(value, Scope(f"{there}.", True, is_listed=scope.is_listed))
        yield from self._definitions(node, Scope(f"{path}.", is_listed=is_own))

    def _definitions(self, node: Object, scope: Scope) -> Iterator[Found]:
        source = node.source
        assert isinstance(source, Mapping)  # noqa: S101 - the caller has looked
        old, new = _object(source, "definitions"), _object(source, "$defs")
        if self.draft.is_modern and node is self.root:
            new = {**old, **new}  # as references find them, too
        places = [("definitions", old, Draft.DRAFT_7, True)]
        places.append(("$defs", new, self.draft, self.draft.is_modern))
        for keyword, definitions, draft, is_found in places:
            is_listed = scope.is_listed and is_found
            for name, value in definitions.items():
                inner = Scope(f"{scope.path}{keyword}.{name}.", is_listed=is_listed)
                if isinstance(value, Mapping):
                    yield Found(Entity(inner.path[:-1], EntityType.FIELD), value, False)
                yield from self._definition(value, draft, inner)

    def _definition(self, value: JsonValue, draft: Draft, scope: Scope) -> Iterator[Found]:
        try:
            node = build_alone(value, draft)
        except InvalidSchema:
            return  # nothing refers to it, or the schema had not been taken
        yield from self.node(node, scope)


def _object(schema: JsonObject, keyword: str) -> JsonObject:
    value = schema.get(keyword)
    return value if isinstance(value, Mapping) else {}
