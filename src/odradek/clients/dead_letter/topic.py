"""Writes letters to dead letter topics of any Kafka, and waits until they are there.

Invariants:
- A letter that `send` returned for is acknowledged by every in-sync replica.
- Letters of one call keep their order for each key; with an error, what came before may be there,
  too, and is sent again: at least once.
- A dead letter topic that is missing is made, with as many partitions as the topic has. Its letters
  are kept by size and not by age: their timestamps are those of the records, which may be old.
- It never recurses: a letter that its topic refuses is an error, not a letter about a letter.
"""

import time
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Any, Self

from confluent_kafka import KafkaError, KafkaException, Message, Producer
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic

from odradek.clients.dead_letter.errors import UndeliveredError
from odradek.clients.dead_letter.letter import SUFFIX, PlainRecord
from odradek.clients.librdkafka_log import librdkafka_logger

DELIVERY_TIMEOUT_MS = 30_000
REQUEST_TIMEOUT_S = 15.0
LETTER_BYTES_MAX = 16 * 1024 * 1024
"""A record that was refused for its size must fit its letter."""
RETAINED_BYTES = 1024 * 1024 * 1024
"""Of letters in each partition: a bound that no healthy system meets."""

TOPIC_CONFIG = {
    "cleanup.policy": "delete",
    "retention.ms": "-1",
    "retention.bytes": str(RETAINED_BYTES),
    "max.message.bytes": str(LETTER_BYTES_MAX),
}
CLUSTER_DEFAULT = -1

UNREACHABLE = {
    KafkaError._ALL_BROKERS_DOWN,
    KafkaError._MSG_TIMED_OUT,
    KafkaError._RESOLVE,
    KafkaError._TIMED_OUT,
    KafkaError._TIMED_OUT_QUEUE,
    KafkaError._TRANSPORT,
    KafkaError.REQUEST_TIMED_OUT,
}
"""What librdkafka says when nobody answered."""


def wall_clock_ms() -> int:
    """The time that a letter says it was written at, where nobody gives another."""
    return time.time_ns() // 1_000_000


class DeadLetterTopics:
    """A producer for dead letter topics; a context manager.

    `client_config` is librdkafka's; what safety needs overrides it.
    """

    def __init__(
        self, client_config: Mapping[str, Any], *, delivery_timeout_ms: int = DELIVERY_TIMEOUT_MS
    ) -> None:
        self._config = {"logger": librdkafka_logger, **client_config}
        self._timeout_s = delivery_timeout_ms / 1000
        self._known: set[str] = set()
        self._producer = Producer(
            {
                **self._config,
                "acks": "all",
                "enable.idempotence": True,
                "partitioner": "murmur2_random",
                "message.max.bytes": LETTER_BYTES_MAX,
                "delivery.timeout.ms": delivery_timeout_ms,
                "linger.ms": 0,
                # An outage that is over should be noticed before the next delivery times out.
                "reconnect.backoff.max.ms": 1_000,
            }
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def send(self, letters: Sequence[PlainRecord]) -> None:
        """Send letters in order and wait for all; UndeliveredError if one was not acknowledged."""
        for topic in dict.fromkeys(letter.topic for letter in letters):
            self._ensure(topic)
        failures: list[KafkaError] = []

        def note(error: KafkaError | None, _: "Message[bytes, bytes]") -> None:
            if error is not None:
                failures.append(error)

        for letter in letters:
            self._enqueue(letter, note)
        # The delivery timeout ends every record's wait; the rest is for the reports themselves.
        left = self._producer.flush(2 * self._timeout_s + REQUEST_TIMEOUT_S)
        if failures or left:
            raise self._undelivered(failures)

    def close(self) -> None:
        """Nothing is waiting: `send` waited for it."""
        self._producer.close()

    def _enqueue(self, letter: PlainRecord, note: Any) -> None:
        try:
            self._producer.produce(
                letter.topic,
                key=letter.key,
                value=letter.value,
                headers=list(letter.headers),
                on_delivery=note,
                **place_of(letter),
            )
        except (KafkaException, BufferError) as error:
            self._producer.purge()
            self._producer.flush(self._timeout_s)
            raise UndeliveredError(
                f"a letter for {letter.topic} cannot be sent: {error}", is_unreachable=False
            ) from error

    def _ensure(self, topic: str) -> None:
        """Make the topic if it is missing, like the topic whose letters it takes."""
        if topic in self._known:
            return
        admin = AdminClient(self._config)
        try:
            cluster = admin.list_topics(timeout=min(self._timeout_s, REQUEST_TIMEOUT_S))
            if topic not in cluster.topics:
                source = cluster.topics.get(topic.removesuffix(SUFFIX))
                partitions = CLUSTER_DEFAULT if source is None else len(source.partitions)
                new = NewTopic(topic, partitions, CLUSTER_DEFAULT, config=TOPIC_CONFIG)
                admin.create_topics([new])[topic].result(REQUEST_TIMEOUT_S)
        except (KafkaException, TimeoutError) as error:
            kafka_error = error.args[0] if isinstance(error, KafkaException) else None
            if not _is(kafka_error, KafkaError.TOPIC_ALREADY_EXISTS):
                raise UndeliveredError(
                    f"the dead letter topic {topic} cannot be made: {_text(kafka_error or error)}",
                    is_unreachable=kafka_error is None or _is(kafka_error, *UNREACHABLE),
                ) from error
        self._known.add(topic)

    def _undelivered(self, failures: Sequence[KafkaError]) -> UndeliveredError:
        if not failures:
            return UndeliveredError("letters are still under way", is_unreachable=True)
        # One that is refused for itself tells more than those that merely waited behind it.
        error = next((each for each in failures if not _is(each, *UNREACHABLE)), failures[0])
        return UndeliveredError(
            f"{len(failures)} letters were not taken: {_text(error)}",
            is_unreachable=_is(error, *UNREACHABLE),
        )


def place_of(letter: PlainRecord) -> dict[str, Any]:
    """Partition and timestamp as `produce` takes them: not at all, where there are none."""
    place = {"partition": letter.partition, "timestamp": letter.timestamp_ms}
    return {name: value for name, value in place.items() if value is not None}


def _is(error: object, *codes: int) -> bool:
    return isinstance(error, KafkaError) and error.code() in codes


def _text(error: object) -> str:
    return f"{error.str()} ({error.name()})" if isinstance(error, KafkaError) else str(error)
