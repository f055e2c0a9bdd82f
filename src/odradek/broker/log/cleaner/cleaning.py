"""One cleaning of one log, from a description of its segments to new segments beside them.

Two passes: the first reads the dirty part, oldest first, and learns the latest offset of every key
until the map is full; the second copies all segments that lie before that point, without what the
map shows to be outdated. Neighbouring segments become one as long as they fit. Nothing that a
reader or a restart looks at is touched: the log takes the new segments over itself
(`replacement`).

A cleaning runs in a process of its own, so everything here goes in as a `CleaningJob` and comes out
as a `CleaningResult`.

Differs from Kafka: the last batch of every new segment keeps its header even when all its records
are gone, not only the last of a cleaning, so that no segment is ever empty. Such a header names no
producer, unless it is among the last of one that is known.
"""

from bisect import bisect_left
from collections.abc import Iterator

import msgspec

from odradek.broker.log.cleaner.batch_filter import BatchFilter, LastBatches
from odradek.broker.log.cleaner.cleaned_transactions import CleanedTransactions
from odradek.broker.log.cleaner.offset_map import OffsetMap
from odradek.broker.log.cleaner.segment_files import CleanedSegment, Throttle, read_segment
from odradek.broker.log.files import Files
from odradek.broker.log.offset_index import LARGEST_RELATIVE_OFFSET
from odradek.broker.log.segment import LogSegment
from odradek.broker.log.transaction_index import AbortedTransaction
from odradek.protocol.records.batch import BatchHeader
from odradek.protocol.records.control_record import decode_marker
from odradek.protocol.records.raw_records import placeholder, records_body
from odradek.protocol.records.record_keys import OFFSET_SHIFT, read_keys


class SourceSegment(msgspec.Struct, frozen=True):
    """A segment as it was when the job was made; `end_offset` is where the next begins."""

    base_offset: int
    end_offset: int
    size_bytes: int


class CleaningJob(msgspec.Struct, frozen=True):
    """All that a cleaning has to know; `segments` are all before the first uncleanable offset.

    What it knows of transactions and producers, it knows from the log up to `log_end_offset`.
    """

    directory: str
    log_end_offset: int
    segments: list[SourceSegment]
    first_dirty_offset: int
    aborted: list[AbortedTransaction]
    last_batches: dict[int, LastBatches]
    now_ms: int
    delete_retention_ms: int
    segment_bytes: int
    index_interval_bytes: int
    map_bytes: int


class CleanedGroup(msgspec.Struct, frozen=True):
    """One new segment, and the base offsets of those whose place it takes."""

    base_offsets: list[int]
    size_bytes: int
    aborted: list[AbortedTransaction]


class CleaningResult(msgspec.Struct):
    """New segments, and where the log is dirty from now on."""

    groups: list[CleanedGroup]
    first_dirty_offset: int
    bytes_read: int = 0
    records_read: int = 0
    records_kept: int = 0


class Cleaning:
    """The state of one cleaning; `run` is all there is to call."""

    def __init__(self, job: CleaningJob, files: Files, throttle: Throttle) -> None:
        self._job = job
        self._files = files
        self._result = CleaningResult([], job.first_dirty_offset)
        self._latest = OffsetMap(job.map_bytes)

        def count_and_wait(size_bytes: int) -> None:
            self._result.bytes_read += size_bytes
            throttle(size_bytes)

        self._reading, self._writing = count_and_wait, throttle

    def run(self) -> CleaningResult:
        """Clean. Raises OSError and CorruptFileError; what was written then counts for nothing."""
        self._build_map()
        end_offset = self._latest.latest_offset + 1
        segments = [one for one in self._job.segments if one.base_offset < end_offset]
        transactions = CleanedTransactions(self._job.aborted)
        batch_filter = BatchFilter(
            self._latest,
            transactions,
            self._job.last_batches,
            self._result,
            first_dirty_offset=self._job.first_dirty_offset,
            now_ms=self._job.now_ms,
            delete_retention_ms=self._job.delete_retention_ms,
        )
        for group in _groups(segments, self._job.segment_bytes):
            size_bytes = self._rewrite(group, batch_filter, transactions)
            bases = [segment.base_offset for segment in group]
            self._result.groups.append(CleanedGroup(bases, size_bytes, list(transactions.kept)))
        self._result.first_dirty_offset = max(end_offset, self._job.first_dirty_offset)
        return self._result

    def _batches(self, segment: SourceSegment) -> Iterator[tuple[BatchHeader, memoryview]]:
        path = LogSegment(self._job.directory, segment.base_offset, segment.size_bytes).log_path
        return read_segment(self._files, path, segment.size_bytes, self._reading)

    def _build_map(self) -> None:
        """Learn the keys of the dirty part until the map is full."""
        first_dirty_offset = self._job.first_dirty_offset
        transactions = CleanedTransactions(self._job.aborted)
        for segment in self._job.segments:
            if segment.end_offset <= first_dirty_offset:
                continue
            for header, batch in self._batches(segment):
                if not self._learn(header, batch, transactions):
                    return
                if header.last_offset >= first_dirty_offset:
                    self._latest.latest_offset = header.last_offset

    def _learn(
        self, header: BatchHeader, batch: memoryview, transactions: CleanedTransactions
    ) -> bool:
        """Take in the keys of a batch; False when they no longer fit."""
        if header.is_control:
            marker = decode_marker(batch)
            if marker is not None:
                transactions.is_needless(header, is_abort=not marker.is_commit)
            return True
        if transactions.is_aborted(header) or not header.records_count:
            return True
        keys, places = read_keys(header, records_body(header, batch))
        first_dirty = bisect_left(places, self._job.first_dirty_offset << OFFSET_SHIFT)
        return self._latest.put_all(keys[first_dirty:], places[first_dirty:])

    def _rewrite(
        self,
        group: list[SourceSegment],
        batch_filter: BatchFilter,
        transactions: CleanedTransactions,
    ) -> int:
        """Write what stays of some neighbouring segments as one; how many bytes that is."""
        base_offset = group[0].base_offset
        interval_bytes = self._job.index_interval_bytes
        transactions.kept.clear()
        cleaned = CleanedSegment(
            self._files, self._job.directory, base_offset, interval_bytes, self._writing
        )
        try:
            dropped_last: BatchHeader | None = None
            for segment in group:
                for header, batch in self._batches(segment):
                    kept = batch_filter.keep(header, batch)
                    dropped_last = header if kept is None else None
                    if kept is not None:
                        cleaned.append(kept)
            if dropped_last is not None:
                cleaned.append(placeholder(dropped_last))
            cleaned.finish(transactions.kept)
            return cleaned.size_bytes
        finally:
            cleaned.close()


def _groups(segments: list[SourceSegment], segment_bytes: int) -> Iterator[list[SourceSegment]]:
    """Neighbours that fit into one segment, as they are before cleaning."""
    group: list[SourceSegment] = []
    for segment in segments:
        if group and (
            sum(one.size_bytes for one in group) + segment.size_bytes > segment_bytes
            or segment.end_offset - 1 - group[0].base_offset > LARGEST_RELATIVE_OFFSET
        ):
            yield group
            group = []
        group.append(segment)
    if group:
        yield group
