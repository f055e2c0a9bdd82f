"""One segment of a log: a data file and its indexes.

`LogSegment` is any segment as a reader sees it. `ActiveSegment` is the last one, which grows: its
indexes live in memory and already cover the `staged_bytes` behind the `size_bytes` on disk.

Invariants: `base_offset` names the files; batches lie back to back from position 0; offsets rise.
"""

from odradek.broker.log.config import LogConfig
from odradek.broker.log.offset_index import ENTRY_BYTES as OFFSET_ENTRY_BYTES
from odradek.broker.log.offset_index import LARGEST_RELATIVE_OFFSET, OffsetIndex
from odradek.broker.log.time_index import ENTRY_BYTES as TIME_ENTRY_BYTES
from odradek.broker.log.time_index import TimeIndex
from odradek.broker.log.transaction_index import TransactionIndex
from odradek.protocol.records.batch import LENGTH_PREFIX_BYTES, NO_TIMESTAMP, BatchHeader
from odradek.protocol.records.checksum import crc32c

LOG_SUFFIX = ".log"
INDEX_SUFFIX = ".index"
TIME_INDEX_SUFFIX = ".timeindex"
TRANSACTION_INDEX_SUFFIX = ".txnindex"
SNAPSHOT_SUFFIX = ".snapshot"
DELETED_SUFFIX = ".deleted"
CLEANED_SUFFIX = ".cleaned"
REPLACEMENT_SUFFIX = ".replacement"
SEGMENT_SUFFIXES = (LOG_SUFFIX, INDEX_SUFFIX, TIME_INDEX_SUFFIX, TRANSACTION_INDEX_SUFFIX)

OFFSET_DIGITS = 20


def offset_name(offset: int) -> str:
    """The name that all files of an offset share, before the suffix."""
    return f"{offset:0{OFFSET_DIGITS}d}"


class LogSegment:
    """A segment's place on disk and its size; `aborted` are the transactions aborted in it."""

    __slots__ = (
        "aborted",
        "base_offset",
        "index_path",
        "log_path",
        "size_bytes",
        "stem",
        "time_index_path",
        "transaction_index_path",
    )

    def __init__(self, directory: str, base_offset: int, size_bytes: int) -> None:
        self.base_offset = base_offset
        self.stem = f"{directory}/{offset_name(base_offset)}"
        self.log_path = self.stem + LOG_SUFFIX
        self.index_path = self.stem + INDEX_SUFFIX
        self.time_index_path = self.stem + TIME_INDEX_SUFFIX
        self.transaction_index_path = self.stem + TRANSACTION_INDEX_SUFFIX
        self.size_bytes = size_bytes
        self.aborted = TransactionIndex()

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.log_path} {self.size_bytes} bytes>"


