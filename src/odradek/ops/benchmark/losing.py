"""Kills the leader under a producer at full speed, and counts what was acknowledged and is gone.

Invariants: every record has a number, and each one's fate is in the ledger: acknowledged, failed,
found, found again; the topic is read when the killed broker is back and every replica is in sync,
so what is missing then is missing for ever. It needs a cluster that odradek started, for nobody
else's brokers are killed.
"""

import time
import uuid
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from confluent_kafka import Consumer, KafkaError, KafkaException, Message, Producer, TopicPartition
from confluent_kafka.admin import AdminClient

from odradek.ops.benchmark.matrix import Cell
from odradek.ops.benchmark.results import Loss
from odradek.ops.benchmark.sending import FLUSH_TIMEOUT_S, RECORDS_BETWEEN_POLLS, SILENT, TICK_S
from odradek.ops.benchmark.topics import REQUEST_TIMEOUT_S, Shape, temporary_topic
from odradek.ops.cluster import Cluster, ClusterError

NUMBER_BYTES = 8
FAILOVER_TIMEOUT_S = 120.0
READ_BATCH = 10_000
READ_TIMEOUT_S = 120.0
SLICE_S = 0.1


class Ledger:
    """The fate of every record by its number."""

    def __init__(self) -> None:
        self.sent = 0
        self.failed = 0
        self._acknowledged = bytearray()
        self._found: dict[int, int] = {}

    def next_number(self) -> int:
        """The number of the record that is sent now."""
        self._acknowledged.append(0)
        self.sent += 1
        return self.sent - 1

    def take_report(self, error: KafkaError | None, message: Message) -> None:
        """Note a delivery report."""
        if error is None:
            value = message.value()
            assert value is not None  # noqa: S101 - our own record
            self._acknowledged[number_in(value)] = 1
        else:
            self.failed += 1

    def take_found(self, value: bytes) -> None:
        """Note a record that was read back."""
        number = number_in(value)
        self._found[number] = self._found.get(number, 0) + 1

    def loss(self, promise: str, kills: int) -> Loss:
        """What it all comes to."""
        return Loss(
            promise=promise,
            kills=kills,
            acknowledged_records=sum(self._acknowledged),
            lost_records=sum(
                was_acknowledged and number not in self._found
                for number, was_acknowledged in enumerate(self._acknowledged)
            ),
            duplicated_records=sum(times - 1 for times in self._found.values()),
            failed_records=self.failed,
        )


def numbered(number: int, size_bytes: int) -> bytes:
    """The value of a record: its number, filled up to its size."""
    return number.to_bytes(NUMBER_BYTES, "big").ljust(size_bytes, b".")


def number_in(value: bytes) -> int:
    """The number of a record."""
    return int.from_bytes(value[:NUMBER_BYTES], "big")


def kill_leader_amid(cluster: Cluster, cell: Cell, shape: Shape, *, around_s: float) -> Loss:
    """Send for `around_s` before and after one kill of the leader; the cluster is whole again.

    The kill and the wait for the next leader are another thread's business: the producer never
    stops sending, or there would be nothing under way to lose.
    """
    settings: dict[str, Any] = {**cluster.client_settings, "logger": SILENT}
    one_partition = Shape(partitions=1, replication_factor=shape.replication_factor)
    ledger = Ledger()
    with temporary_topic(settings, one_partition) as topic:
        stream = _Stream({**settings, **cell.settings}, topic, cell.size_bytes, ledger)
        stream.send_for(around_s)
        try:
            with ThreadPoolExecutor(1) as executioner:
                takeover = executioner.submit(_kill_leader, cluster, topic)
                while not takeover.done():
                    stream.send_for(SLICE_S)
                takeover.result()
            stream.send_for(around_s)
            stream.finish()
        finally:
            cluster.start()
        cluster.wait_until_in_sync()
        _read_back(settings, topic, ledger)
    return ledger.loss(cell.promise, kills=1)


def _kill_leader(cluster: Cluster, topic: str) -> None:
    """Kill the broker that leads the topic, and return once another one does."""
    settings: dict[str, Any] = {**cluster.client_settings, "logger": SILENT}
    admin = AdminClient(settings)
    killed = _leader(admin, topic)
    cluster.kill_node(killed)
    end = time.monotonic() + FAILOVER_TIMEOUT_S
    while _leader(admin, topic) in (killed, -1):
        if time.monotonic() >= end:
            raise ClusterError(
                f"nobody led {topic} {FAILOVER_TIMEOUT_S:g} s after its leader's end"
            )
        time.sleep(SLICE_S)


class _Stream:
    """A producer at full speed, whose records are numbered."""

    def __init__(
        self, settings: Mapping[str, Any], topic: str, size_bytes: int, ledger: Ledger
    ) -> None:
        self._producer = Producer(dict(settings))
        self._topic = topic
        self._size_bytes = size_bytes
        self._ledger = ledger

    def send_for(self, duration_s: float) -> None:
        """Send as fast as the queue takes records."""
        end = time.monotonic() + duration_s
        while time.monotonic() < end:
            for _ in range(RECORDS_BETWEEN_POLLS):
                self._send(end)
            self._producer.poll(0)

    def finish(self) -> None:
        """Wait for every report."""
        self._ledger.failed += self._producer.flush(FLUSH_TIMEOUT_S)

    def _send(self, end: float) -> None:
        value = numbered(self._ledger.next_number(), self._size_bytes)
        while True:
            try:
                return self._producer.produce(
                    self._topic, value, on_delivery=self._ledger.take_report
                )
            except BufferError:
                self._producer.poll(TICK_S)
                if time.monotonic() >= end:
                    return None  # never sent: a number that nobody acknowledges or misses


def _leader(admin: AdminClient, topic: str) -> int:
    try:
        metadata = admin.list_topics(topic, timeout=REQUEST_TIMEOUT_S)
    except KafkaException:
        return -1
    return int(metadata.topics[topic].partitions[0].leader)


def _read_back(settings: Mapping[str, Any], topic: str, ledger: Ledger) -> None:
    """Read the whole partition into the ledger."""
    consumer = Consumer({**settings, "group.id": str(uuid.uuid4()), "enable.auto.commit": "false"})
    try:
        partition = TopicPartition(topic, 0, 0)
        _, end_offset = consumer.get_watermark_offsets(partition, timeout=REQUEST_TIMEOUT_S)
        consumer.assign([partition])
        deadline = time.monotonic() + READ_TIMEOUT_S
        next_offset = 0
        while next_offset < end_offset:
            for message in consumer.consume(READ_BATCH, timeout=1.0):
                if message.error() is None:
                    ledger.take_found(message.value() or b"")
                    next_offset = (message.offset() or 0) + 1
            if time.monotonic() >= deadline:
                raise ClusterError(
                    f"{topic} could not be read to its end within {READ_TIMEOUT_S} s"
                )
    finally:
        consumer.close()
