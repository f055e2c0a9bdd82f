"""Compacted topics for the rows of the cleaner: filled with outdated records, then cleaned.

A topic is filled while its policy is `delete`, so that no cleaning begins too early. A cleaning
lasts from the answer that the policy is `compact` until `cleaner-offset-checkpoint`, which both
brokers write when they are done, names the topic; up to `BACKOFF_MS` of it the cleaner may still be
asleep.
"""

import random
import time
from collections.abc import Iterator
from pathlib import Path

from confluent_kafka import KafkaError, KafkaException, Message, Producer
from confluent_kafka.admin import (
    AdminClient,
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
    NewTopic,
    ResourceType,
)

from benchmarks.loads import CompactionLoad
from benchmarks.processes import HOST
from benchmarks.wire import wait_until

BACKOFF_MS = 100
CLEANER_SETTINGS = {"log.cleaner.backoff.ms": str(BACKOFF_MS)}
SEGMENT_BYTES = 16 * 1024 * 1024
CHUNK_RECORDS = 1_000
TIMEOUT_S = 300.0
CHECKPOINT = "cleaner-offset-checkpoint"
TOPIC_CONFIGS = {
    "cleanup.policy": "delete",
    "segment.bytes": str(SEGMENT_BYTES),
    "min.cleanable.dirty.ratio": "0.01",
}


class DirtyTable:
    """A topic of one partition, `directory` is where its broker keeps its data."""

    def __init__(self, port: int, topic: str, load: CompactionLoad, directory: Path) -> None:
        self._port = port
        self._topic = topic
        self._directory = directory
        self._admin = AdminClient({"bootstrap.servers": f"{HOST}:{port}", "log_level": 0})
        new = NewTopic(topic, 1, 1, config=TOPIC_CONFIGS)
        self._admin.create_topics([new])[topic].result()
        self._fill(load)
        self.size_bytes = self._measure_size()
        self._began = 0.0

    def begin_cleaning(self) -> None:
        """Let the cleaner have it."""
        entry = ConfigEntry(
            "cleanup.policy", "compact", incremental_operation=AlterConfigOpType.SET
        )
        resource = ConfigResource(ResourceType.TOPIC, self._topic, incremental_configs=[entry])
        self._admin.incremental_alter_configs([resource])[resource].result()
        self._began = time.monotonic()

    def await_cleaned(self) -> float:
        """Return how many seconds the cleaning took. Raises TimeoutError."""
        wait_until(self._is_cleaned, timeout_s=TIMEOUT_S, what=f"the cleaning of {self._topic}")
        return time.monotonic() - self._began

    def _is_cleaned(self) -> bool:
        return any(
            line.startswith(f"{self._topic} 0 ")
            for path in self._directory.rglob(CHECKPOINT)
            for line in path.read_text().splitlines()
        )

    def _fill(self, load: CompactionLoad) -> None:
        failed: list[KafkaError] = []

        def note_failure(error: KafkaError | None, _: Message) -> None:
            if error is not None:
                failed.append(error)

        settings = {"bootstrap.servers": f"{HOST}:{self._port}", "linger.ms": 5, "acks": 1}
        producer = Producer({**settings, "log_level": 0})
        for chunk in records_of(load):
            while len(producer) > 50 * CHUNK_RECORDS:
                producer.poll(0.01)
            messages = [{"key": key, "value": value} for key, value in chunk]
            producer.produce_batch(self._topic, messages, partition=0, on_delivery=note_failure)
            producer.poll(0)
        producer.flush(TIMEOUT_S)
        if failed:
            raise KafkaException(failed[0])

    def _measure_size(self) -> int:
        """Of all segments but the active one, which is not cleaned."""
        logs = sorted(self._directory.rglob(f"{self._topic}-0/*.log"))
        return sum(path.stat().st_size for path in logs[:-1])


def records_of(load: CompactionLoad) -> Iterator[list[tuple[bytes, bytes]]]:
    """The same records for every broker and round, in chunks."""
    dice = random.Random(load.records)
    longest = load.value_bytes * 3 // 2 if load.of_many_sizes else load.value_bytes
    shortest = load.value_bytes // 2 if load.of_many_sizes else load.value_bytes
    noise = dice.randbytes(longest)
    for first in range(0, load.records, CHUNK_RECORDS):
        yield [
            (b"key-%012d" % dice.randrange(load.keys), noise[: dice.randint(shortest, longest)])
            for _ in range(min(CHUNK_RECORDS, load.records - first))
        ]
