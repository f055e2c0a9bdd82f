"""The disk: every system call on a file that the broker makes is made here, and nowhere else.

`Files` is a thin layer over `os`, so that a test can pass a subclass which fails, tears or forgets
(`odradek.testing.faulty_files`). The primitives are single system calls; the functions below them
are built from the primitives alone, so they fail wherever a primitive can fail.

Invariant: nothing here decides what must be durable. Callers say so with `fdatasync`,
`sync_directory` and `write_atomically`.
"""

import fcntl
import os
from collections.abc import Sequence

# macOS has no fdatasync; fsync is the stronger promise.
_fdatasync = getattr(os, "fdatasync", os.fsync)

IOV_MAX = min(os.sysconf("SC_IOV_MAX"), 1024)
SMALL_FILE_BYTES = 16 * 1024
READ_WHOLE_FILE_BYTES = 1024 * 1024

TEMPORARY_SUFFIX = ".tmp"


class Files:
    """System calls on paths and descriptors. All raise OSError."""

    def open(self, path: str, *, create: bool = False) -> int:
        flags = os.O_RDWR | os.O_CLOEXEC
        return os.open(path, flags | os.O_CREAT if create else flags, 0o644)

    def open_for_reading(self, path: str) -> int:
        return os.open(path, os.O_RDONLY | os.O_CLOEXEC)

    def duplicate(self, descriptor: int) -> int:
        return os.dup(descriptor)

    def close(self, descriptor: int) -> None:
        os.close(descriptor)

    def pread(self, descriptor: int, size: int, position: int) -> bytes:
        return os.pread(descriptor, size, position)

    def pread_into(self, descriptor: int, buffer: memoryview, position: int) -> int:
        return os.preadv(descriptor, [buffer], position)

    def send_file(self, socket: int, descriptor: int, position: int, size: int) -> int:
        """Move bytes from a file to a socket; how many went, 0 at the end of the file."""
        return os.sendfile(socket, descriptor, position, size)

    def pwritev(self, descriptor: int, buffers: Sequence[bytes | memoryview], position: int) -> int:
        return os.pwritev(descriptor, buffers, position)

    def truncate(self, descriptor: int, size: int) -> None:
        os.ftruncate(descriptor, size)

    def fdatasync(self, descriptor: int) -> None:
        _fdatasync(descriptor)

    def sync_directory(self, path: str) -> None:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def rename(self, source: str, target: str) -> None:
        os.replace(source, target)

    def unlink(self, path: str) -> None:
        os.unlink(path)

    def mkdir(self, path: str) -> None:
        os.mkdir(path, 0o755)

    def rmdir(self, path: str) -> None:
        os.rmdir(path)

    def list_directory(self, path: str) -> list[str]:
        return os.listdir(path)

    def list_subdirectories(self, path: str) -> list[str]:
        with os.scandir(path) as entries:
            return [entry.name for entry in entries if entry.is_dir(follow_symlinks=False)]

    def make_directories(self, path: str) -> None:
        os.makedirs(path, exist_ok=True)

    def random_bytes(self, size: int) -> bytes:
        return os.urandom(size)

    def exists(self, path: str) -> bool:
        return os.path.exists(path)

    def is_directory(self, path: str) -> bool:
        return os.path.isdir(path)

    def size(self, path: str) -> int:
        return os.stat(path).st_size

    def descriptor_size(self, descriptor: int) -> int:
        return os.fstat(descriptor).st_size

    def disk_space(self, path: str) -> tuple[int, int]:
        """Bytes of the file system that holds `path`: all of them, and those we may still use."""
        status = os.statvfs(path)
        return status.f_blocks * status.f_frsize, status.f_bavail * status.f_frsize

    def absolute(self, path: str) -> str:
        return os.path.abspath(path)

    def modified_ms(self, path: str) -> int:
        return os.stat(path).st_mtime_ns // 1_000_000

    def lock(self, path: str, *, waits: bool = False) -> int:
        """Hold `path` exclusively until the descriptor closes; BlockingIOError when held.

        Differs from Kafka: flock, not POSIX record locks, so that two brokers of one process
        exclude each other as well. A Kafka started on the same directory is not kept out by it.
        """
        descriptor = self.open(path, create=True)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if waits else fcntl.LOCK_NB))
        except OSError:
            self.close(descriptor)
            raise
        return descriptor

    def write_all(
        self, descriptor: int, buffers: Sequence[bytes | memoryview], position: int
    ) -> None:
        """Write every buffer, in one system call unless many or the disk cuts short."""
        wanted = sum(map(len, buffers))
        written = self.pwritev(descriptor, buffers[:IOV_MAX], position)
        if written < wanted:
            rest = memoryview(b"".join(buffers))
            while written < wanted:
                written += self.pwritev(descriptor, [rest[written:]], position + written)

    def read_file(self, path: str) -> bytes:
        descriptor = self.open_for_reading(path)
        try:
            # A start reads thousands of small files: one call each, into memory that is at hand.
            content = self.pread(descriptor, SMALL_FILE_BYTES, 0)
            if len(content) < SMALL_FILE_BYTES:
                return content
            while more := self.pread(descriptor, READ_WHOLE_FILE_BYTES, len(content)):
                content += more
            return content
        finally:
            self.close(descriptor)

    def write_file(self, path: str, content: bytes, *, sync: bool = False) -> None:
        """Replace a file's content in place: for files that a reader can rebuild when torn."""
        descriptor = self.open(path, create=True)
        try:
            self.truncate(descriptor, 0)
            self.write_all(descriptor, [content], 0)
            if sync:
                self.fdatasync(descriptor)
        finally:
            self.close(descriptor)

    def write_atomically(self, path: str, content: bytes) -> None:
        """After this returns the file has the new content for good; before, the old."""
        temporary = path + TEMPORARY_SUFFIX
        self.write_file(temporary, content, sync=True)
        self.rename(temporary, path)
        self.sync_directory(os.path.dirname(path))

    def sync_file(self, path: str) -> None:
        descriptor = self.open_for_reading(path)
        try:
            self.fdatasync(descriptor)
        finally:
            self.close(descriptor)

    def remove_tree(self, path: str) -> None:
        """Remove a directory of files (ours have no deeper levels) and itself."""
        for name in self.list_directory(path):
            self.unlink(os.path.join(path, name))
        self.rmdir(path)
