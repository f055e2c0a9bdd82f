"""Compaction in a running broker: which log is next, and what happens to the result.

One cleaning at a time, of the log with the largest dirty share; then the next, until none is worth
it, and again after `log.cleaner.backoff.ms`. The work itself is done elsewhere
(`cleaning_process`); here logs are looked at, segments change places and the checkpoint is written.

Differs from Kafka: a log that could not be cleaned is tried again after ten minutes, for a full
disk may have room again; Kafka leaves it alone until a restart.
"""

import asyncio
from collections.abc import Awaitable, Callable

from odradek.broker.log import LogDirectory, LogWriteError, PartitionLog
from odradek.broker.log.cleaner.cleaning import CleaningJob, CleaningResult
from odradek.broker.log.cleaner.selection import CleanablePart
from odradek.broker.log.compaction import (
    NotDurableError,
    cleanable_part,
    cleaning_job,
    discard,
    take_over,
)
from odradek.broker.metadata.topic_names import METADATA_TOPIC
from odradek.event_log import get_logger

logger = get_logger(__name__)


RETRY_MS = 10 * 60 * 1000


class CleaningFailed(Exception):
    """A cleaning could not be done; the message says why. Nothing of it counts."""


RunCleaning = Callable[[CleaningJob], Awaitable[CleaningResult]]
MakeDurable = Callable[[PartitionLog], Awaitable[None]]
"""Waits until what the log holds was synced, or could not be."""


class LogCleaner:
    """Compacts the logs of a directory whose `cleanup.policy` asks for it."""

    def __init__(
        self,
        directory: LogDirectory,
        run_cleaning: RunCleaning,
        now_ms: Callable[[], int],
        map_bytes: Callable[[], int],
        make_durable: MakeDurable,
    ) -> None:
        self._directory = directory
        self._run_cleaning = run_cleaning
        self._now_ms = now_ms
        self._map_bytes = map_bytes
        self._make_durable = make_durable
        self._retry_ms: dict[PartitionLog, int] = {}

    async def clean_all(self) -> int:
        """Clean until nothing is worth it; return how many cleanings that took."""
        count = 0
        while (found := self._dirtiest()) is not None:
            await self.clean(*found)
            count += 1
        return count

    def _dirtiest(self) -> tuple[PartitionLog, CleanablePart] | None:
        now_ms = self._now_ms()
        found: list[tuple[PartitionLog, CleanablePart]] = []
        for log in self._directory:
            if not log.config.is_compacted or log.is_offline or log.topic == METADATA_TOPIC:
                continue
            if self._retry_ms.get(log, 0) > now_ms:
                continue
            part = cleanable_part(log, log.cleaned_offset, now_ms)
            if part.is_worth_it(log.config):
                found.append((log, part))
        return max(found, key=lambda one: one[1].dirty_ratio, default=None)

    async def clean(self, log: PartitionLog, part: CleanablePart) -> None:
        """Clean a part of a log; what goes wrong is logged."""
        job = cleaning_job(log, part, now_ms=self._now_ms(), map_bytes=self._map_bytes())
        try:
            result = await self._run_cleaning(job)
        except (CleaningFailed, OSError) as error:
            self._give_up(log, str(error))
            return
        try:
            await self._make_durable(log)
            for _ in take_over(self._directory, log, job, result):
                await asyncio.sleep(0)  # clients first: each step waits for the disk
        except (NotDurableError, LogWriteError, OSError) as error:
            self._give_up(log, str(error))
            return
        logger.info(
            "compacted",
            log=repr(log),
            segments=len(job.segments),
            into=len(result.groups),
            records_read=result.records_read,
            records_kept=result.records_kept,
        )

    def _give_up(self, log: PartitionLog, reason: str) -> None:
        """Leave the log as it is; what a failed cleaning wrote goes now or at the next start."""
        self._retry_ms = {one: ms for one, ms in self._retry_ms.items() if ms > self._now_ms()}
        logger.error("compaction failed", log=repr(log), reason=reason)
        self._retry_ms[log] = self._now_ms() + RETRY_MS
        try:
            discard(self._directory, log)
        except OSError as error:
            logger.warning("leftovers remain", log=repr(log), reason=str(error))
