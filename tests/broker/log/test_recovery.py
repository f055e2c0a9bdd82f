"""Loading logs after a crash: what is intact stays, what is torn goes, what was known is known."""

import random
import struct
from pathlib import Path

import pytest

from odradek.broker.log import LogConfig, LogDirectory, PartitionLog
from odradek.protocol.errors import ErrorCode
from tests.broker.log.batches import (
    NOW_MS,
    TOPIC_ID,
    all_records,
    append,
    producer_batch,
    sync,
)

CONFIG = LogConfig(segment_bytes=400, index_interval_bytes=100)
BATCH_BYTES = 118
"""Three of them make a segment."""


class CrashingBroker:
    """A directory with one log, closed by nobody and opened again."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.directory = LogDirectory.open(path)
        self.log = self.directory.create("flights", 0, TOPIC_ID, CONFIG)

    def restart(self) -> PartitionLog:
        """Crash, and come back."""
        self.directory.abandon()
        return self.start()

    def stop_and_start(self) -> PartitionLog:
        """Stop cleanly, and come back."""
        self.directory.close()
        return self.start()

    def start(self) -> PartitionLog:
        self.directory = LogDirectory.open(self.path)
        self.directory.load(lambda _: CONFIG)
        (self.log,) = self.directory
        return self.log

    def file(self, base_offset: int, suffix: str) -> Path:
        return self.path / "flights-0" / f"{base_offset:020d}{suffix}"

    def append_numbered(self, count: int, *, leader_epoch: int = 0) -> None:
        """Batches of one record by an idempotent producer, sequence equal to offset."""
        for _ in range(count):
            number = self.log.log_end_offset
            batch = producer_batch(b"x" * 50, producer_id=9, producer_epoch=0, base_sequence=number)
            result = self.log.append(batch, leader_epoch=leader_epoch, now_ms=NOW_MS)
            assert result.error is ErrorCode.NONE
            self.log.write_staged()
            self.log.advance_high_watermark(self.log.log_end_offset)


@pytest.fixture
def broker(tmp_path: Path) -> CrashingBroker:
    return CrashingBroker(tmp_path)


def offsets(log: PartitionLog) -> list[int]:
    return [record.offset for record in all_records(log)]


def test_everything_written_is_there_after_a_crash(broker: CrashingBroker) -> None:
    broker.append_numbered(10)
    assert offsets(broker.restart()) == list(range(10))
    broker.append_numbered(1)
    assert offsets(broker.restart()) == list(range(11))


@pytest.mark.parametrize("torn_bytes", range(1, BATCH_BYTES, 9))
def test_a_torn_tail_is_cut_behind_the_last_intact_batch(
    broker: CrashingBroker, torn_bytes: int
) -> None:
    broker.append_numbered(5)
    file = broker.file(3, ".log")
    file.write_bytes(file.read_bytes()[: BATCH_BYTES + torn_bytes])
    log = broker.restart()
    assert offsets(log) == [0, 1, 2, 3]
    assert file.stat().st_size == BATCH_BYTES
    assert append(log, b"next").base_offset == 4


@pytest.mark.parametrize("garbage", [bytes(200), b"\xff" * 200, b"\0" * 7])
def test_garbage_behind_the_last_batch_is_cut(broker: CrashingBroker, garbage: bytes) -> None:
    broker.append_numbered(5)
    file = broker.file(3, ".log")
    file.write_bytes(file.read_bytes() + garbage)
    assert offsets(broker.restart()) == list(range(5))


def test_damage_in_an_unsynced_segment_drops_all_that_follows(broker: CrashingBroker) -> None:
    broker.append_numbered(9)
    file = broker.file(3, ".log")
    content = bytearray(file.read_bytes())
    content[BATCH_BYTES + 100] ^= 1
    file.write_bytes(content)
    log = broker.restart()
    assert offsets(log) == [0, 1, 2, 3]
    assert not broker.file(6, ".log").exists()


def test_any_damage_to_unsynced_files_leaves_a_log_without_gaps(tmp_path: Path) -> None:
    for seed in range(40):
        dice = random.Random(seed)
        broker = CrashingBroker(tmp_path / str(seed))
        broker.append_numbered(10)
        broker.directory.abandon()
        files = sorted((broker.path / "flights-0").iterdir())
        for file in dice.sample(files, 3):
            content = bytearray(file.read_bytes())
            if content and dice.random() < 0.7:
                content[dice.randrange(len(content))] ^= 1 << dice.randrange(8)
            file.write_bytes(content[: dice.randint(0, len(content))])
        if dice.random() < 0.3:
            dice.choice(files).unlink()
        log = broker.start()
        assert offsets(log) == list(range(log.log_start_offset, log.log_end_offset)), seed
        assert append(log, b"next").error is ErrorCode.NONE, seed


def test_an_offset_that_does_not_continue_the_one_before_is_not_believed(
    broker: CrashingBroker,
) -> None:
    broker.append_numbered(3)
    file = broker.file(0, ".log")
    content = bytearray(file.read_bytes())
    struct.pack_into(">q", content, BATCH_BYTES, 2)
    file.write_bytes(content)
    assert offsets(broker.restart()) == [0]


def test_a_missing_segment_ends_the_log_before_it(broker: CrashingBroker) -> None:
    broker.append_numbered(9)
    broker.directory.abandon()
    broker.file(3, ".log").unlink()
    assert offsets(broker.start()) == [0, 1, 2]


def test_what_lies_before_the_recovery_point_is_not_read_again(broker: CrashingBroker) -> None:
    broker.append_numbered(8)
    sync(broker.log)
    broker.directory.checkpoint()
    content = bytearray(broker.file(0, ".log").read_bytes())
    content[100] ^= 1
    broker.file(0, ".log").write_bytes(content)
    log = broker.restart()
    assert log.log_end_offset == 8
    assert log.recovery_point == 8


def test_a_lost_index_of_a_resting_segment_is_made_again(broker: CrashingBroker) -> None:
    broker.append_numbered(8)
    sync(broker.log)
    broker.directory.checkpoint()
    index = broker.file(0, ".index").read_bytes()
    time_index = broker.file(0, ".timeindex").read_bytes()
    broker.file(0, ".index").unlink()
    log = broker.restart()
    log.read(1, BATCH_BYTES, max_offset=8, minimum_one_batch=True)
    assert broker.file(0, ".timeindex").read_bytes() == time_index
    assert len(broker.file(0, ".index").read_bytes()) <= len(index) + 8


def test_the_producers_window_survives_a_crash_right_behind_a_roll(
    broker: CrashingBroker,
) -> None:
    broker.append_numbered(7)
    log = broker.restart()
    for sequence in range(2, 7):
        batch = producer_batch(b"x" * 50, producer_id=9, producer_epoch=0, base_sequence=sequence)
        result = log.append(batch, leader_epoch=0, now_ms=NOW_MS)
        assert (result.base_offset, result.is_duplicate) == (sequence, True)


def test_a_damaged_snapshot_is_replaced_by_reading_the_log(broker: CrashingBroker) -> None:
    broker.append_numbered(7)
    sync(broker.log)
    broker.directory.checkpoint()
    for snapshot in (broker.path / "flights-0").glob("*.snapshot"):
        snapshot.write_bytes(b"\0\1garbage")
    state = broker.log.producers.state(9)
    assert broker.restart().producers.state(9) == state


def test_snapshots_do_not_pile_up(broker: CrashingBroker) -> None:
    for _ in range(6):
        broker.append_numbered(3)
        sync(broker.log)
    assert len(list((broker.path / "flights-0").glob("*.snapshot"))) <= 3


def test_leader_epochs_are_found_again_in_the_batches(broker: CrashingBroker) -> None:
    broker.append_numbered(4, leader_epoch=1)
    broker.append_numbered(4, leader_epoch=2)
    log = broker.restart()
    assert log.epochs.entries == [(1, 0), (2, 4)]


def test_leader_epochs_before_the_recovery_point_are_in_their_file(
    broker: CrashingBroker,
) -> None:
    broker.append_numbered(4, leader_epoch=1)
    broker.append_numbered(4, leader_epoch=2)
    sync(broker.log)
    broker.directory.checkpoint()
    content = (broker.path / "flights-0" / "leader-epoch-checkpoint").read_text()
    assert content == "0\n2\n1 0\n2 4\n"
    assert broker.restart().epochs.entries == [(1, 0), (2, 4)]


def test_a_clean_stop_needs_no_scan_and_keeps_everything(broker: CrashingBroker) -> None:
    broker.append_numbered(8, leader_epoch=3)
    before = broker.log
    log = broker.stop_and_start()
    assert broker.directory.was_clean
    assert offsets(log) == list(range(8))
    assert log.producers.state(9) == before.producers.state(9)
    assert log.epochs.entries == [(3, 0)]
    found = log.offset_of_max_timestamp()
    assert found is not None
    assert found.timestamp_ms == NOW_MS
    broker.append_numbered(3, leader_epoch=3)
    assert offsets(broker.stop_and_start()) == list(range(11))


def test_a_clean_mark_that_lies_is_found_out(broker: CrashingBroker) -> None:
    broker.append_numbered(5)
    broker.directory.close()
    file = broker.file(3, ".log")
    file.write_bytes(file.read_bytes()[:-1])
    assert offsets(broker.start()) == [0, 1, 2, 3]


def test_leftovers_of_deletions_and_interrupted_writes_are_removed(
    broker: CrashingBroker,
) -> None:
    broker.append_numbered(2)
    directory = broker.path / "flights-0"
    leftovers = [
        f"{0:020d}.log.deleted",
        "leader-epoch-checkpoint.tmp",
        f"{77:020d}.index",
        f"{77:020d}.timeindex",
    ]
    for name in leftovers:
        (directory / name).write_bytes(b"x")
    broker.restart()
    assert [name for name in leftovers if (directory / name).exists()] == []


def test_a_log_that_ends_before_its_start_begins_again_there(broker: CrashingBroker) -> None:
    broker.append_numbered(3)
    broker.log.delete_records_before(3)
    broker.directory.checkpoint_log_starts()
    file = next((broker.path / "flights-0").glob("*.log"))
    file.write_bytes(file.read_bytes()[:BATCH_BYTES])
    log = broker.restart()
    assert (log.log_start_offset, log.log_end_offset) == (3, 3)
    assert append(log, b"next").base_offset == 3


def test_a_batch_larger_than_the_scans_buffer_is_verified_as_well(tmp_path: Path) -> None:
    directory = LogDirectory.open(tmp_path)
    config = LogConfig(max_message_bytes=1 << 24)
    log = directory.create("flights", 0, TOPIC_ID, config)
    for size in (10, 9 << 20, 10):
        assert append(log, bytes(size)).error is ErrorCode.NONE
    directory.abandon()
    again = LogDirectory.open(tmp_path)
    (log,) = again.load(lambda _: config)
    assert [len(record.value or b"") for record in all_records(log)] == [10, 9 << 20, 10]


def test_a_length_that_leaves_the_file_is_not_believed(broker: CrashingBroker) -> None:
    broker.append_numbered(2)
    file = broker.file(0, ".log")
    content = bytearray(file.read_bytes())
    struct.pack_into(">i", content, BATCH_BYTES + 8, 2**31 - 1)
    file.write_bytes(content)
    assert offsets(broker.restart()) == [0]
