"""The failure policy that makes letters of what a producer could not deliver.

    with Producer(kafka, failure_policy=DeadLetters(kafka, Path("spool"))) as producer: ...

What the broker refuses becomes a letter at once; what it did not acknowledge becomes one when the
delivery timeout has passed or 100 attempts were in vain (the profile's `retries`). Either way the
letter is on the local disk before the producer forgets the record, and on its way to `<topic>.dlq`
as soon as a broker takes it.

Invariants: the producer's thread waits for an fsync and never for a broker; a failure that finds no
place in the spool is raised when the producer closes; records of dead letter topics do not become
letters.
"""

from collections.abc import Callable
from pathlib import Path

from odradek.clients.dead_letter.courier import Courier
from odradek.clients.dead_letter.errors import SpoolError
from odradek.clients.dead_letter.headers import enclose
from odradek.clients.dead_letter.letter import (
    SUFFIX,
    Failure,
    Letter,
    PlainRecord,
    Stage,
    dead_letter_topic,
)
from odradek.clients.dead_letter.spool import LIMIT_BYTES, Spool
from odradek.clients.dead_letter.topic import DeadLetterTopics, wall_clock_ms
from odradek.clients.errors import DeliveryFailed
from odradek.clients.kafka_config import KafkaConfig
from odradek.clients.producer.failure_policy import RaiseOnClose
from odradek.clients.record import FailedRecord

DELIVERY_TIMEOUT_MS = 10_000
"""Of letters, and the longest that closing may take in an outage: the spool is patient for them."""


class DeadLetters:
    """A producer's failure policy, for one producer: `close` is the producer's to call."""

    def __init__(
        self,
        kafka: KafkaConfig | str,
        spool: Path,
        *,
        suffix: str = SUFFIX,
        with_spring: bool = False,
        limit_bytes: int = LIMIT_BYTES,
        delivery_timeout_ms: int = DELIVERY_TIMEOUT_MS,
        now_ms: Callable[[], int] = wall_clock_ms,
    ) -> None:
        config = KafkaConfig(bootstrap_servers=kafka) if isinstance(kafka, str) else kafka
        self._config = config
        self._suffix = suffix
        self._with_spring = with_spring
        self._now_ms = now_ms
        self._homeless = RaiseOnClose()
        self._spool = Spool(spool, limit_bytes=limit_bytes)
        topics = DeadLetterTopics(config.librdkafka(), delivery_timeout_ms=delivery_timeout_ms)
        self._courier = Courier(self._spool, topics)

    @property
    def waiting(self) -> int:
        """How many letters are on the disk and in no topic yet."""
        return self._spool.waiting

    def take(self, failed: FailedRecord) -> None:
        """Keep a letter about the record; it is on the disk when this returns."""
        if failed.topic.endswith(self._suffix):
            self._homeless.take(failed)
            return
        topic = dead_letter_topic(failed.topic, self._suffix)
        try:
            self._spool.append(
                [enclose(self._letter(failed), topic, with_spring=self._with_spring)]
            )
        except SpoolError:
            self._homeless.take(failed)
            raise
        self._courier.call()

    def close(self) -> None:
        """Deliver what can be; raises UndeliveredRecords about what became no letter."""
        try:
            self._courier.close()
        finally:
            self._spool.close()
            self._homeless.close()

    def _letter(self, failed: FailedRecord) -> Letter:
        record = PlainRecord(
            failed.topic,
            failed.key,
            failed.value,
            tuple(failed.headers),
            failed.timestamp_ms,
            failed.partition,
        )
        failure = Failure(
            Stage.KAFKA_PRODUCE,
            f"{DeliveryFailed.__module__}.{DeliveryFailed.__qualname__}",
            failed.reason,
            error_code=failed.name,
            # How often librdkafka has tried in vain, it does not tell.
            attempts=None if failed.is_retriable else 1,
            possibly_persisted=failed.is_possibly_persisted,
            principal=self._config.sasl_username or "",
            client_id=self._config.client_id,
            failed_at_ms=self._now_ms(),
        )
        return Letter(record, failure)
