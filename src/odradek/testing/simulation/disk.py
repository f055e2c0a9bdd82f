"""A disk in memory that outlives the processes that use it.

`SimulatedDisk` is the disk with its faults, `SimulatedFiles` what one life of a process sees of it.
A process that dies loses its open files and nothing else; a power loss leaves what `power_loss`
says the weakest disk leaves. A fault lasts for some operations: they fail, or write half of their
bytes; or the process dies at one of them, in the middle of whatever it did.
"""

import errno
import os
import random
from collections.abc import Sequence

from odradek.broker.log.files import Files
from odradek.testing.faulty_files import NEEDS_SPACE, Fault, SimulatedCrash
from odradek.testing.power_loss import RememberedDirectory, RememberedFile
from odradek.testing.simulation.virtual_clock import VirtualClock

SPACE_BYTES = 1 << 40


class SimulatedDisk:
    """Everything that is stored, and what goes wrong with storing it."""

    def __init__(self, clock: VirtualClock, dice: random.Random) -> None:
        self.clock = clock
        self.dice = dice
        self.root = RememberedDirectory()
        self._fault: Fault | None = None
        self._spared = self._failing = 0

    def fail(self, fault: Fault, operations: int, after: int = 0) -> None:
        """Let so many operations fail, after so many that go well."""
        self._fault, self._spared, self._failing = fault, after, operations

    def heal(self) -> None:
        """No operation fails any more."""
        self._fault = None

    @property
    def is_faulty(self) -> bool:
        return self._fault is not None

    def lose_power(self) -> None:
        """Keep what was synced, and by luck some of what was not."""
        is_lucky = self.dice.random() < 0.7
        self.root = self.root.survivors(self.dice if is_lucky else None)

    def next_fault(self) -> Fault | None:
        """What happens to the operation that is about to begin."""
        if self._fault is None:
            return None
        if self._spared > 0:
            self._spared -= 1
            return None
        self._failing -= 1
        fault = self._fault
        if self._failing <= 0:
            self._fault = None
        return fault


