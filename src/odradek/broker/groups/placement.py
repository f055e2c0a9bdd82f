"""Which partition of `__consumer_offsets` holds a group: Kafka's rule, so that its tools agree."""

_MASK = 0xFFFFFFFF
_LOWEST = 0x80000000


def partition_for(group_id: str, partition_count: int) -> int:
    """The partition of a group; the count must never change once there are groups."""
    code = java_hash(group_id)
    if code >= _LOWEST:
        # Java's absolute value of the lowest number is not positive; Kafka takes 0 for it.
        code = 0 if code == _LOWEST else _MASK + 1 - code
    return code % partition_count


def java_hash(text: str) -> int:
    """Java's String.hashCode, as an unsigned number of 32 bits."""
    code = 0
    data = text.encode("utf-16-be", "surrogatepass")
    for high, low in zip(data[::2], data[1::2], strict=True):
        code = (31 * code + (high << 8) + low) & _MASK
    return code
