"""Random schemas, random changes of them, and random values: for properties that hold of all."""

from typing import Any

from hypothesis import strategies as st

from odradek.schemas.avro.types import (
    Array,
    AvroType,
    Enum,
    Fixed,
    Map,
    Record,
    Union,
)

PRIMITIVES = ["null", "boolean", "int", "long", "float", "double", "bytes", "string"]
PROMOTED = {
    "int": ["long", "float", "double"],
    "long": ["float", "double"],
    "float": ["double"],
    "string": ["bytes"],
    "bytes": ["string"],
}
DEFAULTS: dict[str, Any] = {
    "null": None,
    "boolean": True,
    "int": 1,
    "long": 1,
    "float": 1.5,
    "double": 1.5,
    "bytes": "a",
    "string": "a",
}
SYMBOLS = ["A", "B", "C", "D"]
Schema = Any


@st.composite
def schemas(draw: st.DrawFn) -> Schema:
    """A schema whose named types all have names of their own."""
    return _Maker(draw).type(depth=3)


class _Maker:
    def __init__(self, draw: st.DrawFn) -> None:
        self._draw = draw
        self._names = 0

    def type(self, depth: int) -> Schema:
        plain = [self._primitive, self._enum, self._fixed]
        nested = [self._record, self._record, self._array, self._map, self._union]
        return self._draw(st.sampled_from(nested if depth > 0 else plain))(depth)

    def _name(self) -> str:
        self._names += 1
        return f"N{self._names}"

    def _primitive(self, depth: int) -> Schema:
        return self._draw(st.sampled_from(PRIMITIVES))

    def _enum(self, depth: int) -> Schema:
        symbols = self._draw(st.lists(st.sampled_from(SYMBOLS), min_size=1, unique=True))
        return {"type": "enum", "name": self._name(), "symbols": symbols}

    def _fixed(self, depth: int) -> Schema:
        size = self._draw(st.integers(0, 3))
        return {"type": "fixed", "name": self._name(), "size": size}

    def _array(self, depth: int) -> Schema:
        return {"type": "array", "items": self.type(depth - 1)}

    def _map(self, depth: int) -> Schema:
        return {"type": "map", "values": self.type(depth - 1)}

    def _record(self, depth: int) -> Schema:
        count = self._draw(st.integers(0, 3))
        names = "abc"[:count]
        fields = [{"name": name, "type": self.type(depth - 1)} for name in names]
        return {"type": "record", "name": self._name(), "fields": fields}

    def _union(self, depth: int) -> Schema:
        labels = self._draw(st.lists(st.sampled_from(PRIMITIVES), max_size=2, unique=True))
        return [*labels, self._record(depth - 1)]


@st.composite
def changed(draw: st.DrawFn, schema: Schema) -> Schema:
    """The same with some changes, most of them small."""
    if isinstance(schema, str):
        return draw(st.sampled_from([schema, schema, schema, *PROMOTED.get(schema, []), "string"]))
    if isinstance(schema, list):
        return _changed_union(draw, schema)
    schema = dict(schema)
    match schema["type"]:
        case "record":
            return _changed_record(draw, schema)
        case "enum":
            _change_enum(draw, schema)
        case "fixed":
            schema["size"] = draw(st.sampled_from([schema["size"]] * 4 + [2]))
        case "array":
            schema["items"] = draw(changed(schema["items"]))
        case "map":
            schema["values"] = draw(changed(schema["values"]))
    return schema


def _changed_union(draw: st.DrawFn, schema: list[Schema]) -> Schema:
    branches = [draw(changed(each)) for each in schema]
    by_label = {each if isinstance(each, str) else each["name"]: each for each in branches}
    if draw(st.booleans()):
        by_label.setdefault("boolean", "boolean")
    return draw(st.permutations(list(by_label.values())))


def _change_enum(draw: st.DrawFn, schema: dict[str, Any]) -> None:
    if draw(st.booleans()):
        symbols = draw(st.lists(st.sampled_from(SYMBOLS), min_size=1, unique=True))
        schema["symbols"] = symbols
        if draw(st.booleans()):
            schema["default"] = symbols[0]


def _changed_record(draw: st.DrawFn, schema: dict[str, Any]) -> Schema:
    fields = []
    for field in schema["fields"]:
        kind = draw(st.sampled_from(["keep", "keep", "change", "remove", "rename"]))
        if kind == "remove":
            continue
        changed_field = dict(field)
        if kind == "change":
            changed_field["type"] = draw(changed(field["type"]))
        if kind == "rename":
            changed_field |= {"name": f"{field['name']}_", "aliases": [field["name"]]}
        fields.append(changed_field)
    if draw(st.booleans()):
        added = draw(st.sampled_from(PRIMITIVES))
        fields.append({"name": "added", "type": added, "default": DEFAULTS[added]})
    changes: dict[str, Any] = {"fields": fields}
    if draw(st.integers(0, 5)) == 0:
        changes |= {"name": f"{schema['name']}_", "aliases": [schema["name"]]}
    return schema | changes


def values(avro_type: AvroType) -> st.SearchStrategy[Any]:
    """What fastavro writes; bytes are UTF-8, because a reader may take them for a string."""
    match avro_type:
        case Record(fields=fields):
            return st.fixed_dictionaries({each.name: values(each.type) for each in fields})
        case Union(branches=branches):
            return st.one_of([st.tuples(st.just(each.label), values(each)) for each in branches])
        case Array(items=items):
            return st.lists(values(items), max_size=2)
        case Map(values=inner):
            return st.dictionaries(st.text(max_size=2), values(inner), max_size=2)
        case Enum(symbols=symbols):
            return st.sampled_from(symbols)
        case Fixed(size=size):
            return st.binary(min_size=size, max_size=size)
    return _PRIMITIVE_VALUES[avro_type.kind]


_PRIMITIVE_VALUES: dict[str, st.SearchStrategy[Any]] = {
    "null": st.none(),
    "boolean": st.booleans(),
    "int": st.integers(-(2**31), 2**31 - 1),
    "long": st.integers(-(2**63), 2**63 - 1),
    "float": st.floats(width=32),
    "double": st.floats(),
    "bytes": st.text(max_size=3).map(str.encode),
    "string": st.text(max_size=3),
}
