"""Indexes of segments at rest, loaded on demand, a bounded number of them.

Reading an index costs well under a millisecond and holds at most a few megabytes; sixteen serve a
handful of consumers that catch up on different segments at once.
"""

from typing import NamedTuple

from odradek.broker.log.config import LogConfig
from odradek.broker.log.handles import FileHandles
from odradek.broker.log.header_walk import walk_headers
from odradek.broker.log.offset_index import OffsetIndex
from odradek.broker.log.segment import ActiveSegment, LogSegment
from odradek.broker.log.time_index import ENTRY, ENTRY_BYTES, TimeIndex
from odradek.event_log import get_logger

logger = get_logger(__name__)

CACHED_SEGMENTS_MAX = 16


class SegmentIndexes(NamedTuple):
    """Both indexes of one segment."""

    offset_index: OffsetIndex
    time_index: TimeIndex


class IndexCache:
    """The most recently used indexes, by the path of their segment."""

    def __init__(self, handles: FileHandles) -> None:
        self._handles = handles
        self._indexes: dict[str, SegmentIndexes] = {}

    def load(self, segment: LogSegment) -> SegmentIndexes:
        """The indexes of a segment at rest."""
        indexes = self._indexes.pop(segment.stem, None) or self._read(segment)
        self._keep(segment, indexes)
        return indexes

    def last_time_entry(self, segment: LogSegment) -> tuple[int, int]:
        """Largest timestamp and its batch's last offset, without loading more than one entry."""
        files = self._handles.files
        try:
            size = files.size(segment.time_index_path)
            if size == 0 or size % ENTRY_BYTES:
                return self.load(segment).time_index.last_entry
            descriptor = files.open_for_reading(segment.time_index_path)
        except FileNotFoundError:
            return self.load(segment).time_index.last_entry
        try:
            entry = files.pread(descriptor, ENTRY_BYTES, size - ENTRY_BYTES)
        finally:
            files.close(descriptor)
        timestamp_ms, relative_offset = ENTRY.unpack(entry)
        return timestamp_ms, segment.base_offset + relative_offset

    def take_over(self, segment: ActiveSegment) -> None:
        """The segment comes to rest: its indexes are kept here as long as they are used."""
        self._keep(segment, SegmentIndexes(segment.offset_index, segment.time_index))
        segment.release_indexes()

    def _keep(self, segment: LogSegment, indexes: SegmentIndexes) -> None:
        self._indexes[segment.stem] = indexes
        if len(self._indexes) > CACHED_SEGMENTS_MAX:
            del self._indexes[next(iter(self._indexes))]

    def forget(self, segment: LogSegment) -> None:
        """The segment goes away."""
        self._indexes.pop(segment.stem, None)

    def _read(self, segment: LogSegment) -> SegmentIndexes:
        files = self._handles.files
        try:
            return SegmentIndexes(
                OffsetIndex.from_bytes(segment.base_offset, files.read_file(segment.index_path)),
                TimeIndex.from_bytes(segment.base_offset, files.read_file(segment.time_index_path)),
            )
        except (FileNotFoundError, ValueError) as error:
            logger.warning("rebuilding an index", segment=segment.log_path, reason=str(error))
            return self._rebuild(segment)

    def _rebuild(self, segment: LogSegment) -> SegmentIndexes:
        indexed = index_by_headers(self._handles, segment)
        self._handles.files.write_file(segment.index_path, indexed.offset_index.to_bytes())
        self._handles.files.write_file(segment.time_index_path, indexed.time_index.to_bytes())
        return SegmentIndexes(indexed.offset_index, indexed.time_index)


def index_by_headers(handles: FileHandles, segment: LogSegment) -> ActiveSegment:
    """The segment's indexes made anew from its headers."""
    directory = segment.stem.rpartition("/")[0]
    rebuilt = ActiveSegment(directory, segment.base_offset, created_ms=0)
    interval_bytes = LogConfig().index_interval_bytes
    for _, header in walk_headers(handles, segment.log_path, 0, segment.size_bytes):
        rebuilt.stage_batch(header, header.last_offset, header.size_bytes, interval_bytes)
    rebuilt.commit_staged()
    rebuilt.seal()
    return rebuilt
