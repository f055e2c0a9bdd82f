"""What can be asked of a log: its records, its offsets, its transactions. Nothing here writes.

Readers never see beyond `written_end_offset`; what lies between `high_watermark` and that is for
those who know what they do. `PartitionLog` keeps the offsets in order.
"""

from odradek.broker.log.append_result import ReadResult, TimestampOffset
from odradek.broker.log.errors import OffsetOutOfRange
from odradek.broker.log.file_records import FileRecords
from odradek.broker.log.log_reader import (
    BatchRange,
    collect_aborted,
    find_batches,
    first_record_at_or_after,
    has_records,
    record_with_largest_timestamp,
)
from odradek.broker.log.log_segments import LogSegments
from odradek.broker.log.ongoing_transactions import NO_TRANSACTION
from odradek.broker.log.recovery import LoadedState
from odradek.broker.log.transaction_index import AbortedTransaction

SENT_FROM_FILE_BYTES_MIN = 32 * 1024
"""Below this, a system call of its own costs more than the copying it saves."""


class ReadableLog:
    """See the module."""

    __slots__ = (
        "_handles",
        "_segments",
        "directory",
        "epochs",
        "high_watermark",
        "log_end_offset",
        "log_start_offset",
        "producers",
        "written_end_offset",
    )

    def __init__(self, directory: str, state: LoadedState) -> None:
        self.directory = directory
        self.producers = state.producers
        self.epochs = state.epochs
        self.log_start_offset = state.log_start_offset
        self.log_end_offset = self.written_end_offset = state.log_end_offset
        self.high_watermark = state.high_watermark
        self._segments = state.segments
        self._handles = state.segments.handles

    @property
    def segments(self) -> LogSegments:
        """For looking at; what is in them changes through this log alone."""
        return self._segments

    @property
    def last_stable_offset(self) -> int:
        """Below it every transaction is decided; never above the high watermark."""
        unstable = self.producers.transactions.first_unstable_offset
        if unstable == NO_TRANSACTION or unstable >= self.high_watermark:
            return self.high_watermark
        return max(unstable, self.log_start_offset)

    def aborted_transactions(self, offset: int, end_offset: int) -> list[AbortedTransaction]:
        """The aborted transactions that reach into [offset, end_offset), by their markers."""
        return collect_aborted(self._segments, offset, end_offset)

    def read(
        self, offset: int, max_bytes: int, *, max_offset: int, minimum_one_batch: bool
    ) -> ReadResult:
        """Whole batches from the one that contains `offset`, none at or above `max_offset`.

        At most `max_bytes`, but with `minimum_one_batch` never less than one batch. One read stays
        within one segment. Empty at the end; raises OffsetOutOfRange outside of the log.
        """
        found = self._find(offset, max_bytes, max_offset, minimum_one_batch)
        if found is None:
            return ReadResult(b"", offset)
        records = self._segments.read(found.segment, found.position, found.size_bytes)
        return ReadResult(records, found.next_offset)

    def fetch(
        self, offset: int, max_bytes: int, *, max_offset: int, minimum_one_batch: bool
    ) -> tuple[bytes | FileRecords, int]:
        """As `read`, for a response: many bytes stay in their file until they are sent.

        The records, and the offset to read on from. Where a cleaning has left nothing but bare
        headers, those of the next segment that has more.
        """
        found = self._find(offset, max_bytes, max_offset, minimum_one_batch)
        while found is not None and not has_records(self._segments, found):
            behind = self._find(found.next_offset, max_bytes, max_offset, minimum_one_batch)
            if behind is None:
                break
            found = behind
        if found is None:
            return b"", offset
        if found.size_bytes < SENT_FROM_FILE_BYTES_MIN:
            records = self._segments.read(found.segment, found.position, found.size_bytes)
            return records, found.next_offset
        file = self._handles.open_file(found.segment.log_path)
        return FileRecords(file, found.position, found.size_bytes), found.next_offset

    def _find(
        self, offset: int, max_bytes: int, max_offset: int, minimum_one_batch: bool
    ) -> BatchRange | None:
        if not self.log_start_offset <= offset <= self.log_end_offset:
            raise OffsetOutOfRange(offset, self.log_start_offset, self.log_end_offset)
        end_offset = min(max_offset, self.written_end_offset)
        if offset >= end_offset:
            return None
        return find_batches(
            self._segments,
            offset,
            max_bytes,
            end_offset=end_offset,
            log_end_offset=self.written_end_offset,
            minimum_one_batch=minimum_one_batch,
        )

    def segment_path(self, offset: int) -> str:
        """The file that holds an offset, or would: for whoever has to look at it."""
        return self._segments.floor(offset).log_path

    def advance_high_watermark(self, offset: int) -> None:
        """Let readers see everything below `offset`; it never moves back."""
        if offset > self.high_watermark:
            self.high_watermark = min(offset, self.written_end_offset)
            if self.producers.transactions.has_ending:
                self.producers.transactions.release(self.high_watermark)

    def offset_for_timestamp(self, timestamp_ms: int, max_offset: int) -> TimestampOffset | None:
        """The first record below `max_offset` that is not older than `timestamp_ms`."""
        end_offset = min(max_offset, self.written_end_offset)
        return first_record_at_or_after(
            self._segments, timestamp_ms, self.log_start_offset, end_offset
        )

    def offset_of_max_timestamp(self) -> TimestampOffset | None:
        """The first record that carries the largest timestamp of the log; None when empty."""
        return record_with_largest_timestamp(
            self._segments, self.log_start_offset, self.written_end_offset
        )

    def end_offset_for_epoch(self, epoch: int) -> tuple[int, int]:
        """OffsetForLeaderEpoch: see `LeaderEpochCache.end_offset_for`."""
        return self.epochs.end_offset_for(epoch, self.log_end_offset)
