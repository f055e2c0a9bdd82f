"""Kills the leader under producers at full speed, and counts what was acknowledged and is gone.

Invariants: every record has a number, and each one's fate is in the ledger: acknowledged, failed,
found, found again; the topic is read when the killed broker is back and every replica is in sync,
so what is missing then is missing for ever. It needs a cluster that odradek started, for nobody
else's brokers are killed.
"""

import time
import uuid
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any

from confluent_kafka import Consumer, KafkaError, KafkaException, Message, Producer, TopicPartition
from confluent_kafka.admin import AdminClient

from odradek.ops.benchmark.matrix import Cell
from odradek.ops.benchmark.results import Loss
from odradek.ops.benchmark.sending import FLUSH_TIMEOUT_S, RECORDS_BETWEEN_POLLS, SILENT
from odradek.ops.benchmark.topics import REQUEST_TIMEOUT_S, temporary_topic
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

    def count_sent(self) -> None:
        """Note that the record with the next number, `sent`, is under way."""
        self._acknowledged.append(0)
        self.sent += 1

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


def kill_leader_amid(
    cluster: Cluster, cells: Sequence[Cell], replicas: Sequence[int], *, around_s: float
) -> list[Loss]:
    """Let producers of every kind send side by side, and kill the broker that leads all of them.

    `replicas` are the brokers of their topics, the one to be killed first. The kill and the wait
    for the next leader are another thread's business: the producers never stop sending, or there
    would be nothing under way to lose. The cluster is whole again afterwards.
    """
    settings: dict[str, Any] = {**cluster.client_settings, "logger": SILENT}
    with ExitStack() as held:
        streams = [
            _Stream(settings, held.enter_context(temporary_topic(settings, list(replicas))), cell)
            for cell in cells
        ]
        _send_for(around_s, streams)
        try:
            with ThreadPoolExecutor(1) as executioner:
                topics = [stream.topic for stream in streams]
                takeover = executioner.submit(_kill_leader, cluster, replicas[0], topics)
                while not takeover.done():
                    _send_for(SLICE_S, streams)
                takeover.result()
            _send_for(around_s, streams)
            for stream in streams:
                stream.finish()
        finally:
            cluster.start()
        cluster.wait_until_in_sync()
        for stream in streams:
            _read_back(settings, stream.topic, stream.ledger)
    return [stream.ledger.loss(stream.promise, kills=1) for stream in streams]


def _kill_leader(cluster: Cluster, killed: int, topics: Sequence[str]) -> None:
    """Kill a broker, and return once others lead the topics."""
    settings: dict[str, Any] = {**cluster.client_settings, "logger": SILENT}
    admin = AdminClient(settings)
    cluster.kill_node(killed)
    end = time.monotonic() + FAILOVER_TIMEOUT_S
    while any(_leader(admin, topic) in (killed, -1) for topic in topics):
        if time.monotonic() >= end:
            raise ClusterError(f"nobody led the topics {FAILOVER_TIMEOUT_S:g} s after the kill")
        time.sleep(SLICE_S)


def _send_for(duration_s: float, streams: Sequence["_Stream"]) -> None:
    """Let all streams send in turns, each as much as its queue takes."""
    end = time.monotonic() + duration_s
    while time.monotonic() < end:
        for stream in streams:
            stream.send_some()


class _Stream:
    """A producer whose records are numbered."""

    def __init__(self, settings: Mapping[str, Any], topic: str, cell: Cell) -> None:
        self._producer = Producer({**settings, **cell.settings})
        self._size_bytes = cell.size_bytes
        self.topic = topic
        self.promise = cell.promise
        self.ledger = Ledger()

    def send_some(self) -> None:
        """Send a few records, or none while the queue is full, and take in reports."""
        for _ in range(RECORDS_BETWEEN_POLLS):
            value = numbered(self.ledger.sent, self._size_bytes)
            try:
                self._producer.produce(self.topic, value, on_delivery=self.ledger.take_report)
            except BufferError:
                break
            self.ledger.count_sent()
        self._producer.poll(0)

    def finish(self) -> None:
        """Wait for every report."""
        self.ledger.failed += self._producer.flush(FLUSH_TIMEOUT_S)


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
