"""What the log raises. Wire errors are values in results; these are for IO and for operators.

LogError
├── OffsetOutOfRange         no such offset, with the range that exists
├── LogWriteError            the disk refused a write; in-memory state is back to what is on disk
├── LogOfflineError          an earlier failure made this log unusable until a restart
└── LogDirectoryError        the data directory cannot be used; one sentence for the operator
    ├── DirectoryLockedError
    ├── ForeignDirectoryError
    ├── DirectoryUnusableError
    └── CorruptFileError     a file of ours that cannot be read or trusted
"""


class LogError(Exception):
    """Root of this package's exceptions."""


class OffsetOutOfRange(LogError):
    """`offset` is below `log_start_offset` or above `log_end_offset`."""

    def __init__(self, offset: int, log_start_offset: int, log_end_offset: int) -> None:
        super().__init__(f"offset {offset} is outside [{log_start_offset}, {log_end_offset}]")
        self.offset = offset
        self.log_start_offset = log_start_offset
        self.log_end_offset = log_end_offset


class LogWriteError(LogError):
    """Staged batches did not reach the file; `log_end_offset` is where the log ends now.

    Batches of the same turn below that offset did reach it (a roll wrote them earlier).
    """

    def __init__(self, cause: OSError, log_end_offset: int) -> None:
        super().__init__(str(cause))
        self.cause = cause
        self.log_end_offset = log_end_offset


class LogOfflineError(LogError):
    """Stable storage is in doubt: the log takes no appends until the broker restarts."""


class LogDirectoryError(LogError):
    """The data directory, or something in it, cannot be used."""


class DirectoryLockedError(LogDirectoryError):
    """Another process holds the lock."""


class ForeignDirectoryError(LogDirectoryError):
    """The directory belongs to another cluster or node."""


class DirectoryUnusableError(LogDirectoryError):
    """It is no directory, or not writable."""


class CorruptFileError(LogDirectoryError):
    """A checkpoint or metadata file does not have its format."""
