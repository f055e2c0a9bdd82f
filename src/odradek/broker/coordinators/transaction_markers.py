"""Writing the ends of transactions into partitions, and hearing what became of each.

A marker in a partition of `__consumer_offsets` also ends the offsets that the transaction committed
there; that is told to the groups once the marker is durable. Markers may be written again: one for
a producer without an open transaction changes nothing but its epoch.
"""

from collections.abc import Callable, Iterable, Mapping

import msgspec

from odradek.broker.data_path.partition import AppendWaiter, Partition
from odradek.broker.data_path.partitions import Partitions
from odradek.broker.metadata.topic_names import OFFSETS_TOPIC
from odradek.event_log import get_logger
from odradek.protocol.errors import ErrorCode
from odradek.protocol.messages.produce import PartitionProduceResponse
from odradek.protocol.records.control_record import EndMarker, encode_marker

TopicPartition = tuple[str, int]
Outcomes = Mapping[TopicPartition, ErrorCode]
Append = Callable[[Partition, memoryview, PartitionProduceResponse, AppendWaiter | None], None]
OnOffsetsMarker = Callable[[int, int, EndMarker], None]

logger = get_logger(__name__)


class TransactionEnd(msgspec.Struct, frozen=True):
    """Whose transaction ends how. `is_strict`: the epoch must be above that of its records."""

    producer_id: int
    producer_epoch: int
    marker: EndMarker
    is_strict: bool = False


class WritingMarkers:
    """The markers of one transaction, until each is durable or refused."""

    __slots__ = ("_missing", "_on_done", "_outcomes")

    def __init__(self, missing: int, on_done: Callable[[Outcomes], None]) -> None:
        self._missing = missing
        self._on_done = on_done
        self._outcomes: dict[TopicPartition, ErrorCode] = {}

    def note(self, partition: TopicPartition, error: ErrorCode) -> None:
        """One partition is done, well or badly."""
        self._outcomes[partition] = error
        if len(self._outcomes) == self._missing:
            self._on_done(self._outcomes)


class MarkerAppend:
    """One marker on its way to one partition."""

    __slots__ = ("_on_durable", "_partition", "_writing")

    def __init__(
        self,
        partition: TopicPartition,
        writing: WritingMarkers,
        on_durable: Callable[[], None] | None,
    ) -> None:
        self._partition = partition
        self._writing = writing
        self._on_durable = on_durable

    def wait_for(self, answer: PartitionProduceResponse) -> None:
        """The marker was staged."""

    def complete(self, answer: PartitionProduceResponse) -> None:
        """The marker is durable, or never will be."""
        if answer.error_code == ErrorCode.NONE and self._on_durable is not None:
            self._on_durable()
        self._writing.note(self._partition, ErrorCode(answer.error_code))


class MarkerWriter:
    """Appends markers to whatever partitions a transaction has reached."""

    def __init__(
        self,
        partitions: Partitions,
        append: Append,
        now_ms: Callable[[], int],
        on_offsets_marker: OnOffsetsMarker,
    ) -> None:
        self._partitions = partitions
        self._append = append
        self._now_ms = now_ms
        self._on_offsets_marker = on_offsets_marker

    def write(
        self,
        end: TransactionEnd,
        partitions: Iterable[TopicPartition],
        on_done: Callable[[Outcomes], None],
    ) -> None:
        """Stage a marker for each partition; `on_done` is called when all have an outcome."""
        names = sorted(set(partitions))
        if not names:
            on_done({})
            return
        writing = WritingMarkers(len(names), on_done)
        for name in names:
            self._write_one(end, name, writing)

    def _write_one(
        self, end: TransactionEnd, name: TopicPartition, writing: WritingMarkers
    ) -> None:
        partition = self._partitions.get(*name)
        if partition is None:
            writing.note(name, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)
            return
        producers = partition.log.producers
        if end.is_strict and producers.is_in_transaction(end.producer_id, end.producer_epoch):
            writing.note(name, ErrorCode.INVALID_PRODUCER_EPOCH)
            return
        batch = encode_marker(end.producer_id, end.producer_epoch, end.marker, self._now_ms())
        waiter = MarkerAppend(name, writing, self._on_durable(end, name))
        answer = PartitionProduceResponse(base_offset=-1)
        self._append(partition, memoryview(bytearray(batch)), answer, waiter)
        if answer.error_code != ErrorCode.NONE:
            logger.warning(
                "marker refused",
                partition=name,
                producer_id=end.producer_id,
                reason=answer.error_message,
            )
            waiter.complete(answer)

    def _on_durable(self, end: TransactionEnd, name: TopicPartition) -> Callable[[], None] | None:
        topic, index = name
        if topic != OFFSETS_TOPIC:
            return None
        return lambda: self._on_offsets_marker(index, end.producer_id, end.marker)
