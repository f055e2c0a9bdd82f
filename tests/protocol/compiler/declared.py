"""Small messages for the compiler's tests, each with one thing to compile."""

# ruff: noqa: RUF012 - msgspec copies empty lists for each instance

from typing import Annotated

from odradek.protocol.declaration import Message, Struct
from odradek.protocol.wire_types import (
    ZERO_UUID,
    Boolean,
    Bytes,
    Float64,
    Int8,
    Int16,
    Int32,
    Int64,
    Nullable,
    Records,
    String,
    Tag,
    UInt16,
    Uuid,
)


class Numbers(Message, versions="0-1", flexible="1+"):
    flag: Boolean = False
    tiny: Int8 = 0
    small: Int16 = 0
    port: UInt16 = 0
    middle: Int32 = 0
    large: Int64 = 0
    real: Float64 = 0.0
    id: Uuid = ZERO_UUID


class Texts(Message, versions="0-1", flexible="1+"):
    name: String = ""
    rack: String | None = None
    data: Bytes = b""


class Arrays(Message, versions="0-1", flexible="1+"):
    numbers: list[Int32] = []
    names: list[String] = []
    ids: list[Uuid] = []
    maybe: list[Int8] | None = None


class Point(Struct, frozen=True):
    x: Int16 = 0
    y: Int16 = 0


class Shapes(Message, versions="0-1", flexible="1+"):
    origin: Point = Point()
    cursor: Point | None = None
    corners: list[Point] = []


class Growing(Message, versions="0-3", flexible="9+"):
    old: Annotated[Int8, "0-1"] = 7
    kept: Int8 = 0
    new: Annotated[Int8, "2+"] = -1
    name: Annotated[String | None, Nullable("1+")] = ""
    list_of_new: Annotated[list[Int8], "3+"] = []


class Tagged(Message, versions="0-1", flexible="0+"):
    kept: Int8 = 0
    later: Annotated[Int32, "1+", Tag(5)] = -1
    name: Annotated[String | None, Tag(0)] = None
    point: Annotated[Point, Tag(1)] = Point()
    many: Annotated[list[Int16], Tag(2)] = []


class Untagged(Message, versions="0", flexible="0+"):
    """What a program knows that is older than the tags of `Tagged`."""

    kept: Int8 = 0


class Batches(Message, versions="0-1", flexible="1+"):
    before: Int8 = 1
    records: Records | None = None
    after: Int8 = 2


class Trailing(Message, versions="0"):
    records: Records | None = None


class Empty(Message, versions="0-1", flexible="1+"):
    """A message without fields, as some of Kafka's are."""
