"""How a record says which schema it was written with.

Two forms, both of Confluent's making:

    prefix   in front of the key or value: 00, the id in 4 bytes, then the data
    header   in a header of the record: 01, the GUID in 16 bytes; key and value are bare

Protobuf adds which message of its file the data is, as indexes from the outermost message to the
nested one, behind the id or the GUID: their number, then each one, as zigzag varints. The first
message of a file, by far the most frequent, is the single byte 00.

Readers look for the header first. What this module does not do: know a registry, or any format.
"""

from collections.abc import Sequence
from typing import NamedTuple

from odradek.protocol.records.errors import CorruptBatchError
from odradek.protocol.records.varint import append_varint, decode_varint

ID_MAGIC = 0
GUID_MAGIC = 1
ID_BYTES = 4
GUID_BYTES = 16
KEY_HEADER = "__key_schema_id"
VALUE_HEADER = "__value_schema_id"
ID_MAX = 2**31 - 1
FIRST_MESSAGE = (0,)
INDEXES_MAX = 100
"""protoc itself nests messages at most 32 deep."""


class UnknownFraming(ValueError):
    """The bytes begin as no record does that was written with a schema; says with what instead."""


class Prefixed(NamedTuple):
    """A key or value with its prefix taken off."""

    schema_id: int
    data: bytes


def id_prefix(schema_id: int) -> bytes:
    """What stands in front of data that the schema of this id has written."""
    return bytes([ID_MAGIC]) + schema_id.to_bytes(ID_BYTES, "big")


def split_prefix(framed: bytes) -> Prefixed:
    """The id and what comes behind it; raises UnknownFraming."""
    if len(framed) <= ID_BYTES:
        raise UnknownFraming(
            f"{len(framed)} bytes are too few for a schema id in front of data: {_shown(framed)}"
        )
    if framed[0] != ID_MAGIC:
        raise UnknownFraming(
            f"the data does not begin with the byte 00 and a schema id, but with {_shown(framed)};"
            " it was written without a registry, or its schema is named in a header"
        )
    return Prefixed(int.from_bytes(framed[1 : 1 + ID_BYTES], "big"), framed[1 + ID_BYTES :])


def guid_header(guid: str) -> bytes:
    """The value of KEY_HEADER or VALUE_HEADER for the schema of this GUID."""
    digits = guid.replace("-", "")
    if len(digits) != 2 * GUID_BYTES:
        raise ValueError(f"{guid!r} is no GUID: it has not 32 hexadecimal digits")
    return bytes([GUID_MAGIC]) + bytes.fromhex(digits)


def split_header(value: bytes) -> tuple[str, bytes]:
    """The GUID and what comes behind it (Protobuf's message indexes); raises UnknownFraming."""
    if len(value) <= GUID_BYTES or value[0] != GUID_MAGIC:
        raise UnknownFraming(
            f"a schema's header is the byte 01 and {GUID_BYTES} bytes, not {_shown(value)}"
        )
    return guid_text(value[1 : 1 + GUID_BYTES]), value[1 + GUID_BYTES :]


def guid_text(guid: bytes) -> str:
    """Sixteen bytes as people and the REST API write them."""
    digits = guid.hex()
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


def encode_message_indexes(indexes: Sequence[int]) -> bytes:
    """The way to a message: `(0,)` is the first of its file, `(2, 0)` the first in the third."""
    if tuple(indexes) == FIRST_MESSAGE:
        return b"\x00"
    buffer = bytearray()
    append_varint(buffer, len(indexes))
    for index in indexes:
        append_varint(buffer, index)
    return bytes(buffer)


def decode_message_indexes(data: bytes) -> tuple[tuple[int, ...], int]:
    """The way to the message, and where its data begins; raises UnknownFraming."""
    try:
        count, position = decode_varint(data, 0)
        if not 0 <= count <= INDEXES_MAX:
            raise UnknownFraming(f"a Protobuf message cannot be nested {count} deep")
        indexes = []
        for _ in range(count):
            index, position = decode_varint(data, position)
            indexes.append(index)
    except (IndexError, CorruptBatchError) as error:
        raise UnknownFraming(
            f"the data does not begin with the indexes of a Protobuf message: {_shown(data)}"
        ) from error
    return (tuple(indexes) or FIRST_MESSAGE), position


def _shown(data: bytes) -> str:
    return data[:8].hex(" ") or "nothing"