class ActiveSegment(LogSegment):
    """The segment that appends go to.

    `first_timestamp_ms` is the largest timestamp of the first batch, against which time-based
    rolling is measured; `max_timestamp_ms` and `max_timestamp_offset` are what the time index will
    end with.
    """

    __slots__ = (
        "bytes_since_index_entry",
        "created_ms",
        "first_timestamp_ms",
        "max_timestamp_ms",
        "max_timestamp_offset",
        "offset_index",
        "staged_bytes",
        "time_index",
    )

    def __init__(self, directory: str, base_offset: int, created_ms: int) -> None:
        super().__init__(directory, base_offset, 0)
        self.staged_bytes = 0
        self.created_ms = created_ms
        self.first_timestamp_ms = NO_TIMESTAMP
        self.max_timestamp_ms = NO_TIMESTAMP
        self.max_timestamp_offset = base_offset
        self.bytes_since_index_entry = 0
        self.offset_index = OffsetIndex(base_offset)
        self.time_index = TimeIndex(base_offset)

    @property
    def end_position(self) -> int:
        """Where the next batch will lie."""
        return self.size_bytes + self.staged_bytes

    def fits(self, last_offset: int) -> bool:
        """Whether the indexes can hold the offset: relative to the base it has 32 bits."""
        return last_offset - self.base_offset <= LARGEST_RELATIVE_OFFSET

    def should_roll(
        self, header: BatchHeader, last_offset: int, config: LogConfig, now_ms: int
    ) -> bool:
        """Whether this batch must begin a new segment, by size, index, offset width or age."""
        end_position = self.size_bytes + self.staged_bytes
        if end_position == 0:
            return False
        if (
            end_position + header.batch_length + LENGTH_PREFIX_BYTES > config.segment_bytes
            or last_offset - self.base_offset > LARGEST_RELATIVE_OFFSET
            or (
                self.bytes_since_index_entry > config.index_interval_bytes
                and self._is_index_full(config.segment_index_bytes)
            )
        ):
            return True
        oldest_ms, newest_ms = self.first_timestamp_ms, header.max_timestamp
        if oldest_ms >= 0 and newest_ms >= 0:
            age_ms = newest_ms - oldest_ms
        else:
            age_ms = now_ms - self.created_ms
        if config.segment_jitter_ms:
            return age_ms > config.segment_ms - self._jitter_ms(config)
        return age_ms > config.segment_ms

    def _is_index_full(self, limit_bytes: int) -> bool:
        return (len(self.offset_index) + 1) * OFFSET_ENTRY_BYTES > limit_bytes or (
            len(self.time_index) + 1
        ) * TIME_ENTRY_BYTES > limit_bytes

    def _jitter_ms(self, config: LogConfig) -> int:
        """Spreads the rolls of many partitions; fixed for a segment, so that no dice are needed."""
        limit = min(config.segment_jitter_ms, config.segment_ms)
        return crc32c(self.stem.encode()) % limit if limit > 0 else 0

    def stage_batch(
        self, header: BatchHeader, last_offset: int, size_bytes: int, index_interval_bytes: int
    ) -> None:
        """Account for a batch behind the current end, with its index entry when one is due."""
        position = self.size_bytes + self.staged_bytes
        # What compaction has left as a bare header has no record of that timestamp.
        if header.max_timestamp > self.max_timestamp_ms and header.records_count:
            self.max_timestamp_ms = header.max_timestamp
            self.max_timestamp_offset = last_offset
            if position == 0:
                self.first_timestamp_ms = header.max_timestamp
        if self.bytes_since_index_entry > index_interval_bytes:
            self.offset_index.append(last_offset, position)
            self.time_index.maybe_append(self.max_timestamp_ms, self.max_timestamp_offset)
            self.bytes_since_index_entry = 0
        self.staged_bytes += size_bytes
        self.bytes_since_index_entry += size_bytes

    def commit_staged(self) -> None:
        """What was staged is on disk."""
        self.size_bytes += self.staged_bytes
        self.staged_bytes = 0

    def mark(self) -> "SegmentMark":
        """What `rollback` needs to take back every batch staged from now on."""
        return (
            self.bytes_since_index_entry,
            self.first_timestamp_ms,
            self.max_timestamp_ms,
            self.max_timestamp_offset,
            len(self.offset_index),
            len(self.time_index),
            len(self.aborted),
        )

    def rollback(self, mark: "SegmentMark") -> None:
        (
            self.bytes_since_index_entry,
            self.first_timestamp_ms,
            self.max_timestamp_ms,
            self.max_timestamp_offset,
            offset_entries,
            time_entries,
            aborted,
        ) = mark
        self.staged_bytes = 0
        self.offset_index.truncate(offset_entries)
        self.time_index.truncate(time_entries)
        self.aborted.truncate(aborted)

    def seal(self) -> None:
        """Let the time index end with the largest timestamp, as a segment at rest has it."""
        self.time_index.maybe_append(self.max_timestamp_ms, self.max_timestamp_offset)

    def index_files(self) -> list[tuple[str, bytes]]:
        """Path and content of every index file that the segment at rest must have."""
        files = [
            (self.index_path, self.offset_index.to_bytes()),
            (self.time_index_path, self.time_index.to_bytes()),
        ]
        if self.aborted or self.aborted.is_stored:
            files.append((self.transaction_index_path, self.aborted.to_bytes()))
            self.aborted.is_stored = True
        return files

    def release_indexes(self) -> None:
        """The segment is at rest and its indexes are in their files."""
        self.offset_index = OffsetIndex(self.base_offset)
        self.time_index = TimeIndex(self.base_offset)


SegmentMark = tuple[int, int, int, int, int, int, int]
