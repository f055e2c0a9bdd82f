"""The wire types of Kafka's protocol, as annotations for message declarations.

A field's annotation says two things at once: to a type checker it is the Python type of the value
(`Int32` is an `int`), to the compiler it carries the wire type. Versions, tags and nullability are
added with `Annotated`:

    name: String                                           present in every version
    topic_id: Annotated[Uuid, "13+"]                       present from version 13
    rack: Annotated[String | None, "3+"]                   nullable wherever present
    topics: Annotated[list[Topic] | None, Nullable("2+")]  nullable only from version 2
    cluster_id: Annotated[String | None, "12+", Tag(0)]    a tagged field

Values in Python: a `Uuid` is 16 bytes, `Bytes` is copied out of the input as `bytes`, and `Records`
is not copied: decoding gives a `memoryview` slice of the input. A message that is only encoded may
hold `UnreadBytes` instead.
"""

from typing import Annotated, NamedTuple, Protocol

ZERO_UUID = bytes(16)


class FixedWidth(NamedTuple):
    """A value that always takes `width` bytes; `format` is its character in `struct`."""

    name: str
    format: str
    width: int


class LengthPrefixed(NamedTuple):
    """A run of bytes behind its length: 16 or 32 bits wide, or a compact (unsigned varint) one.

    `classic_length_format` is the length's character in `struct` before flexible versions.
    """

    name: str
    classic_length_format: str


class Tag(NamedTuple):
    """Marks a tagged field: an optional field at the end of a flexible struct, found by number."""

    number: int


class Nullable(NamedTuple):
    """The versions in which a field may be null, when those are not all of the field's versions."""

    versions: str


class UnreadBytes(Protocol):
    """Bytes that are still in a file: a length, a way to read them, and one to send them unread."""

    def __len__(self) -> int: ...

    def __bytes__(self) -> bytes: ...

    def send(self, socket_descriptor: int, start: int) -> int:
        """Send on from byte `start`; how many the socket took."""


WireType = FixedWidth | LengthPrefixed

Boolean = Annotated[bool, FixedWidth("bool", "?", 1)]
Int8 = Annotated[int, FixedWidth("int8", "b", 1)]
Int16 = Annotated[int, FixedWidth("int16", "h", 2)]
UInt16 = Annotated[int, FixedWidth("uint16", "H", 2)]
Int32 = Annotated[int, FixedWidth("int32", "i", 4)]
Int64 = Annotated[int, FixedWidth("int64", "q", 8)]
Float64 = Annotated[float, FixedWidth("float64", "d", 8)]
Uuid = Annotated[bytes, FixedWidth("uuid", "16s", 16)]
String = Annotated[str, LengthPrefixed("string", "h")]
Bytes = Annotated[bytes, LengthPrefixed("bytes", "i")]
Records = Annotated[bytes | bytearray | memoryview, LengthPrefixed("records", "i")]
UnreadRecords = Annotated[
    bytes | bytearray | memoryview | UnreadBytes, LengthPrefixed("records", "i")
]
