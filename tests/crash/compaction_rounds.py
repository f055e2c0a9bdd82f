"""Rounds of: change many keys while others read, kill the broker with -9, start it again.

The broker compacts all the while. What must hold is judged against what was acknowledged: where the
latest record of each key lies, and what it says. A tombstone says that the key is gone.
"""

import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from confluent_kafka import Consumer, KafkaError, Message, Producer, TopicPartition

from odradek.testing import EphemeralBroker
from tests.clients.librdkafka import Librdkafka

TOPIC = "table"
DELETE_RETENTION_MS = 2_000
BROKER_SETTINGS = {"log.cleaner.backoff.ms": 100}
CONFIGS = {
    "cleanup.policy": "compact",
    "segment.bytes": str(1024 * 1024),
    "min.cleanable.dirty.ratio": "0.3",
    "delete.retention.ms": str(DELETE_RETENTION_MS),
}
TOMBSTONES_SHARE = 0.1
READ_TIMEOUT_S = 60.0
PATIENCE_S = 600.0

Change = tuple[bytes, bytes | None]


@dataclass(slots=True)
class CompactionRounds:
    """The state that lasts over the rounds; `noise` decides what is written and when to kill."""

    broker: EphemeralBroker
    noise: random.Random
    keys: int
    latest: dict[bytes, tuple[int, bytes | None]] = field(default_factory=dict)
    acknowledged: int = 0

    def prepare(self) -> Producer:
        """Create the topic, and the producer of all rounds."""
        client = Librdkafka(self.broker.bootstrap_servers)
        client.create_topic(TOPIC, partitions=1, configs=CONFIGS)
        return Producer(
            {
                "bootstrap.servers": self.broker.bootstrap_servers,
                "enable.idempotence": True,
                "queue.buffering.max.messages": 200_000,
                "linger.ms": 5,
                "log_level": 0,
            }
        )

    def change(self, producer: Producer, count: int) -> None:
        """Set or delete so many keys."""
        for _ in range(count):
            self.send(producer, self.noise.randrange(self.keys), self.noise.random())

    def send(self, producer: Producer, number: int, dice: float) -> None:
        key = b"key-%d" % number
        value = None if dice < TOMBSTONES_SHARE else b"%s is %.12f" % (key, dice)
        while True:
            try:
                producer.produce(TOPIC, value, key, partition=0, on_delivery=self._acknowledge)
            except BufferError:
                producer.poll(0.1)
            else:
                producer.poll(0)
                return

    def _acknowledge(self, error: KafkaError | None, message: Message) -> None:
        assert error is None, error
        self.acknowledged += 1
        key, offset = message.key(), message.offset()
        assert isinstance(key, bytes)
        if offset > self.latest.get(key, (-1, None))[0]:
            self.latest[key] = (offset, message.value())

    def run(self, producer: Producer, count: int) -> None:
        """One round: changes, with a kill at a random moment of them."""
        before = self.noise.randrange(count)
        self.change(producer, before)
        self.broker.kill()
        self.change(producer, min(count - before, 1_000))
        self.broker.start()
        self.change(producer, count - before)
        assert producer.flush(READ_TIMEOUT_S) == 0

    def problems(self, found: dict[bytes, tuple[int, bytes | None]]) -> list[str]:
        """What a whole reading of the table tells wrong."""
        said = [
            f"{key!r} is {found.get(key)}, acknowledged was {latest}"
            for key, latest in self.latest.items()
            if found.get(key) != latest and (latest[1] is not None or key in found)
        ]
        unknown = found.keys() - self.latest.keys()
        return said + [f"{key!r} was never written" for key in unknown]

    def remaining_tombstones(self, found: dict[bytes, tuple[int, bytes | None]]) -> int:
        return sum(value is None for _, value in found.values())

    def clean_until_tombstones_are_gone(self, producer: Producer) -> int:
        """Write on until what was deleted long ago is gone; how many records then are left."""
        deleted = {key: offset for key, (offset, value) in self.latest.items() if value is None}
        deadline = time.monotonic() + PATIENCE_S
        while True:
            self._make_dirty(producer)
            found, records = read_table(self.broker.bootstrap_servers)
            left = [key for key, offset in deleted.items() if found.get(key, (-1,))[0] == offset]
            if not left:
                return records
            assert time.monotonic() < deadline, f"{len(left)} tombstones are still there"

    def _make_dirty(self, producer: Producer) -> None:
        """Write so much that a cleaning pays, by the topic's ratio, and that a segment is full."""
        for number in range(max(20_000, self.keys // 2)):
            self.send(producer, self.keys + number % 20_000, 0.5)
        assert producer.flush(READ_TIMEOUT_S) == 0


def read_table(bootstrap_servers: str) -> tuple[dict[bytes, tuple[int, bytes | None]], int]:
    """Offset and value of every key, as a reader from the beginning finds them; and all records."""
    with reading(bootstrap_servers) as consumer:
        found: dict[bytes, tuple[int, bytes | None]] = {}
        last_offset, heard_s = -1, time.monotonic()
        records = 0
        while time.monotonic() < heard_s + READ_TIMEOUT_S:
            for message in consumer.consume(10_000, 0.3):
                if message.error() is not None:
                    assert message.error().code() == KafkaError._PARTITION_EOF, message.error()
                    return found, records
                key, offset = message.key(), message.offset()
                assert isinstance(key, bytes)
                assert offset > last_offset, "offsets go back"
                found[key] = (offset, message.value())
                records, last_offset, heard_s = records + 1, offset, time.monotonic()
        raise AssertionError(f"silent after {records} records")


@contextmanager
def reading(bootstrap_servers: str) -> Iterator[Consumer]:
    """A consumer of the table from its beginning."""
    consumer = Consumer(
        {
            "bootstrap.servers": bootstrap_servers,
            "group.id": "never-joined",
            "enable.auto.commit": False,
            "enable.partition.eof": True,
            "check.crcs": True,
            "log_level": 0,
        }
    )
    try:
        consumer.assign([TopicPartition(TOPIC, 0, 0)])
        yield consumer
    finally:
        consumer.close()


class Onlooker(threading.Thread):
    """Reads the table again and again while it changes; notes whatever is not in order."""

    def __init__(self, bootstrap_servers: str) -> None:
        super().__init__(daemon=True)
        self._bootstrap_servers = bootstrap_servers
        self._stopping = threading.Event()
        self.records = 0
        self.problems: list[str] = []

    def run(self) -> None:
        while not self._stopping.is_set():
            with reading(self._bootstrap_servers) as consumer:
                self._read(consumer)

    def _read(self, consumer: Consumer) -> None:
        last_offset = -1
        while not self._stopping.is_set():
            for message in consumer.consume(1_000, 0.2):
                if message.error() is not None:
                    if message.error().code() == KafkaError._PARTITION_EOF:
                        return
                    continue  # the broker is being killed
                self._look_at(message, last_offset)
                last_offset = message.offset()

    def _look_at(self, message: Message, last_offset: int) -> None:
        self.records += 1
        key, value = message.key(), message.value()
        if message.offset() <= last_offset:
            self.problems.append(f"offset {message.offset()} after {last_offset}")
        if value is not None and not value.startswith(key + b" is "):
            self.problems.append(f"{key!r} is {value!r} at offset {message.offset()}")

    def stop(self) -> None:
        self._stopping.set()
        self.join()
