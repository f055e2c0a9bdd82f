"""A bounded pool of open segment files.

A thousand partitions with dozens of segments each must not need as many descriptors. Files open on
first use and the longest open one closes when the pool is full; reopening costs microseconds.
A file closes when the pool has let go of it and nobody else holds it: a response that is still
being sent from a deleted segment keeps it open (`OpenFile`). Descriptors handed to a thread (a
sync) are duplicated first.
"""

from odradek.broker.log.files import Files

DEFAULT_OPEN_FILES_MAX = 512


class OpenFile:
    """An open descriptor; closed with the last reference to it."""

    __slots__ = ("descriptor", "files")

    def __init__(self, files: Files, descriptor: int) -> None:
        self.files = files
        self.descriptor = descriptor

    def __del__(self) -> None:
        self.files.close(self.descriptor)


class FileHandles:
    """Open files by path."""

    def __init__(self, files: Files, limit: int = DEFAULT_OPEN_FILES_MAX) -> None:
        self.files = files
        self._limit = limit
        self._open_files: dict[str, OpenFile] = {}

    def descriptor(self, path: str) -> int:
        """An open descriptor, valid until the next call for another path."""
        return self.open_file(path).descriptor

    def open_file(self, path: str) -> OpenFile:
        """The open file of a path, valid as long as it is held."""
        file = self._open_files.get(path)
        return self._open(path, create=False) if file is None else file

    def create(self, path: str) -> int:
        """As `descriptor`, for a file that may not exist yet."""
        self.close(path)
        return self._open(path, create=True).descriptor

    def _open(self, path: str, *, create: bool) -> OpenFile:
        while len(self._open_files) >= self._limit:
            self.close(next(iter(self._open_files)))
        file = OpenFile(self.files, self.files.open(path, create=create))
        self._open_files[path] = file
        return file

    def close(self, path: str) -> None:
        """Let go of a file if it is open; needed before it is renamed or removed."""
        self._open_files.pop(path, None)

    def close_all(self) -> None:
        self._open_files.clear()
