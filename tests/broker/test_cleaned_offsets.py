"""`__consumer_offsets` is compacted like any other topic: commits without end stay small."""

import struct
import time
from pathlib import Path

import pytest

from odradek.broker.log_cleaner import LogCleaner
from odradek.broker.requests.dispatch import dispatch
from odradek.protocol.messages.offset_commit import (
    OffsetCommitRequest,
    OffsetCommitRequestPartition,
    OffsetCommitRequestTopic,
)
from tests.broker.harness import CLIENT_HOST, Harness
from tests.broker.test_log_cleaner import in_a_process
from tests.broker.test_offsets_log_damage import SETTINGS, commit, committed, offsets_log
from tests.reliability_report import Row, write_row

ROUNDS, COMMITS_A_ROUND = 4, 2_500
SOAK_ROUNDS, SOAK_COMMITS_A_ROUND = 20, 50_000
SMALL_BYTES = 1_000
OFFSET = struct.Struct(">q")
A_PLACE = 0x0123456789ABCDEF
"""The offset in the request, to be found and overwritten."""


def clean(broker: Harness) -> int:
    directory, now_ms = broker.broker.directory, broker.broker.now_ms
    cleaner = LogCleaner(
        directory, in_a_process, now_ms, lambda: 1 << 20, broker.broker.make_durable
    )
    return broker.loop.run_until_complete(cleaner.clean_all())


def roll(broker: Harness) -> None:
    log = offsets_log(broker)
    log.roll_segment(broker.broker.now_ms())
    ticket = log.begin_sync()
    ticket.run()
    log.complete_sync(ticket)


def commit_all(broker: Harness, offsets: range) -> None:
    """One commit after the other, as a client sends them; only the first is encoded by us."""
    commit(broker, offsets[0])
    partition = OffsetCommitRequestPartition(partition_index=0, committed_offset=A_PLACE)
    topic = OffsetCommitRequestTopic(name="t", partitions=[partition])
    template = broker.frame(OffsetCommitRequest(group_id="g", topics=[topic]), 8)
    place = template.index(OFFSET.pack(A_PLACE))
    for offset in offsets[1:]:
        frame = bytearray(template)
        OFFSET.pack_into(frame, place, offset)
        dispatch(broker.broker, memoryview(frame), CLIENT_HOST)
        broker.broker.write_staged()


def commit_and_clean(path: Path, rounds: int, commits: int) -> int:
    """So many rounds of so many commits and a cleaning; return the largest size after one."""
    broker = Harness(path, *SETTINGS)
    broker.create_topic("t")
    largest = 0
    for first in range(0, rounds * commits, commits):
        commit_all(broker, range(first, first + commits))
        assert offsets_log(broker).log_end_offset >= first + commits
        roll(broker)
        assert clean(broker) == 1
        largest = max(largest, offsets_log(broker).size_bytes)
    broker.close()
    assert committed(path) == rounds * commits - 1
    return largest


def test_ten_thousand_commits_of_one_group_stay_small(tmp_path: Path) -> None:
    assert commit_and_clean(tmp_path, ROUNDS, COMMITS_A_ROUND) < SMALL_BYTES


@pytest.mark.soak
def test_a_million_commits_of_one_group_stay_small(tmp_path: Path, seed: int) -> None:
    started = time.monotonic()
    largest = commit_and_clean(tmp_path, SOAK_ROUNDS, SOAK_COMMITS_A_ROUND)
    write_row(
        Row(
            name="commits of one group, compacted",
            amount=f"{SOAK_ROUNDS * SOAK_COMMITS_A_ROUND:,} commits, {SOAK_ROUNDS} cleanings",
            result=f"the last is there after a restart; __consumer_offsets had {largest:,} bytes "
            "at most after a cleaning",
            seconds=time.monotonic() - started,
            seed=seed,
        )
    )
    assert largest < SMALL_BYTES


def test_offsets_are_read_over_segments_that_cleaning_has_emptied(tmp_path: Path) -> None:
    broker = Harness(tmp_path, *SETTINGS)
    broker.create_topic("t")
    commit_all(broker, range(12_000))  # more than a segment
    roll(broker)
    assert offsets_log(broker).segment_count > 2
    assert clean(broker) == 1
    broker.close()
    assert committed(tmp_path) == 11_999


def test_commits_after_a_cleaning_are_replayed_after_a_crash(tmp_path: Path) -> None:
    broker = Harness(tmp_path, *SETTINGS)
    broker.create_topic("t")
    for offset in range(20):
        commit(broker, offset)
    roll(broker)
    clean(broker)
    commit(broker, 20)
    broker.broker.directory.abandon()
    broker.loop.close()
    assert committed(tmp_path) == 20
