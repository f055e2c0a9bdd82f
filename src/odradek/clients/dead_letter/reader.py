"""Reads the letters of a dead letter topic in order, from given offsets up to where it ends now.

Invariants: nothing is committed and no group joined; what a transaction has not committed is not
read; the end is that of the start, so a topic that goes on growing cannot keep the reader.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from confluent_kafka import (
    Consumer,
    KafkaError,
    KafkaException,
    Message,
    TopicPartition,
)

from odradek.clients.committed_offsets import committed_offsets
from odradek.clients.dead_letter.errors import DeadLetterError
from odradek.clients.dead_letter.headers import open_letter
from odradek.clients.dead_letter.letter import Letter, PlainRecord

REQUEST_TIMEOUT_S = 15.0
POLL_TIMEOUT_S = 0.1
STABLE_TIMEOUT_S = 2.0
"""Markers follow a commit within moments."""
PENDING = {KafkaError._TIMED_OUT, KafkaError.UNSTABLE_OFFSET_COMMIT}
REPLAY_GROUP = "odradek-dlq-replay."
"""With the topic behind it: the group whose committed offsets tell what was replayed."""


def replay_group(topic: str) -> str:
    """The group that keeps how far a dead letter topic was replayed."""
    return f"{REPLAY_GROUP}{topic}"


@dataclass(frozen=True, slots=True)
class Backlog:
    """A partition of a dead letter topic: what it holds, and how far it was replayed."""

    partition: int
    start_offset: int
    end_offset: int
    replayed_until: int
    """The first offset that was not replayed; never below the start."""

    @property
    def letters(self) -> int:
        return self.end_offset - self.start_offset

    @property
    def waiting(self) -> int:
        return max(0, self.end_offset - self.replayed_until)


@dataclass(frozen=True, slots=True)
class Found:
    """What stands at an offset: a record, and the letter in it if it is one."""

    partition: int
    offset: int
    carrier: PlainRecord
    letter: Letter | None


class LetterReader:
    """A consumer of one dead letter topic, in the name of its replay group; a context manager."""

    def __init__(self, client_config: Mapping[str, Any], topic: str) -> None:
        self.topic = topic
        self._ends: dict[int, int] = {}
        own = {
            **client_config,
            "group.id": replay_group(topic),
            "enable.auto.commit": False,
            "enable.partition.eof": True,
            "auto.offset.reset": "error",
        }
        self._consumer: Consumer = Consumer({**own, "isolation.level": "read_committed"})
        # Asks for offsets alone. The isolation level decides whether pending ones are waited for.
        self._bookkeeper: Consumer = Consumer({**own, "isolation.level": "read_uncommitted"})

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._consumer.close()
        self._bookkeeper.close()

    @property
    def group_metadata(self) -> Any:
        """What a transaction needs to commit this reader's offsets."""
        return self._consumer.consumer_group_metadata()

    def backlogs(self) -> list[Backlog]:
        """Every partition of the topic; DeadLetterError if there is no such topic."""
        try:
            found = self._consumer.list_topics(self.topic, REQUEST_TIMEOUT_S).topics[self.topic]
            if found.error is not None:
                raise DeadLetterError(f"topic {self.topic} cannot be read: {found.error.str()}")
            committed = self._committed(sorted(found.partitions))
            return [self._backlog(each.partition, each.offset) for each in committed]
        except KafkaException as error:
            raise _failed(self.topic, error) from error

    def _committed(self, partitions: Sequence[int]) -> list[TopicPartition]:
        """What the replay group has committed.

        Offsets of a transaction that is just ending are waited for; those of one that a killed
        replay left open do not count.
        """
        asked = [TopicPartition(self.topic, partition) for partition in partitions]
        try:
            return committed_offsets(self._consumer, asked, STABLE_TIMEOUT_S)
        except KafkaException as error:
            if error.args[0].code() not in PENDING:
                raise
        return committed_offsets(self._bookkeeper, asked, REQUEST_TIMEOUT_S)

    def _backlog(self, partition: int, committed: int) -> Backlog:
        start, end = self._consumer.get_watermark_offsets(
            TopicPartition(self.topic, partition), REQUEST_TIMEOUT_S
        )
        return Backlog(partition, start, end, start if committed < 0 else max(start, committed))

    def read(self, starts: Mapping[int, int], ends: Mapping[int, int]) -> Iterator[list[Found]]:
        """Yield what stands from each partition's start to before its end, as it comes."""
        self._ends = {
            partition: ends[partition]
            for partition, start in starts.items()
            if start < ends[partition]
        }
        self._consumer.assign([TopicPartition(self.topic, p, starts[p]) for p in self._ends])
        while self._ends:
            received = self._consumer.consume(self.batch_records, POLL_TIMEOUT_S)
            found = [each for each in map(self._found, received) if each is not None]
            if found:
                yield found

    batch_records = 500
    """The most letters of one transaction when they are replayed."""

    def _found(self, message: "Message[bytes, bytes]") -> Found | None:
        """The record, unless it is news of the partition or stands behind the end."""
        error, partition, offset = message.error(), message.partition(), message.offset()
        if error is not None and error.code() != KafkaError._PARTITION_EOF:
            raise _failed(self.topic, KafkaException(error))
        if partition is None or offset is None or partition not in self._ends:
            return None
        end = self._ends[partition]
        if error is not None or offset + 1 >= end:
            del self._ends[partition]
        if error is not None or offset >= end:
            return None
        carrier = _carrier(message, self.topic, partition)
        return Found(partition, offset, carrier, open_letter(carrier))


def find_starts(backlogs: Sequence[Backlog]) -> dict[int, int]:
    """Where reading what was not replayed begins."""
    return {each.partition: each.replayed_until for each in backlogs}


def find_ends(backlogs: Sequence[Backlog]) -> dict[int, int]:
    """Where reading stops."""
    return {each.partition: each.end_offset for each in backlogs}


def _carrier(message: "Message[bytes, bytes]", topic: str, partition: int) -> PlainRecord:
    timestamp_type, timestamp_ms = message.timestamp()
    headers: Any = message.headers() or ()
    return PlainRecord(
        topic,
        message.key(),
        message.value(),
        tuple(headers),
        timestamp_ms if timestamp_type else None,
        partition,
    )


def _failed(topic: str, error: KafkaException) -> DeadLetterError:
    return DeadLetterError(f"reading {topic} failed: {error.args[0].str()}")
