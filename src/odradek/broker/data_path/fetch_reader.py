"""Reading many partitions for one Fetch, under all of its size limits.

The limits (KIP-74): `partition_max_bytes` for each partition, `max_bytes` for the response. The
first partition that has anything always yields its first batch whole, whatever its size, so that a
consumer cannot get stuck behind a large batch; everything after it must fit what is left.

A Fetch may be read twice: once when it arrives, and again when it was parked and is woken.
"""

from collections.abc import Sequence

from odradek.broker.data_path.fetch_sessions import SessionPartition
from odradek.broker.data_path.partition import NO_EPOCH, Partition
from odradek.broker.data_path.partitions import Partitions
from odradek.broker.log import FileRecords, LogError, OffsetOutOfRange, PartitionLog
from odradek.broker.metadata.image import MetadataImage
from odradek.protocol.errors import ErrorCode
from odradek.protocol.messages.fetch import (
    AbortedTransaction,
    EpochEndOffset,
    FetchPartition,
    PartitionData,
)

READ_COMMITTED = 1
NO_OFFSET = -1


class FetchReader:
    """Reads the partitions of one Fetch; `found_bytes` and `has_error` tell about the last read."""

    def __init__(
        self,
        partitions: Partitions,
        image: MetadataImage,
        wanted: Sequence[SessionPartition],
        max_bytes: int,
        isolation_level: int,
    ) -> None:
        self._partitions = partitions
        self._image = image
        self._wanted = wanted
        self._max_bytes = max_bytes
        self.is_committed_only = isolation_level == READ_COMMITTED
        self.found_bytes = 0
        self.has_error = False
        self._found: list[tuple[Partition, int]] = []

    def read(self) -> list[tuple[SessionPartition, PartitionData]]:
        """What each wanted partition answers now, in order."""
        self.found_bytes = 0
        self.has_error = False
        self._found.clear()
        answers = []
        for wanted in self._wanted:
            answer = self._read_partition(wanted)
            self.found_bytes += len(answer.records or b"")
            if answer.error_code != ErrorCode.NONE or answer.diverging_epoch.epoch >= 0:
                self.has_error = True
            answers.append((wanted, answer))
        return answers

    def meter_sent(self) -> None:
        """Count what was read last as sent: a parked Fetch reads twice and sends once."""
        for partition, size_bytes in self._found:
            partition.meter.bytes_out += size_bytes

    def watched(self) -> list[Partition]:
        """The partitions that exist among those wanted."""
        found = (self._find(wanted) for wanted in self._wanted)
        return [partition for partition in found if isinstance(partition, Partition)]

    def _find(self, wanted: SessionPartition) -> Partition | ErrorCode:
        name = wanted.topic
        if isinstance(name, bytes):
            known = self._image.names_by_id.get(name)
            if known is None:
                return ErrorCode.UNKNOWN_TOPIC_ID
            name = known
        partition = self._partitions.get(name, wanted.asked.partition)
        return ErrorCode.UNKNOWN_TOPIC_OR_PARTITION if partition is None else partition

    def _read_partition(self, wanted: SessionPartition) -> PartitionData:
        asked = wanted.asked
        partition = self._find(wanted)
        if isinstance(partition, ErrorCode):
            return _failed(asked, partition)
        fault = partition.find_epoch_fault(max(asked.current_leader_epoch, NO_EPOCH))
        if fault is not ErrorCode.NONE:
            return _failed_to_read(asked, fault)
        diverging = _find_divergence(partition, asked)
        if diverging is not None:
            if diverging.epoch == NO_EPOCH:
                return _failed_to_read(asked, ErrorCode.OFFSET_OUT_OF_RANGE)
            return self._describe(partition, asked, b"", asked.fetch_offset, diverging)
        partition.meter.total_fetch_requests += 1
        try:
            records, next_offset = self._read_records(partition, asked)
        except OffsetOutOfRange:
            partition.meter.failed_fetch_requests += 1
            return _failed_to_read(asked, ErrorCode.OFFSET_OUT_OF_RANGE)
        except (OSError, LogError):
            partition.meter.failed_fetch_requests += 1
            return _failed(asked, ErrorCode.KAFKA_STORAGE_ERROR)
        return self._describe(partition, asked, records, next_offset, EpochEndOffset())

    def _read_records(
        self, partition: Partition, asked: FetchPartition
    ) -> tuple[bytes | FileRecords, int]:
        log = partition.log
        bound = log.last_stable_offset if self.is_committed_only else log.high_watermark
        limit = min(asked.partition_max_bytes, max(self._max_bytes - self.found_bytes, 0))
        records, next_offset = log.fetch(
            asked.fetch_offset, limit, max_offset=bound, minimum_one_batch=self.found_bytes == 0
        )
        if records:
            self._found.append((partition, len(records)))
        return records, next_offset

    def _describe(
        self,
        partition: Partition,
        asked: FetchPartition,
        records: bytes | FileRecords,
        next_offset: int,
        diverging: EpochEndOffset,
    ) -> PartitionData:
        log = partition.log
        return PartitionData(
            partition_index=asked.partition,
            high_watermark=log.high_watermark,
            last_stable_offset=log.last_stable_offset,
            log_start_offset=log.log_start_offset,
            diverging_epoch=diverging,
            aborted_transactions=(
                _aborted(log, asked.fetch_offset, next_offset) if self.is_committed_only else None
            ),
            records=records,
        )


def _aborted(log: PartitionLog, offset: int, next_offset: int) -> list[AbortedTransaction]:
    """What the reader has to drop of the records it gets."""
    if next_offset <= offset:
        return []
    return [
        AbortedTransaction(each.producer_id, each.first_offset)
        for each in log.aborted_transactions(offset, next_offset)
    ]


def _find_divergence(partition: Partition, asked: FetchPartition) -> EpochEndOffset | None:
    """Tell a client that fetched from a log which has been cut since where to go back to."""
    if asked.last_fetched_epoch < 0:
        return None
    epoch, end_offset = partition.log.end_offset_for_epoch(asked.last_fetched_epoch)
    if epoch < asked.last_fetched_epoch or end_offset < asked.fetch_offset:
        return EpochEndOffset(epoch=epoch, end_offset=end_offset)
    return None


def _failed_to_read(asked: FetchPartition, error: ErrorCode) -> PartitionData:
    """A fault of a partition that is there: as with Kafka, it has null aborted transactions."""
    answer = _failed(asked, error)
    answer.aborted_transactions = None
    return answer


def _failed(asked: FetchPartition, error: ErrorCode) -> PartitionData:
    return PartitionData(
        partition_index=asked.partition,
        error_code=error,
        high_watermark=NO_OFFSET,
        last_stable_offset=NO_OFFSET,
        log_start_offset=NO_OFFSET,
        records=b"",
    )
