"""Reads assigned partitions of one topic, in batches, up to an end or for ever.

Invariants: no consumer group is joined and no offset committed. With `until_end` the end is what it
was at the start, so a busy topic cannot keep the reader; control records at the end (markers of
transactions) do not keep it waiting either.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from types import TracebackType
from typing import Any, NamedTuple, Self, TypeAlias

from confluent_kafka import Consumer, KafkaError, KafkaException, Message, TopicPartition

from odradek.cli.connection import REQUEST_TIMEOUT_S, bad_property
from odradek.cli.errors import CommandError
from odradek.cli.kafka_errors import command_error, describe
from odradek.cli.position import Edge, Position, timestamp_ms

BATCH_RECORDS_MAX = 1_000
POLL_TIMEOUT_S = 0.1

Record: TypeAlias = "Message[bytes, bytes]"
"""A message that was read; quoted, for at run time the class takes no parameters."""


class BeforeEnd(NamedTuple):
    """A place so many offsets before the end, or the beginning of a log that has not so many."""

    offsets: int


class TopicReader:
    """A consumer of given partitions; a context manager."""

    def __init__(
        self,
        config: dict[str, Any],
        topic: str,
        partitions: Sequence[int],
        start: Position | BeforeEnd,
    ) -> None:
        self._topic = topic
        try:
            self._consumer: Consumer = Consumer(
                {
                    # librdkafka wants a group id even where no group is joined.
                    "group.id": "odradek-consume",
                    "enable.auto.commit": False,
                    "enable.partition.eof": True,
                    "auto.offset.reset": "error",
                    **config,
                }
            )
        except KafkaException as error:
            raise bad_property(error) from error
        self._ends: dict[int, int] = {}
        self.ahead = 0
        """Offsets from the start to the end, as it was then; a few of them may be no records."""
        try:
            self._assign(partitions, start)
        except BaseException:
            self._consumer.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._consumer.close()

    def batches(self, *, until_end: bool, max_records: int | None) -> Iterator[list[Record]]:
        """Yield records as they come, per partition in order; an empty list when none came."""
        remaining = max_records
        while not (until_end and not self._ends):
            size = BATCH_RECORDS_MAX if remaining is None else min(BATCH_RECORDS_MAX, remaining)
            if size == 0:
                return
            received = self._consumer.consume(size, POLL_TIMEOUT_S)
            records = [message for message in received if self._is_record(message)]
            if remaining is not None:
                remaining -= len(records)
            yield records

    def _is_record(self, message: Record) -> bool:
        """Tell records from news about the partition, and note partitions read to their end."""
        error = message.error()
        partition, offset = message.partition(), message.offset()
        if error is not None and error.code() != KafkaError._PARTITION_EOF:
            raise CommandError(f"reading {self._topic} failed: {describe(error)}")
        if partition is not None and offset is not None:
            position = offset if error is not None else offset + 1
            if position >= self._ends.get(partition, position + 1):
                del self._ends[partition]
        return error is None

    def _assign(self, partitions: Sequence[int], start: Position | BeforeEnd) -> None:
        try:
            assignment = [self._position(partition, start) for partition in partitions]
            if isinstance(start, datetime):
                assignment = self._positions_at(assignment)
        except KafkaException as error:
            raise command_error(f"finding the offsets of {self._topic}", error) from error
        self._ends = {
            position.partition: self._ends[position.partition]
            for position in assignment
            if position.offset < self._ends[position.partition]
        }
        self.ahead = sum(
            self._ends[each.partition] - each.offset
            for each in assignment
            if each.partition in self._ends
        )
        self._consumer.assign(assignment)

    def _position(self, partition: int, start: Position | BeforeEnd) -> TopicPartition:
        first, end = self._consumer.get_watermark_offsets(
            TopicPartition(self._topic, partition), REQUEST_TIMEOUT_S
        )
        self._ends[partition] = end
        if isinstance(start, datetime):
            return TopicPartition(self._topic, partition, timestamp_ms(start))
        if isinstance(start, BeforeEnd):
            return TopicPartition(self._topic, partition, max(first, end - start.offsets))
        offset = start if isinstance(start, int) else _edge_offset(start, first, end)
        if not first <= offset <= end:
            holds = f"holds {first} to {end - 1}" if first < end else f"is empty, at offset {end}"
            raise CommandError(
                f"offset {offset} is not in partition {partition} of {self._topic}, which {holds};"
                " --partition chooses another"
            )
        return TopicPartition(self._topic, partition, offset)

    def _positions_at(self, times: list[TopicPartition]) -> list[TopicPartition]:
        """The first offset at or after each time; the end where there is none."""
        found = self._consumer.offsets_for_times(times, REQUEST_TIMEOUT_S)
        for position in found:
            if position.offset < 0:
                position.offset = self._ends[position.partition]
        return found


def _edge_offset(edge: Edge, first: int, end: int) -> int:
    return first if edge is Edge.EARLIEST else end
