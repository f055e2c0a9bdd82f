"""The disk in memory behaves as a disk, and fails as it is told to."""

import errno
import random

import pytest

from odradek.testing.faulty_files import Fault, SimulatedCrash
from odradek.testing.simulation.disk import SimulatedDisk, SimulatedFiles
from odradek.testing.simulation.virtual_clock import VirtualClock


@pytest.fixture
def disk() -> SimulatedDisk:
    return SimulatedDisk(VirtualClock(), random.Random(1))


@pytest.fixture
def files(disk: SimulatedDisk) -> SimulatedFiles:
    files = SimulatedFiles(disk)
    files.make_directories("/data/t-0")
    return files


def test_what_one_life_wrote_the_next_one_reads(disk: SimulatedDisk, files: SimulatedFiles) -> None:
    files.write_file("/data/t-0/log", b"hello")
    files.die()
    with pytest.raises(SimulatedCrash):
        files.read_file("/data/t-0/log")
    again = SimulatedFiles(disk)
    assert again.read_file("/data/t-0/log") == b"hello"
    assert again.size("/data/t-0/log") == 5
    assert again.list_directory("/data") == again.list_subdirectories("/data") == ["t-0"]


def test_a_power_loss_keeps_what_was_synced(disk: SimulatedDisk, files: SimulatedFiles) -> None:
    files.write_atomically("/data/t-0/safe", b"old")
    files.write_file("/data/t-0/safe", b"new and longer")
    files.write_file("/data/t-0/lost", b"never synced")
    disk.root = disk.root.survivors(None)
    again = SimulatedFiles(disk)
    assert again.read_file("/data/t-0/safe") == b"old"
    assert not again.exists("/data/t-0/lost")
    assert not again.exists("/nowhere/at/all")
    assert not again.is_directory("/data/t-0/safe")


def test_paths_that_are_wrong_are_refused_as_by_the_system(files: SimulatedFiles) -> None:
    files.write_file("/data/t-0/log", b"x")
    for error, attempt in (
        (FileNotFoundError, lambda: files.open("/data/t-0/no")),
        (FileNotFoundError, lambda: files.unlink("/data/t-0/no")),
        (FileNotFoundError, lambda: files.rename("/data/t-0/no", "/data/t-0/yes")),
        (FileNotFoundError, lambda: files.list_directory("/no")),
        (FileExistsError, lambda: files.mkdir("/data/t-0")),
        (IsADirectoryError, lambda: files.open("/data/t-0")),
        (NotADirectoryError, lambda: files.size("/data/t-0/log/deeper")),
        (NotADirectoryError, lambda: files.make_directories("/data/t-0/log")),
    ):
        with pytest.raises(error):
            attempt()


def test_a_fault_lasts_for_some_operations(disk: SimulatedDisk, files: SimulatedFiles) -> None:
    descriptor = files.open("/data/t-0/log", create=True)
    disk.fail(Fault.IO_ERROR, 2, after=1)
    assert files.pwritev(descriptor, [b"ab"], 0) == 2
    for _ in range(2):
        assert disk.is_faulty
        with pytest.raises(OSError, match=r"\[Errno 5\]"):
            files.fdatasync(descriptor)
    assert not disk.is_faulty
    assert files.pread(descriptor, 9, 0) == b"ab"


def test_a_full_disk_takes_half_of_a_write(disk: SimulatedDisk, files: SimulatedFiles) -> None:
    descriptor = files.open("/data/t-0/log", create=True)
    disk.fail(Fault.DISK_FULL, 2)
    with pytest.raises(OSError, match="No space") as caught:
        files.pwritev(descriptor, [b"abcd"], 0)
    assert caught.value.errno == errno.ENOSPC
    with pytest.raises(OSError, match="No space"):
        files.open("/data/t-0/other", create=True)
    assert files.descriptor_size(descriptor) == 2


def test_a_short_write_says_so(disk: SimulatedDisk, files: SimulatedFiles) -> None:
    descriptor = files.open("/data/t-0/log", create=True)
    disk.fail(Fault.SHORT_WRITE, 1)
    assert files.pwritev(descriptor, [b"abcd"], 0) == 2
    disk.fail(Fault.SHORT_WRITE, 1)
    disk.heal()
    assert files.pwritev(descriptor, [b"cd"], 2) == 2


def test_a_process_may_die_at_any_operation(disk: SimulatedDisk, files: SimulatedFiles) -> None:
    descriptor = files.open("/data/t-0/log", create=True)
    disk.fail(Fault.CRASH, 1)
    with pytest.raises(SimulatedCrash):
        files.pwritev(descriptor, [b"abcd"], 0)
    files.close(descriptor)
    with pytest.raises(SimulatedCrash):
        files.size("/data/t-0/log")
    assert SimulatedFiles(disk).size("/data/t-0/log") == 0
