"""Whatever operation fails, or is the last one before a crash: what was promised holds.

A scenario does everything a broker does to its logs, with an idempotent producer per partition
whose record at sequence n holds the number n. As it is the only producer, offset and sequence are
equal in a log without gaps and duplicates. The scenario runs once for every operation it makes on
the disk, which fails or is the last; then the directory is opened again and checked.
"""

import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from odradek.broker.log import Files, LogConfig, LogDirectory, LogError, PartitionLog
from odradek.broker.log.handles import FileHandles
from odradek.broker.log.header_walk import walk_headers
from odradek.broker.log.offset_index import ENTRY_BYTES, OffsetIndex
from odradek.protocol.errors import ErrorCode
from odradek.testing.faulty_files import Fault, FaultyFiles, SimulatedCrash
from tests.broker.log.batches import NOW_MS, TOPIC_ID, all_records, producer_batch

CONFIG = LogConfig(segment_bytes=400, index_interval_bytes=100, file_delete_delay_ms=0)
TOPICS = ("flights", "planes")
PRODUCER_ID = 42
RECORDS_A_BATCH = 2
DELETED_BEFORE = 5
SEEDS_AN_OPERATION = 2


class UnsyncedFiles(Files):
    """For checking afterwards, when nobody pulls the plug any more: real syncs would only wait."""

    def fdatasync(self, descriptor: int) -> None:
        """Nothing to promise."""

    def sync_directory(self, path: str) -> None:
        """Nothing to promise."""


class Promises:
    """What the clients of one partition were told."""

    def __init__(self) -> None:
        self.acknowledged = 0
        self.synced = 0
        self.deleted_before = 0


class Scenario:
    """Two lives of a data directory. Errors are survived, crashes not."""

    def __init__(self, path: Path, files: Files) -> None:
        self.promises = {topic: Promises() for topic in TOPICS}
        self._path = path
        self._files = files

    def run(self) -> None:
        directory = self._open()
        for sync_this_round in itertools.islice(itertools.cycle((False, True)), 7):
            for log in directory:
                self._append(log)
                if sync_this_round:
                    self._sync(log)
        for log in directory:
            self._delete_records(directory, log)
        survive(lambda: directory.apply_retention(NOW_MS))
        survive(directory.checkpoint)
        for log in [*directory] * 2:
            self._append(log)
        directory.close()
        directory = self._open()
        for log in [*directory] * 2:
            self._append(log)
        directory.close()

    def _open(self) -> LogDirectory:
        """As an operator who starts a broker again that did not come up."""
        for _ in range(2):
            try:
                return open_directory(self._path, self._files)
            except (LogError, OSError):
                continue
        return open_directory(self._path, self._files)

    def _append(self, log: PartitionLog) -> None:
        """As a producer that retries a batch until it is acknowledged, but not for ever."""
        promises = self.promises[log.topic]
        for _ in range(3):
            result = log.append(
                numbered_batch(promises.acknowledged), leader_epoch=1, now_ms=NOW_MS
            )
            if survive(log.write_staged) and result.error is ErrorCode.NONE:
                assert result.base_offset == promises.acknowledged
                promises.acknowledged += RECORDS_A_BATCH
                log.advance_high_watermark(log.log_end_offset)
                return
            assert result.error in (ErrorCode.NONE, ErrorCode.KAFKA_STORAGE_ERROR), result

    def _sync(self, log: PartitionLog) -> None:
        def sync() -> None:
            ticket = log.begin_sync()
            if ticket is not None:
                ticket.try_run()
                self.promises[log.topic].synced = log.complete_sync(ticket)

        survive(sync)

    def _delete_records(self, directory: LogDirectory, log: PartitionLog) -> None:
        def delete() -> None:
            log.delete_records_before(min(DELETED_BEFORE, log.high_watermark))
            directory.checkpoint_log_starts()
            self.promises[log.topic].deleted_before = log.log_start_offset

        survive(delete)


def survive(work: Callable[[], object]) -> bool:
    """Whether it went well."""
    try:
        work()
    except (LogError, OSError):
        return False
    return True


def open_directory(path: Path, files: Files) -> LogDirectory:
    """Open, load, and create what is missing, as a broker does that knows its topics."""
    directory = LogDirectory.open(path, files, cluster_id="odradek", sync_threads=1)
    try:
        directory.load(lambda _: CONFIG)
        for topic in TOPICS:
            if directory.get(topic, 0) is None:
                directory.create(topic, 0, TOPIC_ID, CONFIG)
    except (LogError, OSError):
        directory.abandon()
        raise
    return directory


def numbered_batch(sequence: int) -> memoryview:
    """The batch whose records hold their own sequence numbers."""
    values = [b"%d" % number for number in range(sequence, sequence + RECORDS_A_BATCH)]
    return producer_batch(
        *values, producer_id=PRODUCER_ID, producer_epoch=0, base_sequence=sequence
    )


