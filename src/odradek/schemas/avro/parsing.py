"""From JSON to types. A mistake is named with the place where it stands, as a JSON pointer.

What is accepted is what Avro's Java library accepts, for a schema that some registry has must be
readable here.

Differs from Kafka: Confluent takes, and writes anew, what other readers of Avro cannot read: a name
that is used before its definition, a type that is defined twice alike in one text, and comments in
JSON. A text is kept here as it came, and these are refused.

Limits: `DEPTH_MAX` types within types, `TYPES_MAX` in all, references included, and JSON within
JSON `NESTING_MAX` deep; so every walk through a text's parts may be a plain recursion.
"""

from collections.abc import Callable, Sequence

import msgspec

from odradek.schemas.avro.attributes import (
    Node,
    Place,
    naming,
    optional_text,
    other_properties,
    required,
    shown,
    text_list,
)
from odradek.schemas.avro.defaults import fits
from odradek.schemas.avro.names import NAMES, NameTable, is_name
from odradek.schemas.avro.rendering import Form, print_schema
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
    Primitive,
    Record,
    Union,
)
from odradek.schemas.schema import InvalidSchema, ReferencedSchema

DEPTH_MAX = 64
"""Nobody nests so many definitions, however long the way through names may be."""
NESTING_MAX = 200
"""A record within a record is three levels of JSON further in."""
TYPES_MAX = 50_000
"""Some fifty times the largest schemas in use: whoever sends more wants to keep the server busy."""
REPEATED_MAX = 500
"""Each is compared with the definition before it."""
FIXED_BYTES_MAX = 2**31 - 1
ORDERS = ("ascending", "descending", "ignore")

OF_A_TYPE = frozenset(
    ["type", "name", "namespace", "doc", "aliases", "fields", "items", "values", "size", "symbols"]
)
"""Attributes with a meaning for some type: no properties of any."""
OF_AN_ENUM = OF_A_TYPE | {"default"}
OF_A_FIELD = frozenset(["name", "type", "doc", "default", "order", "aliases"])


class Parser:
    """Reads one text after the other: what the first ones define, the later ones can refer to."""

    def __init__(self, *, is_new: bool) -> None:
        self.names = NameTable(is_new=is_new)
        self._is_new = is_new
        self._types = 0

    def parse(self, text: str) -> AvroType:
        """Raises InvalidSchema."""
        try:
            document = msgspec.json.decode(text)
        except (msgspec.DecodeError, UnicodeEncodeError) as error:
            raise InvalidSchema(f"the text is no JSON: {error}") from error
        except RecursionError as error:
            raise _too_nested() from error
        if _nesting(document) > NESTING_MAX:
            raise _too_nested()
        self.names.begin_text()
        root = self._type(document, Place())
        if len(self.names.repeated) > REPEATED_MAX:
            raise InvalidSchema(
                f"the schema defines more than {REPEATED_MAX:,} types again that it refers to"
            )
        for earlier, repeated in self.names.repeated:
            _refuse_difference(earlier, repeated, self.names.full_names())
        return root

    def _type(self, node: Json, place: Place) -> AvroType:
        self._count(place)
        if isinstance(node, str):
            return self._reference(node, place)
        if isinstance(node, list):
            return self._union(node, place)
        if not isinstance(node, dict):
            raise place.wrong(
                f"{shown(node)} is no type; a type is a name, an object with a type, or a list of"
                " types for a union"
            )
        kind = node.get("type")
        if not isinstance(kind, str):
            raise place.wrong(
                'the object has no type of its own: its "type" must be a word such as "record"'
                " or a name"
            )
        if kind in PRIMITIVES:
            return Primitive(kind=kind, properties=other_properties(node, OF_A_TYPE))
        read = _COMPLEX.get(kind)
        return read(self, node, place) if read else self._reference(kind, place)

    def _count(self, place: Place) -> None:
        self._types += 1
        if self._types > TYPES_MAX:
            raise place.wrong(f"the schema has more than {TYPES_MAX:,} types; divide it")
        if place.depth > DEPTH_MAX:
            raise place.wrong(
                f"types are nested more than {DEPTH_MAX} deep; give the inner ones names, and"
                " refer to them"
            )

    def _reference(self, name: str, place: Place) -> AvroType:
        if name in _BARE:
            return _BARE[name]
        try:
            return self.names.find(name, place.namespace)
        except InvalidSchema as error:
            raise place.wrong(str(error)) from error

    def _union(self, nodes: list[Json], place: Place) -> Union:
        branches: dict[str, AvroType] = {}
        for index, node in enumerate(nodes):
            there = place.at(str(index))
            branch = self._type(node, there)
            if isinstance(branch, Union):
                raise there.wrong("a union cannot hold a union; list its branches here")
            if branch.label in branches:
                raise there.wrong(
                    f"the union has {branch.label} twice; a reader could not tell them apart"
                )
            branches[branch.label] = branch
        return Union(branches=tuple(branches.values()))

    def _array(self, node: Node, place: Place) -> Array:
        items = self._type(required(node, "items", place), place.at("items"))
        return Array(items=items, properties=other_properties(node, OF_A_TYPE))

    def _map(self, node: Node, place: Place) -> Map:
        values = self._type(required(node, "values", place), place.at("values"))
        return Map(values=values, properties=other_properties(node, OF_A_TYPE))

    def _fixed(self, node: Node, place: Place) -> Fixed:
        size = required(node, "size", place)
        if not isinstance(size, int) or isinstance(size, bool) or not 0 <= size <= FIXED_BYTES_MAX:
            raise place.wrong(f"the size of a fixed is a whole number of bytes, not {shown(size)}")
        fixed = Fixed(
            **naming(node, place, is_new=self._is_new),
            size=size,
            properties=other_properties(node, OF_A_TYPE),
        )
        self._define(fixed, place)
        return fixed

    def _enum(self, node: Node, place: Place) -> Enum:
        symbols = text_list(required(node, "symbols", place), "symbols", place)
        wrong = next((each for each in symbols if not is_name(each, is_new=self._is_new)), None)
        if wrong is not None:
            raise place.wrong(f"{shown(wrong)} is no symbol; {NAMES}")
        if len(set(symbols)) < len(symbols):
            twice = next(each for each in symbols if symbols.count(each) > 1)
            raise place.wrong(f"the enum has the symbol {twice} twice")
        default = optional_text(node, "default")
        if default is not None and default not in symbols:
            raise place.wrong(f"the enum's default {shown(default)} is none of its symbols")
        enum = Enum(
            **naming(node, place, is_new=self._is_new),
            symbols=symbols,
            default=default,
            properties=other_properties(node, OF_AN_ENUM),
        )
        self._define(enum, place)
        return enum

    def _record(self, node: Node, place: Place) -> Record:
        nodes = required(node, "fields", place)
        if not isinstance(nodes, list):
            raise place.wrong(f"the fields of a record are a list, not {shown(nodes)}")
        record = Record(
            **naming(node, place, is_new=self._is_new),
            is_error=node["type"] == "error",
            properties=other_properties(node, OF_A_TYPE),
        )
        self._define(record, place)
        inside = place._replace(namespace=record.namespace)
        fields: dict[str, Field] = {}
        for index, each in enumerate(nodes):
            there = inside.at(f"fields/{index}")
            field = self._field(each, there)
            if field.name in fields:
                raise there.wrong(f"the record {record.full_name} has the field {field.name} twice")
            fields[field.name] = field
        record.complete(list(fields.values()))
        return record

    def _field(self, node: Json, place: Place) -> Field:
        if not isinstance(node, dict):
            raise place.wrong(f"a field is an object with a name and a type, not {shown(node)}")
        name = required(node, "name", place)
        if not isinstance(name, str) or not is_name(name, is_new=self._is_new):
            raise place.wrong(f"{shown(name)} is no name of a field; {NAMES}")
        field_type = self._type(
            required(node, "type", place),
            Place(f"{place.pointer}/type", place.namespace, place.depth),
        )
        field = Field(
            name=name,
            type=field_type,
            has_default="default" in node,
            default=node.get("default"),
            doc=optional_text(node, "doc"),
            aliases=text_list(node.get("aliases", []), "aliases", place),
            order=_order(node, place),
            properties=other_properties(node, OF_A_FIELD),
        )
        if self._is_new and field.has_default and not fits(field_type, field.default):
            raise place.wrong(
                f"the default {shown(field.default)} of the field {name} is no {field_type.label};"
                " a default is a value of its field's type"
            )
        return field

    def _define(self, named: Fixed | Enum | Record, place: Place) -> None:
        try:
            self.names.define(named)
        except InvalidSchema as error:
            raise place.wrong(str(error)) from error


