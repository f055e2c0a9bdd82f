"""One scenario, run once for each operation it makes on the disk, with that operation failing."""

from collections.abc import Callable, Iterator
from pathlib import Path

from odradek.broker.errors import StartupError
from odradek.testing.faulty_files import Fault, FaultyFiles
from tests.broker.harness import Harness

Prepare = Callable[[Harness], None]


class FailingDisk:
    """Brokers on disks that fail; `settings` are those of every broker."""

    def __init__(self, path: Path, durability: str, *settings: str) -> None:
        self._path = path
        self._durability = durability
        self._settings = settings

    def count_operations(self, *steps: Prepare) -> list[int]:
        """How many operations a healthy disk has seen after the start and after each step."""
        files = FaultyFiles(str(self._path / "healthy"))
        harness = self.start(self._path / "healthy", files)
        assert harness is not None
        counts = [files.operations]
        for step in steps:
            step(harness)
            counts.append(files.operations)
        harness.close()
        return counts

    def each_failure(
        self, fault: Fault, operations: range
    ) -> Iterator[tuple[FaultyFiles, Path, Harness]]:
        """A broker for each of these operations, which will fail; none where its start does."""
        for failing in operations:
            path = self._path / str(failing)
            files = FaultyFiles(str(path), fault=fault, at=failing)
            harness = self.start(path, files)
            if harness is not None:
                yield files, path, harness

    def start(self, path: Path, files: FaultyFiles | None = None) -> Harness | None:
        """A broker on this disk; None when the fault already hit its start."""
        try:
            return Harness(path, *self._settings, durability=self._durability, files=files)
        except StartupError:
            return None

    def restart(self, path: Path) -> Harness:
        """The broker on a healthy disk again."""
        return Harness(path, *self._settings, durability=self._durability)
