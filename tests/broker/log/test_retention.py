"""Which segments retention takes, and how they leave."""

from pathlib import Path

import msgspec
import pytest

from odradek.broker.log import LogConfig, PartitionLog
from tests.broker.log.batches import NOW_MS, all_records, append, new_log

DAY_MS = 24 * 60 * 60 * 1000
CONFIG = LogConfig(segment_bytes=400, retention_ms=7 * DAY_MS, file_delete_delay_ms=60_000)
BATCH_BYTES = 118
"""Three of them make a segment."""


@pytest.fixture
def log(tmp_path: Path) -> PartitionLog:
    """Ten batches in segments that begin at 0, 3, 6 and 9, one a day until now."""
    log = new_log(tmp_path, CONFIG)
    for day in range(10):
        append(log, b"x" * 50, timestamp_ms=NOW_MS - (9 - day) * DAY_MS)
    assert log.size_bytes == 10 * BATCH_BYTES
    return log


def configure(log: PartitionLog, **changes: object) -> None:
    log.update_config(msgspec.structs.replace(CONFIG, **changes))


def segment_bases(log: PartitionLog) -> list[int]:
    return sorted(int(file.stem) for file in Path(log.directory).glob("*.log"))


def test_segments_go_when_their_newest_record_is_too_old(log: PartitionLog) -> None:
    assert log.apply_retention(NOW_MS) == 0
    assert log.apply_retention(NOW_MS + 1) == 1
    assert segment_bases(log) == [3, 6, 9]
    assert log.log_start_offset == 3
    assert [record.offset for record in all_records(log)] == list(range(3, 10))


def test_when_all_records_are_too_old_a_new_segment_begins(log: PartitionLog) -> None:
    assert log.apply_retention(NOW_MS + 8 * DAY_MS) == 4
    assert segment_bases(log) == [10]
    assert (log.log_start_offset, log.log_end_offset, log.size_bytes) == (10, 10, 0)
    assert append(log, b"next").base_offset == 10


def test_segments_go_while_enough_bytes_remain_without_them(log: PartitionLog) -> None:
    configure(log, retention_bytes=7 * BATCH_BYTES + 1, retention_ms=-1)
    assert log.apply_retention(NOW_MS) == 0
    configure(log, retention_bytes=7 * BATCH_BYTES, retention_ms=-1)
    assert log.apply_retention(NOW_MS) == 1
    configure(log, retention_bytes=BATCH_BYTES, retention_ms=-1)
    assert log.apply_retention(NOW_MS) == 2
    assert segment_bases(log) == [9]
    assert log.size_bytes == BATCH_BYTES


def test_without_limits_nothing_goes(log: PartitionLog) -> None:
    configure(log, retention_ms=-1)
    assert log.apply_retention(NOW_MS + 1000 * DAY_MS) == 0


def test_nothing_at_or_above_the_high_watermark_goes(tmp_path: Path) -> None:
    log = new_log(tmp_path, CONFIG)
    for _ in range(10):
        append(log, b"x" * 50)
    log.high_watermark = 7
    assert log.apply_retention(NOW_MS + 8 * DAY_MS) == 2
    assert segment_bases(log) == [6, 9]


def test_a_compacted_topic_loses_no_segment_by_age(log: PartitionLog) -> None:
    configure(log, cleanup_policy=frozenset({"compact"}))
    assert log.apply_retention(NOW_MS + 1000 * DAY_MS) == 0
    configure(log, cleanup_policy=frozenset({"compact", "delete"}))
    assert log.apply_retention(NOW_MS + 1000 * DAY_MS) == 4


def test_records_without_timestamps_are_as_old_as_their_file(tmp_path: Path) -> None:
    log = new_log(tmp_path, CONFIG)
    append(log, b"x", timestamp_ms=-1)
    (file,) = Path(log.directory).glob("*.log")
    written_ms = file.stat().st_mtime_ns // 1_000_000
    assert log.apply_retention(written_ms + 7 * DAY_MS) == 0
    assert log.apply_retention(written_ms + 7 * DAY_MS + 1) == 1


def test_files_wait_for_their_removal_under_another_name(log: PartitionLog) -> None:
    log.apply_retention(NOW_MS + 1)
    directory = Path(log.directory)
    assert sorted(file.name for file in directory.glob("*.deleted")) == [
        f"{0:020d}.index.deleted",
        f"{0:020d}.log.deleted",
        f"{0:020d}.timeindex.deleted",
    ]
    log.apply_retention(NOW_MS + 60_000)
    assert len(list(directory.glob("*.deleted"))) == 3
    log.apply_retention(NOW_MS + 60_001)
    assert list(directory.glob("*.deleted")) == []


def test_a_reader_that_was_in_a_deleted_segment_is_not_led_astray(log: PartitionLog) -> None:
    first = log.read(0, 2 * BATCH_BYTES, max_offset=10, minimum_one_batch=True)
    assert first.next_offset == 2
    log.delete_records_before(3)
    following = log.read(3, 1000, max_offset=10, minimum_one_batch=True)
    assert following.next_offset == 6
