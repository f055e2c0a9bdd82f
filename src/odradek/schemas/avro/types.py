"""The types of a schema as a graph: a named type is one object wherever it is referred to.

Invariants: once parsing has returned a graph it is complete and never changes; types are compared
by identity, because one name may mean different types in different schemas.
What it does not do: know JSON.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

PRIMITIVES = frozenset({"null", "boolean", "int", "long", "float", "double", "bytes", "string"})

Json = object
"""What a JSON document holds: None, bool, int, float, str, list, dict."""

Properties = Mapping[str, Json]
"""Attributes that the specification gives no meaning of their own, in the order of the text."""


@dataclass(slots=True, eq=False, kw_only=True)
class AvroType:
    """A type; `kind` is Avro's word for what it is: int, record, union."""

    kind: str
    properties: Properties = field(default_factory=dict)

    @property
    def label(self) -> str:
        """What tells it from its neighbours in a union: the full name, or the kind."""
        return self.kind

    def parts(self) -> Sequence["AvroType"]:
        """The types it is made of."""
        return ()


@dataclass(slots=True, eq=False, kw_only=True)
class Primitive(AvroType):
    """One of the eight that are made of nothing else."""


@dataclass(slots=True, eq=False, kw_only=True)
class Array(AvroType):
    """Any number of items."""

    kind: str = "array"
    items: AvroType

    def parts(self) -> Sequence[AvroType]:
        return (self.items,)


@dataclass(slots=True, eq=False, kw_only=True)
class Map(AvroType):
    """Any number of values by names."""

    kind: str = "map"
    values: AvroType

    def parts(self) -> Sequence[AvroType]:
        return (self.values,)


@dataclass(slots=True, eq=False, kw_only=True)
class Union(AvroType):
    """A value of one of its branches; no two branches have one label, none is a union."""

    kind: str = "union"
    branches: tuple[AvroType, ...]

    def parts(self) -> Sequence[AvroType]:
        return self.branches


@dataclass(slots=True, eq=False, kw_only=True)
class Named(AvroType):
    """A type that can be referred to by its full name."""

    full_name: str
    aliases: tuple[str, ...] = ()
    """Full names that a writer's type may have instead."""
    doc: str | None = None

    @property
    def name(self) -> str:
        """The name without its namespace: the only part that resolution compares."""
        return self.full_name.rpartition(".")[2]

    @property
    def namespace(self) -> str:
        """Empty for the null namespace."""
        return self.full_name.rpartition(".")[0]

    @property
    def label(self) -> str:
        return self.full_name


@dataclass(slots=True, eq=False, kw_only=True)
class Fixed(Named):
    """Exactly so many bytes."""

    kind: str = "fixed"
    size: int


@dataclass(slots=True, eq=False, kw_only=True)
class Enum(Named):
    """One of its symbols; a reader that has a default takes symbols it does not know for that."""

    kind: str = "enum"
    symbols: tuple[str, ...]
    default: str | None = None


@dataclass(slots=True, eq=False, kw_only=True)
class Field:
    """A field of a record. `has_default` tells a default of null from none."""

    name: str
    type: AvroType
    has_default: bool = False
    default: Json = None
    doc: str | None = None
    aliases: tuple[str, ...] = ()
    order: str = "ascending"
    properties: Properties = field(default_factory=dict)


@dataclass(slots=True, eq=False, kw_only=True)
class Record(Named):
    """Fields in their order. Empty while it is being parsed, so that a field can refer to it."""

    kind: str = "record"
    is_error: bool = False
    is_complete: bool = False
    fields: tuple[Field, ...] = ()
    by_name: Mapping[str, Field] = field(default_factory=dict)

    def parts(self) -> Sequence[AvroType]:
        return [each.type for each in self.fields]

    def complete(self, fields: Sequence[Field]) -> None:
        """Give it its fields, once."""
        self.fields = tuple(fields)
        self.by_name = {each.name: each for each in fields}
        self.is_complete = True


def types_in(root: AvroType) -> Iterator[AvroType]:
    """Every type that can be reached, each once, what contains before what is contained."""
    seen = {root}
    waiting = [root]
    while waiting:
        each = waiting.pop()
        yield each
        for part in each.parts():
            if part not in seen:
                seen.add(part)
                waiting.append(part)
