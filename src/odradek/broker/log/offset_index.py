"""`.index`: which batch lies where, one entry for about every `index.interval.bytes` of log.

An entry is 8 bytes: the last offset of a batch relative to the segment's base offset, and the
batch's position in the file, both int32. Offsets and positions rise strictly. The index of the
active segment grows in memory and is written when the segment is rolled, or at a clean stop.

Differs from Kafka: files are not preallocated to `segment.index.bytes`, they have exactly their
entries, as Kafka's have after a roll.
"""

import sys
from array import array
from bisect import bisect_left, bisect_right

ENTRY_BYTES = 8
LARGEST_RELATIVE_OFFSET = 2**31 - 1


class OffsetIndex:
    """Entries as two parallel arrays, so that a lookup is one bisection in C."""

    __slots__ = ("_offsets", "_positions", "base_offset")

    def __init__(self, base_offset: int) -> None:
        self.base_offset = base_offset
        self._offsets = array("i")
        self._positions = array("i")

    def __len__(self) -> int:
        return len(self._offsets)

    def append(self, last_offset: int, position: int) -> None:
        self._offsets.append(last_offset - self.base_offset)
        self._positions.append(position)

    def position_for_offset(self, offset: int) -> int:
        """Where to start walking for `offset`: at or before the batch that contains it."""
        entry = bisect_right(self._offsets, offset - self.base_offset) - 1
        return self._positions[entry] if entry >= 0 else 0

    def position_before(self, position: int) -> int:
        """The last indexed batch boundary at or before `position`."""
        entry = bisect_right(self._positions, position) - 1
        return self._positions[entry] if entry >= 0 else 0

    @property
    def last_position(self) -> int:
        return self._positions[-1] if self._positions else 0

    def truncate(self, entries: int) -> None:
        """Keep the first `entries` entries."""
        del self._offsets[entries:]
        del self._positions[entries:]

    def truncate_to_position(self, position: int) -> None:
        """Drop the entries of batches at or behind `position`."""
        self.truncate(bisect_left(self._positions, position))

    def to_bytes(self) -> bytes:
        interleaved = array("i", bytes(ENTRY_BYTES * len(self)))
        interleaved[0::2] = self._offsets
        interleaved[1::2] = self._positions
        if sys.byteorder == "little":
            interleaved.byteswap()
        return interleaved.tobytes()

    @classmethod
    def from_bytes(cls, base_offset: int, content: bytes) -> "OffsetIndex":
        """Raises ValueError unless there are whole, strictly rising entries."""
        index = cls(base_offset)
        interleaved = array("i")
        interleaved.frombytes(content[: len(content) - len(content) % ENTRY_BYTES])
        if sys.byteorder == "little":
            interleaved.byteswap()
        index._offsets, index._positions = interleaved[0::2], interleaved[1::2]
        if len(content) % ENTRY_BYTES or not index._is_rising():
            raise ValueError(f"the offset index of segment {base_offset} is damaged")
        return index

    def _is_rising(self) -> bool:
        offsets, positions = self._offsets, self._positions
        return not offsets or (
            offsets[0] >= 0
            and positions[0] >= 0
            and all(map(int.__lt__, offsets, offsets[1:]))
            and all(map(int.__lt__, positions, positions[1:]))
        )
