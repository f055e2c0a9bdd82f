"""Values to bytes and back with fastavro, whatever a schema's form.

fastavro gets the bare types: full names everywhere, and no logical types, for these change what a
value is in Python and nothing of whether it can be read.
"""

from io import BytesIO
from typing import Any

from fastavro import schemaless_reader, schemaless_writer
from fastavro.read import SchemaResolutionError

from odradek.schemas.avro.types import (
    Array,
    AvroType,
    Enum,
    Field,
    Fixed,
    Json,
    Map,
    Named,
    Record,
    Union,
)

__all__ = ["SchemaResolutionError", "decode", "encode"]

Node = dict[str, Any]


def encode(writer: AvroType, value: object) -> bytes:
    """The bytes of a value; that of a union is a pair of the branch's label and a value."""
    buffer = BytesIO()
    schemaless_writer(buffer, bare(writer), value)
    return buffer.getvalue()


def decode(reader: AvroType, writer: AvroType, data: bytes) -> object:
    """What the reader's type makes of the writer's bytes; raises SchemaResolutionError."""
    return schemaless_reader(BytesIO(data), bare(writer), bare(reader))


def bare(root: AvroType) -> Any:
    """The schema as fastavro takes it."""
    return _Bare().node(root)


class _Bare:
    def __init__(self) -> None:
        self._written: set[str] = set()

    def node(self, avro_type: AvroType) -> Json:
        match avro_type:
            case Named():
                return self._named(avro_type)
            case Union(branches=branches):
                return [self.node(branch) for branch in branches]
            case Array(items=items):
                return {"type": "array", "items": self.node(items)}
            case Map(values=values):
                return {"type": "map", "values": self.node(values)}
        return avro_type.kind

    def _named(self, named: Named) -> Json:
        if named.full_name in self._written:
            return named.full_name
        self._written.add(named.full_name)
        node: Node = {"type": named.kind, "name": named.name, "namespace": named.namespace}
        if named.aliases:
            node["aliases"] = list(named.aliases)
        match named:
            case Record(fields=fields):
                node["fields"] = [self._field(each) for each in fields]
            case Enum(symbols=symbols, default=default):
                node["symbols"] = list(symbols)
                if default is not None:
                    node["default"] = default
            case Fixed(size=size):
                node["size"] = size
        return node

    def _field(self, field: Field) -> Node:
        node: Node = {"name": field.name, "type": self.node(field.type)}
        if field.has_default:
            node["default"] = field.default
        if field.aliases:
            node["aliases"] = list(field.aliases)
        return node
