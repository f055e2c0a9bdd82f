"""Which partition of a coordinator's topic holds a key: Kafka's rule, so that its tools agree.

Keys are group ids in `__consumer_offsets`, transactional ids in `__transaction_state`.
"""

import struct
from collections.abc import Iterable

_UTF_16_UNIT = struct.Struct(">H")
_MASK = 0xFFFFFFFF
_LOWEST = 0x80000000


def partition_for(key: str, partition_count: int) -> int:
    """The partition of a key; the count must never change once there are keys."""
    code = java_hash(key)
    if code >= _LOWEST:
        # Java's absolute value of the lowest number is not positive; Kafka takes 0 for it.
        code = 0 if code == _LOWEST else _MASK + 1 - code
    return code % partition_count


def java_hash(text: str) -> int:
    """Java's String.hashCode, as an unsigned number of 32 bits."""
    if text.isascii():
        units: Iterable[int] = text.encode()
    else:
        units = (unit for (unit,) in _UTF_16_UNIT.iter_unpack(_utf_16(text)))
    code = 0
    for unit in units:
        code = (31 * code + unit) & _MASK
    return code


def _utf_16(text: str) -> bytes:
    return text.encode("utf-16-be", "surrogatepass")
