"""Loading a partition from its files, after a clean stop or after anything else.

After a clean stop the files are believed: the recovery point is the log's end, indexes and the
newest producer snapshot are complete. Otherwise every segment from the recovery point on is
scanned: each batch's checksum and continuity verified, the file cut behind the last good one, later
segments dropped
if anything was cut, indexes and producer states and leader epochs made anew. What lies before the
recovery point was synced with its indexes and is not read.

Invariant: after loading, offsets from the log start to the log end have no gap that the disk
caused.
"""

from bisect import bisect_left
from typing import NamedTuple

import msgspec

from odradek.broker.log.cleaner.replacement import finish_replacements
from odradek.broker.log.config import LogConfig
from odradek.broker.log.errors import CorruptFileError
from odradek.broker.log.files import TEMPORARY_SUFFIX, Files
from odradek.broker.log.handles import FileHandles
from odradek.broker.log.header_walk import walk_headers
from odradek.broker.log.index_cache import IndexCache, index_by_headers
from odradek.broker.log.leader_epochs import FILE_NAME as LEADER_EPOCHS_FILE
from odradek.broker.log.leader_epochs import LeaderEpochCache
from odradek.broker.log.log_segments import LogSegments
from odradek.broker.log.offset_index import OffsetIndex
from odradek.broker.log.producer_snapshots import ProducerSnapshots
from odradek.broker.log.producer_state import ProducerStateManager
from odradek.broker.log.segment import (
    DELETED_SUFFIX,
    LOG_SUFFIX,
    SEGMENT_SUFFIXES,
    SNAPSHOT_SUFFIX,
    TRANSACTION_INDEX_SUFFIX,
    ActiveSegment,
    LogSegment,
    offset_name,
)
from odradek.broker.log.segment_scan import OnBatch, scan_segment
from odradek.broker.log.time_index import TimeIndex
from odradek.broker.log.transaction_index import TransactionIndex
from odradek.event_log import get_logger
from odradek.protocol.records.batch import BatchHeader
from odradek.protocol.records.control_record import decode_marker

logger = get_logger(__name__)

OFFSET_MAX = (1 << 63) - 1
LEFTOVER_SUFFIXES = frozenset({DELETED_SUFFIX, TEMPORARY_SUFFIX})


class LoadedState(msgspec.Struct):
    """What creation or recovery found out about a partition."""

    segments: LogSegments
    snapshots: ProducerSnapshots
    producers: ProducerStateManager
    epochs: LeaderEpochCache
    log_start_offset: int
    log_end_offset: int
    high_watermark: int
    recovery_point: int
    unsynced_segments: list[LogSegment]


class StoredOffsets(msgspec.Struct, frozen=True):
    """What the directory's checkpoints say about a partition; 0 where they say nothing."""

    recovery_point: int = 0
    high_watermark: int = 0
    log_start_offset: int = 0
    are_lost: bool = False
    """Whether the file of the recovery points, which every directory has, is gone."""


class BelievedHoles(NamedTuple):
    """Below which offsets a hole is what compaction left, and no damage."""

    within_segments: int
    between_segments: int


class PartitionFiles(msgspec.Struct):
    """The names in a partition's directory that matter to loading it."""

    base_offsets: list[int]
    snapshot_offsets: list[int]
    transaction_indexes: set[int]
    has_leader_epochs: bool


def list_partition(files: Files, directory: str) -> PartitionFiles:
    """What is there; leftovers of deletions and of interrupted writes are removed."""
    names = set(files.list_directory(directory))
    found = PartitionFiles([], [], set(), has_leader_epochs=LEADER_EPOCHS_FILE in names)
    for name in names:
        stem, dot, extension = name.rpartition(".")
        suffix = dot + extension
        if suffix in LEFTOVER_SUFFIXES or (
            suffix in SEGMENT_SUFFIXES and stem + LOG_SUFFIX not in names
        ):
            files.unlink(f"{directory}/{name}")
        elif suffix == LOG_SUFFIX and stem.isdecimal():
            found.base_offsets.append(int(stem))
        elif suffix == SNAPSHOT_SUFFIX and stem.isdecimal():
            found.snapshot_offsets.append(int(stem))
        elif suffix == TRANSACTION_INDEX_SUFFIX and stem.isdecimal():
            found.transaction_indexes.add(int(stem))
    found.base_offsets.sort()
    return found


