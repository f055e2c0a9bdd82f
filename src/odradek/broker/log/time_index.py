"""`.timeindex`: how far the largest timestamp had risen by which offset.

An entry is 12 bytes: a timestamp (int64) and the last offset, relative to the base offset (int32),
of the batch that raised the segment's largest timestamp to it. Timestamps rise strictly. Entries
come with those of the offset index; the largest timestamp of all is added when the segment is
rolled or the log is closed, so the last entry of a file answers "the largest timestamp in here".
"""

import struct
from array import array
from bisect import bisect_right

from odradek.protocol.records.batch import NO_TIMESTAMP

ENTRY_BYTES = 12
ENTRY = struct.Struct(">qi")


class TimeIndex:
    """Entries as two parallel arrays."""

    __slots__ = ("_offsets", "_timestamps", "base_offset")

    def __init__(self, base_offset: int) -> None:
        self.base_offset = base_offset
        self._timestamps = array("q")
        self._offsets = array("i")

    def __len__(self) -> int:
        return len(self._timestamps)

    def maybe_append(self, timestamp_ms: int, offset: int) -> None:
        """Add an entry unless the timestamp is no news."""
        if timestamp_ms > (self._timestamps[-1] if self._timestamps else NO_TIMESTAMP):
            self._timestamps.append(timestamp_ms)
            self._offsets.append(offset - self.base_offset)

    def offset_for_timestamp(self, timestamp_ms: int) -> int:
        """No batch before the one that contains this offset reaches `timestamp_ms`."""
        entry = bisect_right(self._timestamps, timestamp_ms) - 1
        return self.base_offset + (self._offsets[entry] if entry >= 0 else 0)

    @property
    def last_entry(self) -> tuple[int, int]:
        """Largest timestamp and its batch's last offset; no timestamp at the base when empty."""
        if not self._timestamps:
            return NO_TIMESTAMP, self.base_offset
        return self._timestamps[-1], self.base_offset + self._offsets[-1]

    def truncate(self, entries: int) -> None:
        """Keep the first `entries` entries."""
        del self._timestamps[entries:]
        del self._offsets[entries:]

    def to_bytes(self) -> bytes:
        return b"".join(map(ENTRY.pack, self._timestamps, self._offsets))

    @classmethod
    def from_bytes(cls, base_offset: int, content: bytes) -> "TimeIndex":
        """Raises ValueError unless there are whole, rising entries."""
        index = cls(base_offset)
        whole = len(content) - len(content) % ENTRY_BYTES
        for timestamp_ms, relative_offset in ENTRY.iter_unpack(content[:whole]):
            index._timestamps.append(timestamp_ms)
            index._offsets.append(relative_offset)
        if whole != len(content) or not index._is_rising():
            raise ValueError(f"the time index of segment {base_offset} is damaged")
        return index

    def _is_rising(self) -> bool:
        timestamps, offsets = self._timestamps, self._offsets
        return all(map(int.__lt__, timestamps, timestamps[1:])) and all(
            map(int.__le__, offsets, offsets[1:])
        )
