"""Batches and logs as the tests of this folder need them."""

from collections.abc import Iterator
from pathlib import Path

from odradek.broker.log import AppendResult, LogConfig, LogDirectory, PartitionLog
from odradek.protocol.records import (
    Compression,
    Record,
    decode_records,
    encode_batch,
    split_batches,
)

NOW_MS = 1_800_000_000_000
TOPIC_ID = bytes(range(16))


def producer_batch(
    *values: bytes,
    timestamp_ms: int = NOW_MS,
    producer_id: int = -1,
    producer_epoch: int = -1,
    base_sequence: int = -1,
    compression: Compression = Compression.NONE,
) -> memoryview:
    """A batch as a producer sends it, in memory that the log may change."""
    records = [Record(0, timestamp_ms, None, value) for value in values]
    return memoryview(
        bytearray(
            encode_batch(
                records,
                compression=compression,
                producer_id=producer_id,
                producer_epoch=producer_epoch,
                base_sequence=base_sequence,
            )
        )
    )


def new_log(path: Path, config: LogConfig | None = None) -> PartitionLog:
    """An empty log in a directory of its own."""
    return LogDirectory.open(path).create("flights", 0, TOPIC_ID, config or LogConfig())


def append(log: PartitionLog, *values: bytes, timestamp_ms: int = NOW_MS) -> AppendResult:
    """Append one batch of `values`, write it, and let readers see it."""
    batch = producer_batch(*values, timestamp_ms=timestamp_ms)
    result = log.append(batch, leader_epoch=0, now_ms=timestamp_ms)
    log.write_staged()
    log.advance_high_watermark(log.log_end_offset)
    return result


def sync(log: PartitionLog) -> int:
    """Bring everything written to stable storage."""
    ticket = log.begin_sync()
    if ticket is None:
        return log.recovery_point
    ticket.run()
    return log.complete_sync(ticket)


def all_records(log: PartitionLog, max_bytes: int = 1 << 20) -> Iterator[Record]:
    """Everything from the log start offset to what is on disk."""
    offset = log.log_start_offset
    while offset < log.written_end_offset:
        result = log.read(
            offset, max_bytes, max_offset=log.written_end_offset, minimum_one_batch=True
        )
        for batch in split_batches(result.records):
            yield from (record for record in decode_records(batch) if record.offset >= offset)
        offset = result.next_offset