class SimulatedFiles(Files):
    """System calls of one life; after `die` every one of them raises SimulatedCrash."""

    def __init__(self, disk: SimulatedDisk) -> None:
        self._disk = disk
        self._is_dead = False
        self._open: dict[int, RememberedFile] = {}
        self._last_descriptor = 2

    def die(self) -> None:
        """The process is gone, and its descriptors with it."""
        self._is_dead = True
        self._open.clear()

    # --- operations that change something

    def open(self, path: str, *, create: bool = False) -> int:
        self._begin("open")
        directory, name = self._locate(path)
        if name not in directory.entries:
            if not create:
                raise _missing(path)
            directory.put(name, RememberedFile())
        return self._descriptor(self._file(path))

    def pwritev(self, descriptor: int, buffers: Sequence[bytes | memoryview], position: int) -> int:
        data = b"".join(buffers)
        fault = self._begin("pwritev")
        if fault is not None:
            data = data[: len(data) // 2]
        self._open[descriptor].write(data, position)
        if fault is Fault.DISK_FULL:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return len(data)

    def truncate(self, descriptor: int, size: int) -> None:
        self._begin("truncate")
        self._open[descriptor].truncate(size)

    def fdatasync(self, descriptor: int) -> None:
        self._begin("fdatasync")
        self._open[descriptor].sync()

    def sync_directory(self, path: str) -> None:
        self._begin("sync_directory")
        self._directory(path).sync()

    def rename(self, source: str, target: str) -> None:
        self._begin("rename")
        directory, name = self._locate(source)
        if name not in directory.entries:
            raise _missing(source)
        directory.rename(name, os.path.basename(target))

    def unlink(self, path: str) -> None:
        self._begin("unlink")
        self._file(path)
        directory, name = self._locate(path)
        directory.remove(name)

    def mkdir(self, path: str) -> None:
        self._begin("mkdir")
        directory, name = self._locate(path)
        if name in directory.entries:
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), path)
        directory.put(name, RememberedDirectory())

    def make_directories(self, path: str) -> None:
        self._begin("mkdir")
        directory = self._disk.root
        for name in _names(path):
            if name not in directory.entries:
                directory.put(name, RememberedDirectory())
                # What a real start creates once is not what a schedule is about.
                directory.sync()
            node = directory.entries[name]
            if not isinstance(node, RememberedDirectory):
                raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), path)
            directory = node

    def rmdir(self, path: str) -> None:
        self._begin("rmdir")
        directory, name = self._locate(path)
        directory.remove(name)

    # --- operations that only read

    def open_for_reading(self, path: str) -> int:
        self._begin("open_for_reading")
        return self._descriptor(self._file(path))

    def pread(self, descriptor: int, size: int, position: int) -> bytes:
        self._begin("pread")
        return bytes(self._open[descriptor].content[position : position + size])

    def pread_into(self, descriptor: int, buffer: memoryview, position: int) -> int:
        data = self.pread(descriptor, len(buffer), position)
        buffer[: len(data)] = data
        return len(data)

    def list_directory(self, path: str) -> list[str]:
        self._begin("list_directory")
        return sorted(self._directory(path).entries)

    def list_subdirectories(self, path: str) -> list[str]:
        self._begin("list_subdirectories")
        return sorted(
            name
            for name, node in self._directory(path).entries.items()
            if isinstance(node, RememberedDirectory)
        )

    def exists(self, path: str) -> bool:
        try:
            directory, name = self._locate(path)
        except (FileNotFoundError, NotADirectoryError):
            return False
        return not name or name in directory.entries

    def is_directory(self, path: str) -> bool:
        try:
            self._directory(path)
        except (FileNotFoundError, NotADirectoryError):
            return False
        return True

    def size(self, path: str) -> int:
        self._begin("size")
        return len(self._file(path).content)

    def descriptor_size(self, descriptor: int) -> int:
        return len(self._open[descriptor].content)

    def disk_space(self, path: str) -> tuple[int, int]:
        return SPACE_BYTES, SPACE_BYTES

    def absolute(self, path: str) -> str:
        return os.path.join("/", path)

    def modified_ms(self, path: str) -> int:
        self._file(path)
        return self._disk.clock.now_ms()

    def random_bytes(self, size: int) -> bytes:
        return self._disk.dice.randbytes(size)

    # --- descriptors, which live and die with the process

    def lock(self, path: str, *, waits: bool = False) -> int:
        """There is one process at a time, so the lock is free."""
        return self.open(path, create=True)

    def duplicate(self, descriptor: int) -> int:
        return self._descriptor(self._open[descriptor])

    def close(self, descriptor: int) -> None:
        # Objects of the dead process may still close what they had.
        self._open.pop(descriptor, None)

    def _descriptor(self, file: RememberedFile) -> int:
        self._last_descriptor += 1
        self._open[self._last_descriptor] = file
        return self._last_descriptor

    def _begin(self, operation: str) -> Fault | None:
        """Raise when something is to go wrong; a fault returned means: do half of it."""
        if self._is_dead:
            raise SimulatedCrash
        fault = self._disk.next_fault()
        if fault is Fault.CRASH:
            self.die()
            raise SimulatedCrash
        if fault is Fault.IO_ERROR:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        if fault is Fault.DISK_FULL and operation in NEEDS_SPACE:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return fault if operation == "pwritev" else None

    # --- paths

    def _directory(self, path: str) -> RememberedDirectory:
        directory = self._disk.root
        for name in _names(path):
            node = directory.entries.get(name)
            if node is None:
                raise _missing(path)
            if not isinstance(node, RememberedDirectory):
                raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), path)
            directory = node
        return directory

    def _locate(self, path: str) -> tuple[RememberedDirectory, str]:
        return self._directory(os.path.dirname(path)), os.path.basename(path)

    def _file(self, path: str) -> RememberedFile:
        directory, name = self._locate(path)
        node = directory.entries.get(name)
        if node is None:
            raise _missing(path)
        if isinstance(node, RememberedDirectory):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), path)
        return node


def _names(path: str) -> list[str]:
    return [name for name in path.split("/") if name]


def _missing(path: str) -> FileNotFoundError:
    return FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), path)
