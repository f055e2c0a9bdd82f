"""A member of a consumer group, which shares the partitions of its topics with the others.

    with Consumer("127.0.0.1:9092", "billing", ["orders"], value_deserializer="json") as consumer:
        for record in consumer:
            bill(record.value)

Invariants:
- Offsets are committed by the policy and by nothing else; under AtLeastOnce never before the
  application asked for the next record.
- Rebalances are cooperative: partitions that stay are read on meanwhile. Of those that go, what was
  processed is committed before they are given up; of those that were lost, nothing is.
- Leaving the block commits what is processed and leaves the group at once. An exception leaves out
  the record at which it arose.

Not for several threads: a member is one reader. More members are more consumers.
"""

import logging
import time
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from types import TracebackType
from typing import Any, Literal, Self, TypedDict

from confluent_kafka import KafkaError, KafkaException, TopicPartition

from odradek.clients.consumer.commit_policy import AtLeastOnce, AtMostOnce, CommitPolicy
from odradek.clients.consumer.commits import Progress
from odradek.clients.consumer.kafka_client import KafkaClient
from odradek.clients.consumer.record import (
    ConsumedRecord,
    consumed_record,
    formats_named,
)
from odradek.clients.errors import CommitFailed, ConsumingFailed
from odradek.clients.kafka_config import KafkaConfig
from odradek.clients.record import Partition
from odradek.clients.serializers import Deserializer

logger = logging.getLogger(__name__)

BATCH_RECORDS = 100
"""A member that takes many at once commits late and is slow to give partitions away."""
POLL_TIMEOUT_S = 1.0

NO_LONGER_OURS = {
    KafkaError.ILLEGAL_GENERATION,
    KafkaError.REBALANCE_IN_PROGRESS,
    KafkaError.UNKNOWN_MEMBER_ID,
    KafkaError.FENCED_INSTANCE_ID,
}
DEFAULT_POLICY = AtLeastOnce()


class ConsumerOptions(TypedDict, total=False):
    """What may be said of a consumer besides its cluster, group and topics; see `Consumer`."""

    commits: CommitPolicy
    start: Literal["earliest", "latest"]
    key_deserializer: str | Deserializer
    value_deserializer: str | Deserializer
    settings: Mapping[str, Any] | None


