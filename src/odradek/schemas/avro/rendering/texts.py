"""A schema as text again, with the attributes that Avro's Java library prints, in its order.

Docs, aliases, defaults and properties are all kept: it is not the "parsing canonical form" of the
specification, which has none of them. The order of fields, branches and symbols has a meaning.

    canonical    as the library prints it
    identity     equal for what registries take for one schema: aliases and properties are sorted,
                 for their order makes no other one, and an error is a record
    normalized   what registries store where they are asked for normalize=true: besides, an empty
                 doc of a type is none, and defaults are written as values of their types

Differs from Kafka: a type without a namespace, inside of one that has a namespace, says so when it
is normalized; Confluent's text moves it into that namespace. A default that is of another branch
than the first of a union stays; Confluent's text has none.
"""

import enum
from collections.abc import Sequence
from typing import Any

import msgspec

from odradek.schemas.avro.rendering.logical_types import properties_of_logical_type
from odradek.schemas.avro.rendering.values import default_value, json_value, utf16
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

WORDS = PRIMITIVES | {"record", "error", "enum", "fixed", "array", "map", "union"}
"""Alone they mean a kind of type, and never a type of that name."""

Node = dict[str, Any]


class Form(enum.Enum):
    """Which text is meant."""

    CANONICAL = enum.auto()
    IDENTITY = enum.auto()
    NORMALIZED = enum.auto()


def print_schema(root: AvroType, references: frozenset[str], form: Form) -> str:
    """Types of the names in `references` are defined elsewhere, and only named here."""
    return _text(_Rendering(references, form).node(root, ""))


def _text(document: Json) -> str:
    return msgspec.json.encode(document).decode()


class _Rendering:
    """One walk through a schema; a type is written out where it is met first, and named after."""

    def __init__(self, references: frozenset[str], form: Form) -> None:
        self._written = set(references)
        self._is_sorted = form is not Form.CANONICAL
        self._is_normal = form is Form.NORMALIZED

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
                return {"type": avro_type.kind} | self._properties(
                    avro_type.properties, properties_of_logical_type(avro_type)
                )
        return {"type": avro_type.kind} | part | self._properties(avro_type.properties)

    def _named(self, named: Named, namespace: str) -> Json:
        if named.full_name in self._written:
            return _reference(named, namespace)
        self._written.add(named.full_name)
        node: Node = {"type": named.kind, "name": named.name}
        if named.namespace != namespace:
            node["namespace"] = named.namespace
        if named.doc is not None and (named.doc or not self._is_normal):
            node["doc"] = named.doc
        self._write_body(node, named)
        node |= self._properties(named.properties, properties_of_logical_type(named))
        if named.aliases:
            node["aliases"] = [
                _relative(each, named.namespace) for each in self._ordered(named.aliases)
            ]
        return node

    def _write_body(self, node: Node, named: Named) -> None:
        match named:
            case Record(fields=fields):
                node["type"] = "error" if named.is_error and not self._is_sorted else "record"
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
            value = default_value(field.type, field.default) if self._is_normal else field.default
            node["default"] = json_value(value, is_sorted=self._is_sorted)
        if field.order != "ascending":
            node["order"] = field.order
        if field.aliases:
            node["aliases"] = self._ordered(field.aliases)
        return node | self._properties(field.properties)

    def _ordered(self, names: tuple[str, ...]) -> list[str]:
        return sorted(names) if self._is_sorted else list(names)

    def _properties(self, properties: Properties, first: Sequence[str] = ()) -> Node:
        """Those of `first` stand before the others."""
        names = list(properties)
        if self._is_sorted:
            names = [*first, *sorted((each for each in names if each not in first), key=utf16)]
        return {name: json_value(properties[name], is_sorted=self._is_sorted) for name in names}


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
