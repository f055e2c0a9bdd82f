"""A member of a consumer group for coroutines: the same Consumer, and nothing blocks the loop.

    async with AsyncConsumer("127.0.0.1:9092", "billing", ["orders"]) as consumer:
        async for record in consumer:
            await bill(record.value)

Invariants:
- Those of `Consumer`: offsets are committed by the policy and by nothing else.
- A `poll` that is cancelled, by a timeout for example, loses nothing: what it was waiting for is
  what the next one gives, and counts as handed out only then.
- Every call of librdkafka is made by one thread of the consumer's own. Any other call that is
  cancelled is waited for first.

Not for several tasks: a member is one reader. More members are more consumers.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import partial
from types import TracebackType
from typing import Self, TypeVar, Unpack

from odradek.clients.blocking_calls import uninterrupted
from odradek.clients.consumer.consumer import (
    BATCH_RECORDS,
    POLL_TIMEOUT_S,
    Consumer,
    ConsumerOptions,
)
from odradek.clients.consumer.record import ConsumedRecord
from odradek.clients.errors import ConsumingFailed
from odradek.clients.kafka_config import KafkaConfig
from odradek.clients.record import Partition

logger = logging.getLogger(__name__)

T = TypeVar("T")


class AsyncConsumer:
    """A group's member, from entering its block until leaving it; for the arguments see `Consumer`.

    Entering raises InvalidSetting, ConsumingFailed and ClusterUnreachable.
    """

    def __init__(
        self,
        kafka: KafkaConfig | str,
        group: str,
        topics: Sequence[str],
        **options: Unpack[ConsumerOptions],
    ) -> None:
        self.group = group
        self._make = partial(Consumer, kafka, group, topics, **options)
        self._made: Consumer | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=f"odradek-consumer-{group}")
        self._fetching: asyncio.Future[None] | None = None

    async def __aenter__(self) -> Self:
        try:
            await self._do(self._join)
        except BaseException as error:
            await self.__aexit__(type(error), error, None)
            raise
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        made, self._made = self._made, None
        try:
            if made is not None:
                await self._do(made.__exit__, exc_type, exc, traceback)
        finally:
            self._thread.shutdown(wait=False)
            self._forget_fetching()

    async def __aiter__(self) -> AsyncIterator[ConsumedRecord]:
        """Yield records for ever, one at a time."""
        while True:
            for record in await self.poll(1):
                yield record

    async def poll(
        self, max_records: int = BATCH_RECORDS, timeout_s: float = POLL_TIMEOUT_S
    ) -> list[ConsumedRecord]:
        """The next records, none if none came in time; those before count as processed now."""
        consumer = self._consumer
        if self._fetching is None and not consumer.has_fetched:
            self._fetching = self._begin(consumer.fetch, max_records, timeout_s)
        if self._fetching is not None:
            await asyncio.wait([self._fetching])  # which a cancellation leaves alone
            fetched, self._fetching = self._fetching, None
            fetched.result()
        return consumer.take(max_records)

    async def commit(self) -> None:
        """Commit all that was handed out, as processed; raises CommitFailed."""
        await self._do(self._consumer.commit)

    async def assignment(self) -> list[Partition]:
        """The partitions that are this member's now; none before the first records came."""
        return await self._do(self._consumer.assignment)

    async def lag(self) -> dict[Partition, int]:
        """How many offsets lie before each partition's end, of those that are this member's."""
        return await self._do(self._consumer.lag)

    async def seek(self, partition: Partition, offset: int) -> None:
        """Read on from `offset`; what was not committed of the partition is forgotten."""
        await self._do(self._consumer.seek, partition, offset)

    async def seek_to_time(self, time: datetime) -> None:
        """Read on from the first records written at or after `time`, in all assigned partitions."""
        await self._do(self._consumer.seek_to_time, time)

    async def close(self) -> None:
        """Commit what is processed, unless commits are manual, and leave the group."""
        await self.__aexit__(None, None, None)

    @property
    def _consumer(self) -> Consumer:
        if self._made is None:
            raise ConsumingFailed(
                f"the consumer of group {self.group} has not joined it: read in its `async with`"
            )
        return self._made

    def _forget_fetching(self) -> None:
        """What was fetched and never handed out is read again; a failure of that is logged."""
        fetching, self._fetching = self._fetching, None
        if fetching is not None and fetching.done() and (error := fetching.exception()):
            logger.warning("a poll that was given up had failed: %s", error)

    def _join(self) -> None:
        self._made = self._make()

    def _begin(self, call: Callable[..., T], *arguments: object) -> "asyncio.Future[T]":
        return asyncio.get_running_loop().run_in_executor(self._thread, call, *arguments)

    async def _do(self, call: Callable[..., T], *arguments: object) -> T:
        return await uninterrupted(self._begin(call, *arguments))
