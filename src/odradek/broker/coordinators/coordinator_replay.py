"""Reading a coordinator's topic at start: every batch in order, or one sentence about the damage.

A torn tail was cut by the log's own recovery before, and never held what was acknowledged. All else
that is not as it was written stops the start: to leave a record out would be to guess, and a group
whose offset is missing reads its topics from their beginning, or from their end.

Differs from Kafka: a record of a type or version that is unknown stops the start, where Kafka
leaves it out with a warning.
"""

from collections.abc import Callable

import msgspec

from odradek.broker.data_path.partition import Partition
from odradek.broker.errors import StartupError
from odradek.broker.log import CorruptFileError, PartitionLog
from odradek.protocol.errors import ProtocolError
from odradek.protocol.records import BatchHeader, RecordsError, iterate_batches

READ_BYTES = 1 << 20


class StoredBatch(msgspec.Struct, frozen=True):
    """One batch as it was read."""

    partition: int
    header: BatchHeader
    content: memoryview


def replay(
    partition: Partition, contents: str, keys: str, take: Callable[[StoredBatch], None]
) -> None:
    """Hand over every batch of one partition; `contents` and `keys` are what an operator knows.

    `take` raises ProtocolError or RecordsError for what it cannot understand; then, and for a log
    that is not whole, this raises StartupError.
    """
    log = partition.log
    offset = log.log_start_offset
    try:
        _verify_start(log)
        while offset < log.log_end_offset:
            began_at = offset
            result = log.read(
                offset, READ_BYTES, max_offset=log.log_end_offset, minimum_one_batch=True
            )
            for header, batch in iterate_batches(result.records):
                _verify(log, header, offset)
                take(StoredBatch(log.partition, header, batch))
                offset = header.next_offset
            _verify_progress(began_at, offset)
    except (ProtocolError, RecordsError, CorruptFileError) as error:
        raise StartupError(
            f"the {contents} in {log.segment_path(offset)} cannot be read at offset "
            f"{offset} ({error}); nothing was changed. If a newer broker wrote them, start that "
            f"one; otherwise restore {log.directory} from a copy, or move it away to start "
            f"without the {keys} that are in it"
        ) from error


def _verify_start(log: PartitionLog) -> None:
    """Only deletion by age or size moves the start, and a compacted topic knows neither."""
    if log.log_start_offset > 0 and not log.config.is_deleted:
        raise RecordsError(f"the segments before offset {log.log_start_offset} are missing")


def _verify(log: PartitionLog, header: BatchHeader, expected_offset: int) -> None:
    """Compaction leaves holes within a segment, but every segment reaches to the next."""
    if header.base_offset <= expected_offset:
        return
    if log.segments.floor(header.base_offset).base_offset > expected_offset:
        raise RecordsError(f"the records up to offset {header.base_offset} are missing")


def _verify_progress(began_at: int, offset: int) -> None:
    if offset == began_at:
        raise RecordsError("there is no whole batch where one must be")
