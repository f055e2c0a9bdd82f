"""Unsigned varints: seven bits per byte, least significant first, high bit on all but the last.

Compact lengths, tags and tag sizes are unsigned varints of at most 32 bits. Almost every one is
below 128, so the compiled codecs handle one byte inline and call these functions for the rest.
"""

from odradek.protocol.errors import DecodeError

LONGEST_VARINT_BYTES = 5

ONE_BYTE_VARINTS = tuple(bytes((value,)) for value in range(128))


def encode_unsigned_varint(value: int) -> bytes:
    """The bytes of `value`, which must not be negative."""
    if value < 128:
        return ONE_BYTE_VARINTS[value]
    encoded = bytearray()
    while value > 127:
        encoded.append((value & 0x7F) | 0x80)
        value >>= 7
    encoded.append(value)
    return bytes(encoded)


def decode_unsigned_varint(view: memoryview, position: int) -> tuple[int, int]:
    """Read the varint at `position`; return it with the position behind it.

    Raises IndexError at the end of the input and DecodeError above 32 bits.
    """
    value = 0
    for shift in range(0, 7 * LONGEST_VARINT_BYTES, 7):
        byte = view[position]
        position += 1
        value |= (byte & 0x7F) << shift
        if byte < 128:
            if value > 0xFFFFFFFF:
                break
            return value, position
    raise DecodeError(f"the varint that ends at byte {position} has more than 32 bits")
