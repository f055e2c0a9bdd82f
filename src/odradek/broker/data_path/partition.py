"""One partition as the data path sees it: its log, its leader epoch, and who waits for it."""

from collections import deque
from typing import Protocol

import msgspec

from odradek.broker.log import PartitionLog
from odradek.broker.metadata.topic_names import INTERNAL_TOPICS
from odradek.broker.meters import TopicMeter
from odradek.protocol.errors import ErrorCode
from odradek.protocol.messages.produce import PartitionProduceResponse

NO_EPOCH = -1
"""What a client sends that has no idea of the leader epoch."""


class AppendWaiter(Protocol):
    """Whoever wants to know when what it appended is durable: a produce, or a coordinator."""

    def wait_for(self, answer: PartitionProduceResponse) -> None:
        """One more batch was staged; `complete` will follow."""

    def complete(self, answer: PartitionProduceResponse) -> None:
        """A batch is durable, or never will be: the answer's error code tells."""


class SyncWaiter(msgspec.Struct, frozen=True, eq=False):
    """An append that is answered once everything below `end_offset` is on stable storage."""

    end_offset: int
    waiter: AppendWaiter
    answer: PartitionProduceResponse


class Partition:
    """One partition and its waiters.

    `sync_waiters` are answered when the high watermark passes them.
    `hidden_bytes` were written and wait for the disk before anybody may read them.
    `append_count` counts the batches that were to be written. It and what the log knows of itself
    are added to the topic's `meter` when somebody looks (`settle_meter`), not at every append.
    """

    __slots__ = (
        "_metered_appends",
        "_metered_bytes",
        "_metered_end_offset",
        "append_count",
        "hidden_bytes",
        "is_internal",
        "leader_epoch",
        "log",
        "meter",
        "min_insync_replicas",
        "sync_waiters",
    )

    def __init__(
        self, log: PartitionLog, leader_epoch: int, min_insync_replicas: int, meter: TopicMeter
    ) -> None:
        self.log = log
        self.meter = meter
        self.append_count = self._metered_appends = 0
        self._metered_bytes = log.written_bytes
        self._metered_end_offset = log.written_end_offset
        self.is_internal = log.is_internal = log.topic in INTERNAL_TOPICS
        self.leader_epoch = leader_epoch
        self.min_insync_replicas = min_insync_replicas
        self.hidden_bytes = 0
        self.sync_waiters: deque[SyncWaiter] = deque()

    def settle_meter(self) -> None:
        """Count what was appended since the last time."""
        log, meter = self.log, self.meter
        meter.bytes_in += log.written_bytes - self._metered_bytes
        meter.messages_in += max(log.written_end_offset - self._metered_end_offset, 0)
        meter.total_produce_requests += self.append_count - self._metered_appends
        self._metered_bytes = log.written_bytes
        self._metered_end_offset = log.written_end_offset
        self._metered_appends = self.append_count

    def release_synced(self) -> None:
        """Answer the appends whose records are below the high watermark."""
        high_watermark = self.log.high_watermark
        while self.sync_waiters and self.sync_waiters[0].end_offset <= high_watermark:
            waiter = self.sync_waiters.popleft()
            waiter.waiter.complete(waiter.answer)

    def fail_waiting(self, error: ErrorCode) -> None:
        """Answer the appends that will never be durable here."""
        while self.sync_waiters:
            waiter = self.sync_waiters.popleft()
            waiter.answer.error_code = error
            waiter.answer.base_offset = -1
            waiter.waiter.complete(waiter.answer)

    def find_epoch_fault(self, client_epoch: int) -> ErrorCode:
        """Whether a client's idea of the leader epoch (-1: none) is older or newer than ours."""
        if client_epoch in (NO_EPOCH, self.leader_epoch):
            return ErrorCode.NONE
        if client_epoch < self.leader_epoch:
            return ErrorCode.FENCED_LEADER_EPOCH
        return ErrorCode.UNKNOWN_LEADER_EPOCH

    def end_of_epoch(self, epoch: int) -> tuple[int, int]:
        """The largest epoch not above `epoch`, and where it ended; (-1, -1) for one to come.

        Each start begins an epoch, and the log knows those only that wrote something. The others
        ended where the next one began, which is the end of the log: a reader at the end must not be
        told that its place is lost.
        """
        written = self.log.epochs.latest_epoch
        if epoch == self.leader_epoch:
            return epoch, self.log.log_end_offset
        if written < epoch < self.leader_epoch:
            return (written if len(self.log.epochs) else epoch), self.log.log_end_offset
        return self.log.end_offset_for_epoch(epoch)

    @property
    def is_deletable(self) -> bool:
        """Whether DeleteRecords may cut this partition: compacted-only topics keep their keys."""
        return self.log.config.cleanup_policy != {"compact"}

    def epoch_at(self, offset: int) -> int:
        """The leader epoch that wrote an offset, or would write it next."""
        if offset >= self.log.log_end_offset:
            return self.leader_epoch
        return self.log.epochs.epoch_for_offset(offset)

    def __repr__(self) -> str:
        return f"<Partition {self.log.topic}-{self.log.partition}>"
