"""Signed varints as records use them: zigzag, then seven bits a byte, least significant first.

Zigzag maps 0, -1, 1, -2 to 0, 1, 2, 3, so small magnitudes of either sign take one byte. Record
lengths, offset deltas and sizes have 32 bits, timestamp deltas 64; one decoder serves both.
"""

from odradek.protocol.records.errors import CorruptBatchError

LONGEST_VARLONG_BYTES = 10


def append_varint(buffer: bytearray, value: int) -> None:
    """Append the zigzag varint of a value of at most 64 bits."""
    zigzag = (value << 1) ^ (value >> 63)
    while zigzag > 0x7F:
        buffer.append((zigzag & 0x7F) | 0x80)
        zigzag >>= 7
    buffer.append(zigzag)


def decode_varint(data: bytes | memoryview, position: int) -> tuple[int, int]:
    """The value at `position` and the position behind it.

    Raises IndexError at the end of `data`, CorruptBatchError above ten bytes.
    """
    byte = data[position]
    if byte < 128:
        return (byte >> 1) ^ -(byte & 1), position + 1
    second = data[position + 1]
    if second < 128:  # most records have a length of two bytes
        return (byte & 0x7F | second << 7) >> 1 ^ -(byte & 1), position + 2
    zigzag = byte & 0x7F
    for shift in range(7, 7 * LONGEST_VARLONG_BYTES, 7):
        position += 1
        byte = data[position]
        zigzag |= (byte & 0x7F) << shift
        if byte < 128:
            return (zigzag >> 1) ^ -(zigzag & 1), position + 1
    raise CorruptBatchError(f"the varint before byte {position} has more than 64 bits")