def check(path: Path, least: dict[str, int], deleted_before: dict[str, int]) -> None:
    """Open what is left, check it, continue it, and check it again after a clean stop."""
    directory = open_directory(path, UnsyncedFiles())
    ends: dict[str, int] = {}
    for log in directory:
        check_records(log)
        assert log.log_end_offset >= least[log.topic], "something promised is missing"
        assert log.log_start_offset >= deleted_before[log.topic], "something deleted is back"
        assert log.log_start_offset <= DELETED_BEFORE
        continue_producing(log)
        ends[log.topic] = log.log_end_offset
    directory.close()
    reopened = open_directory(path, UnsyncedFiles())
    assert reopened.was_clean
    for log in reopened:
        check_records(log)
        assert log.log_end_offset == ends[log.topic]
        check_indexes(Path(log.directory))
        continue_producing(log)
    reopened.close()


def check_records(log: PartitionLog) -> None:
    """No gap, no duplicate, no damage: the record at each offset holds the offset."""
    expected = range(log.log_start_offset, log.log_end_offset)
    assert [(record.offset, record.value) for record in all_records(log)] == [
        (offset, b"%d" % offset) for offset in expected
    ]


def continue_producing(log: PartitionLog) -> None:
    """The last batch, retried, is known; the next one continues it."""
    end = log.log_end_offset
    if end > log.log_start_offset:
        retry = log.append(numbered_batch(end - RECORDS_A_BATCH), leader_epoch=2, now_ms=NOW_MS)
        assert (retry.error, retry.base_offset) == (ErrorCode.NONE, end - RECORDS_A_BATCH)
        assert retry.is_duplicate
    new = log.append(numbered_batch(end), leader_epoch=2, now_ms=NOW_MS)
    assert (new.error, new.base_offset, new.is_duplicate) == (ErrorCode.NONE, end, False)
    log.write_staged()


def check_indexes(partition: Path) -> None:
    """Every index entry names the batch that lies at its position."""
    for index_file in partition.glob("*.index"):
        log_file = index_file.with_suffix(".log")
        base_offset = int(log_file.stem)
        headers = walk_headers(FileHandles(Files()), str(log_file), 0, log_file.stat().st_size)
        lies_at = {position: header.last_offset for position, header in headers}
        content = index_file.read_bytes()
        OffsetIndex.from_bytes(base_offset, content)
        for start in range(0, len(content), ENTRY_BYTES):
            last_offset = int.from_bytes(content[start : start + 4]) + base_offset
            assert lies_at[int.from_bytes(content[start + 4 : start + 8])] == last_offset


def operations_of_a_whole_life(path: Path) -> int:
    files = FaultyFiles(str(path / "whole"))
    Scenario(path / "whole", files).run()
    return files.operations


def run_with(path: Path, fault: Fault, at: int) -> tuple[Scenario, FaultyFiles]:
    """A scenario in which the operation `at` goes wrong; its files are closed afterwards."""
    files = FaultyFiles(str(path), fault=fault, at=at)
    scenario = Scenario(path, files)
    try:
        scenario.run()
    except SimulatedCrash:
        pass
    finally:
        files.close_all()
    return scenario, files


@contextmanager
def naming(files: FaultyFiles, seed: int | None = None) -> Iterator[None]:
    """Say in a failure which operation and which seed it takes to see it again."""
    try:
        yield
    except BaseException as error:
        error.add_note(f"the operation that went wrong, or the last: {files.journal[-1]}")
        error.add_note(f"seed: {seed}")
        raise


def promised(scenario: Scenario, kind: str) -> dict[str, int]:
    return {topic: getattr(promises, kind) for topic, promises in scenario.promises.items()}


@pytest.mark.parametrize("fault", [Fault.IO_ERROR, Fault.DISK_FULL, Fault.SHORT_WRITE])
def test_whatever_operation_fails_nothing_acknowledged_is_lost(
    path: Path, fault: Fault, stride: int
) -> None:
    for at in range(1, operations_of_a_whole_life(path) + 1, stride):
        scenario, files = run_with(path / str(at), fault, at)
        with naming(files):
            check(
                path / str(at),
                promised(scenario, "acknowledged"),
                promised(scenario, "deleted_before"),
            )


def test_a_killed_process_loses_nothing_that_was_written(path: Path, stride: int) -> None:
    for at in range(1, operations_of_a_whole_life(path) + 1, stride):
        scenario, files = run_with(path / str(at), Fault.CRASH, at)
        with naming(files):
            check(
                path / str(at),
                promised(scenario, "acknowledged"),
                promised(scenario, "deleted_before"),
            )


def test_a_power_loss_loses_nothing_that_was_synced(path: Path, stride: int) -> None:
    for at in range(1, operations_of_a_whole_life(path) + 1, stride):
        scenario, files = run_with(path / str(at), Fault.CRASH, at)
        for seed in (None, *range(SEEDS_AN_OPERATION * at, SEEDS_AN_OPERATION * (at + 1))):
            left = path / f"{at}-{seed}"
            files.after_power_loss(str(left), seed)
            with naming(files, seed):
                check(left, promised(scenario, "synced"), promised(scenario, "deleted_before"))


def test_a_clean_stop_survives_a_power_loss_entirely(path: Path) -> None:
    files = FaultyFiles(str(path / "lived"))
    scenario = Scenario(path / "lived", files)
    scenario.run()
    files.after_power_loss(str(path / "left"))
    check(
        path / "left",
        promised(scenario, "acknowledged"),
        promised(scenario, "deleted_before"),
    )
