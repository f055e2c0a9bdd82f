"""The map of keys: what it knows, when it is full, and what it costs."""

import tracemalloc

from odradek.broker.log.cleaner.offset_map import ENTRY_BYTES, OffsetMap

LONG_KEY_BYTES = 40


def test_the_latest_offset_of_a_key_is_known() -> None:
    latest = OffsetMap(1 << 20)
    assert latest.put_all([b"a", None, b"b", b"a"], [3, 4, 5, 6])
    assert (latest.get(b"a"), latest.get(b"b"), latest.get(b"c")) == (6, 5, -1)
    assert latest.latest_between(4, 6) == {5, 6}
    assert latest.latest_between(0, 4) == set()


def test_long_keys_do_not_meet_each_other_nor_their_digests() -> None:
    keys = [bytes([number]) * length for number in range(20) for length in (31, 32, 33, 1000)]
    latest = OffsetMap(1 << 20)
    assert latest.put_all(keys, range(len(keys)))
    assert [latest.get(key) for key in keys] == list(range(len(keys)))


def test_a_full_map_knows_what_was_put_before_the_first_key_without_room() -> None:
    latest = OffsetMap(3 * ENTRY_BYTES)
    assert latest.put_all([b"a", b"b"], [0, 1])
    assert not latest.put_all([b"a", b"b", b"c", b"a", b"d", b"b"], [2, 3, 4, 5, 6, 7])
    assert (len(latest), latest.latest_offset) == (3, 5)
    assert [latest.get(key) for key in (b"a", b"b", b"c", b"d")] == [5, 3, 4, -1]


def test_a_map_without_room_for_anything_takes_one_key() -> None:
    latest = OffsetMap(1)
    assert not latest.put_all([b"a", b"b"], [0, 1])
    assert latest.latest_offset == 0


def test_memory_stays_below_its_bound_however_many_keys_there_are() -> None:
    for entries in (1_000, 44_000, 88_000, 100_000):
        tracemalloc.start()
        latest = OffsetMap(entries * ENTRY_BYTES)
        before, _ = tracemalloc.get_traced_memory()
        for first in range(0, entries, 100):
            offsets = [10_000_000_000 + offset for offset in range(first, first + 100)]
            keys = [b"%0*d" % (LONG_KEY_BYTES, offset) for offset in offsets]
            assert latest.put_all(keys, offsets)
        assert len(latest.latest_between(10_000_000_000, 10_000_000_009)) == 10
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert peak - before <= entries * ENTRY_BYTES
