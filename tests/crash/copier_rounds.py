"""Apache's TransactionalMessageCopier at work while the broker is killed with -9, again and again.

A copier for each partition reads, writes and commits in transactions, aborting some at random,
until it has copied everything. The copy must be exact: nothing missing, nothing twice.
"""

import random
import subprocess
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from confluent_kafka import Consumer, KafkaError, Producer, TopicPartition

from odradek.ops.cluster.java import java_command
from odradek.testing import EphemeralBroker

COPIER = "org.apache.kafka.tools.TransactionalMessageCopier"
SOURCE, COPY, GROUP = "source", "copy", "copiers"
PARTITIONS = 2
TRANSACTION_SIZE = 20
TIMEOUT_S = 60.0


@dataclass(slots=True)
class CopierRounds:
    """The state that lasts over the rounds; `noise` decides when to kill."""

    broker: EphemeralBroker
    noise: random.Random
    directory: Path
    records: int
    copiers: list["subprocess.Popen[bytes]"] = field(default_factory=list)

    def prepare(self) -> None:
        """Fill the source, and let the copiers begin."""
        for topic in (SOURCE, COPY):
            self.broker.create_topic(topic, partitions=PARTITIONS)
        producer = Producer(
            {"bootstrap.servers": self.broker.bootstrap_servers, "enable.idempotence": True}
        )
        for number in range(self.records):
            producer.produce(SOURCE, b"%d" % number, partition=number % PARTITIONS)
        assert producer.flush(TIMEOUT_S) == 0
        for partition in range(PARTITIONS):
            log = self.directory / f"copier-{partition}.log"
            with log.open("wb") as output:
                self.copiers.append(
                    subprocess.Popen(self._command(partition), stdout=output, stderr=output)
                )
        self._wait_for_copies(1)

    def run(self) -> None:
        """One round: crash after some more was copied."""
        self._wait_for_copies(self.noise.randrange(1, 4 * TRANSACTION_SIZE))
        self.broker.kill()
        self.broker.start()

    def finish(self) -> Counter[bytes]:
        """Let the copiers end; return how often each record is in the copy."""
        for copier in self.copiers:
            assert copier.wait(TIMEOUT_S) == 0, "a copier gave up"
        copied: Counter[bytes] = Counter()
        for partition in range(PARTITIONS):
            copied.update(self._read(partition))
        return copied

    def stop(self) -> None:
        """End copiers that are still there, after a failure."""
        for copier in self.copiers:
            if copier.poll() is None:
                copier.kill()
                copier.wait()

    def _command(self, partition: int) -> Sequence[str]:
        options = {
            "broker-list": self.broker.bootstrap_servers,
            "input-topic": SOURCE,
            "input-partition": partition,
            "output-topic": COPY,
            "transaction-size": TRANSACTION_SIZE,
            "transactional-id": f"copier-{partition}",
            "transaction-timeout": 20_000,
            "consumer-group": f"{GROUP}-{partition}",
        }
        arguments = [text for name, value in options.items() for text in (f"--{name}", str(value))]
        return java_command(COPIER, *arguments, "--enable-random-aborts")

    def _wait_for_copies(self, more: int) -> None:
        """Until so many more records are in the copy, or the copiers are done."""
        consumer = self._consumer("read_uncommitted")
        try:
            consumer.assign([TopicPartition(COPY, each, -1) for each in range(PARTITIONS)])
            while more > 0 and any(copier.poll() is None for copier in self.copiers):
                record = consumer.poll(1)
                more -= record is not None and record.error() is None
        finally:
            consumer.close()

    def _read(self, partition: int) -> list[bytes]:
        consumer, values = self._consumer("read_committed"), []
        try:
            consumer.assign([TopicPartition(COPY, partition, 0)])
            while True:
                record = consumer.poll(TIMEOUT_S)
                assert record is not None, f"{COPY}-{partition} is silent"
                if record.error() is not None:
                    assert record.error().code() == KafkaError._PARTITION_EOF, record.error()
                    return values
                values.append(record.value())
        finally:
            consumer.close()

    def _consumer(self, isolation_level: str) -> Consumer:
        return Consumer(
            {
                "bootstrap.servers": self.broker.bootstrap_servers,
                "group.id": "never-joined",
                "isolation.level": isolation_level,
                "enable.partition.eof": True,
                "enable.auto.commit": False,
                "log_level": 0,
            }
        )