class Consumer:
    """A group's member; a context manager and an endless iterator. Raises InvalidSetting.

    `start` is where a partition without a committed offset begins. Without deserializers keys and
    values are bytes. `settings` are librdkafka's.
    """

    def __init__(
        self,
        kafka: KafkaConfig | str,
        group: str,
        topics: Sequence[str],
        *,
        commits: CommitPolicy = DEFAULT_POLICY,
        start: Literal["earliest", "latest"] = "earliest",
        key_deserializer: str | Deserializer = "bytes",
        value_deserializer: str | Deserializer = "bytes",
        settings: Mapping[str, Any] | None = None,
    ) -> None:
        self.group = group
        self._formats = formats_named(key_deserializer, value_deserializer)
        self._policy = commits
        self._progress = Progress()
        self._fetched: deque[ConsumedRecord] = deque()
        """Read, and not handed out: always empty when librdkafka is asked for more."""
        self._committed_s = time.monotonic()
        self._client = KafkaClient(
            kafka,
            {
                "group.id": group,
                "auto.offset.reset": start,
                "partition.assignment.strategy": "cooperative-sticky",
            },
            settings,
        )
        try:
            for topic in topics:
                self._client.partitions_of(topic)
            self._client.raw.subscribe(
                list(topics), on_revoke=self._on_revoke, on_lost=self._on_lost
            )
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
        if exc is not None:
            self._progress.drop()
        self.close()

    def __iter__(self) -> Iterator[ConsumedRecord]:
        """Yield records for ever, one at a time."""
        while True:
            yield from self.poll(1)

    def poll(
        self, max_records: int = BATCH_RECORDS, timeout_s: float = POLL_TIMEOUT_S
    ) -> list[ConsumedRecord]:
        """The next records, none if none came in time; those before count as processed now."""
        if not self.has_fetched:
            self.fetch(max_records, timeout_s)
        return self.take(max_records)

    @property
    def has_fetched(self) -> bool:
        """Whether `take` has something to hand out."""
        return bool(self._fetched)

    def fetch(self, max_records: int = BATCH_RECORDS, timeout_s: float = POLL_TIMEOUT_S) -> None:
        """Wait for what comes next; all that was handed out before counts as processed now.

        The half of `poll` that blocks. What it fetched is in nobody's hands until `take`.
        """
        self._progress.settle()
        self._fetched.extend(self._fetch(max(max_records, BATCH_RECORDS), timeout_s))

    def take(self, max_records: int = BATCH_RECORDS) -> list[ConsumedRecord]:
        """Hand out what was fetched: the half of `poll` that never blocks."""
        records = [self._fetched.popleft() for _ in range(min(max_records, len(self._fetched)))]
        self._progress.hand_out(records)
        return records

    def commit(self) -> None:
        """Commit all that was handed out, as processed; raises CommitFailed."""
        self._progress.settle()
        self._commit(self._progress.uncommitted())

    def assignment(self) -> list[Partition]:
        """The partitions that are this member's now; none before the first records came."""
        return sorted(
            Partition(each.topic, each.partition) for each in self._client.raw.assignment()
        )

    def lag(self) -> dict[Partition, int]:
        """How many offsets lie before each partition's end, of those that are this member's."""
        assigned = self.assignment()
        ranges = self._client.ranges(assigned)
        places = {**self._client.committed(assigned), **self._client.positions(assigned)}
        return {
            place: end - max(start, places.get(place, start))
            for place, (start, end) in ranges.items()
        }

    def seek(self, partition: Partition, offset: int) -> None:
        """Read on from `offset`; what was not committed of the partition is forgotten."""
        self._progress.settle()
        self._progress.forget([partition])
        self._fetched = deque(each for each in self._fetched if each.place != partition)
        try:
            self._client.raw.seek(TopicPartition(*partition, offset))
        except KafkaException as error:
            raise ConsumingFailed(
                f"{partition.topic}-{partition.partition} cannot be read from offset {offset}:"
                f" {error.args[0].str()}"
            ) from error

    def seek_to_time(self, time: datetime) -> None:
        """Read on from the first records written at or after `time`, in all assigned partitions."""
        assigned = self.assignment()
        if not assigned:
            raise ConsumingFailed("no partition is assigned yet: poll until some are, then seek")
        for partition, offset in self._client.offsets_at(assigned, time).items():
            self.seek(partition, offset)

    def close(self) -> None:
        """Commit what is processed, unless commits are manual, and leave the group."""
        try:
            self._progress.settle()
            if isinstance(self._policy, AtLeastOnce):
                self._commit(self._progress.uncommitted())
        finally:
            self._progress = Progress()
            self._client.raw.close()

    def _fetch(self, max_records: int, timeout_s: float) -> list[ConsumedRecord]:
        """What comes next; called only when all that was fetched before is processed."""
        if isinstance(self._policy, AtLeastOnce):
            waited_ms = (time.monotonic() - self._committed_s) * 1000
            if self._policy.is_due(self._progress.processed, waited_ms):
                self._commit(self._progress.uncommitted())
        messages = self._client.consume(max_records, timeout_s)
        records = [
            consumed_record(message, self._formats)
            for message in messages
            if message.error() is None
        ]
        if isinstance(self._policy, AtMostOnce) and records:
            self._commit({record.place: record.offset + 1 for record in records})
        return records

    def _commit(self, offsets: Mapping[Partition, int]) -> None:
        if not offsets:
            return
        places = [TopicPartition(*place, offset) for place, offset in offsets.items()]
        try:
            answers = self._client.raw.commit(offsets=places, asynchronous=False) or []
            failed = [each.error for each in answers if each.error is not None]
        except KafkaException as error:
            failed = [error.args[0]]
        self._committed_s = time.monotonic()
        if not failed:
            self._progress.note_commit(offsets)
            return
        if failed[0].code() in NO_LONGER_OURS:
            self._progress.forget(offsets)
        raise CommitFailed(
            f"{len(offsets)} offsets were not committed: {failed[0].str()} ({failed[0].name()})"
        )

    def _on_revoke(self, _: object, partitions: Sequence[TopicPartition]) -> None:
        """Called in `consume`, when all that was handed out is processed."""
        going = [Partition(each.topic, each.partition) for each in partitions]
        try:
            if isinstance(self._policy, AtLeastOnce):
                self._commit(self._progress.uncommitted(going))
        except CommitFailed as error:
            logger.warning("partitions go to another member, which reads again: %s", error)
        finally:
            self._progress.forget(going)

    def _on_lost(self, _: object, partitions: Sequence[TopicPartition]) -> None:
        self._progress.forget(Partition(each.topic, each.partition) for each in partitions)
