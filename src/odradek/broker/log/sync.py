"""What is written but not yet on stable storage, and bringing it there off the loop.

A log collects here what it has touched: segments with new bytes, files written beside a roll,
directories with new names in them. A ticket is a snapshot of that; its `run` makes the system calls
and is safe in a thread, because it touches nothing but its own duplicated descriptors and paths.

Invariant: the recovery point moves to a ticket's end offset only after every call of its `run`
succeeded. After a failed fdatasync the kernel may have dropped the pages and called them clean, so
a second try that succeeds proves nothing: the log goes offline instead.
"""

from contextlib import suppress
from functools import partial

from odradek.broker.log.files import Files
from odradek.broker.log.handles import FileHandles
from odradek.broker.log.segment import LogSegment

unless_deleted = partial(suppress, FileNotFoundError)
"""Retention may take a file, or somebody delete the topic, while its sync waits for the thread."""


class SyncTicket:
    """Everything a log must sync for its records below `end_offset` to be safe."""

    __slots__ = (
        "_atomic",
        "_descriptors",
        "_directories",
        "_files",
        "_paths",
        "end_offset",
        "error",
    )

    def __init__(
        self,
        files: Files,
        end_offset: int,
        descriptors: list[int],
        paths: list[str],
        directories: list[str],
        atomic: list[tuple[str, bytes]],
    ) -> None:
        self._files = files
        self._descriptors = descriptors
        self._paths = paths
        self._directories = directories
        self._atomic = atomic
        self.end_offset = end_offset
        self.error: OSError | None = None

    def run(self) -> None:
        """Sync; raises OSError, and keeps it for `complete_sync`."""
        try:
            for descriptor in self._descriptors:
                self._files.fdatasync(descriptor)
            for path in self._paths:
                with unless_deleted():
                    self._files.sync_file(path)
            for path, content in self._atomic:
                with unless_deleted():
                    self._files.write_atomically(path, content)
            for directory in self._directories:
                with unless_deleted():
                    self._files.sync_directory(directory)
        except OSError as error:
            self.error = error
            raise
        finally:
            self.release()

    def try_run(self) -> None:
        """As `run`, but the error is only kept."""
        with suppress(OSError):
            self.run()

    def release(self) -> None:
        """Close the descriptors; for a ticket that will not be run."""
        while self._descriptors:
            self._files.close(self._descriptors.pop())


class UnsyncedFiles:
    """What one log has touched since its last completed sync."""

    __slots__ = ("_directories", "_paths", "_segments")

    def __init__(self) -> None:
        self._segments: dict[LogSegment, None] = {}
        self._paths: dict[str, None] = {}
        self._directories: dict[str, None] = {}

    def __bool__(self) -> bool:
        return bool(self._segments or self._paths or self._directories)

    @property
    def rolled_segments(self) -> int:
        """How many segments besides the one written last wait for a sync."""
        return max(0, len(self._segments) - 1)

    def add_segment(self, segment: LogSegment) -> None:
        self._segments[segment] = None

    def add_path(self, path: str) -> None:
        self._paths[path] = None

    def add_directory(self, path: str) -> None:
        self._directories[path] = None

    def add_all(self, other: "UnsyncedFiles") -> None:
        """Also what `other` has."""
        self._segments.update(other._segments)
        self._paths.update(other._paths)
        self._directories.update(other._directories)

    def discard_segment(self, segment: LogSegment) -> None:
        """The segment is being deleted."""
        self._segments.pop(segment, None)

    def ticket(
        self, handles: FileHandles, end_offset: int, atomic: list[tuple[str, bytes]]
    ) -> SyncTicket:
        """A snapshot of all of it. Raises OSError when a descriptor cannot be had."""
        ticket = SyncTicket(
            handles.files, end_offset, [], list(self._paths), list(self._directories), atomic
        )
        try:
            for segment in self._segments:
                descriptor = handles.descriptor(segment.log_path)
                ticket._descriptors.append(handles.files.duplicate(descriptor))
        except OSError:
            ticket.release()
            raise
        return ticket
