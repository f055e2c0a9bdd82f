"""What generated encoders call: the rare paths, kept out of the straight line."""

from typing import Any

from odradek.protocol.errors import EncodeError
from odradek.protocol.varint import ONE_BYTE_VARINTS, encode_unsigned_varint

LONGEST_STRING_BYTES = 32767


def encode_string_length(length: int) -> bytes:
    """A compact string length of more than one byte; Kafka allows at most 32767."""
    if length > LONGEST_STRING_BYTES + 1:
        raise EncodeError(f"a string of {length - 1} bytes is above the limit of 32767")
    return encode_unsigned_varint(length)


def require_uuid(value: bytes) -> bytes:
    """A uuid as it is; `struct` would cut or pad one of another length without a word."""
    if len(value) != 16:
        raise EncodeError(f"a uuid has 16 bytes, not {len(value)}: {value!r}")
    return value


# The globals of every generated encoder.
NAMES: dict[str, Any] = {
    "ONE_BYTE_VARINTS": ONE_BYTE_VARINTS,
    "bytes_length": encode_unsigned_varint,
    "require_uuid": require_uuid,
    "string_length": encode_string_length,
    "varint": encode_unsigned_varint,
}
