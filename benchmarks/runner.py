"""Runs the rows: starts the brokers, warms them up, and alternates the rounds between them.

Invariants: all brokers of a run stay up beside each other and each is loaded alone; what a round
left dirty in the page cache is written out before the next one begins; no data is deleted before
the end of the whole run. Which row needs what is told by `rows`; nothing here judges a number.
"""

import os
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from confluent_kafka.admin import AdminClient, NewTopic

from benchmarks.load_generator import LoadResult, run_loader, running_sink
from benchmarks.machine import measure_dd_mb_per_s
from benchmarks.processes import BROKERS, HOST, Broker, cpu_seconds, rss_mb
from benchmarks.results import Limits, Results, Sample
from benchmarks.rows import (
    ACKS_ALL,
    ACKS_LEADER,
    CONSUMED_LOAD,
    FETCH_BYTES,
    ODRADEK,
    ODRADEK_DISK,
    RECOVERED_LOAD,
    Load,
    Row,
)
from benchmarks.wire import answers_api_versions, end_offset, wait_until

ANSWER_TIMEOUT_S = 120.0
SETTLE_S = 3.0
SINK_SECONDS = 1.0


@dataclass(frozen=True)
class Plan:
    """What to run: on which systems, how often, how long."""

    rows: tuple[Row, ...]
    systems: tuple[str, ...]
    rounds: int
    warm_up_s: float
    load_factor: float


class Runner:
    """Runs one plan in `directory`; adds what it finds to `results`, tells `say` what it does."""

    def __init__(
        self,
        plan: Plan,
        *,
        loader: Path,
        directory: Path,
        results: Results,
        say: Callable[[str], None],
    ) -> None:
        self._plan = plan
        self._loader = loader
        self._directory = directory
        self._results = results
        self._say = say

    def run(self) -> None:
        """Run every row of the plan; raise LoadFailed at the first wrong answer of a broker."""
        names = {row.name for row in self._plan.rows}
        if "start" in names:
            self._measure_starts()
        load_rows = [row for row in self._plan.rows if row.load is not None]
        if load_rows or "memory" in names:
            self._measure_loads(load_rows)
        if "recovery" in names:
            self._measure_recoveries()

    # -- rows that need a broker of their own

    def _measure_starts(self) -> None:
        systems = [system for system in self._plan.systems if system != ODRADEK_DISK]
        brokers = {system: self._new_broker(system, "start") for system in systems}
        for broker in brokers.values():
            broker.start()  # formats Apache's directory, and reads both programs into memory
            broker.stop()
        for _ in range(self._plan.rounds):
            for system, broker in brokers.items():
                self._add(
                    "start", system, {"start_s": measure_start_s(broker, answers_api_versions)}
                )
                broker.stop()

    def _measure_recoveries(self) -> None:
        if ODRADEK not in self._plan.systems:
            return
        for number in range(self._plan.rounds):
            self._add("recovery", ODRADEK, self._measure_recovery(ODRADEK, number))

    def _measure_recovery(self, system: str, number: int) -> Sample:
        broker = self._new_broker(system, f"recovery-{number}")
        broker.start()
        create_topics(broker.port, {"recovery": 1})
        written = self._run_load(broker, RECOVERED_LOAD.scaled(self._plan.load_factor), "recovery")
        os.sync()
        broker.kill()
        restart_s = measure_start_s(
            broker, lambda port: end_offset(port, "recovery") == written.records
        )
        broker.stop()
        return {
            "restart_s": restart_s,
            "log_mb": written.bytes / 1e6,
            "scan_gb_per_s": written.bytes / 1e9 / restart_s,
        }

    # -- rows that load long-running brokers

    def _measure_loads(self, rows: Sequence[Row]) -> None:
        with ExitStack() as stack:
            brokers = {system: self._new_broker(system, "load") for system in self._plan.systems}
            for broker in brokers.values():
                broker.start()
                stack.callback(broker.stop)
            self._measure_memory(brokers, "rss_idle_mb")
            for system, broker in brokers.items():
                self._warm_up(system, broker, rows)
            for row in rows:
                self._results.limits[row.name] = self._measure_limits(row)
                self._measure_row(row, brokers)
            self._measure_memory(brokers, "rss_loaded_mb")

    def _measure_memory(self, brokers: dict[str, Broker], metric: str) -> None:
        time.sleep(SETTLE_S)
        for system, broker in brokers.items():
            self._add("memory", system, {metric: rss_mb(broker.pid)})

    def _warm_up(self, system: str, broker: Broker, rows: Sequence[Row]) -> None:
        """Create the rows' topics and run each row's load; time that one leaves, the next has."""
        create_topics(broker.port, {row.name: row.load.connections for row in rows if row.load})
        if any(row.load and row.load.mode == "fetch" for row in rows):
            self._run_load(broker, CONSUMED_LOAD.scaled(self._plan.load_factor), "consume")
        deadline = time.monotonic() + self._plan.warm_up_s
        for position, row in enumerate(rows):
            assert row.load is not None
            seconds = max(0.1, (deadline - time.monotonic()) / (len(rows) - position))
            self._say(f"warm-up   {system:<13} {row.name:<13} {seconds:.1f} s")
            self._run_load(
                broker, replace(row.load, seconds=seconds), row.name, acks_of(system), checked=True
            )

    def _measure_row(self, row: Row, brokers: dict[str, Broker]) -> None:
        assert row.load is not None
        load = row.load.scaled(self._plan.load_factor)
        for _ in range(self._plan.rounds):
            for system, broker in brokers.items():
                if load.mode == "produce" or system != ODRADEK_DISK:
                    self._add(row.name, system, self._measure_load(system, broker, load, row.name))

    def _measure_load(self, system: str, broker: Broker, load: Load, topic: str) -> Sample:
        os.sync()
        cpu_before_s = cpu_seconds(broker.pid)
        result = self._run_load(broker, load, topic, acks_of(system))
        return sample_of(result, cpu_seconds(broker.pid) - cpu_before_s)

    def _measure_limits(self, row: Row) -> Limits:
        assert row.load is not None
        load = replace(row.load, seconds=SINK_SECONDS, max_bytes=10**12)
        canned = (f"--value-bytes={CONSUMED_LOAD.value_bytes}", f"--fetch-bytes={FETCH_BYTES}")
        with running_sink(self._loader, canned) as port:
            arguments = load.arguments(port=port, topic=row.name, acks=ACKS_LEADER)
            sink = sample_of(run_loader(self._loader, arguments), 0.0)
        files = [self._directory / f"dd-{row.name}-{target}" for target in ("cache", "disk")]
        return Limits(
            dd_page_cache_mb_per_s=measure_dd_mb_per_s(files[0], to_disk=False),
            dd_disk_mb_per_s=measure_dd_mb_per_s(files[1], to_disk=True),
            sink=sink,
        )

    # -- pieces

    def _new_broker(self, system: str, purpose: str) -> Broker:
        directory = self._directory / f"{purpose}-{system}"
        directory.mkdir()
        return BROKERS[system](directory)

    def _run_load(
        self,
        broker: Broker,
        load: Load,
        topic: str,
        acks: int = ACKS_LEADER,
        *,
        checked: bool = False,
    ) -> LoadResult:
        arguments = load.arguments(port=broker.port, topic=topic, acks=acks)
        return run_loader(self._loader, [*arguments, *(["--check-crc"] if checked else [])])

    def _add(self, row: str, system: str, sample: Sample) -> None:
        self._results.add(row, system, sample)
        values = "  ".join(f"{metric} {value:.4g}" for metric, value in sample.items())
        self._say(f"{row:<13} {system:<13} {values}")


