"""A schema as text again: in one form (canonical), and in one form and order (normalized).

The canonical text has the attributes that Avro's Java library prints, in its order, without blanks:
two texts with the same one are the same schema to a registry. Docs, aliases, defaults and
properties are all kept, so it is not the "parsing canonical form" of the specification, which has
none of them. In the normalized text aliases and properties are sorted, too, as registries do it
where they are asked for normalize=true; the order of fields, branches and symbols stays, for it has
a meaning.
"""

from typing import Any

import msgspec

from odradek.schemas.avro.types import (
    PRIMITIVES,
    Array,
    AvroType,
    Enum,
    Field,
    Fixed,
    Json,
    Map,
    Named,
    Properties,
    Record,
    Union,
)

LOGICAL_FIRST = ("logicalType", "precision", "scale")
"""Registries print these before the sorted properties of a primitive or fixed type."""

WORDS = PRIMITIVES | {"record", "error", "enum", "fixed", "array", "map", "union"}
"""Alone they mean a kind of type, and never a type of that name."""

Node = dict[str, Any]


def canonical_text(root: AvroType, references: frozenset[str]) -> str:
    """Types of the names in `references` are defined elsewhere, and only named here."""
    return _text(_Rendering(references, is_sorted=False).node(root, ""))


def normalized_text(root: AvroType, references: frozenset[str]) -> str:
    """The same with aliases and properties in order."""
    return _text(_Rendering(references, is_sorted=True).node(root, ""))


def _text(document: Json) -> str:
    return msgspec.json.encode(document).decode()


class _Rendering:
    """One walk through a schema; a type is written out where it is met first, and named after."""

    def __init__(self, references: frozenset[str], *, is_sorted: bool) -> None:
        self._written = set(references)
        self._is_sorted = is_sorted

    def node(self, avro_type: AvroType, namespace: str) -> Json:
        match avro_type:
            case Named():
                return self._named(avro_type, namespace)
            case Union(branches=branches):
                return [self.node(branch, namespace) for branch in branches]
            case Array(items=items):
                part: Node = {"items": self.node(items, namespace)}
            case Map(values=values):
                part = {"values": self.node(values, namespace)}
            case _ if not avro_type.properties:
                return avro_type.kind
            case _:
                return {"type": avro_type.kind} | self._properties(avro_type.properties, first=True)
        return {"type": avro_type.kind} | part | self._properties(avro_type.properties)

    def _named(self, named: Named, namespace: str) -> Json:
        if named.full_name in self._written:
            return _reference(named, namespace)
        self._written.add(named.full_name)
        node: Node = {"type": named.kind, "name": named.name}
        if named.namespace != namespace:
            node["namespace"] = named.namespace
        if named.doc is not None and (named.doc or not self._is_sorted):
            node["doc"] = named.doc
        self._write_body(node, named)
        node |= self._properties(named.properties, first=isinstance(named, Fixed))
        if named.aliases:
            aliases = [_relative(each, named.namespace) for each in self._ordered(named.aliases)]
            node["aliases"] = aliases
        return node

    def _write_body(self, node: Node, named: Named) -> None:
        match named:
            case Record(fields=fields):
                node["type"] = "error" if named.is_error else "record"
                node["fields"] = [self._field(each, named.namespace) for each in fields]
            case Enum(symbols=symbols, default=default):
                node["symbols"] = symbols
                if default is not None:
                    node["default"] = default
            case Fixed(size=size):
                node["size"] = size

    def _field(self, field: Field, namespace: str) -> Node:
        node: Node = {"name": field.name, "type": self.node(field.type, namespace)}
        if field.doc is not None:
            node["doc"] = field.doc
        if field.has_default:
            node["default"] = self._value(field.default)
        if field.order != "ascending":
            node["order"] = field.order
        if field.aliases:
            node["aliases"] = self._ordered(field.aliases)
        return node | self._properties(field.properties)

    def _ordered(self, names: tuple[str, ...]) -> list[str]:
        return sorted(names) if self._is_sorted else list(names)

    def _properties(self, properties: Properties, *, first: bool = False) -> Node:
        """`first`: what belongs to a logical type stands before the others."""
        if not self._is_sorted:
            return dict(properties)
        names = sorted(properties)
        if first and "logicalType" in properties:
            names.sort(key=lambda name: name not in LOGICAL_FIRST)
        return {name: self._value(properties[name]) for name in names}

    def _value(self, value: Json) -> Json:
        if not self._is_sorted:
            return value
        if isinstance(value, dict):
            return {name: self._value(value[name]) for name in sorted(value)}
        if isinstance(value, list):
            return [self._value(each) for each in value]
        return value


def _reference(named: Named, namespace: str) -> str:
    """The name that means this type inside `namespace`."""
    if named.namespace == namespace and named.name not in WORDS:
        return named.name
    return named.full_name


def _relative(alias: str, namespace: str) -> str:
    own_namespace, _, name = alias.rpartition(".")
    if own_namespace == namespace:
        return name
    return alias if own_namespace else f".{alias}"
