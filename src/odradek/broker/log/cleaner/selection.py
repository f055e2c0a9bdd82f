"""Which part of a log can be cleaned, and whether that is worth it.

    log start        first dirty        first uncleanable        active segment
        | cleaned         | dirty              | too young, undecided      |

The active segment is never cleaned, nor anything from an undecided transaction on, nor what is not
on stable storage yet, nor what is younger than `min.compaction.lag.ms`. A log is worth it when the
dirty share of its bytes exceeds `min.cleanable.dirty.ratio`, or when something has been dirty for
longer than `max.compaction.lag.ms`.
"""

from typing import NamedTuple

from odradek.broker.log.cleaner.cleaning import SourceSegment
from odradek.broker.log.config import FOREVER, LogConfig
from odradek.broker.log.log_segments import LogSegments
from odradek.broker.log.segment import LogSegment


class CleanablePart(NamedTuple):
    """The segments before the first uncleanable offset, and how dirty they are."""

    segments: list[SourceSegment]
    first_dirty_offset: int
    dirty_ratio: float
    is_due: bool
    """Whether `max.compaction.lag.ms` has passed."""

    def is_worth_it(self, config: LogConfig) -> bool:
        return self.dirty_ratio > 0 and (
            self.is_due or self.dirty_ratio > config.min_cleanable_dirty_ratio
        )


def find_cleanable(
    segments: LogSegments, config: LogConfig, *, first_dirty_offset: int, limit: int, now_ms: int
) -> CleanablePart:
    """What of a log may be cleaned; `limit` is the first offset that must stay as it is."""
    sources: list[SourceSegment] = []
    dirty: list[LogSegment] = []
    for segment in segments.inactive:
        end_offset = segments.next_base_offset(segment, segments.active.base_offset)
        if end_offset > limit:
            break
        if end_offset > first_dirty_offset:
            if _is_young(segments, segment, config, now_ms):
                break
            dirty.append(segment)
        sources.append(SourceSegment(segment.base_offset, end_offset, segment.size_bytes))
    total_bytes = sum(source.size_bytes for source in sources)
    dirty_bytes = sum(segment.size_bytes for segment in dirty)
    is_due = any(_is_due(segments, segment, config, now_ms) for segment in dirty)
    ratio = dirty_bytes / total_bytes if total_bytes else 0.0
    return CleanablePart(sources, first_dirty_offset, ratio, is_due)


def _is_young(segments: LogSegments, segment: LogSegment, config: LogConfig, now_ms: int) -> bool:
    lag_ms = config.min_compaction_lag_ms
    return lag_ms > 0 and segments.largest_timestamp(segment)[0] > now_ms - lag_ms


def _is_due(segments: LogSegments, segment: LogSegment, config: LogConfig, now_ms: int) -> bool:
    if config.max_compaction_lag_ms >= FOREVER:
        return False
    for _, header in segments.headers(segment, 0):
        return header.max_timestamp < now_ms - config.max_compaction_lag_ms
    return False