def load_partition(
    handles: FileHandles,
    index_cache: IndexCache,
    directory: str,
    config: LogConfig,
    stored: StoredOffsets,
    *,
    is_clean: bool,
) -> LoadedState:
    """Load a partition's state. Raises OSError and CorruptFileError."""
    finish_replacements(handles.files, directory)
    found = list_partition(handles.files, directory)
    if not found.base_offsets:
        return _begin_empty(handles, index_cache, directory, found, stored.log_start_offset)
    segments = [
        LogSegment(directory, base, handles.files.size(f"{directory}/{offset_name(base)}.log"))
        for base in found.base_offsets
    ]
    loader = PartitionLoader(handles, index_cache, directory, found, segments, config)
    if is_clean:
        try:
            return loader.load_clean(stored)
        except (CorruptFileError, ValueError, FileNotFoundError) as error:
            logger.warning("scanning a log in doubt", log=directory, reason=str(error))
    return loader.recover(stored)


def _begin_empty(
    handles: FileHandles,
    index_cache: IndexCache,
    directory: str,
    found: PartitionFiles,
    start_offset: int,
) -> LoadedState:
    snapshots = ProducerSnapshots(handles.files, directory, found.snapshot_offsets)
    snapshots.remove_above(-1)
    active = ActiveSegment(directory, start_offset, created_ms=0)
    handles.create(active.log_path)
    epochs = LeaderEpochCache([])
    epochs.is_dirty = found.has_leader_epochs
    return LoadedState(
        segments=LogSegments([], active, handles, index_cache),
        snapshots=snapshots,
        producers=ProducerStateManager({}),
        epochs=epochs,
        log_start_offset=start_offset,
        log_end_offset=start_offset,
        high_watermark=start_offset,
        recovery_point=start_offset,
        unsynced_segments=[active],
    )


