"""A librdkafka producer that stamps its records and remembers where each was acknowledged."""

import random
from collections import defaultdict
from collections.abc import Iterator
from itertools import count
from typing import ClassVar

from confluent_kafka import KafkaError, KafkaException, Message, Producer

from tests.crash.verdict import Stamp

PARTITIONS = 2
FLUSH_TIMEOUT_S = 60.0
PADDING_BYTES = (0, 100, 1_500)

IDEMPOTENT = {"enable.idempotence": True, "acks": "all"}
ACKS_1 = {"acks": 1, "max.in.flight.requests.per.connection": 1}


class RecordedProducer:
    """Sends to every partition of one topic in turn, retrying for as long as a crash lasts."""

    _numbers: ClassVar[Iterator[int]] = count()

    def __init__(
        self,
        bootstrap_servers: str,
        topic: str,
        settings: dict[str, object],
        noise: random.Random,
    ) -> None:
        self.topic = topic
        self.acknowledged: dict[int, dict[Stamp, int]] = defaultdict(dict)
        self._noise = noise
        self._number = next(self._numbers)
        self._sequences = count()
        self._producer = Producer(
            {
                "bootstrap.servers": bootstrap_servers,
                "linger.ms": 2,
                "reconnect.backoff.ms": 20,
                "reconnect.backoff.max.ms": 100,
                "retry.backoff.ms": 20,
                "log_level": 0,
                **settings,
            }
        )

    @property
    def acknowledged_count(self) -> int:
        return sum(len(of_partition) for of_partition in self.acknowledged.values())

    def send(self, records: int) -> None:
        """Hand over records and take note of the acknowledgements that have arrived."""
        for sequence in (next(self._sequences) for _ in range(records)):
            stamp = Stamp(self._number, sequence)
            value = stamp.to_value(self._noise.choice(PADDING_BYTES))
            partition = sequence % PARTITIONS
            self._producer.produce(
                self.topic, value, partition=partition, on_delivery=self._note_delivery
            )
        self._producer.poll(0)

    def wait_for_acknowledgements(self, seconds: float) -> None:
        """Serve delivery reports for a moment."""
        self._producer.poll(seconds)

    def flush(self) -> None:
        """Return once everything sent is acknowledged."""
        assert self._producer.flush(FLUSH_TIMEOUT_S) == 0, f"{self.topic}: not all acknowledged"

    def _note_delivery(self, error: KafkaError | None, record: Message) -> None:
        if error is not None:
            raise KafkaException(error)
        stamp = Stamp.from_value(record.value())
        self.acknowledged[record.partition()][stamp] = record.offset()
