"""The two indexes of a segment, in memory and in their files."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odradek.broker.log.offset_index import OffsetIndex
from odradek.broker.log.time_index import TimeIndex

BASE = 1000

rising = st.lists(st.integers(0, 2**31 - 1), unique=True, max_size=30).map(sorted)


def offset_index(*entries: tuple[int, int]) -> OffsetIndex:
    index = OffsetIndex(BASE)
    for last_offset, position in entries:
        index.append(last_offset, position)
    return index


def test_a_lookup_finds_the_last_entry_at_or_before_the_offset() -> None:
    index = offset_index((1009, 500), (1019, 900))
    offsets = [1000, 1008, 1009, 1018, 1019, 5000]
    assert [index.position_for_offset(offset) for offset in offsets] == [0, 0, 500, 500, 900, 900]


def test_a_lookup_by_position_finds_the_last_boundary_before_it() -> None:
    index = offset_index((1009, 500), (1019, 900))
    positions = [0, 499, 500, 899, 900, 5000]
    assert [index.position_before(position) for position in positions] == [0, 0, 500, 500, 900, 900]


def test_an_offset_index_file_has_big_endian_pairs() -> None:
    assert offset_index((1009, 500), (1019, 900)).to_bytes() == struct.pack(
        ">iiii", 9, 500, 19, 900
    )


@given(rising, rising)
def test_an_offset_index_comes_back_from_its_file(offsets: list[int], positions: list[int]) -> None:
    entries = [(BASE + offset, at) for offset, at in zip(offsets, positions, strict=False)]
    content = offset_index(*entries).to_bytes()
    loaded = OffsetIndex.from_bytes(BASE, content)
    assert loaded.to_bytes() == content
    assert [loaded.position_for_offset(offset) for offset, _ in entries] == [
        at for _, at in entries
    ]


@pytest.mark.parametrize(
    "content",
    [
        struct.pack(">ii", 9, 500) + b"\0",
        struct.pack(">iiii", 9, 500, 9, 900),
        struct.pack(">iiii", 9, 500, 19, 500),
        struct.pack(">iiii", 9, 500, 0, 0),
        struct.pack(">ii", -1, 500),
    ],
)
def test_a_damaged_offset_index_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match="damaged"):
        OffsetIndex.from_bytes(BASE, content)


def test_a_time_index_keeps_only_news() -> None:
    index = TimeIndex(BASE)
    for timestamp_ms, offset in [(50, 1003), (50, 1009), (40, 1010), (60, 1011)]:
        index.maybe_append(timestamp_ms, offset)
    assert len(index) == 2
    assert index.last_entry == (60, 1011)


def test_a_time_lookup_finds_the_last_entry_that_is_not_later() -> None:
    index = TimeIndex(BASE)
    index.maybe_append(50, 1003)
    index.maybe_append(60, 1011)
    timestamps = [0, 49, 50, 59, 60, 99]
    found = [index.offset_for_timestamp(timestamp_ms) for timestamp_ms in timestamps]
    assert found == [1000, 1000, 1003, 1003, 1011, 1011]


def test_an_empty_time_index_knows_no_timestamp() -> None:
    assert TimeIndex(BASE).last_entry == (-1, BASE)


def test_a_time_index_file_has_big_endian_entries_and_comes_back() -> None:
    index = TimeIndex(BASE)
    index.maybe_append(50, 1003)
    index.maybe_append(60, 1011)
    content = index.to_bytes()
    assert content == struct.pack(">qiqi", 50, 3, 60, 11)
    assert TimeIndex.from_bytes(BASE, content).last_entry == (60, 1011)


@pytest.mark.parametrize(
    "content",
    [b"\0" * 13, struct.pack(">qiqi", 50, 3, 50, 4), struct.pack(">qiqi", 50, 3, 60, 2)],
)
def test_a_damaged_time_index_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match="damaged"):
        TimeIndex.from_bytes(BASE, content)
