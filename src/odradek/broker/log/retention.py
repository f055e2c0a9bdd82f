"""Which segments retention takes, and how a segment leaves the disk.

Only whole segments go, oldest first, and never one that holds an offset at or above the high
watermark. A segment goes when all its records are older than `retention.ms`, when the log without
it still has `retention.bytes`, or when the log start offset has passed it.

A segment leaves in two steps, as in Kafka: its files get the suffix `.deleted`, the data file
first, and are removed after `file.delete.delay.ms`. A restart in between removes them at once.
"""

from odradek.broker.log.config import UNLIMITED, LogConfig
from odradek.broker.log.files import Files
from odradek.broker.log.log_segments import LogSegments
from odradek.broker.log.segment import DELETED_SUFFIX, SEGMENT_SUFFIXES, LogSegment
from odradek.protocol.records.batch import NO_TIMESTAMP


def count_deletable(
    segments: LogSegments,
    config: LogConfig,
    *,
    now_ms: int,
    log_start_offset: int,
    high_watermark: int,
    log_end_offset: int,
) -> int:
    """How many of the oldest segments may go; the active one is among them only if all may."""
    surplus_bytes = segments.size_bytes - config.retention_bytes
    count = 0
    for segment in segments.all:
        end_offset = segments.next_base_offset(segment, log_end_offset)
        if segment.size_bytes == 0 or end_offset > high_watermark:
            break
        is_passed = end_offset <= log_start_offset and segment is not segments.active
        is_surplus = config.retention_bytes != UNLIMITED and surplus_bytes >= segment.size_bytes
        is_expired = _is_expired(segments, segment, config, now_ms)
        if not is_passed and not (config.is_deleted and (is_surplus or is_expired)):
            break
        surplus_bytes -= segment.size_bytes
        count += 1
    return count


def _is_expired(segments: LogSegments, segment: LogSegment, config: LogConfig, now_ms: int) -> bool:
    if config.retention_ms == UNLIMITED or not config.is_deleted:
        return False
    timestamp_ms, _ = segments.largest_timestamp(segment)
    if timestamp_ms == NO_TIMESTAMP:
        timestamp_ms = segments.handles.files.modified_ms(segment.log_path)
    return now_ms - timestamp_ms > config.retention_ms


class DeletedFiles:
    """Files that wait under the suffix `.deleted` for their removal."""

    __slots__ = ("_due", "_files")

    def __init__(self, files: Files) -> None:
        self._files = files
        self._due: list[tuple[int, str]] = []

    def rename_segment(self, segment: LogSegment, due_ms: int) -> None:
        """Take a segment's files out of the log. Raises OSError when the data file stays."""
        for suffix in SEGMENT_SUFFIXES:
            path = segment.stem + suffix
            try:
                self._files.rename(path, path + DELETED_SUFFIX)
            except FileNotFoundError:
                continue
            self._due.append((due_ms, path + DELETED_SUFFIX))

    def remove_due(self, now_ms: int) -> None:
        """Remove the files whose time has come."""
        remaining = [(due_ms, path) for due_ms, path in self._due if due_ms > now_ms]
        due = [path for due_ms, path in self._due if due_ms <= now_ms]
        self._due = remaining
        for path in due:
            self._files.unlink(path)
