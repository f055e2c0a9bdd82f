"""The short way to a batch of committed offsets writes what the long way writes."""

import random

import pytest

from odradek.broker.groups.offset_batch import encode_offsets
from odradek.broker.groups.records import (
    CommittedOffset,
    GroupRecord,
    OffsetRecord,
    encode,
    group_tombstone,
    offset_tombstones,
)
from odradek.protocol.records import Record, encode_batch

BATCHES = 300
LONGEST_REPETITION = 500
TEXTS = ("", "g", "é", "🙂", "\x00", "a" * 63, "a" * 64)


def any_text(dice: random.Random) -> str:
    return dice.choice(TEXTS) * dice.choice([1, 1, 2, dice.randrange(1, LONGEST_REPETITION)])


def any_record(dice: random.Random, now_ms: int) -> GroupRecord:
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
