"""Read, transform, write: each input record counts once, whatever dies in between.

Invariants:
- The outputs of a batch and the offsets behind it become visible together, or not at all.
- A batch is committed only by the member that owned its partitions when it was read, for the
  group's generation is the one from before reading: a rebalance in between aborts it.
- After an abort reading goes on at the committed offsets, which are the truth.

Readers of the outputs must read committed data (`isolation.level=read_committed`).

What it does not do: decide about records that `function` cannot process. Its exception aborts the
batch and is passed on.
"""

import logging
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple, Protocol, TypeAlias

from confluent_kafka import KafkaException, Message, TopicPartition

from odradek.clients.errors import TransactionAborted
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


class GroupConsumer(Protocol):
    """What is needed of a consumer: confluent-kafka's, subscribed and not committing by itself."""

    def consume(self, num_messages: int, timeout: float) -> list[Input]:
        """Read some records."""

    def assignment(self) -> list[TopicPartition]:
        """The partitions that are ours."""

    def committed(self, partitions: list[TopicPartition], timeout: float) -> list[TopicPartition]:
        """The group's committed offsets."""

    def seek(self, partition: TopicPartition) -> None:
        """Go on reading there."""

    def consumer_group_metadata(self) -> object:
        """Who we are in the group: member and generation."""


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
        owned = {(each.topic, each.partition) for each in consumer.assignment()}
        group = consumer.consumer_group_metadata()
        inputs = _readable(consumer.consume(batch_records, batch_wait_s))
        if not inputs:
            continue
        if not {_place(each) for each in inputs} <= owned:
            # They came with an assignment that is newer than the generation above.
            _rewind(consumer, inputs)
            continue
        try:
            with producer.transaction() as transaction:
                for each in inputs:
                    for output in function(each):
                        producer.send(
                            output.topic,
                            output.value,
                            output.key,
                            headers=output.headers,
                            partition=output.partition,
                        )
                transaction.send_offsets(_behind(inputs), group)
        except TransactionAborted as error:
            logger.warning("%d records are read again: %s", len(inputs), error)
            _rewind(consumer, inputs)
        else:
            committed += len(inputs)
    return committed


def _readable(messages: Sequence[Input]) -> list[Input]:
    for message in messages:
        error = message.error()
        if error is not None and not error.retriable():
            raise KafkaException(error)
    return [message for message in messages if message.error() is None]


def _behind(inputs: Sequence[Input]) -> list[TopicPartition]:
    """The offsets to commit: those of the next records."""
    ends = {_place(each): (each.offset() or 0) + 1 for each in inputs}
    return [TopicPartition(topic, partition, end) for (topic, partition), end in ends.items()]


def _rewind(consumer: GroupConsumer, inputs: Sequence[Input]) -> None:
    """Go on at the committed offsets of what is still ours; the rest is somebody else's."""
    firsts: dict[tuple[str, int], int] = {}
    for each in inputs:
        firsts.setdefault(_place(each), each.offset() or 0)
    owned = {(each.topic, each.partition) for each in consumer.assignment()}
    ours = [TopicPartition(*place) for place in firsts if place in owned]
    if not ours:
        return
    for place in consumer.committed(ours, COMMITTED_TIMEOUT_S):
        start = place.offset if place.offset >= 0 else firsts[place.topic, place.partition]
        try:
            consumer.seek(TopicPartition(place.topic, place.partition, start))
        except KafkaException:  # taken from us just now: its next owner begins where it must
            logger.info("%s-%d is no longer ours", place.topic, place.partition)


def _place(message: Input) -> tuple[str, int]:
    return message.topic() or "", message.partition() or 0
