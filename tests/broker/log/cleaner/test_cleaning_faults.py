"""Whatever operation of a cleaning fails, or is the last one: readers see the same table.

The same changelog is written and cleaned again and again; each time another operation on the disk
goes wrong. Then the directory is opened, read, cleaned once more, and read again.
"""

import asyncio
import random
from pathlib import Path

import pytest

from odradek.broker.log import Files, LogError, PartitionLog
from odradek.broker.log.cleaner.cleaning import Cleaning, CleaningJob, CleaningResult
from odradek.broker.log.compaction import (
    NotDurableError,
    cleanable_part,
    cleaning_job,
    take_over,
)
from odradek.broker.log_cleaner import LogCleaner
from odradek.testing.faulty_files import Fault, FaultyFiles, SimulatedCrash
from tests.broker.log.batches import sync
from tests.broker.log.cleaner.changelog import (
    DELETE_RETENTION_MS,
    MAP_BYTES,
    Changelog,
    latest,
    without_deleted,
)
from tests.broker.log.test_faults import UnsyncedFiles

SEED = 7
POWER_LOSSES_AN_OPERATION = 2


def written(path: Path, files: Files) -> Changelog:
    """A changelog with a part that was cleaned, one that is dirty, and all of it synced."""
    dice = random.Random(SEED)
    changelog = Changelog(path, files=files)
    changelog.write_at_random(dice, batches=20)
    for producer_id in (2, 3):
        changelog.end(producer_id, is_commit=producer_id == 2)
    changelog.roll()
    changelog.clean()
    changelog.now_ms += DELETE_RETENTION_MS
    for _ in range(2):
        changelog.write_at_random(dice, batches=10)
        for producer_id in (2, 3):
            changelog.end(producer_id, is_commit=producer_id == 3)
        changelog.roll()
    return changelog


def cleaned(path: Path, fault: Fault, at: int) -> tuple[Changelog, FaultyFiles]:
    files = FaultyFiles(str(path), fault=fault, at=at)
    changelog = written(path, files)
    try:
        changelog.clean()
    except (SimulatedCrash, OSError, LogError):
        pass
    finally:
        files.close_all()
    return changelog, files


def operations(path: Path) -> range:
    """The numbers of the operations that the last cleaning makes."""
    files = FaultyFiles(str(path))
    changelog = written(path, files)
    before = files.operations
    changelog.clean()
    files.close_all()
    return range(before + 1, files.operations + 1)


def check(left: Path, changelog: Changelog) -> None:
    """Open what is left and read it, then clean it and read it again."""
    expected = without_deleted(latest(changelog.history))
    changelog.path = left
    changelog.files = UnsyncedFiles()
    changelog.open_again()
    for _ in range(2):
        found = changelog.committed()
        assert set(found) <= set(changelog.history)
        assert without_deleted(latest(found)) == expected
        assert not [one.name for one in left.glob("changes-0/*.replacement")]
        changelog.write((b"another", b"1"))
        expected[b"another"] = b"1"
        changelog.roll()
        changelog.clean()
    changelog.reopen()
    assert without_deleted(latest(changelog.committed())) == expected
    assert not [one.name for one in left.glob("changes-0/*.cleaned")]
    changelog.directory.close()


@pytest.fixture
def numbers(path: Path) -> range:
    return operations(path / "whole")


@pytest.mark.parametrize("fault", [Fault.CRASH, Fault.IO_ERROR, Fault.DISK_FULL])
def test_a_cleaning_that_goes_wrong_anywhere_loses_nothing(
    path: Path, numbers: range, fault: Fault, stride: int
) -> None:
    for at in numbers[::stride]:
        changelog, files = cleaned(path / str(at), fault, at)
        try:
            check(path / str(at), changelog)
        except BaseException as error:
            error.add_note(f"the operation that went wrong, or the last: {files.journal[-1]}")
            raise


def test_a_power_loss_during_a_cleaning_loses_nothing(
    path: Path, numbers: range, stride: int
) -> None:
    for at in numbers[::stride]:
        changelog, files = cleaned(path / str(at), Fault.CRASH, at)
        for seed in (None, *range(POWER_LOSSES_AN_OPERATION * at, (at + 1) * 2)):
            left = path / f"{at}-{seed}"
            files.after_power_loss(str(left), seed)
            history = dict(changelog.history)
            try:
                check(left, changelog)
            except BaseException as error:
                error.add_note(f"seed {seed}, the last operation: {files.journal[-1]}")
                raise
            changelog.history = history


def clean_as_a_broker_does(changelog: Changelog) -> None:
    """A cleaning by the running broker's cleaner, syncs included."""

    async def run(job: CleaningJob) -> CleaningResult:
        return Cleaning(job, changelog.files, lambda _: None).run()

    async def make_durable(log: PartitionLog) -> None:
        sync(log)

    cleaner = LogCleaner(
        changelog.directory, run, lambda: changelog.now_ms, lambda: MAP_BYTES, make_durable
    )
    assert asyncio.run(cleaner.clean_all()) == 1


def with_unsynced_end(path: Path) -> tuple[Changelog, FaultyFiles]:
    """A transaction whose records are on the disk and whose marker, so far, is not."""
    files = FaultyFiles(str(path))
    changelog = Changelog(path, files=files)
    changelog.write((b"a", b"old"), producer_id=1)
    changelog.write((b"b", b"old"), producer_id=2, is_transactional=True)
    changelog.end(2, is_commit=True)
    changelog.write((b"a", b"new"), producer_id=7, is_transactional=True)
    changelog.write((b"b", b"new"), producer_id=7, is_transactional=True)
    changelog.roll()
    changelog.end(7, is_commit=True)
    return changelog, files


def test_a_cleaning_counts_on_nothing_that_a_power_loss_takes(path: Path) -> None:
    changelog, files = with_unsynced_end(path / "disk")
    clean_as_a_broker_does(changelog)
    files.close_all()
    files.after_power_loss(str(path / "left"))
    changelog.path, changelog.files = path / "left", UnsyncedFiles()
    changelog.open_again()
    found = latest(changelog.committed())
    assert found == {b"a": b"new", b"b": b"new"}
    changelog.directory.close()


def test_nothing_takes_over_while_what_it_counted_on_is_not_durable(path: Path) -> None:
    changelog, files = with_unsynced_end(path / "disk")
    part = cleanable_part(changelog.log, 0, changelog.now_ms)
    job = cleaning_job(changelog.log, part, now_ms=changelog.now_ms, map_bytes=MAP_BYTES)
    result = Cleaning(job, files, lambda _: None).run()
    with pytest.raises(NotDurableError):
        next(take_over(changelog.directory, changelog.log, job, result))
    sync(changelog.log)
    assert len(list(take_over(changelog.directory, changelog.log, job, result))) == 1
    changelog.directory.close()
