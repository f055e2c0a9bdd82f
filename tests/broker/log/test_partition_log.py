"""Appending to one partition and reading it back."""

import errno
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from odradek.broker.log import (
    Files,
    LogConfig,
    LogDirectory,
    LogOfflineError,
    LogWriteError,
    OffsetOutOfRange,
    PartitionLog,
)
from odradek.protocol.errors import ErrorCode
from odradek.protocol.records import (
    Record,
    TimestampType,
    encode_batch,
    parse_header,
    split_batches,
)
from tests.broker.log.batches import (
    NOW_MS,
    TOPIC_ID,
    all_records,
    append,
    new_log,
    producer_batch,
    sync,
)

HOUR_MS = 60 * 60 * 1000
SMALL_SEGMENTS = LogConfig(segment_bytes=400, index_interval_bytes=100)


class FullDisk(Files):
    """Takes no more bytes while `is_full`; a write gets half of them out first."""

    def __init__(self) -> None:
        self.is_full = False
        self.is_stuck = False
        self.syncs_fail: BaseException | None = None

    def pwritev(self, descriptor: int, buffers: Sequence[bytes | memoryview], position: int) -> int:
        if self.is_full:
            data = b"".join(buffers)
            super().pwritev(descriptor, [data[: len(data) // 2]], position)
            raise OSError(errno.ENOSPC, "No space left on device")
        return super().pwritev(descriptor, buffers, position)

    def truncate(self, descriptor: int, size: int) -> None:
        if self.is_stuck:
            raise OSError(errno.EIO, "Input/output error")
        super().truncate(descriptor, size)

    def fdatasync(self, descriptor: int) -> None:
        if self.syncs_fail is not None:
            raise self.syncs_fail
        super().fdatasync(descriptor)


@pytest.fixture
def disk() -> FullDisk:
    return FullDisk()


@pytest.fixture
def log(tmp_path: Path, disk: FullDisk) -> PartitionLog:
    return LogDirectory.open(tmp_path, disk).create("flights", 0, TOPIC_ID, SMALL_SEGMENTS)


def values(log: PartitionLog) -> list[bytes | None]:
    return [record.value for record in all_records(log)]


# --- appending


def test_batches_get_consecutive_offsets_and_the_leader_epoch(log: PartitionLog) -> None:
    batches = [producer_batch(b"a", b"b"), producer_batch(b"c")]
    results = [log.append(batch, leader_epoch=4, now_ms=NOW_MS) for batch in batches]
    assert [(result.base_offset, result.last_offset) for result in results] == [(0, 1), (2, 2)]
    assert [parse_header(batch).partition_leader_epoch for batch in batches] == [4, 4]
    log.write_staged()
    assert [record.offset for record in all_records(log)] == [0, 1, 2]


def test_what_is_staged_has_offsets_but_cannot_be_read(log: PartitionLog) -> None:
    log.append(producer_batch(b"a"), leader_epoch=0, now_ms=NOW_MS)
    assert (log.log_end_offset, log.written_end_offset) == (1, 0)
    assert log.read(0, 1000, max_offset=1, minimum_one_batch=True).records == b""


def test_a_refused_batch_changes_nothing(log: PartitionLog) -> None:
    batch = producer_batch(b"a")
    batch[-1] ^= 1
    result = log.append(batch, leader_epoch=0, now_ms=NOW_MS)
    assert (result.error, result.base_offset) == (ErrorCode.CORRUPT_MESSAGE, -1)
    assert result.message is not None
    assert log.log_end_offset == 0


def test_a_duplicate_is_a_success_with_the_first_offsets(log: PartitionLog) -> None:
    batches = [
        producer_batch(b"a", b"b", producer_id=9, producer_epoch=0, base_sequence=0)
        for _ in range(2)
    ]
    first, again = (log.append(batch, leader_epoch=0, now_ms=NOW_MS) for batch in batches)
    assert (again.error, again.base_offset, again.last_offset) == (ErrorCode.NONE, 0, 1)
    assert (first.is_duplicate, again.is_duplicate) == (False, True)
    assert log.log_end_offset == 2


def test_a_gap_in_the_sequence_is_refused_with_both_numbers(log: PartitionLog) -> None:
    for sequence in (0, 5):
        batch = producer_batch(b"a", producer_id=9, producer_epoch=0, base_sequence=sequence)
        result = log.append(batch, leader_epoch=0, now_ms=NOW_MS)
    assert result.error is ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER
    assert result.message == "producer 9 sent sequence 5 after 0"


def test_log_append_time_is_answered_and_stored(tmp_path: Path) -> None:
    log = new_log(tmp_path, LogConfig(message_timestamp_type="LogAppendTime"))
    result = append(log, b"a", timestamp_ms=NOW_MS)
    assert result.log_append_time_ms == NOW_MS
    stored = log.read(0, 1000, max_offset=1, minimum_one_batch=True).records
    assert parse_header(stored).timestamp_type is TimestampType.LOG_APPEND_TIME


def test_create_time_is_answered_as_no_append_time(log: PartitionLog) -> None:
    assert append(log, b"a").log_append_time_ms == -1


def test_recompressed_batches_are_what_is_stored(tmp_path: Path) -> None:
    log = new_log(tmp_path, LogConfig(compression_type="zstd"))
    append(log, b"a" * 1000)
    stored = log.read(0, 1 << 20, max_offset=1, minimum_one_batch=True).records
    assert len(stored) < 200
    assert values(log) == [b"a" * 1000]


def test_a_change_of_settings_holds_for_the_next_append(log: PartitionLog) -> None:
    log.update_config(LogConfig(max_message_bytes=80))
    result = log.append(producer_batch(b"a" * 50), leader_epoch=0, now_ms=NOW_MS)
    assert result.error is ErrorCode.MESSAGE_TOO_LARGE


# --- rolling


def test_a_segment_that_would_grow_too_large_is_rolled(log: PartitionLog) -> None:
    for _ in range(10):
        append(log, b"x" * 50)
    sizes = [file.stat().st_size for file in Path(log.directory).glob("*.log")]
    assert len(sizes) == 4
    assert max(sizes) <= SMALL_SEGMENTS.segment_bytes
    assert log.size_bytes == sum(sizes)
    assert len(values(log)) == 10


def test_a_roll_in_the_middle_of_a_turn_keeps_the_order(log: PartitionLog) -> None:
    for number in range(10):
        log.append(producer_batch(b"%d" % number * 50), leader_epoch=0, now_ms=NOW_MS)
    log.write_staged()
    assert values(log) == [b"%d" % number * 50 for number in range(10)]


def test_a_segment_is_rolled_when_its_records_span_segment_ms(tmp_path: Path) -> None:
    log = new_log(tmp_path, LogConfig(segment_ms=1000))
    for timestamp_ms in (NOW_MS, NOW_MS + 1000, NOW_MS + 1001):
        append(log, b"a", timestamp_ms=timestamp_ms)
    assert sorted(file.stem for file in Path(log.directory).glob("*.log")) == [
        "00000000000000000000",
        "00000000000000000002",
    ]


def test_without_timestamps_a_segment_is_rolled_by_its_age(tmp_path: Path) -> None:
    log = new_log(tmp_path, LogConfig(segment_ms=1000))
    for now_ms in (NOW_MS, NOW_MS + 1000, NOW_MS + 1001):
        log.append(producer_batch(b"a", timestamp_ms=-1), leader_epoch=0, now_ms=now_ms)
    log.write_staged()
    assert len(list(Path(log.directory).glob("*.log"))) == 2


def test_jitter_rolls_earlier_and_never_later(tmp_path: Path) -> None:
    log = new_log(tmp_path, LogConfig(segment_ms=HOUR_MS, segment_jitter_ms=HOUR_MS))
    append(log, b"a", timestamp_ms=NOW_MS)
    append(log, b"b", timestamp_ms=NOW_MS + HOUR_MS)
    assert len(list(Path(log.directory).glob("*.log"))) == 2


def test_a_full_index_rolls_the_segment(tmp_path: Path) -> None:
    log = new_log(tmp_path, LogConfig(index_interval_bytes=1, segment_index_bytes=36))
    for _ in range(9):
        append(log, b"a")
    assert len(list(Path(log.directory).glob("*.log"))) > 1
    assert max(file.stat().st_size for file in Path(log.directory).glob("*index")) <= 36


def test_an_empty_segment_is_not_rolled(log: PartitionLog) -> None:
    log.roll_segment(NOW_MS)
    assert len(list(Path(log.directory).glob("*.log"))) == 1


# --- reading


def test_a_read_inside_a_batch_returns_the_whole_batch(log: PartitionLog) -> None:
    append(log, b"a", b"b", b"c")
    append(log, b"d")
    result = log.read(1, 1000, max_offset=4, minimum_one_batch=True)
    assert parse_header(result.records).base_offset == 0
    assert result.next_offset == 4


def test_nothing_at_or_above_the_maximum_is_returned(log: PartitionLog) -> None:
    for _ in range(3):
        append(log, b"a", b"b")
    for max_offset in (2, 3):
        result = log.read(0, 1000, max_offset=max_offset, minimum_one_batch=True)
        assert [parse_header(batch).base_offset for batch in split_batches(result.records)] == [0]
        assert result.next_offset >= 2


def test_the_first_batch_is_whole_even_above_max_bytes(log: PartitionLog) -> None:
    append(log, b"a" * 100)
    append(log, b"b")
    result = log.read(0, 1, max_offset=2, minimum_one_batch=True)
    assert [len(batch) for batch in split_batches(result.records)] == [len(result.records)]
    assert result.next_offset == 1


def test_without_the_minimum_a_batch_above_max_bytes_is_not_returned(log: PartitionLog) -> None:
    append(log, b"a" * 100)
    result = log.read(0, 1, max_offset=1, minimum_one_batch=False)
    assert (result.records, result.next_offset) == (b"", 0)


def test_the_end_of_a_segment_leads_into_the_next(log: PartitionLog) -> None:
    for number in range(10):
        append(log, b"%d" % number * 50)
    offset, reads = 0, 0
    while offset < 10:
        result = log.read(offset, 1 << 20, max_offset=10, minimum_one_batch=True)
        assert parse_header(result.records).base_offset == offset
        offset, reads = result.next_offset, reads + 1
    assert reads == 4


def test_the_end_of_the_log_is_empty_and_beyond_it_is_out_of_range(log: PartitionLog) -> None:
    append(log, b"a")
    assert log.read(1, 1000, max_offset=1, minimum_one_batch=True).records == b""
    with pytest.raises(OffsetOutOfRange, match=r"offset 2 is outside \[0, 1\]"):
        log.read(2, 1000, max_offset=1, minimum_one_batch=True)
    with pytest.raises(OffsetOutOfRange):
        log.read(-1, 1000, max_offset=1, minimum_one_batch=True)


def test_an_offset_above_the_maximum_but_in_the_log_reads_nothing(log: PartitionLog) -> None:
    append(log, b"a")
    append(log, b"b")
    assert log.read(2, 1000, max_offset=1, minimum_one_batch=True).records == b""


@settings(max_examples=40, deadline=None)
@given(
    counts=st.lists(st.integers(1, 5), min_size=1, max_size=40),
    offsets=st.lists(st.integers(0, 200), min_size=1, max_size=10),
    max_bytes=st.integers(1, 2000),
    interval=st.sampled_from([1, 100, 4096]),
)
def test_any_read_returns_whole_consecutive_batches_from_the_one_asked_for(
    tmp_path_factory: pytest.TempPathFactory,
    counts: list[int],
    offsets: list[int],
    max_bytes: int,
    interval: int,
) -> None:
    config = LogConfig(segment_bytes=1000, index_interval_bytes=interval)
    log = new_log(tmp_path_factory.mktemp("log"), config)
    for count in counts:
        append(log, *[b"v"] * count)
    end = log.log_end_offset
    for offset in (offset % end for offset in offsets):
        result = log.read(offset, max_bytes, max_offset=end, minimum_one_batch=True)
        batches = [parse_header(batch) for batch in split_batches(result.records)]
        assert batches[0].base_offset <= offset <= batches[0].last_offset
        assert sum(batch.size_bytes for batch in batches) == len(result.records)
        assert len(result.records) <= max_bytes or len(batches) == 1
        following = [batch.next_offset for batch in batches]
        assert following == [*(batch.base_offset for batch in batches[1:]), result.next_offset]


# --- records by time and by epoch


def test_the_first_record_not_older_is_found_inside_its_batch(log: PartitionLog) -> None:
    for start in range(0, 60, 3):
        timestamps = [NOW_MS + start + index for index in range(3)]
        append_at(log, *timestamps)
    for wanted in (0, 1, 2, 31, 59):
        found = log.offset_for_timestamp(NOW_MS + wanted, log.log_end_offset)
        assert found is not None
        assert (found.timestamp_ms, found.offset) == (NOW_MS + wanted, wanted)
    before = log.offset_for_timestamp(0, log.log_end_offset)
    assert before is not None
    assert before.offset == 0
    assert log.offset_for_timestamp(NOW_MS + 60, log.log_end_offset) is None


def test_records_out_of_order_in_time_are_found_by_offset_order(log: PartitionLog) -> None:
    append_at(log, NOW_MS + 10, NOW_MS + 50)
    append_at(log, NOW_MS + 20, NOW_MS + 60)
    found = log.offset_for_timestamp(NOW_MS + 15, log.log_end_offset)
    assert found is not None
    assert (found.timestamp_ms, found.offset) == (NOW_MS + 50, 1)


def test_a_record_at_or_above_the_maximum_is_not_found(log: PartitionLog) -> None:
    append_at(log, NOW_MS)
    append_at(log, NOW_MS + 10)
    assert log.offset_for_timestamp(NOW_MS + 5, 1) is None


def test_a_record_found_by_time_names_its_leader_epoch(log: PartitionLog) -> None:
    log.append(producer_batch(b"a", timestamp_ms=NOW_MS), leader_epoch=3, now_ms=NOW_MS)
    log.write_staged()
    found = log.offset_for_timestamp(NOW_MS, 1)
    assert found is not None
    assert found.leader_epoch == 3


def test_the_record_with_the_largest_timestamp_is_the_first_that_has_it(log: PartitionLog) -> None:
    assert log.offset_of_max_timestamp() is None
    append_at(log, NOW_MS, NOW_MS + 90)
    for _ in range(10):
        append_at(log, NOW_MS + 5, NOW_MS + 90)
    found = log.offset_of_max_timestamp()
    assert found is not None
    assert (found.timestamp_ms, found.offset) == (NOW_MS + 90, 1)


def test_epochs_follow_the_appends(log: PartitionLog) -> None:
    for epoch in (1, 1, 4):
        log.append(producer_batch(b"a", b"b"), leader_epoch=epoch, now_ms=NOW_MS)
    log.write_staged()
    assert log.end_offset_for_epoch(1) == (1, 4)
    assert log.end_offset_for_epoch(4) == (4, 6)


def append_at(log: PartitionLog, *timestamps: int) -> None:
    """One batch whose records have these timestamps."""
    batch = encode_batch([Record(0, timestamp_ms, None, b"v") for timestamp_ms in timestamps])
    log.append(memoryview(bytearray(batch)), leader_epoch=0, now_ms=NOW_MS)
    log.write_staged()
    log.advance_high_watermark(log.log_end_offset)


# --- moving the ends


def test_the_high_watermark_stays_within_what_is_written_and_never_falls(
    log: PartitionLog,
) -> None:
    append(log, b"a", b"b")
    log.append(producer_batch(b"c"), leader_epoch=0, now_ms=NOW_MS)
    log.advance_high_watermark(100)
    assert log.high_watermark == 2
    log.advance_high_watermark(1)
    assert log.last_stable_offset == 2


def test_deleted_records_are_out_of_range_and_their_segments_gone(log: PartitionLog) -> None:
    for _ in range(10):
        append(log, b"x" * 50)
    log.delete_records_before(5)
    assert log.log_start_offset == 5
    assert min(int(file.stem) for file in Path(log.directory).glob("*.log")) == 3
    with pytest.raises(OffsetOutOfRange):
        log.read(4, 1000, max_offset=10, minimum_one_batch=True)
    assert [record.offset for record in all_records(log)] == list(range(5, 10))


def test_deleting_all_records_leaves_an_empty_log_that_goes_on(log: PartitionLog) -> None:
    for _ in range(5):
        append(log, b"x" * 50)
    log.delete_records_before(5)
    assert list(all_records(log)) == []
    assert append(log, b"y").base_offset == 5


def test_records_above_the_high_watermark_cannot_be_deleted(log: PartitionLog) -> None:
    append(log, b"a")
    with pytest.raises(OffsetOutOfRange):
        log.delete_records_before(2)


@pytest.mark.parametrize("offset", [0, 3, 5, 9])
def test_a_truncated_log_goes_on_where_it_was_cut(log: PartitionLog, offset: int) -> None:
    for number in range(10):
        batch = producer_batch(b"x" * 50, producer_id=9, producer_epoch=0, base_sequence=number)
        log.append(batch, leader_epoch=number, now_ms=NOW_MS)
    log.write_staged()
    log.truncate_to(offset)
    assert log.log_end_offset == offset
    assert [record.offset for record in all_records(log)] == list(range(offset))
    assert log.end_offset_for_epoch(offset) == (-1, -1)
    batch = producer_batch(b"y", producer_id=9, producer_epoch=0, base_sequence=offset)
    assert log.append(batch, leader_epoch=20, now_ms=NOW_MS).base_offset == offset
    log.write_staged()
    assert values(log)[-1] == b"y"


# --- a disk that refuses


def test_a_full_disk_takes_back_everything_staged_and_later_appends_work(
    log: PartitionLog, disk: FullDisk
) -> None:
    append(log, b"before")
    sizes = [file.stat().st_size for file in Path(log.directory).glob("*.log")]
    disk.is_full = True
    batches = [
        producer_batch(b"lost", producer_id=9, producer_epoch=0, base_sequence=sequence)
        for sequence in range(2)
    ]
    for batch in batches:
        assert log.append(batch, leader_epoch=5, now_ms=NOW_MS).error is ErrorCode.NONE
    with pytest.raises(LogWriteError, match="No space left") as raised:
        log.write_staged()
    assert raised.value.log_end_offset == log.log_end_offset == 1
    assert [file.stat().st_size for file in Path(log.directory).glob("*.log")] == sizes
    assert log.end_offset_for_epoch(5) == (-1, -1)
    disk.is_full = False
    retry = producer_batch(b"kept", producer_id=9, producer_epoch=0, base_sequence=0)
    result = log.append(retry, leader_epoch=5, now_ms=NOW_MS)
    log.write_staged()
    assert (result.base_offset, result.is_duplicate) == (1, False)
    assert values(log) == [b"before", b"kept"]


def test_a_write_that_fails_in_a_roll_is_told_at_the_end_of_the_turn(
    log: PartitionLog, disk: FullDisk
) -> None:
    disk.is_full = True
    results = [
        log.append(producer_batch(b"x" * 250), leader_epoch=0, now_ms=NOW_MS) for _ in range(3)
    ]
    assert [result.error for result in results] == [
        ErrorCode.NONE,
        ErrorCode.KAFKA_STORAGE_ERROR,
        ErrorCode.KAFKA_STORAGE_ERROR,
    ]
    with pytest.raises(LogWriteError):
        log.write_staged()
    disk.is_full = False
    assert append(log, b"after").base_offset == 0


def test_what_a_new_producer_sent_behind_a_refused_first_batch_waits_for_it(
    log: PartitionLog, disk: FullDisk
) -> None:
    first, second = (
        bytes(producer_batch(b"x" * 250, producer_id=9, producer_epoch=0, base_sequence=sequence))
        for sequence in range(2)
    )
    assert log.append(producer_batch(b"x" * 250), leader_epoch=0, now_ms=NOW_MS).base_offset == 0
    disk.is_full = True
    refused = log.append(memoryview(bytearray(first)), leader_epoch=0, now_ms=NOW_MS)
    assert refused.error is ErrorCode.KAFKA_STORAGE_ERROR
    with pytest.raises(LogWriteError):
        log.write_staged()
    disk.is_full = False
    errors = [
        log.append(memoryview(bytearray(batch)), leader_epoch=0, now_ms=NOW_MS).error
        for batch in (second, first, second)
    ]
    assert errors == [
        ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER,
        ErrorCode.NONE,
        ErrorCode.NONE,
    ]


def test_a_write_that_cannot_be_taken_back_takes_the_log_offline(
    log: PartitionLog, disk: FullDisk
) -> None:
    append(log, b"a")
    disk.is_full = disk.is_stuck = True
    log.append(producer_batch(b"b"), leader_epoch=0, now_ms=NOW_MS)
    with pytest.raises(LogWriteError):
        log.write_staged()
    disk.is_full = disk.is_stuck = False
    assert log.is_offline
    result = log.append(producer_batch(b"c"), leader_epoch=0, now_ms=NOW_MS)
    assert result.error is ErrorCode.KAFKA_STORAGE_ERROR
    assert values(log) == [b"a"]


# --- syncing


def test_a_sync_moves_the_recovery_point_to_what_was_written_when_it_began(
    log: PartitionLog,
) -> None:
    append(log, b"a")
    ticket = log.begin_sync()
    assert ticket is not None
    append(log, b"b")
    ticket.run()
    assert log.complete_sync(ticket) == log.recovery_point == 1
    assert sync(log) == 2
    assert log.begin_sync() is None


def test_a_second_ticket_covers_the_first(log: PartitionLog) -> None:
    append(log, b"a")
    first = log.begin_sync()
    append(log, b"b")
    second = log.begin_sync()
    assert first is not None
    assert second is not None
    second.run()
    assert log.complete_sync(second) == 2
    first.run()
    assert log.complete_sync(first) == 2


@pytest.mark.parametrize(
    "error", [OSError(errno.EIO, "Input/output error"), ValueError("a bug"), KeyboardInterrupt()]
)
def test_a_failed_sync_takes_the_log_offline_and_is_never_tried_again(
    log: PartitionLog, disk: FullDisk, error: BaseException
) -> None:
    append(log, b"a")
    sync(log)
    append(log, b"b")
    ticket = log.begin_sync()
    assert ticket is not None
    disk.syncs_fail = error
    with pytest.raises(type(error)):
        ticket.run()
    disk.syncs_fail = None
    assert log.complete_sync(ticket) == 1
    assert log.is_offline
    with pytest.raises(LogOfflineError, match="until the broker restarts"):
        log.begin_sync()


def test_a_sync_that_never_ran_has_failed(log: PartitionLog) -> None:
    append(log, b"a")
    ticket = log.begin_sync()
    assert ticket is not None
    ticket.release()
    assert log.complete_sync(ticket) == 0
    assert log.is_offline


def test_a_segment_deleted_while_its_sync_waits_does_no_harm(log: PartitionLog) -> None:
    for _ in range(10):
        append(log, b"x" * 50)
    ticket = log.begin_sync()
    assert ticket is not None
    log.delete_records_before(9)
    ticket.run()
    assert log.complete_sync(ticket) == 10


def test_flush_messages_and_flush_ms_ask_for_a_sync(log: PartitionLog) -> None:
    log.update_config(LogConfig(flush_messages=2, flush_ms=1000))
    assert not log.is_flush_due(NOW_MS)
    append(log, b"a")
    assert not log.is_flush_due(NOW_MS + 999)
    assert log.is_flush_due(NOW_MS + 1000)
    append(log, b"b")
    assert log.is_flush_due(NOW_MS + 1)
    sync(log)
    assert not log.is_flush_due(NOW_MS + 5000)


def test_a_rolled_segment_waits_for_a_sync(log: PartitionLog) -> None:
    append(log, b"x" * 50)
    assert not log.has_rolled_unsynced
    for _ in range(5):
        append(log, b"x" * 50)
    assert log.has_rolled_unsynced
    sync(log)
    assert not log.has_rolled_unsynced