class PartitionLoader:
    """Turns the segments of one directory into a `LoadedState`."""

    def __init__(
        self,
        handles: FileHandles,
        index_cache: IndexCache,
        directory: str,
        found: PartitionFiles,
        segments: list[LogSegment],
        config: LogConfig,
    ) -> None:
        self._handles = handles
        self._index_cache = index_cache
        self._directory = directory
        self._found = found
        self._segments = segments
        self._config = config
        self._snapshots = ProducerSnapshots(handles.files, directory, found.snapshot_offsets)

    def load_clean(self, stored: StoredOffsets) -> LoadedState:
        """Believe the files. Raises CorruptFileError or ValueError where they contradict."""
        for segment in self._segments:
            self._load_aborted(segment)
        active, log_end_offset = self._open_active(self._segments[-1])
        if stored.recovery_point != log_end_offset:
            raise CorruptFileError(
                f"the log ends at {log_end_offset}, its recovery point is {stored.recovery_point}"
            )
        segments = LogSegments(self._segments[:-1], active, self._handles, self._index_cache)
        log_start_offset = max(stored.log_start_offset, segments.first_base_offset)
        return LoadedState(
            segments=segments,
            snapshots=self._snapshots,
            producers=replay_producers(segments, self._snapshots, log_end_offset),
            epochs=self._load_epochs(),
            log_start_offset=log_start_offset,
            log_end_offset=log_end_offset,
            high_watermark=log_end_offset,
            recovery_point=log_end_offset,
            unsynced_segments=[],
        )

    def _open_active(self, segment: LogSegment) -> tuple[ActiveSegment, int]:
        files = self._handles.files
        base_offset = segment.base_offset
        active = ActiveSegment(self._directory, base_offset, files.modified_ms(segment.log_path))
        active.size_bytes = segment.size_bytes
        active.aborted = segment.aborted
        if segment.size_bytes == 0:
            return active, base_offset
        active.offset_index = OffsetIndex.from_bytes(
            base_offset, files.read_file(segment.index_path)
        )
        active.time_index = TimeIndex.from_bytes(
            base_offset, files.read_file(segment.time_index_path)
        )
        active.max_timestamp_ms, active.max_timestamp_offset = active.time_index.last_entry
        start = active.offset_index.last_position
        position, behind = start, None
        for position, behind in walk_headers(
            self._handles, segment.log_path, start, segment.size_bytes
        ):
            if position == 0:
                active.first_timestamp_ms = behind.max_timestamp
        if behind is None or position + behind.size_bytes != segment.size_bytes:
            raise CorruptFileError(f"{segment.log_path} ends in the middle of a batch")
        if start > 0:
            _, first = next(walk_headers(self._handles, segment.log_path, 0, segment.size_bytes))
            active.first_timestamp_ms = first.max_timestamp
        active.bytes_since_index_entry = segment.size_bytes - start
        return active, behind.next_offset

    def recover(self, stored: StoredOffsets) -> LoadedState:
        """Believe only what was synced before the recovery point; scan the rest."""
        bases = [segment.base_offset for segment in self._segments]
        # A recovery point where a segment begins says nothing of the indexes of the one before it:
        # they are written when the segment rolls, after its records may have been synced.
        first_doubtful = self._first_doubtful(bisect_left(bases, stored.recovery_point) - 1)
        believed, doubtful = self._segments[:first_doubtful], self._segments[first_doubtful:]
        epochs = self._load_epochs()
        # Not a newer snapshot, though it may be as good: the index of aborted transactions is made
        # anew from the beginning of the first segment in doubt.
        snapshot_offset, producers = self._snapshots.load_newest(doubtful[0].base_offset)
        for segment in believed:
            if snapshot_offset < doubtful[0].base_offset:
                _replay_segment(self._handles, segment, producers, snapshot_offset)
        epochs.truncate_from_end(doubtful[0].base_offset + 1)

        def take_over(rebuilt: ActiveSegment, header: BatchHeader, batch: memoryview) -> None:
            epochs.assign(header.partition_leader_epoch, header.base_offset)
            marker = decode_marker(batch) if header.is_control else None
            aborted = producers.replay(header, marker)
            if aborted is not None:
                rebuilt.aborted.append(aborted)

        scanned, log_end_offset = self._scan(doubtful, self._believed_holes(stored), take_over)
        if log_end_offset < stored.log_start_offset:
            return self._begin_again(stored.log_start_offset)
        self._snapshots.remove_above(log_end_offset)
        for rebuilt in scanned:
            rebuilt.aborted.is_stored = rebuilt.base_offset in self._found.transaction_indexes
        epochs.truncate_from_end(log_end_offset)
        for resting in scanned[:-1]:
            self._rest(resting)
        segments = LogSegments(
            [*believed, *scanned[:-1]], scanned[-1], self._handles, self._index_cache
        )
        log_start_offset = max(stored.log_start_offset, segments.first_base_offset)
        return LoadedState(
            segments=segments,
            snapshots=self._snapshots,
            producers=producers,
            epochs=epochs,
            log_start_offset=log_start_offset,
            log_end_offset=log_end_offset,
            high_watermark=min(max(stored.high_watermark, log_start_offset), log_end_offset),
            recovery_point=min(stored.recovery_point, log_end_offset),
            unsynced_segments=list(scanned),
        )

    def _believed_holes(self, stored: StoredOffsets) -> BelievedHoles:
        """The cleaner touches nothing above the recovery point.

        A compacted log without one is young, or comes from elsewhere. A loss of power leaves no
        hole between intact batches of one segment, so that one is the cleaner's. Between segments
        ours leaves none; Apache Kafka's does, and is believed where all recovery points are lost.
        """
        if stored.recovery_point > 0 or not self._config.is_compacted:
            return BelievedHoles(stored.recovery_point, stored.recovery_point)
        return BelievedHoles(OFFSET_MAX, OFFSET_MAX if stored.are_lost else 0)

    def _first_doubtful(self, by_recovery_point: int) -> int:
        """The first segment to scan: an index of aborted transactions may be damaged before."""
        for position, segment in enumerate(self._segments[: max(0, by_recovery_point)]):
            try:
                self._load_aborted(segment)
            except CorruptFileError as error:
                logger.warning("rebuilding a transaction index", reason=str(error))
                return position
        return max(0, by_recovery_point)

    def _load_aborted(self, segment: LogSegment) -> None:
        """Raises CorruptFileError."""
        if segment.base_offset in self._found.transaction_indexes:
            path = segment.transaction_index_path
            content = self._handles.files.read_file(path)
            segment.aborted = TransactionIndex.from_bytes(path, content)

    def _scan(
        self,
        doubtful: list[LogSegment],
        holes: BelievedHoles,
        on_batch: OnBatch,
    ) -> tuple[list[ActiveSegment], int]:
        """Scan segments in order until one is cut or the next does not continue it."""
        scanned: list[ActiveSegment] = []
        end_offset = doubtful[0].base_offset
        for index, segment in enumerate(doubtful):
            if scanned and segment.base_offset > max(end_offset, holes.between_segments):
                self._drop(doubtful[index:], f"offsets from {end_offset} on are missing")
                break
            intact, end_offset = scan_segment(
                self._handles,
                self._directory,
                segment,
                self._config,
                holes.within_segments,
                on_batch,
            )
            scanned.append(intact)
            if intact.size_bytes < segment.size_bytes:
                self._cut(segment, intact.size_bytes)
                self._drop(doubtful[index + 1 :], "an earlier segment had a torn tail")
                break
        return scanned, end_offset

    def _cut(self, segment: LogSegment, size_bytes: int) -> None:
        logger.warning(
            "cutting a torn tail",
            segment=segment.log_path,
            size_bytes=segment.size_bytes,
            intact_bytes=size_bytes,
        )
        descriptor = self._handles.descriptor(segment.log_path)
        self._handles.files.truncate(descriptor, size_bytes)

    def _drop(self, segments: list[LogSegment], reason: str) -> None:
        """Remove segments, the last first, so that an interruption leaves no gap."""
        for segment in reversed(segments):
            logger.warning("dropping a segment", segment=segment.log_path, reason=reason)
            _remove_segment(self._handles, self._index_cache, segment)

    def _rest(self, segment: ActiveSegment) -> None:
        segment.seal()
        for path, content in segment.index_files():
            self._handles.files.write_file(path, content, sync=True)
        self._index_cache.take_over(segment)

    def _begin_again(self, start_offset: int) -> LoadedState:
        """The log ends before it should start: what is left was deleted on request."""
        self._drop(self._segments, f"the log starts at {start_offset}")
        return _begin_empty(
            self._handles,
            self._index_cache,
            self._directory,
            self._found,
            start_offset,
        )

    def _load_epochs(self) -> LeaderEpochCache:
        if not self._found.has_leader_epochs:
            return LeaderEpochCache([])
        path = f"{self._directory}/{LEADER_EPOCHS_FILE}"
        return LeaderEpochCache.from_bytes(path, self._handles.files.read_file(path))


