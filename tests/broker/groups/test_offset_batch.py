"""The short way to a batch of committed offsets writes what the long way writes."""

import random

import pytest

from odradek.broker.groups.offset_batch import decode_offsets, encode_offsets
from odradek.broker.groups.records import (
    CommittedOffset,
    GroupRecord,
    OffsetRecord,
    decode,
    encode,
    group_tombstone,
    offset_tombstones,
)
from odradek.protocol.records import Record, decode_records, encode_batch
from odradek.protocol.records.batch import HEADER_BYTES, parse_header
from odradek.protocol.records.record import assemble_batch

BATCHES = 300
DAMAGED_BATCHES = 3000
LONGEST_REPETITION = 500
TEXTS = ("", "g", "é", "🙂", "\x00", "a" * 63, "a" * 64)


def any_text(dice: random.Random) -> str:
    return dice.choice(TEXTS) * dice.choice([1, 1, 2, dice.randrange(1, LONGEST_REPETITION)])


def any_record(dice: random.Random, now_ms: int) -> OffsetRecord:
    committed = CommittedOffset(
        offset=dice.choice([-1, 0, dice.randrange(2**63)]),
        leader_epoch=dice.choice([-1, 0, 2**31 - 1]),
        metadata=any_text(dice),
        commit_timestamp_ms=now_ms,
        topic_id=dice.choice([bytes(16), dice.randbytes(16)]),
    )
    return OffsetRecord(any_text(dice), (any_text(dice), dice.randrange(2**31)), committed)


def test_both_ways_write_the_same_bytes(seed: int) -> None:
    dice = random.Random(seed)
    for _ in range(BATCHES):
        now_ms = dice.randrange(2**41)
        records = [any_record(dice, now_ms) for _ in range(dice.choice([1, 1, 2, 70]))]
        expected = encode_batch([Record(0, now_ms, *encode(record)) for record in records])
        assert encode_offsets(records, now_ms) == expected


def test_both_ways_read_the_same_records(seed: int) -> None:
    dice = random.Random(seed)
    for _ in range(BATCHES):
        records = [any_record(dice, 5) for _ in range(dice.choice([1, 1, 2, 70]))]
        batch = encode_offsets(records, 5)
        assert batch is not None
        found = decode_offsets(bytes(batch))
        assert found is None or found == records
        assert found is not None or any(len(each.committed.metadata) > 25 for each in records)


def test_whatever_is_read_on_the_short_way_is_what_the_long_way_reads(seed: int) -> None:
    """Batches with damage inside, whose checksum was made right again."""
    dice = random.Random(seed)
    short_ways = 0
    for _ in range(DAMAGED_BATCHES):
        committed = CommittedOffset(7, 3, "note", 5, topic_id=dice.choice([bytes(16), b"i" * 16]))
        batch = encode_offsets([OffsetRecord("group", ("topic", 4), committed)], 5)
        assert batch is not None
        for _ in range(dice.choice([1, 1, 2])):
            batch[dice.randrange(HEADER_BYTES, len(batch))] = dice.randrange(256)
        header = parse_header(batch)
        whole = assemble_batch(header, batch[HEADER_BYTES:])
        found = decode_offsets(whole)
        if found is not None:
            short_ways += 1
            assert found == [decode(each.key, each.value) for each in decode_records(whole)]
    assert short_ways


@pytest.mark.parametrize(
    "other",
    [
        group_tombstone("g"),
        *offset_tombstones("g", [("t", 0)]),
        OffsetRecord("g", ("t", 0), CommittedOffset(1, expire_timestamp_ms=5)),
    ],
)
def test_everything_but_a_plain_commit_is_left_to_the_long_way(other: GroupRecord) -> None:
    plain = OffsetRecord("g", ("t", 0), CommittedOffset(1))
    assert encode_offsets([plain, other], 1) is None
