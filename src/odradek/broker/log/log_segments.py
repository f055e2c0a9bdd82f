"""The segments of one log in order, and finding a batch among them.

A lookup by offset goes: position hint, else the segment by bisection, its offset index, a short
walk over headers. Hints map an offset to the position of the batch that begins with it. They are
left by every read (where the reader will continue) and every write (where the log ends), so
consumers at the tail and sequential readers never touch an index.

Indexes of segments at rest are read from their files when first needed and kept in a small cache
that all logs of a directory share; a damaged or missing index is rebuilt from the segment.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence

from odradek.broker.log.handles import FileHandles
from odradek.broker.log.header_walk import walk_headers
from odradek.broker.log.index_cache import IndexCache
from odradek.broker.log.offset_index import OffsetIndex
from odradek.broker.log.segment import ActiveSegment, LogSegment
from odradek.broker.log.time_index import TimeIndex
from odradek.protocol.records.batch import BatchHeader

HINTS_MAX = 64


class LogSegments:
    """At least one segment; the last is the active one."""

    __slots__ = ("_base_offsets", "_hints", "_inactive", "active", "handles", "index_cache")

    def __init__(
        self,
        inactive: list[LogSegment],
        active: ActiveSegment,
        handles: FileHandles,
        index_cache: IndexCache,
    ) -> None:
        self._inactive = inactive
        self._base_offsets = [segment.base_offset for segment in (*inactive, active)]
        self._hints: dict[int, tuple[LogSegment, int]] = {}
        self.active = active
        self.handles = handles
        self.index_cache = index_cache

    def __len__(self) -> int:
        return len(self._base_offsets)

    @property
    def all(self) -> list[LogSegment]:
        return [*self._inactive, self.active]

    @property
    def inactive(self) -> list[LogSegment]:
        return self._inactive

    @property
    def first_base_offset(self) -> int:
        return self._base_offsets[0]

    @property
    def size_bytes(self) -> int:
        """What lies on disk; staged batches do not count."""
        return sum(segment.size_bytes for segment in self._inactive) + self.active.size_bytes

    def add(self, active: ActiveSegment) -> None:
        """A new active segment; the one before comes to rest."""
        self.index_cache.take_over(self.active)
        self._inactive.append(self.active)
        self._base_offsets.append(active.base_offset)
        self.active = active

    def remove_first(self) -> LogSegment:
        """Forget the oldest segment, which must not be the active one."""
        segment = self._inactive.pop(0)
        del self._base_offsets[0]
        self.forget(segment)
        return segment

    def holds(self, base_offsets: Sequence[int]) -> bool:
        """Whether these segments lie at rest, side by side."""
        first = bisect_left(self._base_offsets, base_offsets[0])
        found = self._base_offsets[first : first + len(base_offsets)]
        return found == list(base_offsets) and first + len(found) <= len(self._inactive)

    def replace(self, base_offsets: Sequence[int], by: LogSegment) -> list[LogSegment]:
        """One segment has taken the place of some neighbours at rest, which are returned."""
        first = bisect_left(self._base_offsets, by.base_offset)
        replaced = self._inactive[first : first + len(base_offsets)]
        for segment in replaced:
            self.forget(segment)
        self._inactive[first : first + len(replaced)] = [by]
        self._base_offsets[first : first + len(replaced)] = [by.base_offset]
        return replaced

    def end_with(self, active: ActiveSegment) -> None:
        """After a truncation: the segment of that base offset is the active one, none follows."""
        keep = bisect_right(self._base_offsets, active.base_offset) - 1
        self._inactive = self._inactive[:keep]
        self._base_offsets = [*self._base_offsets[:keep], active.base_offset]
        self._hints.clear()
        self.active = active

    def forget(self, segment: LogSegment) -> None:
        """Close what is open of a segment that is about to go, and point nowhere into it."""
        self._hints = {o: hint for o, hint in self._hints.items() if hint[0] is not segment}
        self.handles.close(segment.log_path)
        self.index_cache.forget(segment)

    def next_base_offset(self, segment: LogSegment, log_end_offset: int) -> int:
        """The offset behind a segment's last."""
        following = bisect_right(self._base_offsets, segment.base_offset)
        if following < len(self._base_offsets):
            return self._base_offsets[following]
        return log_end_offset

    def floor(self, offset: int) -> LogSegment:
        """The segment that holds `offset`, or the first when it lies before all."""
        return self._at(max(0, bisect_right(self._base_offsets, offset) - 1))

    def _at(self, position: int) -> LogSegment:
        return self.active if position == len(self._inactive) else self._inactive[position]

    def from_offset(self, offset: int) -> list[LogSegment]:
        """The segment that holds `offset` and all behind it."""
        position = max(0, bisect_right(self._base_offsets, offset) - 1)
        return self.all[position:]

    def offset_index(self, segment: LogSegment) -> OffsetIndex:
        if segment is self.active:
            return self.active.offset_index
        return self.index_cache.load(segment).offset_index

    def time_index(self, segment: LogSegment) -> TimeIndex:
        if segment is self.active:
            return self.active.time_index
        return self.index_cache.load(segment).time_index

    def largest_timestamp(self, segment: LogSegment) -> tuple[int, int]:
        """The largest timestamp of a segment and the last offset of its batch; -1 for none."""
        if isinstance(segment, ActiveSegment):
            return segment.max_timestamp_ms, segment.max_timestamp_offset
        return self.index_cache.last_time_entry(segment)

    def remember(self, offset: int, segment: LogSegment, position: int) -> None:
        """Leave a hint: the batch that begins with `offset` lies, or will lie, at `position`."""
        hints = self._hints
        hints.pop(offset, None)
        if len(hints) >= HINTS_MAX:
            del hints[next(iter(hints))]
        hints[offset] = (segment, position)

    def locate(self, offset: int) -> tuple[LogSegment, int]:
        """Segment and position of the batch that contains `offset`.

        At a segment's end that is the beginning of the next; behind the last batch on disk it is
        the end of the active segment.
        """
        hint = self._hints.get(offset)
        if hint is not None:
            segment, position = hint
        else:
            segment = self.floor(offset)
            position = self._position_of(segment, offset)
        if position >= segment.size_bytes and segment is not self.active:
            following = bisect_right(self._base_offsets, segment.base_offset)
            return self._at(following), 0
        return segment, position

    def _position_of(self, segment: LogSegment, offset: int) -> int:
        if offset <= segment.base_offset:
            return 0
        start = self.offset_index(segment).position_for_offset(offset)
        for position, header in self.headers(segment, start):
            if header.last_offset >= offset:
                return position
        return segment.size_bytes

    def headers(
        self, segment: LogSegment, start: int, end: int | None = None
    ) -> Iterator[tuple[int, BatchHeader]]:
        """Position and header of every batch from a batch boundary on."""
        stop = segment.size_bytes if end is None else end
        return walk_headers(self.handles, segment.log_path, start, stop)

    def read(self, segment: LogSegment, position: int, size: int) -> bytes:
        """Raw bytes of a segment."""
        return self.handles.files.pread(self.handles.descriptor(segment.log_path), size, position)
