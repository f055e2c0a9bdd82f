"""The producer for threads. Three ways to send, named after what they wait for:

    send_and_forget   nothing: failures go to the failure policy alone
    send              room in the queue: returns a receipt
    send_and_wait     the acknowledgement: returns where the record lies, or raises

In a `with` block nothing is lost on the way out: leaving it delivers what is queued, and raises
what failed and was not looked at.
"""

from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any, Self, Unpack

from odradek.clients.errors import ClientError
from odradek.clients.kafka_config import KafkaConfig
from odradek.clients.producer.assembly import make_core
from odradek.clients.producer.delivery.ledger import Ledger
from odradek.clients.producer.delivery.receipt import Receipt
from odradek.clients.producer.failure_policy import FailureSink
from odradek.clients.producer.serialization import Chosen
from odradek.clients.producer.statistics import ProducerStatistics
from odradek.clients.producer.transaction import Transaction
from odradek.clients.profiles import DEFAULT_PROFILE
from odradek.clients.record import ANY_PARTITION, Headers, RecordMetadata, RecordOptions

OnDelivery = Callable[[Receipt], object]

INTERRUPTED_DRAIN_S = 8.0
"""An exception that leaves the block should not wait out an outage."""


class Producer:
    """Sends records to any Kafka, as a profile promises; safe to share between threads.

    `kafka` is a KafkaConfig or just the bootstrap servers; `profile` one of `odradek profile list`;
    `settings` are librdkafka's, checked against the profile; `failure_policy` gets the failures
    that nobody looked at (default: `close` raises them). Without serializers keys and values are
    bytes, or text that is sent as UTF-8. Raises InvalidSetting.
    """

    def __init__(
        self,
        kafka: KafkaConfig | str,
        *,
        profile: str = DEFAULT_PROFILE,
        settings: Mapping[str, Any] | None = None,
        failure_policy: FailureSink | None = None,
        key_serializer: Chosen = None,
        value_serializer: Chosen = None,
        transactional_id: str | None = None,
    ) -> None:
        self._core = make_core(
            kafka,
            profile,
            settings,
            failure_policy=failure_policy,
            key_serializer=key_serializer,
            value_serializer=value_serializer,
            transactional_id=transactional_id,
        )

    def send(
        self,
        topic: str,
        value: Any = None,
        key: Any = None,
        *,
        headers: Headers | None = None,
        partition: int = ANY_PARTITION,
        timestamp_ms: int = 0,
        on_delivery: OnDelivery | None = None,
    ) -> Receipt:
        """Queue a record and return its receipt; waits only while the queue is full.

        `on_delivery` is called with the receipt by the producer's thread. Raises NotSent.
        """
        receipt = Receipt(self._core, topic, headers, on_delivery, timestamp_ms)
        try:
            self._core.enqueue(receipt, value, key, headers, partition, timestamp_ms)
        except BufferError:
            self._core.enqueue_late(receipt, value, key, headers, partition, timestamp_ms)
        return receipt

    def send_and_wait(
        self,
        topic: str,
        value: Any = None,
        key: Any = None,
        **options: Unpack[RecordOptions],
    ) -> RecordMetadata:
        """Send a record and return where it lies; raises DeliveryFailed or NotSent."""
        return self.send(topic, value, key, **options).result()

    def send_and_forget(
        self,
        topic: str,
        value: Any = None,
        key: Any = None,
        **options: Unpack[RecordOptions],
    ) -> None:
        """Queue a record; should it fail, the failure policy is told. Raises NotSent."""
        self.send(topic, value, key, **options)

    def transaction(self) -> Transaction:
        """A transaction, for a `with` block; raises TransactionError without the profile eos."""
        return Transaction.of(self._core)

    def flush(self, timeout_s: float | None = None) -> int:
        """Wait until nothing is pending; return how many records still are."""
        return self._core.flush(timeout_s)

    def stats(self) -> ProducerStatistics:
        """What the producer did with its records, some seconds old at most."""
        return self._core.statistics.latest

    @property
    def ledger(self) -> Ledger:
        """What became of every record until now."""
        return self._core.ledger

    def close(self, timeout_s: float | None = None) -> Ledger:
        """Deliver what is queued and end; raises what the failure policy raises.

        Waits for as long as a delivery may take, or `timeout_s`; what is left then has failed.
        """
        return self._core.close(timeout_s)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if exc is None:
            self.close()
            return
        try:
            self.close(INTERRUPTED_DRAIN_S)
        except ClientError as error:
            exc.add_note(f"besides: {error}")
