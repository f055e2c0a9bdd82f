"""Group commit: one disk sync serves everything appended while the one before it ran.

Syncs run in threads, so a stalled disk does not stop the loop; there is one round at a time, and
partitions touched meanwhile ride the next. The high watermark moves only here, after the disk
said yes. A sync that fails takes the partition offline: after a failed fsync the kernel may have
dropped the pages, so trying again would only pretend.
"""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from odradek.broker.data_path.partition import Partition
from odradek.broker.log import LogOfflineError, PartitionLog, SyncTicket
from odradek.broker.meters import Durations
from odradek.event_log import get_logger
from odradek.protocol.errors import ErrorCode

logger = get_logger(__name__)

SYNC_THREADS = 4

Batch = Sequence[tuple[Partition, SyncTicket]]


class Syncer:
    """Syncs dirty logs in one background thread and tells `on_synced` what became durable."""

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        on_synced: Callable[[Partition], None],
        clock_s: Callable[[], float],
    ) -> None:
        self.loop = loop
        self._clock_s = clock_s
        self._on_synced = on_synced
        self._executor = ThreadPoolExecutor(SYNC_THREADS, thread_name_prefix="fdatasync")
        self._dirty: dict[Partition, None] = {}
        """In the order in which they were touched, so that a simulation can be repeated."""
        self.durations = Durations()
        """How long the rounds of syncs took."""
        self._is_running = False
        self._waiting: list[asyncio.Future[None]] = []

    def request(self, partition: Partition) -> None:
        """Sync what was written to this partition so far, soon."""
        self._dirty[partition] = None
        if not self._is_running:
            self._is_running = True
            self.loop.call_soon(self._begin)

    async def sync(self, partition: Partition) -> None:
        """Wait until what was written so far was synced, or could not be: the log tells which."""
        synced: asyncio.Future[None] = self.loop.create_future()
        self._waiting.append(synced)
        self.request(partition)
        await synced

    def forget(self, partition: Partition) -> None:
        """The partition was deleted: nobody needs what is in it."""
        self._dirty.pop(partition, None)
        partition.fail_waiting(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)

    def close(self) -> None:
        """Wait for the running sync."""
        self._executor.shutdown()

    def _begin(self) -> None:
        started_s = self._clock_s()
        partitions, self._dirty = self._dirty, {}
        waiting, self._waiting = self._waiting, []
        batch = [
            (partition, ticket)
            for partition in partitions
            if (ticket := _begin_sync(partition)) is not None
        ]
        # Several threads, because file systems take many syncs at once into one journal commit.
        running = [
            self.loop.run_in_executor(self._executor, _sync, batch[first::SYNC_THREADS])
            for first in range(min(SYNC_THREADS, len(batch)))
        ]
        done = asyncio.gather(*running, return_exceptions=True)
        done.add_done_callback(lambda _: self._finish(batch, waiting, started_s))

    def _finish(self, batch: Batch, waiting: list[asyncio.Future[None]], started_s: float) -> None:
        if batch:
            self.durations.observe((self._clock_s() - started_s) * 1000)
        for partition, ticket in batch:
            if not ticket.is_synced:
                logger.error("sync failed", partition=repr(partition), reason=ticket.fault)
            self._complete(partition, ticket)
        for synced in waiting:
            if not synced.done():  # whoever waited may have been cancelled
                synced.set_result(None)
        if self._dirty:
            self._begin()
        else:
            self._is_running = False

    def _complete(self, partition: Partition, ticket: SyncTicket) -> None:
        before = partition.log.high_watermark
        partition.log.complete_sync(ticket)
        partition.log.advance_high_watermark(partition.log.recovery_point)
        if partition.log.is_offline:
            partition.fail_waiting(ErrorCode.KAFKA_STORAGE_ERROR)
        if partition.log.high_watermark > before:
            self._on_synced(partition)


def sync_now(log: PartitionLog) -> None:
    """Sync one log and wait for it: for metadata and for start-up, where nobody else waits.

    Raises OSError and LogOfflineError.
    """
    ticket = log.begin_sync()
    if ticket is None:
        return
    try:
        ticket.run()
    finally:
        log.complete_sync(ticket)


def _begin_sync(partition: Partition) -> SyncTicket | None:
    try:
        return partition.log.begin_sync()
    except LogOfflineError as error:
        logger.error("sync refused", partition=repr(partition), reason=str(error))  # noqa: TRY400
        partition.fail_waiting(ErrorCode.KAFKA_STORAGE_ERROR)
        return None


def _sync(batch: Batch) -> None:
    """Runs in the thread; touches only the tickets, which keep their own errors."""
    for _, ticket in batch:
        ticket.try_run()
