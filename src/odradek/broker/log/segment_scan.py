"""Reading one segment from beginning to end, believing nothing.

The first byte that is not part of an intact batch ends the scan: a length that leaves the file, a
wrong magic or checksum, an offset that does not continue the one before. What a torn write or zeros
from a power loss leave behind fails at least one of them; the base offset, which the checksum does
not cover, is covered by the last. Holes, which compaction makes, are believed below `holes_below`
alone: the cleaner does not touch what is not synced.

Reads four megabytes at a time into one buffer; the checksum over a memoryview is then the main
cost.
"""

from collections.abc import Callable, Iterator

from odradek.broker.log.config import LogConfig
from odradek.broker.log.handles import FileHandles
from odradek.broker.log.segment import ActiveSegment, LogSegment
from odradek.protocol.records.batch import (
    CHECKSUMMED_FROM,
    HEADER,
    HEADER_BYTES,
    MAGIC,
    BatchHeader,
)
from odradek.protocol.records.checksum import crc32c

BUFFER_BYTES = 4 * 1024 * 1024

OnBatch = Callable[[ActiveSegment, BatchHeader, memoryview], None]
"""Called with the segment as it grows, and with each batch; the bytes are only lent."""


def scan_segment(
    handles: FileHandles,
    directory: str,
    segment: LogSegment,
    config: LogConfig,
    holes_below: int,
    on_batch: OnBatch,
) -> tuple[ActiveSegment, int]:
    """The segment with the size and indexes it deserves, and the offset behind its last batch."""
    rebuilt = ActiveSegment(
        directory, segment.base_offset, handles.files.modified_ms(segment.log_path)
    )
    next_offset = segment.base_offset
    interval_bytes = config.index_interval_bytes
    for header, batch in _intact_batches(handles, segment):
        is_hole = header.base_offset > next_offset >= holes_below
        if is_hole or header.base_offset < next_offset or not rebuilt.fits(header.last_offset):
            break
        next_offset = header.next_offset
        rebuilt.stage_batch(header, header.last_offset, header.size_bytes, interval_bytes)
        on_batch(rebuilt, header, batch)
    rebuilt.commit_staged()
    return rebuilt, next_offset


def _intact_batches(
    handles: FileHandles, segment: LogSegment
) -> Iterator[tuple[BatchHeader, memoryview]]:
    size = segment.size_bytes
    view = memoryview(bytearray(min(BUFFER_BYTES, size)))
    start = 0
    while start < size:
        filled = handles.files.pread_into(handles.descriptor(segment.log_path), view, start)
        position = 0
        needed = HEADER_BYTES
        while filled - position >= HEADER_BYTES:
            header = BatchHeader._make(HEADER.unpack_from(view, position))
            needed = header.size_bytes
            end = position + needed
            if header.magic != MAGIC or needed < HEADER_BYTES or start + end > size:
                return
            if end > filled:
                break
            if crc32c(view[position + CHECKSUMMED_FROM : end]) != header.crc:
                return
            yield header, view[position:end]
            position = end
        if position == 0:
            if needed <= filled or needed > size - start:
                return
            view = memoryview(bytearray(needed))
        start += position
