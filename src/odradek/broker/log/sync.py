"""What is written but not yet on stable storage, and bringing it there off the loop.

A log collects here what it has touched: segments with new bytes, files written beside a roll,
directories with new names in them. A ticket is a snapshot of that; its `run` makes the system calls
and is safe in a thread, because it touches nothing but its own duplicated descriptors and paths.

Invariant: the recovery point moves to a ticket's end offset only after every call of its `run`
succeeded; what broke off, by whatever exception, and what never ran counts as failed. After a
failed fdatasync the kernel may have dropped the pages and called them clean, so a second try that
succeeds proves nothing: the log goes offline instead.
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
        "is_synced",
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
        self.error: BaseException | None = None
        self.is_synced = False

    def run(self) -> None:
        """Sync; raises OSError, and keeps it, or whatever else went wrong, for `complete_sync`."""
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
            self.is_synced = True
        except BaseException as error:
            self.error = error
            raise
        finally:
            self.release()

    @property
    def fault(self) -> str:
        """Why it is not synced, for who reads of it."""
        return repr(self.error) if self.error is not None else "it never ran"

    def try_run(self) -> None:
        """As `run`, but the error is only kept: in a thread nobody would hear of it."""
        with suppress(Exception):
            self.run()

    def release(self) -> None:
        """Close the descriptors; for a ticket that will not be run."""
        while self._descriptors:
            self._files.close(self._descriptors.pop())


class TouchedFiles:
    """Segments, other files and directories that a log has changed."""

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

    def add_all(self, other: "TouchedFiles") -> None:
        """Also what `other` has."""
        self._segments.update(other._segments)
        self._paths.update(other._paths)
        self._directories.update(other._directories)

    def clear(self) -> None:
        """Everything is covered by a ticket."""
        self._segments.clear()
        self._paths.clear()
        self._directories.clear()

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


class UnsyncedFiles(TouchedFiles):
    """What one log has touched since it last took a ticket, and what that ticket covers.

    While a ticket is out, a second one covers the first's files as well, so they may complete in
    any order.
    """

    __slots__ = ("_syncing", "in_flight")

    def __init__(self) -> None:
        super().__init__()
        self._syncing = TouchedFiles()
        self.in_flight: SyncTicket | None = None

    def discard_segment(self, segment: LogSegment) -> None:
        """The segment is being deleted."""
        super().discard_segment(segment)
        self._syncing.discard_segment(segment)

    def begin(
        self, handles: FileHandles, end_offset: int, atomic: list[tuple[str, bytes]]
    ) -> SyncTicket:
        """A ticket for all of it. Raises OSError, and then nothing has changed."""
        covered = TouchedFiles()
        covered.add_all(self)
        if self.in_flight is not None:
            covered.add_all(self._syncing)
        self.in_flight = covered.ticket(handles, end_offset, atomic)
        self._syncing = covered
        self.clear()
        return self.in_flight

    def end(self, ticket: SyncTicket) -> None:
        """The ticket has run; what it covers is done with, unless a later one covers it too."""
        if ticket is self.in_flight:
            self.in_flight = None
            self._syncing = TouchedFiles()
