"""Other people's consumers read a compacted topic undisturbed, whatever is cleaned meanwhile."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from confluent_kafka import KafkaError, Message, Producer

from odradek.testing import EphemeralBroker
from tests.clients.conftest import LIBRARIES
from tests.clients.librdkafka import Librdkafka
from tests.machine import obtain

TOPIC = "table"
KEYS = 200
VALUE_BYTES = 2_000
DIRTY_RECORDS_MAX = 2_000
CLEANINGS = 3
PATIENCE_S = 180.0
CONFIGS = {
    "cleanup.policy": "compact",
    "segment.bytes": "1048576",
    "min.cleanable.dirty.ratio": "0.1",
}


class Writer(threading.Thread):
    """Sets all keys again and again, never far ahead of the cleaner."""

    def __init__(self, broker: EphemeralBroker) -> None:
        super().__init__(daemon=True)
        servers = {"bootstrap.servers": broker.bootstrap_servers}
        self._producer = Producer({**servers, "linger.ms": 5})
        self._data_dir = broker.data_dir
        self._written = 0
        self._stopping = threading.Event()
        self.failures: list[KafkaError] = []

    def write_once(self) -> None:
        for number in range(KEYS):
            key = b"key-%d" % number
            value = key.ljust(VALUE_BYTES)
            self._producer.produce(TOPIC, value, key, partition=0, on_delivery=self._note)
        assert self._producer.flush(PATIENCE_S) == 0
        self._written += KEYS

    def run(self) -> None:
        while not self._stopping.wait(0.01):
            if self._written - cleaned_offset(self._data_dir) < DIRTY_RECORDS_MAX:
                self.write_once()

    def stop(self) -> None:
        self._stopping.set()
        self.join()

    def _note(self, error: KafkaError | None, _: Message) -> None:
        if error is not None:
            self.failures.append(error)


@pytest.fixture(scope="module")
def busy_table() -> Iterator[EphemeralBroker]:
    """A broker that cleans a topic that is written to all the while."""
    with EphemeralBroker(settings={"log.cleaner.backoff.ms": 50}) as broker:
        Librdkafka(broker.bootstrap_servers).create_topic(TOPIC, partitions=1, configs=CONFIGS)
        writer = Writer(broker)
        writer.write_once()
        writer.start()
        yield broker
        writer.stop()
        assert writer.failures == []


def cleaned_offset(data_dir: Path) -> int:
    """Up to where the topic is clean, as the broker's checkpoint says."""
    path = data_dir / "cleaner-offset-checkpoint"
    lines = path.read_text().splitlines() if path.exists() else []
    return max((int(one.split()[2]) for one in lines if one.startswith(f"{TOPIC} 0 ")), default=0)


@pytest.mark.parametrize("name", ["confluent-kafka", "java"])
def test_readers_are_not_disturbed_by_cleanings(busy_table: EphemeralBroker, name: str) -> None:
    client = obtain(lambda: LIBRARIES[name](busy_table.bootstrap_servers))
    seen: set[int] = set()
    deadline = time.monotonic() + PATIENCE_S
    try:
        while len(seen) <= CLEANINGS:
            assert time.monotonic() < deadline, f"cleaned up to {sorted(seen)} only"
            found = client.consume(TOPIC, 0, count=KEYS)
            offsets = [offset for offset, _ in found]
            assert offsets == sorted(set(offsets))
            for _, message in found:
                assert message.key is not None
                assert message.value == message.key.ljust(VALUE_BYTES)
            seen.add(cleaned_offset(busy_table.data_dir))
    finally:
        client.close()
