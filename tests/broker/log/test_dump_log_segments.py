"""Apache Kafka's own DumpLogSegments finds nothing wrong in any file that a log leaves."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from odradek.broker.log import LogConfig, LogDirectory, PartitionLog
from odradek.protocol.records import Compression
from tests.broker.log.batches import NOW_MS, TOPIC_ID, producer_batch, sync
from tests.conformance.dump_log import dump_log_problems
from tests.machine import obtain

CONFIG = LogConfig(segment_bytes=3000, index_interval_bytes=300)
BATCHES = 120


def fill(log: PartitionLog) -> None:
    """Batches of every size and codec, by an idempotent producer, timestamps up and down."""
    sequence = log.log_end_offset
    for number in range(BATCHES):
        count = 1 + number % 4
        batch = producer_batch(
            *[b"flight %d" % number * (1 + number % 7)] * count,
            timestamp_ms=NOW_MS + number * 1000 - (number % 5) * 3000,
            producer_id=9,
            producer_epoch=0,
            base_sequence=sequence,
            compression=Compression(number % 5),
        )
        result = log.append(batch, leader_epoch=number // 50, now_ms=NOW_MS)
        assert result.base_offset == sequence
        sequence += count
        if number % 3:
            log.write_staged()
    log.write_staged()
    log.advance_high_watermark(log.log_end_offset)


def after_a_clean_stop(directory: LogDirectory, log: PartitionLog) -> None:
    fill(log)
    directory.close()


def after_a_crash(directory: LogDirectory, log: PartitionLog) -> None:
    fill(log)
    sync(log)
    directory.checkpoint()
    directory.abandon()


def after_a_crash_and_a_recovery(directory: LogDirectory, log: PartitionLog) -> None:
    fill(log)
    directory.abandon()
    file = max(Path(log.directory).glob("*.log"))
    file.write_bytes(file.read_bytes()[:-10])
    again = LogDirectory.open(directory.path)
    again.load(lambda _: CONFIG)
    again.close()


def after_deleting_and_truncating(directory: LogDirectory, log: PartitionLog) -> None:
    fill(log)
    log.delete_records_before(100)
    log.truncate_to(200)
    fill(log)
    log.apply_retention(NOW_MS)
    directory.close()


def after_log_append_time_and_recompression(directory: LogDirectory, log: PartitionLog) -> None:
    log.update_config(
        LogConfig(
            segment_bytes=3000,
            index_interval_bytes=300,
            message_timestamp_type="LogAppendTime",
            compression_type="lz4",
        )
    )
    fill(log)
    directory.close()


@pytest.mark.parametrize(
    "live",
    [
        after_a_clean_stop,
        after_a_crash,
        after_a_crash_and_a_recovery,
        after_deleting_and_truncating,
        after_log_append_time_and_recompression,
    ],
    ids=lambda live: live.__name__,
)
def test_kafka_finds_nothing_wrong(
    tmp_path: Path, live: Callable[[LogDirectory, PartitionLog], None]
) -> None:
    directory = LogDirectory.open(tmp_path)
    log = directory.create("flights", 0, TOPIC_ID, CONFIG)
    live(directory, log)
    assert len(list(Path(log.directory).glob("*.log"))) > 3
    assert obtain(lambda: dump_log_problems(tmp_path)) == []


def test_kafka_notices_when_something_is_wrong(tmp_path: Path) -> None:
    directory = LogDirectory.open(tmp_path)
    log = directory.create("flights", 0, TOPIC_ID, CONFIG)
    after_a_clean_stop(directory, log)
    first, second = sorted(Path(log.directory).glob("*.index"))[:2]
    shutil.copy(first, second)
    assert obtain(lambda: dump_log_problems(tmp_path)) != []
