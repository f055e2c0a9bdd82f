"""Reads partitions chosen by hand: no group, no commits, no rebalances.

    with SimpleConsumer("127.0.0.1:9092", "orders", until_end=True) as consumer:
        for record in consumer:
            print(record.key, record.value)

Invariants: it reads from where it is told; with `until_end` up to where each partition ended at the
start, so a busy topic cannot keep it. An offset that a log no longer has is an error, not a jump.
"""

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from types import TracebackType
from typing import Any, Literal, Self

from confluent_kafka import KafkaException, Message, TopicPartition

from odradek.clients.consumer.kafka_client import KafkaClient
from odradek.clients.consumer.record import (
    ConsumedRecord,
    consumed_record,
    formats_named,
)
from odradek.clients.errors import ConsumingFailed
from odradek.clients.kafka_config import KafkaConfig
from odradek.clients.record import Partition
from odradek.clients.serializers import Deserializer

BATCH_RECORDS = 1_000
POLL_TIMEOUT_S = 0.2

Start = Literal["earliest", "latest"] | int | datetime


class SimpleConsumer:
    """A reader of one topic; a context manager and an iterator. Raises InvalidSetting.

    `partitions` are all if not given. `start` is an end of the log, an offset or a time, the same
    for each partition; `seek` moves one. `read_committed=False` shows aborted transactions, too.
    """

    def __init__(
        self,
        kafka: KafkaConfig | str,
        topic: str,
        *,
        partitions: Sequence[int] | None = None,
        start: Start = "earliest",
        until_end: bool = False,
        read_committed: bool = True,
        key_deserializer: str | Deserializer = "bytes",
        value_deserializer: str | Deserializer = "bytes",
        settings: Mapping[str, Any] | None = None,
    ) -> None:
        self._topic = topic
        self._until_end = until_end
        self._fetched: deque[ConsumedRecord] = deque()
        self._formats = formats_named(key_deserializer, value_deserializer)
        self._client = KafkaClient(
            kafka,
            {
                # librdkafka wants a name even where no group is joined.
                "group.id": "odradek-simple-consumer",
                "auto.offset.reset": "error",
                "enable.partition.eof": True,
                "isolation.level": "read_committed" if read_committed else "read_uncommitted",
            },
            settings,
        )
        try:
            self._ends = self._assign(partitions, start)
        except BaseException:
            self._client.raw.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def __iter__(self) -> Iterator[ConsumedRecord]:
        """Yield records for ever, or with `until_end` until each partition's end was reached."""
        while self._fetched or self._ends or not self._until_end:
            if not self._fetched:
                messages = self._client.consume(BATCH_RECORDS, POLL_TIMEOUT_S)
                wanted = (message for message in messages if self._is_wanted(message))
                self._fetched.extend(consumed_record(each, self._formats) for each in wanted)
            while self._fetched:
                yield self._fetched.popleft()

    def lag(self) -> dict[Partition, int]:
        """How many offsets lie before the end of each assigned partition."""
        assigned = [Partition(each.topic, each.partition) for each in self._client.raw.assignment()]
        ranges, places = self._client.ranges(assigned), self._client.positions(assigned)
        return {place: end - places.get(place, begin) for place, (begin, end) in ranges.items()}

    def seek(self, partition: int, offset: int) -> None:
        """Read the partition on from `offset`."""
        place = Partition(self._topic, partition)
        self._fetched = deque(each for each in self._fetched if each.place != place)
        try:
            self._client.raw.seek(TopicPartition(self._topic, partition, offset))
        except KafkaException as error:
            raise ConsumingFailed(
                f"{self._topic}-{partition} cannot be read from offset {offset}:"
                f" {error.args[0].str()}"
            ) from error

    def close(self) -> None:
        """Nothing is committed."""
        self._client.raw.close()

    def _assign(self, partitions: Sequence[int] | None, start: Start) -> dict[Partition, int]:
        """Begin to read; the ends of the partitions that have anything to read."""
        existing = self._client.partitions_of(self._topic)
        for partition in partitions or ():
            if partition not in existing:
                raise ConsumingFailed(
                    f"topic {self._topic} has no partition {partition}; it has"
                    f" {existing[0]} to {existing[-1]}"
                )
        chosen = [Partition(self._topic, each) for each in partitions or existing]
        ranges = self._client.ranges(chosen)
        starts = self._starts(ranges, start)
        self._client.raw.assign([TopicPartition(*place, starts[place]) for place in chosen])
        return {place: ranges[place][1] for place in chosen if starts[place] < ranges[place][1]}

    def _starts(
        self, ranges: Mapping[Partition, tuple[int, int]], start: Start
    ) -> dict[Partition, int]:
        if isinstance(start, datetime):
            return self._client.offsets_at(list(ranges), start)
        if start == "earliest":
            return {place: begin for place, (begin, _) in ranges.items()}
        if start == "latest":
            return {place: end for place, (_, end) in ranges.items()}
        for place, (begin, end) in ranges.items():
            if not begin <= start <= end:
                raise ConsumingFailed(
                    f"offset {start} is not in {place.topic}-{place.partition}, which begins at"
                    f" {begin} and ends at {end}"
                )
        return dict.fromkeys(ranges, start)

    def _is_wanted(self, message: "Message[bytes, bytes]") -> bool:
        """Whether it is a record; ends of partitions are noted."""
        place = Partition(message.topic() or "", message.partition() or 0)
        is_end, offset = message.error() is not None, message.offset() or 0
        if not self._until_end:
            return not is_end
        if place not in self._ends:
            return False
        is_before_end = not is_end and offset < self._ends[place]
        if is_end or offset + 1 >= self._ends[place]:
            del self._ends[place]
        return is_before_end
