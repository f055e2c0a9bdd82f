"""Sends records with librdkafka and counts what became of each.

Invariants: a record is counted as delivered only when the broker acknowledged it as `acks` asks; a
full queue makes the sender wait, so memory stays bounded; the first few reasons for failures are
kept to be shown, the rest only counted.
"""

from collections import Counter
from collections.abc import Mapping
from typing import Any, Literal

from confluent_kafka import KafkaError, KafkaException, Message, Producer

from odradek.cli.connection import bad_property
from odradek.cli.kafka_errors import describe
from odradek.cli.progress import Tally
from odradek.cli.records.input_formats import OutgoingRecord
from odradek.cli.records.json_record import Headers

Acks = Literal["all", "1", "0"]
Compression = Literal["none", "gzip", "snappy", "lz4", "zstd"]

QUEUE_FULL_WAIT_S = 0.1
FLUSH_SLICE_S = 0.2
ANY_PARTITION = -1


def producer_config(
    config: Mapping[str, Any], *, acks: Acks, compression: Compression
) -> dict[str, Any]:
    """A producer that neither loses nor duplicates what it was given, unless acks says less.

    Explicit client properties in `config` win.
    """
    return {
        "acks": acks,
        "enable.idempotence": acks == "all",
        "compression.type": compression,
        "linger.ms": 20,
        **config,
    }


class Delivery:
    """One topic's records on their way, and the tally of how they fared."""

    def __init__(
        self, config: dict[str, Any], topic: str, *, partition: int | None, headers: Headers
    ) -> None:
        try:
            self._producer = Producer(config)
        except KafkaException as error:
            raise bad_property(error) from error
        self._topic = topic
        self._partition = ANY_PARTITION if partition is None else partition
        self._headers = headers
        self.tally = Tally()
        self.failures: Counter[str] = Counter()

    @property
    def delivered(self) -> int:
        """How many records were acknowledged."""
        return self.tally.records

    @property
    def failed(self) -> int:
        """How many records were not delivered."""
        return self.failures.total()

    @property
    def unfinished(self) -> int:
        """How many records are neither delivered nor failed yet."""
        return len(self._producer)

    def send(self, record: OutgoingRecord) -> None:
        """Queue one record; waits while the queue is full."""
        headers = [*(record.headers or ()), *self._headers]
        while True:
            try:
                self._producer.produce(
                    self._topic,
                    record.value,
                    record.key,
                    self._partition,
                    on_delivery=self._on_delivery,
                    headers=headers,
                )
            except BufferError:
                self._producer.poll(QUEUE_FULL_WAIT_S)
            except KafkaException as error:
                self.failures[describe(error.args[0])] += 1
                return
            else:
                self._producer.poll(0)
                return

    def finish_some(self) -> None:
        """Wait a moment for answers; call until nothing is `unfinished`."""
        self._producer.flush(FLUSH_SLICE_S)

    def abandon(self) -> None:
        """Give up what is not delivered yet; it is counted as failed."""
        self._producer.purge()
        self._producer.flush(FLUSH_SLICE_S)

    def _on_delivery(self, error: KafkaError | None, message: "Message[bytes, bytes]") -> None:
        if error is not None:
            self.failures[describe(error)] += 1
            return
        self.tally.add(len(message) + len(message.key() or b""))
