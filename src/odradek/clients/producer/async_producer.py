"""The producer for coroutines: the same three ways to send, and nothing ever blocks the loop."""

import asyncio
import time
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any, Self, Unpack

from odradek.clients.errors import ClientError
from odradek.clients.kafka_config import KafkaConfig
from odradek.clients.producer.assembly import make_core
from odradek.clients.producer.async_transaction import AsyncTransaction
from odradek.clients.producer.core import NotAtOnce
from odradek.clients.producer.delivery.ledger import Ledger
from odradek.clients.producer.delivery.receipt import Receipt
from odradek.clients.producer.failure_policy import FailureSink
from odradek.clients.producer.producer import INTERRUPTED_DRAIN_S
from odradek.clients.producer.serialization import Chosen
from odradek.clients.producer.statistics import ProducerStatistics
from odradek.clients.producer.transaction import Transaction
from odradek.clients.profiles import DEFAULT_PROFILE
from odradek.clients.record import ANY_PARTITION, Headers, RecordMetadata, RecordOptions

OnDelivery = Callable[[Receipt], object]

ROOM_CHECK_INTERVAL_S = 0.01


class AsyncProducer:
    """Sends records to any Kafka, as a profile promises; see `Producer` for the arguments."""

    def __init__(
        self,
        kafka: KafkaConfig | str,
        *,
        profile: str = DEFAULT_PROFILE,
        settings: Mapping[str, Any] | None = None,
        failure_policy: FailureSink | None = None,
        key_serializer: Chosen = None,
        value_serializer: Chosen = None,
        transactional_id: str | None = None,
    ) -> None:
        self._core = make_core(
            kafka,
            profile,
            settings,
            failure_policy=failure_policy,
            key_serializer=key_serializer,
            value_serializer=value_serializer,
            transactional_id=transactional_id,
        )

    async def send(
        self,
        topic: str,
        value: Any = None,
        key: Any = None,
        *,
        headers: Headers | None = None,
        partition: int = ANY_PARTITION,
        timestamp_ms: int = 0,
        on_delivery: OnDelivery | None = None,
    ) -> Receipt:
        """Queue a record and return its receipt, to be awaited; waits only while there is no room.

        `on_delivery` is called with the receipt, in this loop. Raises NotSent.
        """
        core = self._core
        if on_delivery is not None:
            on_delivery = _in_loop(on_delivery)
        receipt = Receipt(core, topic, headers, on_delivery, timestamp_ms)
        if topic not in core.limits.known:
            await asyncio.to_thread(core.know, topic)
        try:
            core.enqueue(receipt, value, key, headers, partition, timestamp_ms)
        except BufferError:
            await self._enqueue_late(receipt, value, key, headers, partition, timestamp_ms)
        return receipt

    async def send_and_wait(
        self,
        topic: str,
        value: Any = None,
        key: Any = None,
        **options: Unpack[RecordOptions],
    ) -> RecordMetadata:
        """Send a record and return where it lies; raises DeliveryFailed or NotSent."""
        return await (await self.send(topic, value, key, **options))

    async def send_and_forget(
        self,
        topic: str,
        value: Any = None,
        key: Any = None,
        **options: Unpack[RecordOptions],
    ) -> None:
        """Queue a record; should it fail, the failure policy is told. Raises NotSent."""
        await self.send(topic, value, key, **options)

    def transaction(self) -> AsyncTransaction:
        """A transaction, for an `async with` block; TransactionError without the profile eos."""
        return AsyncTransaction(Transaction.of(self._core))

    async def flush(self, timeout_s: float | None = None) -> int:
        """Wait until nothing is pending; return how many records still are."""
        return await asyncio.to_thread(self._core.flush, timeout_s)

    def stats(self) -> ProducerStatistics:
        """What the producer did with its records, some seconds old at most."""
        return self._core.statistics.latest

    @property
    def ledger(self) -> Ledger:
        """What became of every record until now."""
        return self._core.ledger

    async def close(self, timeout_s: float | None = None) -> Ledger:
        """Deliver what is queued and end; raises what the failure policy raises."""
        return await asyncio.to_thread(self._core.close, timeout_s)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if exc is None:
            await self.close()
            return
        try:
            await self.close(INTERRUPTED_DRAIN_S)
        except ClientError as error:
            exc.add_note(f"besides: {error}")

    async def _enqueue_late(self, receipt: Receipt, *record: Any) -> None:
        """Queue a record that had to wait: until then, or drop it."""
        core = self._core
        deadline_s = time.monotonic() + core.drain_time_s()
        while True:
            try:
                return core.enqueue(receipt, *record)
            except NotAtOnce as later:
                core.require_patience(deadline_s)
                await asyncio.to_thread(later.wait)
            except BufferError:
                if core.has_dropped(receipt):
                    return None
                core.require_patience(deadline_s)
                await asyncio.sleep(ROOM_CHECK_INTERVAL_S)


def _in_loop(on_delivery: OnDelivery) -> OnDelivery:
    """The callback, moved from the producer's thread into the loop that is running now."""
    loop = asyncio.get_running_loop()
    return lambda receipt: loop.call_soon_threadsafe(on_delivery, receipt)
