"""A transaction of an AsyncProducer: the same block, and nothing in it blocks the loop.

    async with producer.transaction() as transaction:
        await producer.send("totals", total)
        await transaction.send_offsets(offsets, consumer.consumer_group_metadata())

Invariants: those of `Transaction`, also for a task that is cancelled. What librdkafka has begun is
waited for before the cancellation goes on, so the block has ended when it is left: aborted, or
committed if it was committing already.
"""

import asyncio
from collections.abc import Sequence
from types import TracebackType
from typing import Self

from confluent_kafka import TopicPartition

from odradek.clients.blocking_calls import in_thread, uninterrupted
from odradek.clients.producer.transaction import Transaction


class AsyncTransaction:
    """One transaction, as the `async with` block that it is."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def __aenter__(self) -> Self:
        entering = asyncio.ensure_future(asyncio.to_thread(self._transaction.__enter__))
        try:
            await uninterrupted(entering)
        except asyncio.CancelledError as cancelled:
            if entering.exception() is None:  # begun, and there will be no block to end it
                await self.__aexit__(type(cancelled), cancelled, None)
            raise
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await in_thread(self._transaction.__exit__, exc_type, exc, traceback)

    async def send_offsets(self, offsets: Sequence[TopicPartition], group: object) -> None:
        """Commit a group's offsets with this transaction; see `Transaction.send_offsets`."""
        await in_thread(self._transaction.send_offsets, offsets, group)
