"""Where the latest record of every key is, in the part of a log that is being cleaned.

Memory is bounded: the map says when it is full, and the cleaner then cleans up to the last offset
that went in. What lies behind is left for the next round, as with Kafka.

A record is known by its place (`record_keys`): its offset, and where it begins in its batch. Places
are put in rising order.

Differs from Kafka: keys of less than 32 bytes stand for themselves and longer ones for their
SHA-256, where Kafka keeps the MD5 of each: nobody can make two keys that are taken for one.
"""

from bisect import bisect_left
from collections.abc import Sequence
from hashlib import sha256

from odradek.protocol.records.record_keys import OFFSET_SHIFT

SHORT_KEY_BYTES_MAX = 31
ENTRY_BYTES = 224
"""What a key costs at most: its bytes, its place, and its share of a dict that is growing."""
NOWHERE = -1


class OffsetMap:
    """Keys to places, at most `memory_bytes` of them."""

    __slots__ = ("_entries_max", "_places", "_sorted", "latest_offset")

    def __init__(self, memory_bytes: int) -> None:
        self._entries_max = max(1, memory_bytes // ENTRY_BYTES)
        self._places: dict[bytes, int] = {}
        self._sorted: list[int] | None = None
        self.latest_offset = -1
        """Up to here the map knows everything."""

    def __len__(self) -> int:
        return len(self._places)

    def put_all(self, keys: Sequence[bytes | None], places: Sequence[int]) -> bool:
        """Note the records of a batch by their keys; False when there is no room for all of them.

        Those in front of the first that has no room are in. A record without a key is no news.
        """
        known, places = _comparable(keys, places)
        if len(self._places) + len(known) <= self._entries_max:
            self._take(known, places)
            return True
        first = 0
        while first < len(known):
            room = self._entries_max - len(self._places)
            if not room and known[first] not in self._places:
                return False
            fitting = first + max(1, room)
            self._take(known[first:fitting], places[first:fitting])
            first = fitting
        return True

    def _take(self, keys: Sequence[bytes], places: Sequence[int]) -> None:
        if keys:
            self._places.update(zip(keys, places, strict=True))
            self.latest_offset = places[-1] >> OFFSET_SHIFT

    def latest_of(self, keys: Sequence[bytes | None], places: Sequence[int]) -> list[int]:
        """The places of those records of a batch that are the latest of their key.

        What lies behind all that the map knows is no older than anything: keyless records too.
        """
        unknown = bisect_left(places, self.latest_offset + 1 << OFFSET_SHIFT)
        known, known_places = _comparable(keys[:unknown], places[:unknown])
        find = self._places.get
        return [
            place
            for key, place in zip(known, known_places, strict=True)
            if place >= find(key, NOWHERE)
        ] + list(places[unknown:])

    def latest_between(self, first_offset: int, last_offset: int) -> list[int]:
        """The places of the latest records among these offsets; nothing is put any more."""
        if self._sorted is None:
            self._sorted = sorted(self._places.values())
        start = bisect_left(self._sorted, first_offset << OFFSET_SHIFT)
        end = bisect_left(self._sorted, last_offset + 1 << OFFSET_SHIFT, start)
        return self._sorted[start:end]


def _comparable(
    keys: Sequence[bytes | None], places: Sequence[int]
) -> tuple[Sequence[bytes], Sequence[int]]:
    """The records that have a key, with what stands for it in the map."""
    present = [key for key in keys if key is not None]
    if len(present) < len(keys):
        pairs = zip(keys, places, strict=True)
        places = [place for key, place in pairs if key is not None]
    if max(map(len, present), default=0) > SHORT_KEY_BYTES_MAX:
        present = [key if len(key) <= SHORT_KEY_BYTES_MAX else _digest(key) for key in present]
    return present, places


def _digest(key: bytes) -> bytes:
    return sha256(key, usedforsecurity=False).digest()
