"""The rows that need brokers of their own: starts, restarts and recovery.

A start is measured from spawning the process to an answer, asked over and over on a fresh
connection by `wire`. The data lies in the page cache, as after a quick restart.
"""

import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

from benchmarks.load_generator import LoadResult
from benchmarks.loads import RECOVERED_LOAD, Load, PartitionsStart
from benchmarks.processes import Broker
from benchmarks.results import Sample
from benchmarks.topics import create_topics, fill_partitions
from benchmarks.wire import answers_api_versions, end_offset, end_offsets, wait_until

ANSWER_TIMEOUT_S = 120.0
PARTITIONS_TOPIC = "partitions"
RECORDS_EACH = 10
RECORDS_BEFORE_KILL = 2
VALUE = bytes(1024)
ALL_PARTITIONS_POLL_S = 0.01

RunLoad = Callable[[Broker, Load, str], LoadResult]


class StartTimes(NamedTuple):
    """Seconds from the spawn to the first answer, and until the data was there."""

    answer_s: float
    ready_s: float


def prepare_start(broker: Broker) -> None:
    """Let the first start, which formats the directory and reads the program, happen unmeasured."""
    broker.start()
    broker.stop()


def measure_start(broker: Broker) -> Sample:
    """One start on whatever the directory holds, until ApiVersions is answered."""
    times = start_until(broker, lambda _: True)
    broker.stop()
    return {"start_s": times.answer_s}


class FilledPartitions:
    """A broker whose directory holds many partitions with some records in each."""

    def __init__(self, broker: Broker, load: PartitionsStart) -> None:
        self._broker = broker
        self._load = load
        self._records_each = 0
        broker.start()
        create_topics(broker.port, {PARTITIONS_TOPIC: load.partitions})
        self._fill(RECORDS_EACH)
        broker.stop()

    def measure_start(self) -> Sample:
        """One start until ListOffsets gives the right end of every partition from its leader."""
        if self._load.after == "kill":
            self._broker.start()
            self._fill(RECORDS_BEFORE_KILL)
            self._broker.kill()
        times = start_until(self._broker, self._has_every_end, interval_s=ALL_PARTITIONS_POLL_S)
        self._broker.stop()
        return {"start_s": times.answer_s, "ready_s": times.ready_s}

    def _fill(self, records: int) -> None:
        fill_partitions(self._broker.port, PARTITIONS_TOPIC, self._load.partitions, records, VALUE)
        self._records_each += records

    def _has_every_end(self, port: int) -> bool:
        ends = end_offsets(port, PARTITIONS_TOPIC, self._load.partitions)
        return ends == [self._records_each] * self._load.partitions


def measure_recovery(broker: Broker, run_load: RunLoad, load_factor: float) -> Sample:
    """Fill one partition of a fresh directory, kill -9, start until its end offset is right."""
    broker.start()
    create_topics(broker.port, {"recovery": 1})
    written = run_load(broker, RECOVERED_LOAD.scaled(load_factor), "recovery")
    os.sync()
    broker.kill()
    times = start_until(broker, lambda port: end_offset(port, "recovery") == written.records)
    broker.stop()
    return {
        "restart_s": times.ready_s,
        "log_mb": written.bytes / 1e6,
        "scan_gb_per_s": written.bytes / 1e9 / times.ready_s,
    }


def start_until(
    broker: Broker, is_ready: Callable[[int], bool], *, interval_s: float = 0.001
) -> StartTimes:
    """Start the broker; return when it first answered, and when `is_ready(port)` held.

    Raises TimeoutError, and what `broker.start` raises.
    """
    with ThreadPoolExecutor(1) as starter:
        started = time.monotonic()
        start = starter.submit(broker.start)

        def waits_for(condition: Callable[[int], bool], interval_s: float) -> float:
            wait_until(
                lambda: condition(broker.port) or (start.done() and start.exception() is not None),
                timeout_s=ANSWER_TIMEOUT_S,
                what="the broker's start",
                interval_s=interval_s,
            )
            return time.monotonic() - started

        answer_s = waits_for(answers_api_versions, 0.001)
        ready_s = waits_for(is_ready, interval_s)
        start.result()
    return StartTimes(answer_s, ready_s)
