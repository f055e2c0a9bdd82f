"""The cleaner in a broker: settings, the process that works, and what clients see of it."""

import asyncio
import errno
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec

from odradek.broker.cleaning_process import LOCK_FILE, CleaningOrder
from odradek.broker.cleaning_processes import run_cleaning
from odradek.broker.log import Files
from odradek.broker.log.cleaner.cleaning import CleaningJob, CleaningResult
from odradek.broker.log.compaction import cleanable_part
from odradek.broker.log_cleaner import RETRY_MS, CleaningFailed, LogCleaner
from odradek.protocol.errors import ErrorCode
from odradek.protocol.records import Record, encode_batch
from tests.broker.harness import NOW_MS, Harness, batch_of, records_of

MAP_BYTES = 1 << 20
UNLIMITED = 1e12


async def in_a_process(job: CleaningJob) -> CleaningResult:
    return await run_cleaning(CleaningOrder(job, UNLIMITED))


def clean(broker: Harness, run: Any = in_a_process) -> int:
    """Let the cleaner do all that is worth it; how many cleanings that was."""
    directory = broker.broker.directory
    cleaner = LogCleaner(
        directory, run, broker.broker.now_ms, lambda: MAP_BYTES, broker.broker.make_durable
    )
    return broker.loop.run_until_complete(cleaner.clean_all())


def keyed(*changes: tuple[bytes, bytes | None]) -> bytes:
    return bytes(encode_batch([Record(0, NOW_MS, key, value) for key, value in changes]))


def produce(broker: Harness, *changes: tuple[bytes, bytes | None]) -> None:
    answer = broker.produce("table", keyed(*changes), acks=1)
    assert answer.error_code == ErrorCode.NONE, answer.error_message


def roll(broker: Harness) -> None:
    """Bring the active segment to rest, on stable storage, as time and size would."""
    partition = broker.broker.partitions.get("table", 0)
    assert partition is not None
    partition.log.roll_segment(broker.broker.now_ms())
    ticket = partition.log.begin_sync()
    assert ticket is not None
    ticket.run()
    partition.log.complete_sync(ticket)


def table(broker: Harness, offset: int = 0) -> list[tuple[int, bytes | None, bytes | None]]:
    found = []
    while records := records_of(broker.fetch("table", offset)):
        found += [(record.offset, record.key, record.value) for record in records]
        offset = records[-1].offset + 1
    return found


def test_a_compacted_topic_is_cleaned_by_a_process(broker: Harness) -> None:
    broker.create_topic("table", cleanup_policy="compact", min_cleanable_dirty_ratio="0.01")
    for number in range(10):
        produce(broker, (b"a", b"%d" % number), (b"b", b"%d" % number))
    roll(broker)
    produce(broker, (b"c", None))
    assert clean(broker) == 1
    assert table(broker) == [(18, b"a", b"9"), (19, b"b", b"9"), (20, b"c", None)]
    assert clean(broker) == 0


def test_a_topic_that_is_not_compacted_is_left_alone(broker: Harness) -> None:
    broker.create_topic("table", min_cleanable_dirty_ratio="0.01")
    produce(broker, (b"a", b"1"), (b"a", b"2"))
    roll(broker)
    assert clean(broker) == 0


def test_little_dirt_is_left_until_there_is_more(broker: Harness) -> None:
    broker.create_topic("table", cleanup_policy="compact", min_cleanable_dirty_ratio="0.5")
    produce(broker, *((b"%d" % number, b"x" * 100) for number in range(20)))
    roll(broker)
    assert clean(broker) == 1
    produce(broker, (b"1", b"new"))
    roll(broker)
    assert clean(broker) == 0
    produce(broker, *((b"%d" % number, b"y" * 100) for number in range(30)))
    roll(broker)
    assert clean(broker) == 1


