"""Whatever operation of a cleaning fails, or is the last one: readers see the same table.

The same changelog is written and cleaned again and again; each time another operation on the disk
goes wrong. Then the directory is opened, read, cleaned once more, and read again.
"""

import random
from pathlib import Path

import pytest

from odradek.broker.log import Files, LogError
from odradek.testing.faulty_files import Fault, FaultyFiles, SimulatedCrash
from tests.broker.log.cleaner.changelog import (
    DELETE_RETENTION_MS,
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
    path: Path, numbers: range, fault: Fault
) -> None:
    for at in numbers:
        changelog, files = cleaned(path / str(at), fault, at)
        try:
            check(path / str(at), changelog)
        except BaseException as error:
            error.add_note(f"the operation that went wrong, or the last: {files.journal[-1]}")
            raise


def test_a_power_loss_during_a_cleaning_loses_nothing(path: Path, numbers: range) -> None:
    for at in numbers:
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
