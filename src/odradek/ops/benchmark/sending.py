"""A producer that sends as fast as it can or at a rate, and counts what comes of it.

Invariants: every record has a delivery report, and each report is counted; the queue's limit is
waited for, never an error; the clock starts when the first record has been acknowledged, so that
connecting is in no figure.
"""

import json
import logging
import random
import string
import time
from collections.abc import Mapping
from typing import Any

from confluent_kafka import KafkaError, Message, Producer

PAYLOADS = 500
RECORDS_BETWEEN_POLLS = 50
FLUSH_TIMEOUT_S = 120.0
STATISTICS_INTERVAL_MS = 250
STATISTICS_POLLS_MAX = 100
TICK_S = 0.001

SILENT = logging.getLogger("odradek.ops.benchmark.clients")
SILENT.addHandler(logging.NullHandler())
SILENT.propagate = False


def payloads(size_bytes: int, seed: int) -> list[bytes]:
    """Different values of random capital letters, as kafka-producer-perf-test sends them."""
    choice = random.Random(seed)  # noqa: S311 - test data
    letters = string.ascii_uppercase.encode()
    return [bytes(choice.choices(letters, k=size_bytes)) for _ in range(PAYLOADS)]


class Sender:
    """One producer and its counts. `settings` are librdkafka's."""

    def __init__(self, settings: Mapping[str, Any], topic: str, values: list[bytes]) -> None:
        configuration: dict[str, Any] = {
            "logger": SILENT,
            "statistics.interval.ms": STATISTICS_INTERVAL_MS,
            "stats_cb": self._count_bytes,
            **settings,
        }
        self._producer = Producer(configuration)
        self._topic = topic
        self._values = values
        self._wire_bytes = self._wire_records = self._statistics = 0
        self.acknowledged = self.failed = 0
        self.latencies_s: list[float] = []

    @property
    def wire_bytes_per_record(self) -> float:
        """What one record costs on the way to the broker, its share of headers included."""
        return self._wire_bytes / max(1, self._wire_records)

    def connect(self) -> None:
        """Send one record and wait for it, then forget that it was."""
        self._send(self._values[0])
        self.finish()
        self.acknowledged = self.failed = 0
        self.latencies_s.clear()

    def send_for(self, duration_s: float) -> float:
        """Send as fast as the queue takes records, wait for all reports; the time it took."""
        started = time.perf_counter()
        values, count = self._values, len(self._values)
        sent = 0
        while time.perf_counter() - started < duration_s:
            for _ in range(RECORDS_BETWEEN_POLLS):
                self._send(values[sent % count])
                sent += 1
            self._producer.poll(0)
        self.finish()
        elapsed_s = time.perf_counter() - started
        self._await_statistics()
        return elapsed_s

    def send_at(self, records_per_s: float, duration_s: float) -> None:
        """Send at a steady rate, and wait for all reports."""
        started = time.perf_counter()
        values, count = self._values, len(self._values)
        sent = 0
        while (elapsed := time.perf_counter() - started) < duration_s:
            for _ in range(int(elapsed * records_per_s) - sent):
                self._send(values[sent % count])
                sent += 1
            self._producer.poll(TICK_S)
        self.finish()

    def finish(self) -> None:
        """Wait for every report; what has none in time counts as failed."""
        self.failed += self._producer.flush(FLUSH_TIMEOUT_S)

    def _await_statistics(self) -> None:
        """Let librdkafka count once more, now that every record is out."""
        known = self._statistics
        for _ in range(STATISTICS_POLLS_MAX):
            if self._statistics > known:
                return
            self._producer.poll(STATISTICS_INTERVAL_MS / 1000)

    def _send(self, value: bytes) -> None:
        while True:
            try:
                return self._producer.produce(self._topic, value, on_delivery=self._report)
            except BufferError:
                self._producer.poll(TICK_S)

    def _report(self, error: KafkaError | None, message: Message) -> None:
        if error is not None:
            self.failed += 1
            return
        self.acknowledged += 1
        self.latencies_s.append(message.latency() or 0.0)

    def _count_bytes(self, text: str) -> None:
        statistics = json.loads(text)
        self._wire_bytes, self._wire_records = statistics["tx_bytes"], statistics["txmsgs"]
        self._statistics += 1