def test_what_was_cleaned_is_remembered(tmp_path: Path) -> None:
    broker = Harness(tmp_path / "data")
    broker.create_topic("table", cleanup_policy="compact", min_cleanable_dirty_ratio="0.01")
    produce(broker, (b"a", b"1"), (b"a", b"2"))
    roll(broker)
    assert clean(broker) == 1
    broker.close()
    broker = Harness(tmp_path / "data")
    assert (tmp_path / "data" / "cleaner-offset-checkpoint").read_text().split() == [
        *("0", "1", "table", "0", "2")
    ]
    assert clean(broker) == 0
    assert table(broker) == [(1, b"a", b"2")]
    broker.close()


def test_a_damaged_log_is_named_and_left_as_it_is(broker: Harness) -> None:
    broker.create_topic("table", cleanup_policy="compact", min_cleanable_dirty_ratio="0.01")
    produce(broker, (b"a", b"1"), (b"a", b"2"))
    roll(broker)
    partition = broker.broker.partitions.get("table", 0)
    assert partition is not None
    segment = Path(partition.log.segments.inactive[0].log_path)
    content = bytearray(segment.read_bytes())
    content[-1] ^= 1
    segment.write_bytes(content)
    assert clean(broker) == 1
    assert segment.read_bytes() == content
    assert not list(segment.parent.glob("*.cleaned"))


def test_a_topic_that_is_deleted_meanwhile_is_forgotten(broker: Harness) -> None:
    broker.create_topic("table", cleanup_policy="compact", min_cleanable_dirty_ratio="0.01")
    produce(broker, (b"a", b"1"), (b"a", b"2"))
    roll(broker)

    async def delete_meanwhile(job: CleaningJob) -> CleaningResult:
        result = await in_a_process(job)
        broker.broker.directory.delete("table", 0)
        await asyncio.sleep(0)
        return result

    assert clean(broker, delete_meanwhile) == 1


def test_records_without_a_key_are_refused_by_index(broker: Harness) -> None:
    broker.create_topic("table", cleanup_policy="compact")
    mixed = encode_batch(
        [Record(0, NOW_MS, key, b"v") for key in (b"a", None, b"b", None)],
    )
    answer = broker.produce("table", bytes(mixed), acks=1, version=9)
    assert answer.error_code == ErrorCode.INVALID_RECORD
    assert [one.batch_index for one in answer.record_errors] == [1, 3]
    assert "2 of 4 records have no key" in (answer.error_message or "")
    assert table(broker) == []


def test_records_without_a_key_are_welcome_elsewhere(broker: Harness) -> None:
    broker.create_topic("table")
    assert broker.produce("table", batch_of(b"v"), acks=1).error_code == ErrorCode.NONE


def test_a_segment_does_not_grow_older_than_its_records_may_be_dirty(broker: Harness) -> None:
    broker.create_topic("table", cleanup_policy="compact", max_compaction_lag_ms="1000")
    partition = broker.broker.partitions.get("table", 0)
    assert partition is not None
    assert partition.log.config.segment_ms == 1000


def test_nothing_is_replaced_behind_segments_that_are_gone(broker: Harness) -> None:
    broker.create_topic("table", cleanup_policy="compact,delete", min_cleanable_dirty_ratio="0")
    partition = broker.broker.partitions.get("table", 0)
    assert partition is not None
    log = partition.log
    produce(broker, (b"a", b"1"))
    roll(broker)
    produce(broker, (b"a", b"2"))
    roll(broker)

    async def delete_meanwhile(job: CleaningJob) -> CleaningResult:
        result = await in_a_process(job)
        log.delete_records_before(1)
        return result

    now_ms = broker.broker.now_ms()
    cleaner = LogCleaner(
        broker.broker.directory,
        delete_meanwhile,
        lambda: now_ms,
        lambda: 1 << 20,
        broker.broker.make_durable,
    )
    part = cleanable_part(log, log.cleaned_offset, now_ms)
    broker.loop.run_until_complete(cleaner.clean(log, part))
    assert (log.segment_count, log.cleaned_offset) == (2, 0)
    assert not list(Path(log.directory).glob("*.cleaned"))
    assert table(broker, 1) == [(1, b"a", b"2")]


