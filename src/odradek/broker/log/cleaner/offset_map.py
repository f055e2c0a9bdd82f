"""The latest offset of every key in the part of a log that is being cleaned.

Memory is bounded: the map says when it is full, and the cleaner then cleans up to the last offset
that went in. What lies behind is left for the next round, as with Kafka.

Differs from Kafka: keys of less than 32 bytes stand for themselves and longer ones for their
SHA-256, where Kafka keeps the MD5 of each: nobody can make two keys that are taken for one.
"""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Set
from hashlib import sha256

SHORT_KEY_BYTES_MAX = 31
ENTRY_BYTES = 208
"""What a key costs at most: its bytes, its offset, and its share of a dict that is growing."""


class OffsetMap:
    """Keys to offsets, at most `memory_bytes` of them; offsets are put in rising order."""

    __slots__ = ("_entries_max", "_offsets", "_sorted", "latest_offset")

    def __init__(self, memory_bytes: int) -> None:
        self._entries_max = max(1, memory_bytes // ENTRY_BYTES)
        self._offsets: dict[bytes, int] = {}
        self._sorted: array[int] | None = None
        self.latest_offset = -1
        """Up to here the map knows everything."""

    def __len__(self) -> int:
        return len(self._offsets)

    def put_all(self, keys: Iterable[bytes | None], offsets: Iterable[int]) -> bool:
        """Note the records of a batch by their keys; False when there is no room for all of them.

        Those in front of the first that has no room are in. A record without a key is no news.
        """
        new = [
            (key if len(key) <= SHORT_KEY_BYTES_MAX else _digest(key), offset)
            for key, offset in zip(keys, offsets, strict=True)
            if key is not None
        ]
        latest = self._offsets
        while len(latest) + len(new) > self._entries_max:
            room = self._entries_max - len(latest)
            if not room and new[0][0] not in latest:
                return False
            fitting = max(1, room)
            self._take(new[:fitting])
            del new[:fitting]
        self._take(new)
        return True

    def _take(self, new: list[tuple[bytes, int]]) -> None:
        if new:
            self._offsets.update(new)
            self.latest_offset = new[-1][1]

    def get(self, key: bytes) -> int:
        """The latest known offset of `key`, -1 when there is none."""
        if len(key) > SHORT_KEY_BYTES_MAX:
            key = _digest(key)
        return self._offsets.get(key, -1)

    def latest_between(self, first_offset: int, last_offset: int) -> Set[int]:
        """Which of these offsets hold the latest record of their key; nothing is put any more."""
        if self._sorted is None:
            self._sorted = array("q", sorted(self._offsets.values()))
        start = bisect_left(self._sorted, first_offset)
        end = bisect_right(self._sorted, last_offset, start)
        return frozenset(self._sorted[start:end])


def _digest(key: bytes) -> bytes:
    return sha256(key, usedforsecurity=False).digest()
