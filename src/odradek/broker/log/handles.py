"""A bounded pool of open segment files.

A thousand partitions with dozens of segments each must not need as many descriptors. Files open on
first use and the longest open one closes when the pool is full; reopening costs microseconds.
Descriptors handed to a thread (a sync) are duplicated first, so closing here never pulls one away.
"""

from odradek.broker.log.files import Files

DEFAULT_OPEN_FILES_MAX = 512


class FileHandles:
    """Descriptors by path."""

    def __init__(self, files: Files, limit: int = DEFAULT_OPEN_FILES_MAX) -> None:
        self.files = files
        self._limit = limit
        self._descriptors: dict[str, int] = {}

    def descriptor(self, path: str) -> int:
        """An open descriptor, valid until the next call for another path."""
        descriptor = self._descriptors.get(path)
        if descriptor is None:
            return self._open(path, create=False)
        return descriptor

    def create(self, path: str) -> int:
        """As `descriptor`, for a file that may not exist yet."""
        self.close(path)
        return self._open(path, create=True)

    def _open(self, path: str, *, create: bool) -> int:
        while len(self._descriptors) >= self._limit:
            self.close(next(iter(self._descriptors)))
        descriptor = self.files.open(path, create=create)
        self._descriptors[path] = descriptor
        return descriptor

    def close(self, path: str) -> None:
        """Close the file if it is open; needed before it is renamed or removed."""
        descriptor = self._descriptors.pop(path, None)
        if descriptor is not None:
            self.files.close(descriptor)

    def close_all(self) -> None:
        for path in list(self._descriptors):
            self.close(path)
