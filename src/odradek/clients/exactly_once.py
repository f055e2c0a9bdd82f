"""Read, transform, write: each input record counts once, whatever dies in between.

Invariants:
- The outputs of a batch and the offsets behind it become visible together, or not at all.
- A batch is committed only by the member that owned its partitions when it was read, for the
  group's generation is the one from before reading: a rebalance in between aborts it.
- After an abort reading goes on at the committed offsets, which are the truth.

Readers of the outputs must read committed data (`isolation.level=read_committed`).

What it does not do: decide about records that `function` cannot process. Its exception aborts the
batch and is passed on; the consumer has gone past that batch and is to be closed.
"""

import logging
from collections.abc import AsyncIterable, Callable, Iterable, Sequence
from typing import Any, NamedTuple, Protocol, TypeAlias

from confluent_kafka import KafkaException, Message, TopicPartition

from odradek.clients.blocking_calls import in_thread
from odradek.clients.committed_offsets import Committed, committed_offsets
from odradek.clients.errors import TransactionAborted
from odradek.clients.producer.async_producer import AsyncProducer
from odradek.clients.producer.producer import Producer
from odradek.clients.record import ANY_PARTITION, Headers

logger = logging.getLogger(__name__)

BATCH_RECORDS = 1000
BATCH_WAIT_S = 0.5
COMMITTED_TIMEOUT_S = 30.0

Input: TypeAlias = "Message[Any, Any]"


class Output(NamedTuple):
    """A record to be written, in the order of `Producer.send`'s arguments."""

    topic: str
    value: Any = None
    key: Any = None
    headers: Headers | None = None
    partition: int = ANY_PARTITION


class GroupConsumer(Committed, Protocol):
    """What is needed of a consumer: confluent-kafka's, subscribed and not committing by itself."""

    def consume(self, num_messages: int, timeout: float) -> list[Input]:
        """Read some records."""

    def assignment(self) -> list[TopicPartition]:
        """The partitions that are ours."""

    def seek(self, partition: TopicPartition) -> None:
        """Go on reading there."""

    def consumer_group_metadata(self) -> object:
        """Who we are in the group: member and generation."""


class Batch(NamedTuple):
    """Some inputs, and who we were in the group before we read them."""

    inputs: list[Input]
    group: object

    def ends(self) -> list[TopicPartition]:
        """The offsets to commit: those of the next records."""
        ends = {_place(each): (each.offset() or 0) + 1 for each in self.inputs}
        return [TopicPartition(topic, partition, end) for (topic, partition), end in ends.items()]


def process_exactly_once(
    consumer: GroupConsumer,
    producer: Producer,
    function: Callable[[Input], Iterable[Output]],
    *,
    until: Callable[[], bool] = lambda: False,
    batch_records: int = BATCH_RECORDS,
    batch_wait_s: float = BATCH_WAIT_S,
) -> int:
    """Process what the consumer reads until `until()` holds; return how many inputs were committed.

    `producer` has the profile `eos`. Raises ProducerFenced when another instance has its
    transactional id, and whatever `function` raises.
    """
    committed = 0
    while not until():
        batch = _read_batch(consumer, batch_records, batch_wait_s)
        if batch is None:
            continue
        try:
            with producer.transaction() as transaction:
                for each in batch.inputs:
                    for topic, value, key, headers, partition in function(each):
                        producer.send(topic, value, key, headers=headers, partition=partition)
                transaction.send_offsets(batch.ends(), batch.group)
        except TransactionAborted as error:
            _read_again(consumer, batch, error)
        else:
            committed += len(batch.inputs)
    return committed


async def process_exactly_once_async(
    consumer: GroupConsumer,
    producer: AsyncProducer,
    function: Callable[[Input], AsyncIterable[Output]],
    *,
    until: Callable[[], bool] = lambda: False,
    batch_records: int = BATCH_RECORDS,
    batch_wait_s: float = BATCH_WAIT_S,
) -> int:
    """The same for coroutines: `function` yields outputs asynchronously, nothing blocks the loop.

    `consumer` is as for `process_exactly_once`; it is used in threads, one at a time. A task that
    is cancelled aborts its batch first.
    """
    committed = 0
    while not until():
        batch = await in_thread(_read_batch, consumer, batch_records, batch_wait_s)
        if batch is None:
            continue
        try:
            async with producer.transaction() as transaction:
                for each in batch.inputs:
                    async for topic, value, key, headers, partition in function(each):
                        await producer.send(topic, value, key, headers=headers, partition=partition)
                await transaction.send_offsets(batch.ends(), batch.group)
        except TransactionAborted as error:
            await in_thread(_read_again, consumer, batch, error)
        else:
            committed += len(batch.inputs)
    return committed


def _read_batch(consumer: GroupConsumer, batch_records: int, batch_wait_s: float) -> Batch | None:
    """The next inputs; None where there are none that may be processed now."""
    owned = {(each.topic, each.partition) for each in consumer.assignment()}
    group = consumer.consumer_group_metadata()
    inputs = _readable(consumer.consume(batch_records, batch_wait_s))
    if {_place(each) for each in inputs} <= owned:
        return Batch(inputs, group) if inputs else None
    # They came with an assignment that is newer than the generation above.
    _rewind(consumer, inputs)
    return None


def _read_again(consumer: GroupConsumer, batch: Batch, error: TransactionAborted) -> None:
    logger.warning("%d records are read again: %s", len(batch.inputs), error)
    _rewind(consumer, batch.inputs)


def _readable(messages: Sequence[Input]) -> list[Input]:
    for message in messages:
        error = message.error()
        if error is not None and not error.retriable():
            raise KafkaException(error)
    return [message for message in messages if message.error() is None]


def _rewind(consumer: GroupConsumer, inputs: Sequence[Input]) -> None:
    """Go on at the committed offsets of what is still ours; the rest is somebody else's."""
    firsts: dict[tuple[str, int], int] = {}
    for each in inputs:
        firsts.setdefault(_place(each), each.offset() or 0)
    owned = {(each.topic, each.partition) for each in consumer.assignment()}
    ours = [TopicPartition(*place) for place in firsts if place in owned]
    if not ours:
        return
    for place in committed_offsets(consumer, ours, COMMITTED_TIMEOUT_S):
        start = place.offset if place.offset >= 0 else firsts[place.topic, place.partition]
        try:
            consumer.seek(TopicPartition(place.topic, place.partition, start))
        except KafkaException:  # taken from us just now: its next owner begins where it must
            logger.info("%s-%d is no longer ours", place.topic, place.partition)


def _place(message: Input) -> tuple[str, int]:
    return message.topic() or "", message.partition() or 0
