"""A member of a group as a process: it reads, commits, and tells what happens on stdout.

    python -m tests.clients.group_member LIBRARY OPTIONS

OPTIONS is JSON: bootstrap_servers, group, topic, strategy ("range" or "cooperative"), instance_id,
session_timeout_ms.
One JSON line for each event: the partitions assigned when they change, each record, each commit.
SIGTERM lets it leave the group; SIGKILL is a crash.
"""

import asyncio
import json
import signal
import sys
from collections.abc import Callable, Iterable
from typing import Any

POLL_S = 0.1

Options = dict[str, Any]
Position = tuple[int, int]


class Report:
    """Writes events, and notices when the assignment changes."""

    def __init__(self) -> None:
        self._assigned: list[int] | None = None
        self.is_stopping = False
        signal.signal(signal.SIGTERM, self._stop)

    def assigned(self, partitions: Iterable[int]) -> None:
        now = sorted(partitions)
        if now != self._assigned:
            self._assigned = now
            self._write(assigned=now)

    def records(self, positions: Iterable[Position]) -> None:
        for partition, offset in positions:
            self._write(record=[partition, offset])

    def committed(self, positions: Iterable[Position]) -> None:
        """The last position of each partition was committed."""
        for partition, offset in dict(positions).items():
            self._write(committed=[partition, offset + 1])

    def _stop(self, *_: object) -> None:
        self.is_stopping = True

    def _write(self, **event: Any) -> None:
        sys.stdout.write(json.dumps(event) + "\n")
        sys.stdout.flush()


def run_librdkafka(options: Options, report: Report) -> None:
    from confluent_kafka import Consumer, KafkaException

    strategies = {"range": "range", "cooperative": "cooperative-sticky"}
    settings = {
        "bootstrap.servers": options["bootstrap_servers"],
        "group.id": options["group"],
        "partition.assignment.strategy": strategies[options["strategy"]],
        "session.timeout.ms": options["session_timeout_ms"],
        "heartbeat.interval.ms": 500,
        "auto.offset.reset": "earliest",
        "enable.auto.commit": False,
    }
    if options["instance_id"]:
        settings["group.instance.id"] = options["instance_id"]
    consumer = Consumer(settings)
    consumer.subscribe([options["topic"]])
    while not report.is_stopping:
        messages = consumer.consume(100, POLL_S)
        report.assigned(each.partition for each in consumer.assignment())
        positions = [
            (message.partition(), message.offset())
            for message in messages
            if message.error() is None
        ]
        report.records(positions)
        if positions:
            try:
                consumer.commit(asynchronous=False)
            except KafkaException:
                continue  # the group has moved on; whoever reads these now will commit them
            report.committed(positions)
    consumer.close()


def run_kafka_python(options: Options, report: Report) -> None:
    from kafka import KafkaConsumer
    from kafka.coordinator.assignors.cooperative_sticky import CooperativeStickyAssignor
    from kafka.coordinator.assignors.range import RangePartitionAssignor
    from kafka.errors import KafkaError

    strategies = {"range": RangePartitionAssignor, "cooperative": CooperativeStickyAssignor}
    consumer = KafkaConsumer(
        options["topic"],
        bootstrap_servers=options["bootstrap_servers"],
        group_id=options["group"],
        group_instance_id=options["instance_id"],
        partition_assignment_strategy=[strategies[options["strategy"]]],
        session_timeout_ms=options["session_timeout_ms"],
        heartbeat_interval_ms=500,
        auto_offset_reset="earliest",
        enable_auto_commit=False,
    )
    while not report.is_stopping:
        batches = consumer.poll(timeout_ms=int(POLL_S * 1000))
        report.assigned(each.partition for each in consumer.assignment())
        positions = [
            (record.partition, record.offset) for batch in batches.values() for record in batch
        ]
        report.records(positions)
        if positions:
            try:
                consumer.commit()
            except KafkaError:
                continue  # the group has moved on; whoever reads these now will commit them
            report.committed(positions)
    consumer.close()


def run_aiokafka(options: Options, report: Report) -> None:
    asyncio.run(_run_aiokafka(options, report))


async def _run_aiokafka(options: Options, report: Report) -> None:
    from aiokafka import AIOKafkaConsumer
    from aiokafka.coordinator.assignors.range import RangePartitionAssignor
    from aiokafka.errors import KafkaError

    consumer = AIOKafkaConsumer(
        options["topic"],
        bootstrap_servers=options["bootstrap_servers"],
        group_id=options["group"],
        group_instance_id=options["instance_id"],
        partition_assignment_strategy=[RangePartitionAssignor],
        session_timeout_ms=options["session_timeout_ms"],
        heartbeat_interval_ms=500,
        auto_offset_reset="earliest",
        enable_auto_commit=False,
    )
    await consumer.start()
    while not report.is_stopping:
        batches = await consumer.getmany(timeout_ms=int(POLL_S * 1000))
        report.assigned(each.partition for each in consumer.assignment())
        positions = [
            (record.partition, record.offset) for batch in batches.values() for record in batch
        ]
        report.records(positions)
        if positions:
            try:
                await consumer.commit()
            except KafkaError:
                continue  # the group has moved on; whoever reads these now will commit them
            report.committed(positions)
    await consumer.stop()


LIBRARIES: dict[str, Callable[[Options, Report], None]] = {
    "confluent-kafka": run_librdkafka,
    "kafka-python": run_kafka_python,
    "aiokafka": run_aiokafka,
}

if __name__ == "__main__":
    LIBRARIES[sys.argv[1]](json.loads(sys.argv[2]), Report())
