"""Values that a writer's schema may allow and a reader's may not.

They are guesses: each varies one thing at a time from a plain value of the writer's schema, with an
eye on what the reader's demands in the same place. Whether the writer really allows one, and the
reader really does not, is for a validator to say.

Bounded: so many values of a pair of nodes, so many pairs, so deep.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import TypeVar

from odradek.schemas.json_schema.model.nodes import (
    AnyValue,
    Array,
    Boolean,
    Combination,
    Constant,
    Criterion,
    Enumeration,
    Node,
    NoValue,
    Null,
    Number,
    Object,
    String,
    Typed,
    resolve,
)
from odradek.schemas.json_schema.records.facets import facets, of_kind
from odradek.schemas.json_schema.records.points import numbers, texts
from odradek.schemas.json_schema.text import JsonValue, walk

MAX_VALUES = 64
"""Of one inner pair of nodes."""
MAX_PAIRS = 2_000
MAX_DEPTH = 24
MAX_SIZE = 400
"""Values in one candidate: parts of parts of parts would grow without bounds."""
MAX_MADE = 20_000
"""Candidates for inner pairs, all together."""
MAX_ITEMS = 100
"""A longer array proves nothing that is worth its size."""
_ONE_OF_EACH: tuple[JsonValue, ...] = ("a", 1, 0.5, True, None, [], {})

_T = TypeVar("_T")


class Candidates:
    """Makes them for one writer and one reader."""

    def __init__(self) -> None:
        self._known: dict[tuple[Node, Node | None], list[JsonValue]] = {}
        self._begun: set[tuple[Node, Node | None]] = set()
        self._left = MAX_MADE

    def of(self, writer: Node, reader: Node | None, depth: int = 0) -> list[JsonValue]:
        """At most MAX_VALUES, the plainest of the promising ones first."""
        pair = (resolve(writer), None if reader is None else resolve(reader))
        if pair in self._known:
            return self._known[pair]
        if pair in self._begun or depth > MAX_DEPTH or len(self._known) > MAX_PAIRS:
            return []
        self._begun.add(pair)
        found = list(islice(self._small(self.generate(*pair, depth)), MAX_VALUES))
        self._begun.discard(pair)
        self._known[pair] = found
        return found

    def all_of(self, writer: Node, reader: Node) -> Iterator[JsonValue]:
        """Whole records, as many as there are."""
        return (value for value in self.generate(writer, reader) if _size(value) <= MAX_SIZE)

    def _small(self, values: Iterator[JsonValue]) -> Iterator[JsonValue]:
        for value in values:
            self._left -= 1
            if self._left < 0:
                return
            if _size(value) <= MAX_SIZE:
                yield value

    def generate(self, writer: Node, reader: Node | None, depth: int = 0) -> Iterator[JsonValue]:
        """All of them, for whom has the time."""
        writer = resolve(writer)
        others = facets(reader)
        if isinstance(writer, Combination):
            yield from self._combined(writer, reader, depth)
        elif isinstance(writer, Object):
            yield from self._objects(writer, of_kind(others, Object), depth)
        elif isinstance(writer, Array):
            yield from self._arrays(writer, of_kind(others, Array), depth)
        elif isinstance(writer, String):
            yield from texts(writer, of_kind(others, String))
        elif isinstance(writer, Number):
            yield from numbers(writer, of_kind(others, Number))
        else:
            yield from self._simple(writer, others, depth)
        if isinstance(writer, Typed) and not writer.is_required:
            yield from _ONE_OF_EACH

    def _simple(self, writer: Node, others: list[Node], depth: int) -> Iterator[JsonValue]:
        if isinstance(writer, Enumeration):
            yield from map(json.loads, writer.values)
        elif isinstance(writer, Constant):
            yield json.loads(writer.value)
        elif isinstance(writer, Boolean):
            yield from (True, False)
        elif isinstance(writer, Null):
            yield None
        elif not isinstance(writer, NoValue):
            yield from self._anything(others, depth)

    def _anything(self, others: list[Node], depth: int) -> Iterator[JsonValue]:
        """Where the writer allows everything: one of each type, and what is near the reader's."""
        yield from _ONE_OF_EACH
        for other in others:
            yield from texts(String(), [other] if isinstance(other, String) else [])
            yield from numbers(Number(), [other] if isinstance(other, Number) else [])
            if isinstance(other, Object):
                yield from self._objects(Object(), [other], depth)
            if isinstance(other, Array):
                yield from self._arrays(Array(), [other], depth)

    def _combined(
        self, writer: Combination, reader: Node | None, depth: int
    ) -> Iterator[JsonValue]:
        parts = [self.of(part, reader, depth + 1) for part in writer.parts]
        if writer.criterion is not Criterion.ALL:
            yield from _in_turn(parts)
            return
        plain: dict[str, JsonValue] = {}
        for found in parts:
            plain |= next((value for value in found if isinstance(value, Mapping) and value), {})
        for value in _in_turn(parts):
            yield {**plain, **value} if isinstance(value, Mapping) else value
        yield plain

    def _objects(self, writer: Object, others: list[Object], depth: int) -> Iterator[JsonValue]:
        values = {
            name: self._property(name, writer, others, depth) for name in _names(writer, others)
        }
        plain = {name: values[name][0] for name in values if values[name]}
        least = {name: value for name, value in plain.items() if name in writer.required}
        known = _within_size(
            least, {name: plain[name] for name in plain if name in writer.properties}
        )
        yield from (known, least)
        yield from ({**known, name: value} for name, value in _further(writer, others))
        yield from (
            {other: kept for other, kept in known.items() if other != name}
            for name in known
            if name not in writer.required
        )
        varied = [[(name, value) for value in values[name]] for name in values]
        for name, value in _in_turn(varied):
            yield {**least, name: value}
            yield {**known, name: value}
        yield from _crowds(writer, others, known)

    def _property(
        self, name: str, writer: Object, others: list[Object], depth: int
    ) -> list[JsonValue]:
        reader = next(
            (other.properties[name] for other in others if name in other.properties), None
        )
        inner = writer.properties.get(name, writer.additional)
        if inner is not None:
            return self.of(inner, reader, depth + 1)
        return [] if writer.forbids_additional else self.of(_ANYTHING, reader, depth + 1)

    def _arrays(self, writer: Array, others: list[Array], depth: int) -> Iterator[JsonValue]:
        prefix = [
            self.of(inner, _item(others, place), depth + 1)
            for place, inner in enumerate(writer.prefix)
        ]
        inner = writer.items or writer.additional or _ANYTHING
        rest = [] if writer.forbids_additional else self.of(inner, _item(others, None), depth + 1)
        heads = [values[0] for values in prefix if values]
        least = [*heads, *rest[:1] * max(0, (writer.min_items or 0) - len(heads))][:MAX_ITEMS]
        yield least
        for place, values in enumerate(prefix):
            yield from ([*least[:place], value, *least[place + 1 :]] for value in values)
        for value in rest:
            yield [*heads, *[value] * max(1, len(least) - len(heads))]
        for length in _lengths(writer, others):
            yield [*heads, *rest[:1] * (length - len(heads))][:length]
            yield [*heads, *_cycle(rest, length - len(heads))][:length]
        for model in (writer, *others):
            if model.contains is not None and (wanted := self.of(model.contains, None, depth + 1)):
                yield from (wanted[:1] * length for length in _lengths(writer, others))


