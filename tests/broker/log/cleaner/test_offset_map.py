"""The map of keys: what it knows, when it is full, and what it costs."""

import tracemalloc
from collections.abc import Iterable

from odradek.broker.log.cleaner.offset_map import ENTRY_BYTES, OffsetMap
from odradek.protocol.records.record_keys import OFFSET_SHIFT

LONG_KEY_BYTES = 40
START = 17


def places(offsets: Iterable[int]) -> list[int]:
    """Records at these offsets, each somewhere in its batch."""
    return [offset << OFFSET_SHIFT | START for offset in offsets]


def latest(of: OffsetMap, keys: list[bytes | None], offsets: Iterable[int]) -> list[int]:
    return [place >> OFFSET_SHIFT for place in of.latest_of(keys, places(offsets))]


def test_the_latest_place_of_a_key_is_known() -> None:
    known = OffsetMap(1 << 20)
    assert known.put_all([b"a", None, b"b", b"a"], places([3, 4, 5, 6]))
    assert latest(known, [b"a", None, b"b", b"c", b"a"], range(2, 7)) == [5, 6]
    assert latest(known, [b"a", b"b", b"c"], [0, 1, 2]) == [2]
    assert known.latest_between(4, 6) == places([5, 6])
    assert known.latest_between(0, 4) == []


def test_what_lies_behind_the_known_is_the_latest() -> None:
    known = OffsetMap(1 << 20)
    assert known.put_all([b"a", b"b"], places([3, 4]))
    assert latest(known, [b"a", b"b", b"a", None], [2, 4, 5, 6]) == [4, 5, 6]


def test_long_keys_do_not_meet_each_other_nor_their_digests() -> None:
    keys: list[bytes | None] = [
        bytes([number]) * length for number in range(20) for length in (31, 32, 33, 1000)
    ]
    known = OffsetMap(1 << 20)
    assert known.put_all(keys, places(range(len(keys))))
    assert len(known) == len(keys)
    assert latest(known, keys, range(len(keys))) == list(range(len(keys)))


def test_a_full_map_knows_what_was_put_before_the_first_key_without_room() -> None:
    known = OffsetMap(3 * ENTRY_BYTES)
    assert known.put_all([b"a", b"b"], places([0, 1]))
    keys: list[bytes | None] = [b"a", b"b", b"c", b"a", b"d", b"b"]
    assert not known.put_all(keys, places(range(2, 8)))
    assert (len(known), known.latest_offset) == (3, 5)
    assert latest(known, keys, range(2, 8)) == [3, 4, 5, 6, 7]


def test_a_map_without_room_for_anything_takes_one_key() -> None:
    known = OffsetMap(1)
    assert not known.put_all([b"a", b"b"], places([0, 1]))
    assert known.latest_offset == 0


def test_memory_stays_below_its_bound_however_many_keys_there_are() -> None:
    for entries in (1_000, 44_000, 88_000, 100_000):
        tracemalloc.start()
        known = OffsetMap(entries * ENTRY_BYTES)
        before, _ = tracemalloc.get_traced_memory()
        for first in range(0, entries, 100):
            offsets = range(10_000_000_000 + first, 10_000_000_000 + first + 100)
            keys = [b"%0*d" % (LONG_KEY_BYTES, offset) for offset in offsets]
            assert known.put_all(keys, places(offsets))
        assert len(known.latest_between(10_000_000_000, 10_000_000_009)) == 10
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert peak - before <= entries * ENTRY_BYTES
