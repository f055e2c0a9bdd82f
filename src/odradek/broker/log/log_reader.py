"""Reading from a log's segments: raw batches for Fetch, single records for ListOffsets.

Batches go out as they lie in the file.

Differs from Kafka: a read that is cut by size ends on a batch boundary, found through the offset
index and a short walk, where Kafka's may end within a batch that the consumer then throws away. It
buys an exact position for the next fetch.

Differs from Kafka: batches that compaction has left without records are not sent alone while there
is more behind them. librdkafka takes an answer without a record for a batch that did not fit, asks
for twice as much each time, and in the end gives up with MSG_SIZE_TOO_LARGE.
"""

from typing import NamedTuple

from odradek.broker.log.append_result import TimestampOffset
from odradek.broker.log.errors import CorruptFileError
from odradek.broker.log.log_segments import LogSegments
from odradek.broker.log.segment import LogSegment
from odradek.broker.log.transaction_index import AbortedTransaction
from odradek.protocol.records.batch import HEADER_BYTES, BatchHeader
from odradek.protocol.records.record import decode_records


class BatchRange(NamedTuple):
    """Neighbouring batches of one segment, and the offset that follows them."""

    segment: LogSegment
    position: int
    size_bytes: int
    next_offset: int


def find_batches(
    segments: LogSegments,
    offset: int,
    max_bytes: int,
    *,
    end_offset: int,
    log_end_offset: int,
    minimum_one_batch: bool,
) -> BatchRange | None:
    """Whole batches from the one containing `offset` up to `end_offset`, of one segment.

    `offset` must lie below `end_offset`, which must lie on a batch boundary or cut a batch off
    whole.
    """
    segment, start = segments.locate(offset)
    segment_end_offset = segments.next_base_offset(segment, log_end_offset)
    if end_offset >= segment_end_offset:
        next_offset, end = segment_end_offset, segment.size_bytes
    else:
        next_offset, end = end_offset, segments.locate(end_offset)[1]
    if end - start > max_bytes:
        end, next_offset = _cut(segments, segment, start, end, max_bytes, minimum_one_batch)
    if end <= start:
        return None
    segments.remember(next_offset, segment, end)
    return BatchRange(segment, start, end - start, next_offset)


def has_records(segments: LogSegments, found: BatchRange) -> bool:
    """Whether there is more to read than the bare headers that compaction leaves.

    Nothing but headers has a size that tells it, so others are seldom looked at.
    """
    if found.size_bytes % HEADER_BYTES:
        return True
    end = found.position + found.size_bytes
    headers = segments.headers(found.segment, found.position, end)
    return any(header.records_count for _, header in headers)


def _cut(
    segments: LogSegments,
    segment: LogSegment,
    start: int,
    end: int,
    max_bytes: int,
    minimum_one_batch: bool,
) -> tuple[int, int]:
    """The last batch boundary within `max_bytes`, with the offset that follows it."""
    limit = start + max_bytes
    walk_from = max(start, segments.offset_index(segment).position_before(limit))
    for position, header in segments.headers(segment, walk_from, end):
        behind = position + header.size_bytes
        if behind > limit:
            if position == start and minimum_one_batch:
                return behind, header.next_offset
            return position, header.base_offset
    raise CorruptFileError(f"{segment.log_path} has no batch at {walk_from}")


def collect_aborted(
    segments: LogSegments, offset: int, end_offset: int
) -> list[AbortedTransaction]:
    """The aborted transactions that reach into [offset, end_offset), by their markers."""
    found: list[AbortedTransaction] = []
    for segment in segments.from_offset(offset):
        if segment.aborted.collect(offset, end_offset, found):
            break
    return found


def first_record_at_or_after(
    segments: LogSegments, timestamp_ms: int, start_offset: int, end_offset: int
) -> TimestampOffset | None:
    """The first record from `start_offset` on, below `end_offset`, that is not older."""
    for segment in segments.from_offset(start_offset):
        if segment.base_offset >= end_offset:
            return None
        if segments.largest_timestamp(segment)[0] < timestamp_ms:
            continue
        found = _search(segments, segment, timestamp_ms, start_offset, end_offset)
        if found is not None:
            return found
    return None


def _search(
    segments: LogSegments,
    segment: LogSegment,
    timestamp_ms: int,
    start_offset: int,
    end_offset: int,
) -> TimestampOffset | None:
    known_older = segments.time_index(segment).offset_for_timestamp(timestamp_ms)
    index = segments.offset_index(segment)
    start = index.position_for_offset(max(known_older, start_offset))
    for position, header in segments.headers(segment, start):
        if header.base_offset >= end_offset:
            return None
        if header.max_timestamp >= timestamp_ms and header.last_offset >= start_offset:
            found = _first_in_batch(segments, segment, position, header, timestamp_ms, start_offset)
            if found is not None:
                return found if found.offset < end_offset else None
    return None


def _first_in_batch(
    segments: LogSegments,
    segment: LogSegment,
    position: int,
    header: BatchHeader,
    timestamp_ms: int,
    start_offset: int,
) -> TimestampOffset | None:
    """None when the header promised a timestamp that no record has."""
    batch = segments.read(segment, position, header.size_bytes)
    for record in decode_records(batch, verify_crc=False):
        if record.timestamp_ms >= timestamp_ms and record.offset >= start_offset:
            return TimestampOffset(
                record.timestamp_ms, record.offset, header.partition_leader_epoch
            )
    return None


def record_with_largest_timestamp(
    segments: LogSegments, start_offset: int, end_offset: int
) -> TimestampOffset | None:
    """The first record that carries the largest timestamp of all."""
    newest = max(
        (segments.largest_timestamp(segment)[0] for segment in segments.from_offset(start_offset)),
        default=-1,
    )
    if newest < 0:
        return None
    return first_record_at_or_after(segments, newest, start_offset, end_offset)
