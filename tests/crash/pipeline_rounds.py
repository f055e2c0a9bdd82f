"""The program of docs/how-to/process-exactly-once.md at work while the broker is killed with -9.

Two instances share the source. Each round adds records to it, lets some be copied, and kills the
broker, sometimes an instance as well, which then starts again under its name. The copy must be
exact: nothing missing, nothing twice, and in each partition in the order of the source.
"""

import random
import re
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

from confluent_kafka import Consumer, KafkaError, Producer, TopicPartition

from odradek.testing import EphemeralBroker

GUIDE = Path(__file__).parents[2] / "docs" / "how-to" / "process-exactly-once.md"
SOURCE, COPY, GROUP = "orders", "invoices", "billing"
COPIED_PREFIX = b"to be paid: "
PARTITIONS = 4
INSTANCES = ("billing-1", "billing-2")
RECORDS = 40
INSTANCE_KILLS_SHARE = 0.2
TIMEOUT_S = 120.0
IMPATIENT = {"reconnect.backoff.max.ms": 200, "log_level": 0}


class PipelineRounds:
    """The state that lasts over the rounds; `noise` decides when to kill, and whom."""

    def __init__(self, broker: EphemeralBroker, noise: random.Random, directory: Path) -> None:
        self.broker = broker
        self.noise = noise
        self.directory = directory
        self.produced = 0
        self.instance_kills = 0
        self.instances: dict[str, subprocess.Popen[bytes]] = {}
        self._copied: set[tuple[int, bytes]] = set()
        everywhere = {"bootstrap.servers": broker.bootstrap_servers, **IMPATIENT}
        self._producer = Producer({**everywhere, "enable.idempotence": True})
        self._follower = self._consumer("read_uncommitted")

    def prepare(self) -> None:
        """Create the topics, and let the instances begin."""
        for topic in (SOURCE, COPY):
            self.broker.create_topic(topic, partitions=PARTITIONS)
        self._follower.assign([TopicPartition(COPY, each, 0) for each in range(PARTITIONS)])
        (self.directory / "billing.py").write_text(program())
        self._produce()
        for name in INSTANCES:
            self._start(name)
        self._wait_for_copies(1)

    def run(self) -> None:
        """One round: crash after some more was copied."""
        before = self.produced
        self._produce()
        more = self.noise.randrange(1, RECORDS * PARTITIONS)
        self._wait_for_copies(before * PARTITIONS + more)
        victim = self.noise.choice(INSTANCES)
        is_hit = self.noise.random() < INSTANCE_KILLS_SHARE
        if is_hit:
            self.instances[victim].kill()
        self.broker.kill()
        self.broker.start()
        if is_hit:
            self.instances[victim].wait()
            self.instance_kills += 1
            self._start(victim)

    def finish(self) -> list[str]:
        """Let everything be copied; what is wrong with the copy."""
        self._wait_for_positions()
        for instance in self.instances.values():
            instance.terminate()
        for name, instance in self.instances.items():
            assert instance.wait(TIMEOUT_S) == 0, f"{name} failed: {self._log(name).read_text()}"
        expected = [COPIED_PREFIX + b"%d" % number for number in range(self.produced)]
        return [
            problem
            for partition in range(PARTITIONS)
            for problem in differences(partition, expected, self._read(partition))
        ]

    def stop(self) -> None:
        """End instances that are still there, after a failure."""
        for instance in self.instances.values():
            if instance.poll() is None:
                instance.kill()
                instance.wait()
        self._follower.close()

    def _start(self, name: str) -> None:
        command = [sys.executable, "billing.py", self.broker.bootstrap_servers, name]
        with self._log(name).open("ab") as log:
            self.instances[name] = subprocess.Popen(command, cwd=self.directory, stderr=log)

    def _log(self, name: str) -> Path:
        return self.directory / f"{name}.log"

    def _produce(self) -> None:
        for number in range(self.produced, self.produced + RECORDS):
            for partition in range(PARTITIONS):
                self._producer.produce(SOURCE, b"%d" % number, partition=partition)
        assert self._producer.flush(TIMEOUT_S) == 0
        self.produced += RECORDS

    def _wait_for_copies(self, count: int) -> None:
        """Until so many different records are in the copy, committed or not."""
        deadline = time.monotonic() + TIMEOUT_S
        while len(self._copied) < count:
            assert time.monotonic() < deadline, self._told()
            record = self._follower.poll(0.5)
            if record is not None and record.error() is None:
                self._copied.add((record.partition(), record.value()))

    def _wait_for_positions(self) -> None:
        deadline = time.monotonic() + TIMEOUT_S
        while not self._is_done():
            assert time.monotonic() < deadline, self._told()

    def _is_done(self) -> bool:
        """Whether the positions of the instances are at the end of the source."""
        asked = [TopicPartition(SOURCE, each) for each in range(PARTITIONS)]
        positions = self._follower.committed(asked, TIMEOUT_S)
        return all(position.offset == self.produced for position in positions)

    def _told(self) -> str:
        return "\n".join(self._log(name).read_text() for name in INSTANCES)

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
                **IMPATIENT,
                "group.id": GROUP,
                "isolation.level": isolation_level,
                "enable.partition.eof": True,
                "enable.auto.commit": False,
            }
        )


def program() -> str:
    """The guide's program, as it stands there."""
    (found,) = re.findall(r"^```python\n(.*?)^```", GUIDE.read_text(), re.DOTALL | re.MULTILINE)
    return found


def differences(partition: int, expected: list[bytes], copied: list[bytes]) -> list[str]:
    """What is wrong with the copy of a partition, in words."""
    missing, surplus = Counter(expected) - Counter(copied), Counter(copied) - Counter(expected)
    problems = [f"partition {partition}: {value!r} is missing" for value in missing.elements()]
    problems += [f"partition {partition}: {value!r} is surplus" for value in surplus.elements()]
    if not problems and copied != expected:
        problems.append(f"partition {partition} is out of order")
    return problems