def acks_of(system: str) -> int:
    """Return what the producers ask for: all where the disk is the promise, else the leader."""
    return ACKS_ALL if system == ODRADEK_DISK else ACKS_LEADER


def sample_of(result: LoadResult, cpu_s: float) -> Sample:
    """Return the figures of one run that the report shows; `cpu_s` is what the broker used."""
    return {
        "mb_per_s": result.mb_per_s,
        "requests_per_s": result.requests_per_s,
        "p50_us": result.p50_us,
        "p99_us": result.p99_us,
        "p99_9_us": result.p99_9_us,
        "cpu_ms_per_mb": cpu_s * 1e3 / (result.bytes / 1e6),
        "cpu_us_per_request": cpu_s * 1e6 / result.requests,
        "loader_cpu_s": result.loader_cpu_s,
        "seconds": result.seconds,
    }


def measure_start_s(broker: Broker, is_ready: Callable[[int], bool]) -> float:
    """Start the broker; return the time until `is_ready(port)` held, asked every millisecond."""
    with ThreadPoolExecutor(1) as starter:
        started = time.monotonic()
        start = starter.submit(broker.start)
        wait_until(
            lambda: is_ready(broker.port) or (start.done() and start.exception() is not None),
            timeout_s=ANSWER_TIMEOUT_S,
            what="the broker's start",
        )
        elapsed_s = time.monotonic() - started
        start.result()
    return elapsed_s


def create_topics(port: int, partitions_of: dict[str, int]) -> None:
    """Create each topic with its number of partitions; return when all of them have a leader."""
    admin = AdminClient({"bootstrap.servers": f"{HOST}:{port}"})
    topics = [NewTopic(topic, partitions, 1) for topic, partitions in partitions_of.items()]
    for created in admin.create_topics(topics).values():
        created.result()
    for topic, partitions in partitions_of.items():
        for partition in range(partitions):
            wait_until(
                lambda at=(topic, partition): end_offset(port, *at) == 0,  # type: ignore[misc]
                timeout_s=ANSWER_TIMEOUT_S,
                what=f"the leader of {topic}-{partition}",
            )