_BARE = {kind: Primitive(kind=kind) for kind in PRIMITIVES}

_COMPLEX: dict[str, Callable[[Parser, Node, Place], AvroType]] = {
    "record": Parser._record,
    "error": Parser._record,
    "enum": Parser._enum,
    "fixed": Parser._fixed,
    "array": Parser._array,
    "map": Parser._map,
}


def _refuse_difference(earlier: Named, repeated: Named, names: frozenset[str]) -> None:
    """Each by itself: what it is made of is only named, and compared where it is repeated."""
    others = names - {repeated.full_name}
    if print_schema(earlier, others, Form.IDENTITY) != print_schema(
        repeated, others, Form.IDENTITY
    ):
        raise InvalidSchema(
            f"{repeated.full_name} is defined here, and differently in a referenced schema; refer"
            " to that one, or give this one another name"
        )


def _nesting(document: Json) -> int:
    depth, level = 0, [document]
    while level:
        depth += 1
        containers = [each for each in level if isinstance(each, dict | list)]
        level = [
            part
            for each in containers
            for part in (each.values() if isinstance(each, dict) else each)
        ]
    return depth


def _too_nested() -> InvalidSchema:
    return InvalidSchema(f"the JSON is nested more than {NESTING_MAX} deep; flatten it")


def _order(node: Node, place: Place) -> str:
    order = node.get("order", "ascending")
    if not isinstance(order, str) or order.lower() not in ORDERS:
        raise place.wrong(f"{shown(order)} is no order; there are {', '.join(ORDERS)}")
    return order.lower()


def parse_all(
    references: Sequence[ReferencedSchema], text: str, *, is_new: bool
) -> tuple[AvroType, frozenset[str]]:
    """The type that `text` is, and the names that the `references` define, one after the other."""
    parser = Parser(is_new=is_new)
    for each in references:
        try:
            parser.parse(each.text)
        except InvalidSchema as error:
            raise InvalidSchema(f"in the referenced schema {each.name}: {error}") from error
    known = parser.names.full_names()
    root = parser.parse(text)
    return root, known - parser.names.own
