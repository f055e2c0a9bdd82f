"""The disk that fails, tears and forgets."""

from collections.abc import Callable
from pathlib import Path

import pytest

from odradek.testing.faulty_files import Fault, FaultyFiles, SimulatedCrash


@pytest.fixture
def root(tmp_path: Path) -> Path:
    path = tmp_path / "disk"
    path.mkdir()
    return path


@pytest.fixture
def survivors(tmp_path: Path) -> Callable[[FaultyFiles, int | None], dict[str, bytes]]:
    """What is left after a power loss, by path."""

    def left(files: FaultyFiles, seed: int | None = None) -> dict[str, bytes]:
        path = tmp_path / f"left-{files.operations}-{seed}"
        files.after_power_loss(str(path), seed)
        return {
            str(file.relative_to(path)): file.read_bytes()
            for file in path.rglob("*")
            if file.is_file()
        }

    return left


Survivors = Callable[..., dict[str, bytes]]


def written(files: FaultyFiles, path: Path, content: bytes) -> int:
    descriptor = files.open(str(path), create=True)
    files.write_all(descriptor, [content], 0)
    return descriptor


def test_without_a_fault_it_is_an_ordinary_disk(root: Path) -> None:
    files = FaultyFiles(str(root))
    files.write_atomically(str(root / "file"), b"content")
    assert files.read_file(str(root / "file")) == b"content"
    assert files.operations == len(files.journal)


@pytest.mark.parametrize(
    ("fault", "reason"),
    [(Fault.IO_ERROR, "Input/output error"), (Fault.DISK_FULL, "No space left")],
)
def test_an_error_comes_once_at_the_chosen_operation(root: Path, fault: Fault, reason: str) -> None:
    files = FaultyFiles(str(root), fault=fault, at=2)
    descriptor = files.open(str(root / "file"), create=True)
    with pytest.raises(OSError, match=reason):
        files.write_all(descriptor, [b"content"], 0)
    files.write_all(descriptor, [b"content"], 0)
    assert (root / "file").read_bytes() == b"content"


def test_errors_may_last_for_several_operations(root: Path) -> None:
    files = FaultyFiles(str(root), fault=Fault.IO_ERROR, at=1, faults=2)
    for _ in range(2):
        with pytest.raises(OSError, match="Input/output"):
            files.open(str(root / "file"), create=True)
    files.open(str(root / "file"), create=True)


def test_a_full_disk_takes_half_of_a_write(root: Path) -> None:
    files = FaultyFiles(str(root), fault=Fault.DISK_FULL, at=2)
    descriptor = files.open(str(root / "file"), create=True)
    with pytest.raises(OSError, match="No space"):
        files.write_all(descriptor, [b"12345678"], 0)
    assert (root / "file").read_bytes() == b"1234"


def test_a_short_write_is_finished_by_the_writer(root: Path) -> None:
    files = FaultyFiles(str(root), fault=Fault.SHORT_WRITE, at=2)
    written(files, root / "file", b"12345678")
    assert (root / "file").read_bytes() == b"12345678"


def test_after_a_crash_nothing_happens_any_more(root: Path) -> None:
    files = FaultyFiles(str(root), fault=Fault.CRASH, at=2)
    descriptor = files.open(str(root / "file"), create=True)
    for _ in range(2):
        with pytest.raises(SimulatedCrash):
            files.write_all(descriptor, [b"content"], 0)
    assert (root / "file").read_bytes() == b""


def test_a_synced_file_without_a_synced_name_is_lost(root: Path, survivors: Survivors) -> None:
    files = FaultyFiles(str(root))
    files.fdatasync(written(files, root / "file", b"content"))
    assert survivors(files) == {}
    files.sync_directory(str(root))
    assert survivors(files) == {"file": b"content"}


def test_a_name_without_a_synced_file_is_empty(root: Path, survivors: Survivors) -> None:
    files = FaultyFiles(str(root))
    written(files, root / "file", b"content")
    files.sync_directory(str(root))
    assert survivors(files) == {"file": b""}


def test_renames_and_removals_wait_for_the_directory(root: Path, survivors: Survivors) -> None:
    files = FaultyFiles(str(root))
    for name in ("old", "gone"):
        files.fdatasync(written(files, root / name, name.encode()))
    files.sync_directory(str(root))
    files.rename(str(root / "old"), str(root / "new"))
    files.unlink(str(root / "gone"))
    assert survivors(files) == {"old": b"old", "gone": b"gone"}
    files.sync_directory(str(root))
    assert survivors(files) == {"new": b"old"}


def test_a_directory_survives_when_its_parent_was_synced(root: Path, survivors: Survivors) -> None:
    files = FaultyFiles(str(root))
    files.mkdir(str(root / "inner"))
    files.fdatasync(written(files, root / "inner" / "file", b"content"))
    files.sync_directory(str(root / "inner"))
    assert survivors(files) == {}
    files.sync_directory(str(root))
    assert survivors(files) == {"inner/file": b"content"}


def test_atomic_writes_survive_whole(root: Path, survivors: Survivors) -> None:
    files = FaultyFiles(str(root))
    files.write_atomically(str(root / "file"), b"first")
    descriptor = files.open(str(root / "file.tmp"), create=True)
    files.write_all(descriptor, [b"second"], 0)
    assert survivors(files) == {"file": b"first"}


def test_with_a_seed_a_prefix_of_the_unsynced_bytes_may_survive(
    root: Path, survivors: Survivors
) -> None:
    files = FaultyFiles(str(root))
    descriptor = written(files, root / "file", b"synced")
    files.fdatasync(descriptor)
    files.sync_directory(str(root))
    files.write_all(descriptor, [b" and not"], 6)
    left = {survivors(files, seed)["file"] for seed in range(60)}
    assert {b"synced", b"synced and not"} < left
    assert all(b"synced and not".startswith(content.rstrip(b"\0")) for content in left)
    assert all(content.startswith(b"synced") for content in left)


def test_no_power_loss_takes_what_was_synced_and_not_touched_since(
    root: Path, survivors: Survivors
) -> None:
    files = FaultyFiles(str(root))
    descriptor = written(files, root / "file", b"synced and torn")
    files.fdatasync(descriptor)
    files.sync_directory(str(root))
    files.truncate(descriptor, 6)
    left = {survivors(files, seed)["file"] for seed in range(60)}
    assert left == {b"synced", b"synced and torn"}


def test_the_same_seed_leaves_the_same_disk(
    root: Path, tmp_path: Path, survivors: Survivors
) -> None:
    files = FaultyFiles(str(root))
    for number in range(10):
        written(files, root / str(number), bytes(range(100)))
    files.after_power_loss(str(tmp_path / "again"), seed=7)
    again = {file.name: file.read_bytes() for file in (tmp_path / "again").iterdir()}
    assert survivors(files, 7) == again