_ANYTHING = AnyValue()


def _names(writer: Object, others: list[Object]) -> dict[str, None]:
    """The names of all properties, first those that only one side has."""
    read = dict.fromkeys(name for other in others for name in other.properties)
    dependent = dict.fromkeys(name for other in others for name in other.dependent_required)
    only_read = (name for name in read if name not in writer.properties)
    only_written = (name for name in writer.properties if name not in read)
    return dict.fromkeys(chain(only_read, only_written, dependent, writer.properties))


def _size(value: JsonValue) -> int:
    """How many values it consists of; counted no further than MAX_SIZE and one."""
    return sum(1 for _ in islice(walk(value), MAX_SIZE + 1))


def _within_size(least: dict[str, JsonValue], more: dict[str, JsonValue]) -> dict[str, JsonValue]:
    """The least, and as much more as leaves room for something else."""
    known, size = dict(least), _size(least)
    for name, value in more.items():
        size += _size(value)
        if size > MAX_SIZE // 2:
            break
        known[name] = value
    return known


def _further(writer: Object, others: list[Object]) -> Iterator[tuple[str, JsonValue]]:
    """Properties that the writer does not name."""
    if writer.forbids_additional:
        return
    names = [name for other in others for name in other.properties if name not in writer.properties]
    for name in names:
        yield from ((name, value) for value in _ONE_OF_EACH)
    yield from (("odradek", value) for value in _ONE_OF_EACH)
    patterns = [pattern for model in (writer, *others) for pattern in model.patterns]
    for pattern in patterns:
        literal = "".join(char for char in pattern if char.isalnum() or char in "_-")
        for name in (literal, *islice(texts(String(pattern=pattern), []), 2)):
            yield from ((name, value) for value in _ONE_OF_EACH)


def _crowds(
    writer: Object, others: list[Object], known: Mapping[str, JsonValue]
) -> Iterator[JsonValue]:
    """Objects with as many properties as a limit, and one more or less."""
    limits = [limit for model in (writer, *others) for limit in (model.max_properties,)]
    for limit in limits:
        if limit is not None and limit < MAX_ITEMS and not writer.forbids_additional:
            missing = max(0, limit + 1 - len(known))
            yield {**known, **{f"p{number}": "a" for number in range(missing)}}
    for other in others:
        if other.min_properties is not None:
            yield dict(islice(known.items(), max(0, other.min_properties - 1)))


def _item(others: list[Array], place: int | None) -> Node | None:
    """What a reader says of an item in that place, or of those after the named ones."""
    for other in others:
        if place is not None and place < len(other.prefix):
            return other.prefix[place]
        if place is None and other.prefix and other.items is None:
            return other.prefix[0]
        inner = other.items or other.additional
        if inner is not None:
            return inner
    return None


def _lengths(writer: Array, others: list[Array]) -> list[int]:
    low = writer.min_items or 0
    high = MAX_ITEMS if writer.max_items is None else min(writer.max_items, MAX_ITEMS)
    lengths = [low, 2]
    for node in (writer, *others):
        lengths += [node.max_items + 1, node.max_items] if node.max_items is not None else []
        lengths += [node.min_items - 1] if node.min_items is not None else []
        lengths += [node.max_contains + 1] if node.max_contains is not None else []
        lengths += [node.min_contains - 1] if node.min_contains is not None else []
        lengths.append(len(node.prefix) + 1)
    return [length for length in dict.fromkeys(lengths) if low <= length <= high]


def _cycle(values: list[JsonValue], length: int) -> list[JsonValue]:
    return [values[place % len(values)] for place in range(length)] if values else []


def _in_turn(lists: "Sequence[Sequence[_T]]") -> "Iterator[_T]":
    """The first of each, then the second of each, and so on."""
    for place in range(max(map(len, lists), default=0)):
        yield from (values[place] for values in lists if place < len(values))
