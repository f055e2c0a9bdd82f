"""A disk that fails, tears and forgets, for testing what the log promises.

`FaultyFiles` stands in for `odradek.broker.log.Files`. It works on real files below one directory,
numbers the operations made on them from 1, and at a chosen one fails in a chosen way:

    Fault.CRASH         the process dies there: this operation and all later ones do not happen
    Fault.IO_ERROR      EIO
    Fault.DISK_FULL     ENOSPC for what needs space; a write gets half of its bytes out first
    Fault.SHORT_WRITE   a write accepts half of its bytes and says so, as POSIX allows

Run a scenario once to learn how many `operations` it makes, then once for each of them. Errors last
for `faults` operations, then the disk is well again.

`after_power_loss` writes down what is left when the power fails now: see `power_loss` for the
model. The same seed always leaves the same disk.
"""

import errno
import os
import random
from collections.abc import Sequence
from enum import Enum

from odradek.broker.log.files import Files
from odradek.testing.power_loss import RememberedDirectory, RememberedFile


class Fault(Enum):
    """What happens at the chosen operation."""

    CRASH = "crash"
    IO_ERROR = "io error"
    DISK_FULL = "disk full"
    SHORT_WRITE = "short write"


NEEDS_SPACE = frozenset({"open", "fdatasync", "sync_directory", "rename", "mkdir"})


class SimulatedCrash(BaseException):
    """The process is dead; no `except Exception` of the code under test outlives that."""


class FaultyFiles(Files):
    """Files below `root`, a directory that does not exist yet."""

    def __init__(
        self, root: str, *, fault: Fault | None = None, at: int = 0, faults: int = 1
    ) -> None:
        self.operations = 0
        self.journal: list[str] = []
        """The operations in words, for the message of a test that fails."""
        self._root = root
        self._fault = fault
        self._first, self._last = at, at + faults - 1
        self._is_dead = False
        self._disk = RememberedDirectory()
        self._open: dict[int, RememberedFile] = {}

    def after_power_loss(self, path: str, seed: int | None = None) -> None:
        """Write the survivors to `path`; without a seed, nothing but what was synced."""
        dice = None if seed is None else random.Random(seed)  # noqa: S311 - not for secrets
        self._disk.write_survivors(path, dice)

    @property
    def is_dead(self) -> bool:
        """Whether the crash has come: what the code says from now on, nobody hears."""
        return self._is_dead

    # --- operations that change something

    def open(self, path: str, *, create: bool = False) -> int:
        self._count("open", path)
        descriptor = super().open(path, create=create)
        directory, name = self._locate(path)
        if name not in directory.entries:
            directory.put(name, RememberedFile())
        self._remember_open(descriptor, path)
        return descriptor

    def pwritev(self, descriptor: int, buffers: Sequence[bytes | memoryview], position: int) -> int:
        data = b"".join(buffers)
        is_cut = self._count("pwritev", f"{len(data)} bytes at {position}", can_be_short=True)
        if is_cut:
            data = data[: len(data) // 2]
        written = super().pwritev(descriptor, [data], position)
        self._open[descriptor].write(data[:written], position)
        if is_cut and self._fault is Fault.DISK_FULL:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return written

    def truncate(self, descriptor: int, size: int) -> None:
        self._count("truncate", f"to {size}")
        super().truncate(descriptor, size)
        self._open[descriptor].truncate(size)

    def fdatasync(self, descriptor: int) -> None:
        """Only the model syncs: the real disk's opinion is not asked for."""
        self._count("fdatasync", "")
        self._open[descriptor].sync()

    def sync_directory(self, path: str) -> None:
        self._count("sync_directory", path)
        if not os.path.isdir(path):
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), path)
        self._directory(path).sync()

    def rename(self, source: str, target: str) -> None:
        self._count("rename", f"{source} to {target}")
        super().rename(source, target)
        directory, name = self._locate(source)
        directory.rename(name, os.path.basename(target))

    def unlink(self, path: str) -> None:
        self._count("unlink", path)
        super().unlink(path)
        directory, name = self._locate(path)
        directory.remove(name)

    def mkdir(self, path: str) -> None:
        self._count("mkdir", path)
        super().mkdir(path)
        directory, name = self._locate(path)
        directory.put(name, RememberedDirectory())

    def rmdir(self, path: str) -> None:
        self._count("rmdir", path)
        super().rmdir(path)
        directory, name = self._locate(path)
        directory.remove(name)

    # --- operations that only read

    def open_for_reading(self, path: str) -> int:
        self._count("open_for_reading", path)
        descriptor = super().open_for_reading(path)
        self._remember_open(descriptor, path)
        return descriptor

    def pread(self, descriptor: int, size: int, position: int) -> bytes:
        self._count("pread", f"{size} bytes at {position}")
        return super().pread(descriptor, size, position)

    def send_file(self, socket: int, descriptor: int, position: int, size: int) -> int:
        self._count("send_file", f"{size} bytes at {position}")
        return super().send_file(socket, descriptor, position, size)

    def pread_into(self, descriptor: int, buffer: memoryview, position: int) -> int:
        self._count("pread_into", f"{len(buffer)} bytes at {position}")
        return super().pread_into(descriptor, buffer, position)

    def list_directory(self, path: str) -> list[str]:
        self._count("list_directory", path)
        return sorted(super().list_directory(path))

    def list_subdirectories(self, path: str) -> list[str]:
        self._count("list_subdirectories", path)
        return sorted(super().list_subdirectories(path))

    def size(self, path: str) -> int:
        self._count("size", path)
        return super().size(path)

    # --- descriptors, which live and die with the process

    def duplicate(self, descriptor: int) -> int:
        duplicate = super().duplicate(descriptor)
        self._open[duplicate] = self._open[descriptor]
        return duplicate

    def close(self, descriptor: int) -> None:
        # After `close_all` somebody else may have got the number.
        if self._open.pop(descriptor, None) is not None:
            super().close(descriptor)

    def close_all(self) -> None:
        """What the kernel does for a dead process: close its files and drop its locks."""
        for descriptor in list(self._open):
            self.close(descriptor)

    def _count(self, operation: str, what: str, *, can_be_short: bool = False) -> bool:
        """Number an operation; raise when its time has come. True: do half of it."""
        if self._is_dead:
            raise SimulatedCrash
        self.operations += 1
        self.journal.append(f"{self.operations} {operation} {what}")
        if self._fault is None or not self._first <= self.operations <= self._last:
            return False
        if self._fault is Fault.CRASH:
            self._is_dead = True
            raise SimulatedCrash(self.journal[-1])
        if self._fault is Fault.IO_ERROR:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        if self._fault is Fault.DISK_FULL and operation in NEEDS_SPACE:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return can_be_short

    def _directory(self, path: str) -> RememberedDirectory:
        directory = self._disk
        relative = os.path.relpath(path, self._root)
        for name in relative.split(os.sep) if relative != os.curdir else []:
            entry = directory.entries[name]
            if not isinstance(entry, RememberedDirectory):
                raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), path)
            directory = entry
        return directory

    def _locate(self, path: str) -> tuple[RememberedDirectory, str]:
        return self._directory(os.path.dirname(path)), os.path.basename(path)

    def _remember_open(self, descriptor: int, path: str) -> None:
        directory, name = self._locate(path)
        node = directory.entries[name]
        if isinstance(node, RememberedFile):
            self._open[descriptor] = node