def replay_producers(
    segments: LogSegments, snapshots: ProducerSnapshots, end_offset: int
) -> ProducerStateManager:
    """Producer states at `end_offset`: the newest snapshot, and the batches behind it."""
    offset, producers = snapshots.load_newest(end_offset)
    if offset < end_offset:
        for segment in segments.from_offset(max(offset, 0)):
            _replay_segment(segments.handles, segment, producers, offset)
    return producers


def _replay_segment(
    handles: FileHandles, segment: LogSegment, producers: ProducerStateManager, from_offset: int
) -> None:
    for position, header in walk_headers(handles, segment.log_path, 0, segment.size_bytes):
        if header.base_offset < from_offset:
            continue
        marker = None
        if header.is_control:
            descriptor = handles.descriptor(segment.log_path)
            marker = decode_marker(handles.files.pread(descriptor, header.size_bytes, position))
        producers.replay(header, marker)


def truncate_segments(segments: LogSegments, offset: int) -> int:
    """Cut the log so that no batch reaches `offset`; return where it ends now.

    Later segments go first and the last of them first, so that an interruption leaves no gap.
    """
    target, position = segments.locate(offset)
    end_offset = offset
    for _, header in segments.headers(target, position):
        end_offset = min(offset, header.base_offset)
        break
    for segment in reversed(segments.from_offset(offset)):
        if segment is not target:
            _remove_segment(segments.handles, segments.index_cache, segment)
    segments.forget(target)
    descriptor = segments.handles.descriptor(target.log_path)
    segments.handles.files.truncate(descriptor, position)
    target.size_bytes = position
    rebuilt = index_by_headers(segments.handles, target)
    rebuilt.aborted = target.aborted
    rebuilt.aborted.truncate_to_offset(end_offset)
    segments.end_with(rebuilt)
    return end_offset


def _remove_segment(handles: FileHandles, index_cache: IndexCache, segment: LogSegment) -> None:
    """Remove a segment's files at once, the data file first."""
    handles.close(segment.log_path)
    index_cache.forget(segment)
    for suffix in SEGMENT_SUFFIXES:
        try:
            handles.files.unlink(segment.stem + suffix)
        except FileNotFoundError:
            continue
