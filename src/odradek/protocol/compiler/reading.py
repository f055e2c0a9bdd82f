"""What generated decoders call: the rare paths, kept out of the straight line."""

from typing import Any, NoReturn

from odradek.protocol.errors import DecodeError
from odradek.protocol.varint import decode_unsigned_varint

LONGEST_STRING_BYTES = 32767
LONGEST_BYTES = 2**31 - 1

# How a length-prefixed value is taken out of the input.
SLICE = {
    "string": 'str(view[{start}:{end}], "utf-8")',
    "bytes": "bytes(view[{start}:{end}])",
    "records": "view[{start}:{end}]",
}


def read_string_length(view: memoryview, position: int) -> tuple[int, int]:
    """A compact string length of more than one byte; Kafka allows at most 32767."""
    length, position = decode_unsigned_varint(view, position)
    if length > LONGEST_STRING_BYTES + 1:
        raise DecodeError(f"the string at byte {position} claims {length - 1} bytes, above 32767")
    return length, position


def read_bytes_length(view: memoryview, position: int) -> tuple[int, int]:
    """A compact length of bytes, records or an array, of more than one byte."""
    length, position = decode_unsigned_varint(view, position)
    if length > LONGEST_BYTES + 1:
        raise DecodeError(f"the length at byte {position} is {length - 1}, above 2**31 - 1")
    return length, position


def skip_tagged_fields(view: memoryview, position: int, limit: int) -> int:
    """Step over a tag buffer of which no field is known; its count is just before `position`."""
    count, position = decode_unsigned_varint(view, position - 1)
    for _ in range(count):
        _, position = decode_unsigned_varint(view, position)
        size, position = decode_unsigned_varint(view, position)
        if position + size > limit:
            refuse_length("a tagged field", position, position + size, limit)
        position += size
    return position


def refuse_null(path: str, position: int) -> NoReturn:
    raise DecodeError(f"{path} at byte {position} is null, which this version does not allow")


def refuse_length(path: str, position: int, end: int, limit: int) -> NoReturn:
    raise DecodeError(
        f"{path} at byte {position} claims {end - position} bytes, but {limit - position} are left"
    )


def refuse_tag(path: str, position: int, end: int) -> NoReturn:
    raise DecodeError(f"tagged field {path} ends at byte {position}, its size says {end}")


# The globals of every generated decoder.
NAMES: dict[str, Any] = {
    "read_string_length": read_string_length,
    "read_bytes_length": read_bytes_length,
    "read_varint": decode_unsigned_varint,
    "refuse_length": refuse_length,
    "refuse_null": refuse_null,
    "refuse_tag": refuse_tag,
    "skip_tagged_fields": skip_tagged_fields,
}
