"""Appends of one turn, written together, and what follows a write.

A handler stages batches; at the end of the turn each touched log gets one write. Under durability
`process` the high watermark moves at once; under `disk` the syncer moves it after `fdatasync`. A
failed write marks exactly the answers it concerns: the log has rolled itself back, so the next
append starts clean, and a full disk heals when space returns.
"""

from collections.abc import Callable

import msgspec

from odradek.broker.data_path.partition import AppendWaiter, Partition, SyncWaiter
from odradek.broker.data_path.purgatory import FetchPurgatory
from odradek.broker.data_path.syncer import Syncer, sync_now
from odradek.broker.log import UNVERIFIED, AppendResult, LogOfflineError, LogWriteError
from odradek.event_log import get_logger
from odradek.protocol.errors import ErrorCode
from odradek.protocol.messages.produce import (
    BatchIndexAndErrorMessage,
    PartitionProduceResponse,
)

# A member looked up on its class costs more than the comparison it is for.
NO_ERROR = ErrorCode.NONE

logger = get_logger(__name__)


class StagedAppend(msgspec.Struct, frozen=True, eq=False):
    """One batch that waits for the write at the end of the turn, with the answer it owes."""

    end_offset: int
    answer: PartitionProduceResponse
    waiter: AppendWaiter | None


class LogWriter:
    """Stages batches, writes them once a turn, and moves high watermarks."""

    def __init__(
        self,
        purgatory: FetchPurgatory,
        syncer: Syncer,
        now_ms: Callable[[], int],
        *,
        is_synced: bool,
    ) -> None:
        self._now_ms = now_ms
        self._purgatory = purgatory
        self._syncer = syncer
        self.is_synced = is_synced
        self._staged: dict[Partition, list[StagedAppend]] = {}

    def append(
        self,
        partition: Partition,
        records: memoryview,
        answer: PartitionProduceResponse,
        waiter: AppendWaiter | None,
        verified: int = UNVERIFIED,
    ) -> None:
        """Stage one batch and fill `answer`; `waiter`, if any, is told when it is durable.

        `verified` is what the transaction coordinator has confirmed of it.
        """
        result = partition.log.append(
            records,
            leader_epoch=partition.leader_epoch,
            now_ms=self._now_ms(),
            verified=verified,
        )
        self._follow_append(partition, result, len(records), answer, waiter)

    def append_coordinated(
        self,
        partition: Partition,
        records: memoryview,
        answer: PartitionProduceResponse,
        waiter: AppendWaiter | None,
    ) -> None:
        """As `append`, for a batch that a coordinator writes in a producer's name."""
        result = partition.log.append_coordinated(
            records, leader_epoch=partition.leader_epoch, now_ms=self._now_ms()
        )
        self._follow_append(partition, result, len(records), answer, waiter)

    def _follow_append(
        self,
        partition: Partition,
        result: AppendResult,
        size_bytes: int,
        answer: PartitionProduceResponse,
        waiter: AppendWaiter | None,
    ) -> None:
        _fill(answer, result)
        if result.error is not NO_ERROR:
            _meter_refused(partition, size_bytes)
            return
        if waiter is not None:
            waiter.wait_for(answer)
        staged = StagedAppend(result.last_offset + 1, answer, waiter)
        appends = self._staged.get(partition)
        if appends is None:
            self._staged[partition] = [staged]
        else:
            appends.append(staged)

    def write_staged(self) -> None:
        """One write for each log that was appended to, and for what follows from that."""
        while self._staged:
            staged, self._staged = self._staged, {}
            self._write(staged)

    def _write(self, staged: dict[Partition, list[StagedAppend]]) -> None:
        for partition, appends in staged.items():
            log = partition.log
            written_before = log.written_bytes
            partition.append_count += len(appends)
            try:
                log.write_staged()
                # As Kafka: the topic's `flush.messages` asks for a sync at once.
                if log.written_end_offset - log.recovery_point >= log.config.flush_messages:
                    sync_now(log)
            except LogWriteError as error:
                appends = _fail(partition, appends, error, error.log_end_offset)
            except (LogOfflineError, OSError) as error:
                appends = _fail(partition, appends, error, written_end_offset=0)
            self._follow_up(partition, appends, log.written_bytes - written_before)

    def _follow_up(
        self, partition: Partition, appends: list[StagedAppend], written_bytes: int
    ) -> None:
        for append in appends:
            if append.waiter is not None:
                waiter = SyncWaiter(append.end_offset, append.waiter, append.answer)
                partition.sync_waiters.append(waiter)
        if self.is_synced:
            partition.hidden_bytes += written_bytes
            self._syncer.request(partition)
        else:
            partition.log.advance_high_watermark(partition.log.log_end_offset)
            self._purgatory.notify(partition, written_bytes)
        if partition.sync_waiters:
            partition.release_synced()


def _fail(
    partition: Partition, appends: list[StagedAppend], error: Exception, written_end_offset: int
) -> list[StagedAppend]:
    """Tell those whose batches are not below `written_end_offset`; return the others."""
    logger.error("write failed", reason=str(error))
    written = []
    for append in appends:
        if append.end_offset <= written_end_offset:
            written.append(append)
            continue
        append.answer.error_code = ErrorCode.KAFKA_STORAGE_ERROR
        append.answer.error_message = str(error)
        append.answer.base_offset = -1
        if append.waiter is not None:
            append.waiter.complete(append.answer)
    partition.meter.failed_produce_requests += len(appends) - len(written)
    return written


def _meter_refused(partition: Partition, size_bytes: int) -> None:
    partition.meter.total_produce_requests += 1
    partition.meter.failed_produce_requests += 1
    partition.meter.bytes_rejected += size_bytes


def _fill(answer: PartitionProduceResponse, result: AppendResult) -> None:
    answer.error_code = result.error
    answer.error_message = result.message
    answer.base_offset = result.base_offset
    answer.log_append_time_ms = result.log_append_time_ms
    answer.log_start_offset = result.log_start_offset
    if result.record_errors:
        answer.record_errors = [
            BatchIndexAndErrorMessage(batch_index=index, batch_index_error_message=message)
            for index, message in result.record_errors
        ]
