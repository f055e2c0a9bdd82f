"""One scenario, run once for each operation that it makes on the disk, with that one failing."""

from collections.abc import Callable, Iterator
from pathlib import Path

from odradek.broker.errors import StartupError
from odradek.testing.faulty_files import Fault, FaultyFiles
from tests.broker.harness import Harness


class FailingDisk:
    """Brokers on disks that fail, all with these settings."""

    def __init__(self, path: Path, durability: str, *settings: str) -> None:
        self._path = path
        self._durability = durability
        self._settings = settings

    def operations_of(
        self, scenario: Callable[[Harness], None], prepare: Callable[[Harness], None] | None = None
    ) -> range:
        """The numbers of the operations that the scenario makes, counted on a healthy disk."""
        path = self._path / "healthy"
        files = FaultyFiles(str(path))
        harness = self._start(path, files)
        assert harness is not None
        before = 0
        if prepare is not None:
            prepare(harness)
            before = files.operations
        scenario(harness)
        operations = range(before + 1, files.operations + 1)
        harness.close()
        return operations

    def failing_at(
        self, operation: int, fault: Fault, faults: int = 1
    ) -> tuple[FaultyFiles, Harness | None]:
        """A broker on a new disk; None where already its start needed what fails."""
        path = self.path_of(operation)
        files = FaultyFiles(str(path), fault=fault, at=operation, faults=faults)
        return files, self._start(path, files)

    def each_failure(
        self, operations: range, fault: Fault
    ) -> Iterator[tuple[int, FaultyFiles, Harness]]:
        """A broker for each operation that will fail, if it starts at all."""
        for operation in operations:
            files, harness = self.failing_at(operation, fault)
            if harness is not None:
                yield operation, files, harness

    def restart(self, operation: int) -> Harness:
        """The broker again, on what the failing disk has left."""
        return Harness(self.path_of(operation), *self._settings, durability=self._durability)

    def path_of(self, operation: int) -> Path:
        return self._path / str(operation)

    def _start(self, path: Path, files: FaultyFiles) -> Harness | None:
        try:
            return Harness(path, *self._settings, durability=self._durability, files=files)
        except StartupError:
            return None
