"""The kinds of constraints that a schema consists of.

One JSON object of a schema often holds several kinds (`enum` beside `type`); then it is a
`Combination` of all of them. Two drafts that say the same with different keywords give equal nodes.

Invariants: the same place in a document is the same node, so that a pair of nodes is known by
identity; nothing changes after `building.build` has returned.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction

from odradek.schemas.json_schema.text import JsonValue


class Criterion(StrEnum):
    """How many of a combination's parts a value must satisfy."""

    ALL = "allOf"
    ANY = "anyOf"
    ONE = "oneOf"


@dataclass(eq=False, slots=True, kw_only=True)
class Node:
    """What any schema may say about itself.

    `source` is the JSON it was read from, `says` what of it this node is about: equal for two parts
    of a combination that say the same.
    """

    source: JsonValue = None
    says: JsonValue = None
    id: str | None = None
    title: str | None = None
    description: str | None = None
    default: JsonValue = None
    has_default: bool = False
    connect_type: str | None = None
    """Of Kafka Connect's converter, which writes decimals as numbers or as bytes."""
    has_unknown: bool = False
    """Since 2019-09: beside keywords that nobody knows, or definitions. There other registries
    forget `unevaluated...` and how many items are contained."""
    beside: tuple["Node", ...] = ()
    """What a record has to satisfy as well, and no registry compares."""


@dataclass(eq=False, slots=True, kw_only=True)
class AnyValue(Node):
    """`{}` or `true`: everything is valid."""


@dataclass(eq=False, slots=True, kw_only=True)
class NoValue(Node):
    """`false`: nothing is valid."""


@dataclass(eq=False, slots=True, kw_only=True)
class Boolean(Node):
    """`true` and `false`."""


@dataclass(eq=False, slots=True, kw_only=True)
class Null(Node):
    """`null` alone."""


@dataclass(eq=False, slots=True, kw_only=True)
class Typed(Node):
    """What is said of one type of value; `is_required` if other types are refused."""

    is_required: bool = False


@dataclass(eq=False, slots=True, kw_only=True)
class String(Typed):
    """Text."""

    min_length: int | None = None
    max_length: int | None = None
    pattern: str | None = None


@dataclass(eq=False, slots=True, kw_only=True)
class Number(Typed):
    """Numbers, or only whole ones."""

    is_integer: bool = False
    minimum: Fraction | None = None
    maximum: Fraction | None = None
    exclusive_minimum: Fraction | None = None
    exclusive_maximum: Fraction | None = None
    multiple_of: Fraction | None = None


@dataclass(eq=False, slots=True, kw_only=True)
class Object(Typed):
    """Properties, by name, by pattern, and the rest.

    `additional` is None where `additionalProperties` is absent or `true`; `forbids_additional`
    says that it is `false`.
    """

    properties: Mapping[str, Node] = field(default_factory=dict)
    required: frozenset[str] = frozenset()
    patterns: Mapping[str, Node] = field(default_factory=dict)
    additional: Node | None = None
    forbids_additional: bool = False
    unevaluated: Node | None = None
    min_properties: int | None = None
    max_properties: int | None = None
    dependent_required: Mapping[str, frozenset[str]] = field(default_factory=dict)
    dependent_schemas: Mapping[str, Node] = field(default_factory=dict)
    names: Node | None = None


@dataclass(eq=False, slots=True, kw_only=True)
class Array(Typed):
    """Items: `items` is of all, `prefix` of the first ones, `additional` of those after them."""

    items: Node | None = None
    prefix: tuple[Node, ...] = ()
    additional: Node | None = None
    forbids_additional: bool = False
    unevaluated: Node | None = None
    contains: Node | None = None
    min_items: int | None = None
    max_items: int | None = None
    min_contains: int | None = None
    max_contains: int | None = None
    is_unique: bool = False


@dataclass(eq=False, slots=True, kw_only=True)
class Enumeration(Node):
    """One of `values`, each of them written compactly with sorted keys."""

    values: tuple[str, ...] = ()


@dataclass(eq=False, slots=True, kw_only=True)
class Constant(Node):
    """One value, written compactly with sorted keys."""

    value: str = "null"


@dataclass(eq=False, slots=True, kw_only=True)
class Negation(Node):
    """Everything but what `inner` takes."""

    inner: Node


@dataclass(eq=False, slots=True, kw_only=True)
class Conditional(Node):
    """`if`, `then` and `else`; registries do not compare them."""

    condition: Node | None = None
    consequence: Node | None = None
    alternative: Node | None = None


@dataclass(eq=False, slots=True, kw_only=True)
class Combination(Node):
    """Several nodes; `is_implied` where one object holds several kinds of constraints.

    `distinct` is without those that say the same as another one.
    """

    criterion: Criterion
    parts: tuple[Node, ...] = ()
    distinct: tuple[Node, ...] = ()
    is_implied: bool = False


@dataclass(eq=False, slots=True, kw_only=True)
class MetaSchema(Node):
    """A draft's own schema, named and not looked into."""

    uri: str


@dataclass(eq=False, slots=True, kw_only=True)
class Reference(Node):
    """`$ref`: another place, which may be one that this lies in, or a reference again."""

    uri: str
    target: Node | None = None
    inside_of: frozenset[int] = frozenset()
    """Schemas around it that have definitions: of these, nothing is forgotten where it leads."""


def step(node: Node) -> Node:
    """The node, or what it refers to, which may be a reference again."""
    if not isinstance(node, Reference):
        return node
    if node.target is None:
        raise AssertionError(f"{node.uri} was never resolved")
    return node.target


def resolve(node: Node) -> Node:
    """The node, or the one that is no reference at the end of all that it refers to."""
    while isinstance(node, Reference):
        node = step(node)
    return node