def test_a_log_that_could_not_be_cleaned_is_tried_again_later(broker: Harness) -> None:
    broker.create_topic("table", cleanup_policy="compact", min_cleanable_dirty_ratio="0")
    produce(broker, (b"a", b"1"), (b"a", b"2"))
    roll(broker)
    now_ms = broker.broker.now_ms()
    fails = [True]

    async def fail_once(job: CleaningJob) -> CleaningResult:
        if fails.pop() if fails else False:
            raise CleaningFailed("no space left")
        return await in_a_process(job)

    cleaner = LogCleaner(
        broker.broker.directory,
        fail_once,
        lambda: now_ms,
        lambda: 1 << 20,
        broker.broker.make_durable,
    )
    clean_all = cleaner.clean_all
    assert [broker.loop.run_until_complete(clean_all()) for _ in range(2)] == [1, 0]
    now_ms += RETRY_MS
    assert broker.loop.run_until_complete(clean_all()) == 1
    assert table(broker) == [(1, b"a", b"2")]


def test_the_process_ends_when_its_broker_does(broker: Harness) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "odradek.broker.cleaning_process"], stdin=subprocess.PIPE
    ) as process:
        directory = broker.broker.directory
        lock = directory.files.lock(f"{directory.path}/{LOCK_FILE}")
        job = CleaningJob(
            directory=f"{directory.path}/table-0",
            log_end_offset=0,
            segments=[],
            first_dirty_offset=0,
            aborted=[],
            last_batches={},
            now_ms=0,
            delete_retention_ms=0,
            segment_bytes=1,
            index_interval_bytes=1,
            map_bytes=1,
        )
        assert process.stdin is not None
        process.stdin.write(msgspec.json.encode(CleaningOrder(job, UNLIMITED)) + b"\n")
        process.stdin.close()  # as the system does when the broker is killed
        assert process.wait(timeout=60) == 1
        directory.files.close(lock)


def test_the_log_is_synced_before_segments_change_places(broker: Harness) -> None:
    broker.create_topic("table", cleanup_policy="compact", min_cleanable_dirty_ratio="0")
    produce(broker, (b"a", b"1"), (b"a", b"2"))
    roll(broker)
    produce(broker, (b"b", b"written, not synced"))
    partition = broker.broker.partitions.get("table", 0)
    assert partition is not None
    assert partition.log.recovery_point == 2
    assert clean(broker) == 1
    assert partition.log.recovery_point == 3
    assert table(broker) == [(1, b"a", b"2"), (2, b"b", b"written, not synced")]


class RefusingFiles(Files):
    """A disk that syncs nothing any more once it was told so."""

    refuses = False

    def fdatasync(self, descriptor: int) -> None:
        if self.refuses:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        super().fdatasync(descriptor)


def test_a_log_that_cannot_be_synced_is_left_as_it_is(tmp_path: Path) -> None:
    files = RefusingFiles()
    broker = Harness(tmp_path / "data", files=files)
    broker.create_topic("table", cleanup_policy="compact", min_cleanable_dirty_ratio="0")
    produce(broker, (b"a", b"1"), (b"a", b"2"))
    roll(broker)
    produce(broker, (b"b", b"written, not synced"))

    async def break_the_disk(job: CleaningJob) -> CleaningResult:
        result = await in_a_process(job)
        files.refuses = True
        return result

    assert clean(broker, break_the_disk) == 1
    partition = broker.broker.partitions.get("table", 0)
    assert partition is not None
    assert (partition.log.is_offline, partition.log.cleaned_offset) == (True, 0)
    assert not list(Path(partition.log.directory).glob("*.cleaned"))
    broker.close()
