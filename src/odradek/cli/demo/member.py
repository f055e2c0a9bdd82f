"""A member of the demo's consumer group, and what the members have read between them.

Invariants: a record counts when it is read, and is committed before the next batch is asked for or
its partition is given away; so a group that loses no commit reads every record once.
"""

import threading
from collections.abc import Mapping, Sequence
from typing import Any

from confluent_kafka import Consumer, KafkaError, KafkaException, TopicPartition

from odradek.cli.errors import CommandError
from odradek.cli.kafka_errors import describe
from odradek.cli.records.topic_reader import Record

POLL_TIMEOUT_S = 0.1
QUICK_MEMBER = {
    # The members notice a rebalance with their next heartbeat.
    "heartbeat.interval.ms": 200,
    "session.timeout.ms": 10_000,
    "partition.assignment.strategy": "cooperative-sticky",
    "auto.offset.reset": "earliest",
    "enable.auto.commit": False,
}
GENERATION_CHANGES = (KafkaError.REBALANCE_IN_PROGRESS, KafkaError.ILLEGAL_GENERATION)


class Reading:
    """What all members have read: each record must follow on the last of its partition."""

    def __init__(self, *, batch_records: int) -> None:
        self._lock = threading.Lock()
        self._next_offsets: dict[int, int] = {}
        self.batch_records = batch_records
        self.records = 0
        self.repeated = 0
        self.skipped = 0
        self.limit = 0
        """The members take their time once so many records have been read."""

    @property
    def is_at_limit(self) -> bool:
        """Whether the members are to take their time."""
        return self.records >= self.limit

    def add(self, messages: Sequence[Record]) -> dict[int, int]:
        """Take in a batch, and give the offset after the last of each partition."""
        after: dict[int, int] = {}
        with self._lock:
            for message in messages:
                partition, offset = message.partition() or 0, message.offset() or 0
                expected = self._next_offsets.get(partition, 0)
                self.repeated += offset < expected
                self.skipped += max(0, offset - expected)
                self._next_offsets[partition] = max(expected, offset + 1)
                after[partition] = offset + 1
            self.records += len(messages)
        return after


class Member:
    """One consumer of the group, in a thread."""

    def __init__(
        self, config: Mapping[str, Any], group: str, topic: str, name: str, reading: Reading
    ) -> None:
        self.name = name
        self._topic = topic
        self._reading = reading
        self._uncommitted: dict[int, int] = {}
        self._is_leaving = threading.Event()
        self._error: Exception | None = None
        self._consumer = Consumer({**config, **QUICK_MEMBER, "group.id": group, "client.id": name})
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def join(self) -> None:
        """Join the group and begin to read."""
        self._thread.start()

    def leave(self) -> None:
        """Leave the group, and return when that is done."""
        self._is_leaving.set()
        self._thread.join()

    def raise_error(self) -> None:
        """Raise what has stopped the member, if anything has."""
        if self._error is not None:
            raise CommandError(f"{self.name} stopped: {self._error}") from self._error

    def _run(self) -> None:
        try:
            self._consumer.subscribe([self._topic], on_revoke=self._give_away)
            while not self._is_leaving.is_set() or self._uncommitted:
                self._read()
        except (CommandError, KafkaException) as error:
            self._error = error
        finally:
            self._consumer.close()

    def _read(self) -> None:
        records_max = self._reading.batch_records
        if self._reading.is_at_limit:
            # Not by pausing partitions: librdkafka sometimes never resumes one after a rebalance.
            self._is_leaving.wait(POLL_TIMEOUT_S)
            records_max = 1
        messages = self._consumer.consume(records_max, POLL_TIMEOUT_S)
        for message in messages:
            if (error := message.error()) is not None:
                raise CommandError(describe(error))
        self._uncommitted |= self._reading.add(messages)
        self._commit()

    def _commit(self) -> None:
        if not self._uncommitted:
            return
        positions = [TopicPartition(self._topic, *each) for each in self._uncommitted.items()]
        try:
            self._consumer.commit(offsets=positions, asynchronous=False)
        except KafkaException as error:
            if error.args[0].code() not in GENERATION_CHANGES:
                raise
            return  # the next commit takes them along
        self._uncommitted = {}

    def _give_away(self, _: Consumer, revoked: Sequence[TopicPartition]) -> None:
        self._commit()
        for partition in revoked:
            self._uncommitted.pop(partition.partition, None)
