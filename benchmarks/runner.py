"""Runs the rows: starts the brokers, warms them up, and alternates the rounds between them.

Invariants: all brokers of a run stay up beside each other and each is loaded alone; what a round
left dirty in the page cache is written out before the next one begins, and the memory that it
writes to is warm; no data is deleted before the end of the whole run. What starts on a thousand
partitions comes last, because it slows down what runs after it. Tansu alone gets a process for each
round, because it keeps all it is given in memory, and may fail a row: the reason is noted and the
run goes on. Which row needs what is told by `rows`; nothing here judges a number.
"""

import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from confluent_kafka import KafkaException

from benchmarks.cleanings import CLEANER_SETTINGS, DirtyTable
from benchmarks.client_processes import change_group, run_client, run_transactions
from benchmarks.load_generator import LoadFailed, LoadResult, run_loader, running_sink
from benchmarks.loads import (
    ACKS_ALL,
    ACKS_LEADER,
    COMMITTED_LOAD,
    COMMITTED_TOPIC,
    CONSUMED_LOAD,
    CONSUMED_TOPIC,
    FETCH_BYTES,
    GROUP_INITIAL_DELAY_MS,
    ClientLoad,
    CompactionLoad,
    GroupLoad,
    Load,
    PartitionsStart,
    RunningLoad,
    TransactionLoad,
    partitions_of,
    topic_of,
    topics_of,
    written_bytes,
)
from benchmarks.machine import measure_dd_mb_per_s, warm_memory
from benchmarks.processes import Broker, cpu_seconds, new_broker, rss_mb
from benchmarks.results import Limits, Results, Sample
from benchmarks.rows import ODRADEK, ODRADEK_DISK, ROWS, TANSU, Row
from benchmarks.samples import (
    sample_of_cleaning,
    sample_of_client,
    sample_of_group,
    sample_of_load,
    sample_of_transactions,
)
from benchmarks.starts import FilledPartitions, measure_recovery, measure_start, prepare_start
from benchmarks.tansu import TansuUnavailable
from benchmarks.topics import await_coordinators, create_topics
from benchmarks.wire import end_offset

LOADED = "load"
"""What the brokers are for that stay up through most of the rows."""
SINK_SECONDS = 1.0
SLOW_ROUNDS_MAX = 3
"""A start on a thousand partitions, and what comes before it, takes Apache up to half a minute."""
SHORT_RUN_FACTOR = 0.1
LOADED_SETTINGS = {
    "group.initial.rebalance.delay.ms": str(GROUP_INITIAL_DELAY_MS),
    **CLEANER_SETTINGS,
}
TANSU_ROUNDS_MAX = 3
TANSU_ROUND_MAX_S = 20.0
"""A round that took longer is not repeated."""
TANSU_FAILURES = (LoadFailed, KafkaException, TansuUnavailable, TimeoutError)


@dataclass(frozen=True)
class Plan:
    """What to run: on which systems, how often, how long.

    `warm_up_s` is for each load; `settle_s` passes before memory is looked at.
    """

    rows: tuple[Row, ...]
    systems: tuple[str, ...]
    rounds: int
    warm_up_s: float
    settle_s: float
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
        self._groups = 0
        self._tables = 0
        self._slow_on_tansu: set[str] = set()

    def run(self) -> None:
        """Run every row of the plan; raise LoadFailed at the first wrong answer of a broker."""
        rows = {row.name: row for row in self._plan.rows}
        for row in rows.values():
            if TANSU in self._plan.systems and row.without_tansu:
                self._results.add_gap(row.name, TANSU, row.without_tansu)
        if "start" in rows:
            self._measure_starts()
        running = [row for row in rows.values() if _is_running(row)]
        if running or "memory" in rows:
            self._measure_running(running)
        if "recovery" in rows:
            self._measure_recoveries()
        for row in rows.values():
            if isinstance(row.load, PartitionsStart):
                self._measure_partitions_starts(row, row.load)

    # -- rows that need a broker of their own

    def _measure_starts(self) -> None:
        systems = [system for system in self._plan.systems if system != ODRADEK_DISK]
        brokers = {system: self._new_broker(system, "start") for system in systems}
        for broker in brokers.values():
            prepare_start(broker)
        for _ in range(self._plan.rounds):
            for system, broker in brokers.items():
                self._add("start", system, measure_start(broker))

    def _measure_partitions_starts(self, row: Row, load: PartitionsStart) -> None:
        filled = {
            system: FilledPartitions(
                self._new_broker(system, row.name), load.scaled(self._plan.load_factor)
            )
            for system in self._plan.systems
            if system not in (ODRADEK_DISK, TANSU)
        }
        for _ in range(min(self._plan.rounds, SLOW_ROUNDS_MAX)):
            for system, partitions in filled.items():
                self._add(row.name, system, partitions.measure_start())

    def _measure_recoveries(self) -> None:
        if ODRADEK not in self._plan.systems:
            return
        for number in range(self._plan.rounds):
            broker = self._new_broker(ODRADEK, f"recovery-{number}")
            sample = measure_recovery(broker, self._run_loader, self._plan.load_factor)
            self._add("recovery", ODRADEK, sample)

    # -- rows that load running brokers

    def _measure_running(self, rows: Sequence[Row]) -> None:
        """Measure `rows` in their order, and resident memory before and after those it is for."""
        with ExitStack() as stack:
            brokers = {
                system: self._new_broker(system, LOADED, LOADED_SETTINGS)
                for system in self._plan.systems
                if system != TANSU
            }
            for broker in brokers.values():
                broker.start()
                stack.callback(broker.stop)
            self._measure_memory(brokers, "rss_idle_mb")
            first, others = _split_at_memory(rows)
            self._measure_rows(first, brokers)
            self._measure_memory(brokers, "rss_loaded_mb")
            self._measure_rows(others, brokers)

    def _measure_rows(self, rows: Sequence[Row], brokers: dict[str, Broker]) -> None:
        for system, broker in brokers.items():
            self._warm_up(system, broker, rows)
        for row in rows:
            if isinstance(row.load, Load):
                self._results.limits[row.name] = self._measure_limits(row.name, row.load)
            for number in range(self._plan.rounds):
                for system in self._plan.systems:
                    if system == TANSU:
                        self._measure_tansu(row, number)
                    elif _applies(row, system):
                        self._measure_round(row, system, brokers[system])

    def _measure_memory(self, brokers: dict[str, Broker], metric: str) -> None:
        time.sleep(self._plan.settle_s)
        for system, broker in brokers.items():
            self._add("memory", system, {metric: rss_mb(broker.pid)})

    def _measure_tansu(self, row: Row, number: int) -> None:
        is_enough = number >= TANSU_ROUNDS_MAX or row.name in self._slow_on_tansu
        if is_enough or self._results.gap(row.name, TANSU) is not None:
            return
        started = time.monotonic()
        try:
            with self._fresh_tansu(row) as broker:
                self._measure_round(row, TANSU, broker)
        except TANSU_FAILURES as failure:
            reason = str(failure).partition("\n")[0]
            self._results.add_gap(row.name, TANSU, reason)
            self._say(f"{row.name:<23} {TANSU:<13} failed: {reason}")
        if time.monotonic() - started > TANSU_ROUND_MAX_S:
            self._slow_on_tansu.add(row.name)

    @contextmanager
    def _fresh_tansu(self, row: Row) -> Iterator[Broker]:
        broker = self._new_broker(TANSU, f"{row.name}-{time.monotonic_ns()}")
        broker.start()
        try:
            self._prepare(broker, [row])
            if isinstance(row.load, Load):
                short = row.load.scaled(self._plan.load_factor * SHORT_RUN_FACTOR)
                self._run_once(row.name, TANSU, broker, short)
            yield broker
        finally:
            broker.stop()

    def _warm_up(self, system: str, broker: Broker, rows: Sequence[Row]) -> None:
        """Run each row's load; time that one of the loader's leaves, the next has."""
        self._prepare(broker, rows)
        timed = [row for row in rows if isinstance(row.load, Load)]
        deadline = time.monotonic() + self._plan.warm_up_s * len(timed)
        for position, row in enumerate(timed):
            assert isinstance(row.load, Load)
            seconds = max(0.1, (deadline - time.monotonic()) / (len(timed) - position))
            self._say(f"warm-up   {system:<13} {row.name:<23} {seconds:.1f} s")
            arguments = replace(row.load, seconds=seconds).arguments(
                port=broker.port, topic=topic_of(row.name, row.load), acks=acks_of(system)
            )
            run_loader(self._loader, [*arguments, "--check-crc"])
        for row in rows:
            if not isinstance(row.load, Load) and _applies(row, system):
                self._say(f"warm-up   {system:<13} {row.name}")
                load = load_of(row).scaled(self._plan.load_factor * SHORT_RUN_FACTOR)
                self._run_once(row.name, system, broker, load)

    def _prepare(self, broker: Broker, rows: Sequence[Row]) -> None:
        """Make the topics, records and coordinators that these rows presume and are not there."""
        loads = [(row.name, load_of(row)) for row in rows]
        topics = topics_of(loads)
        create_topics(broker.port, topics)
        if CONSUMED_TOPIC in topics and end_offset(broker.port, CONSUMED_TOPIC) == 0:
            filling = CONSUMED_LOAD.scaled(self._plan.load_factor)
            filling = replace(filling, seconds=CONSUMED_LOAD.seconds)  # all of it, however long
            self._run_loader(broker, filling, CONSUMED_TOPIC)
        if COMMITTED_TOPIC in topics and end_offset(broker.port, COMMITTED_TOPIC) == 0:
            transactions = COMMITTED_LOAD.scaled(self._plan.load_factor)
            run_transactions(transactions, port=broker.port, topic=COMMITTED_TOPIC)
        for name, load in loads:
            if isinstance(load, Load) and load.mode == "commit":
                groups = [f"bench-{number}" for number in range(partitions_of(load))]
                await_coordinators(broker.port, groups, name)
            if isinstance(load, GroupLoad):
                await_coordinators(broker.port, [name], name)

    def _measure_round(self, row: Row, system: str, broker: Broker) -> None:
        load = load_of(row).scaled(self._plan.load_factor)
        os.sync()
        warm_memory(self._directory, written_bytes(load))
        self._add(row.name, system, self._run_once(row.name, system, broker, load))

    def _clean(self, name: str, system: str, broker: Broker, load: CompactionLoad) -> Sample:
        """One cleaning, and the figures of who produced meanwhile if somebody did."""
        self._tables += 1
        directory = self._directory / f"{LOADED}-{system}"
        table = DirtyTable(broker.port, f"{name}-{self._tables}", load, directory)
        os.sync()
        cpu_before_s = cpu_seconds(broker.pid)
        table.begin_cleaning()
        beside: Sample = {}
        if load.beside is not None:
            produced = self._run_loader(broker, load.beside, name, acks_of(system))
            beside = sample_of_load(produced, cpu_seconds(broker.pid) - cpu_before_s)
        seconds = table.await_cleaned()
        cpu_s = cpu_seconds(broker.pid) - cpu_before_s
        cleaning = sample_of_cleaning(load, table.size_bytes, seconds, cpu_s)
        return {**beside, "cleaning_s": seconds} if beside else cleaning

    def _run_once(self, name: str, system: str, broker: Broker, load: RunningLoad) -> Sample:
        topic = topic_of(name, load)
        cpu_before_s = cpu_seconds(broker.pid)

        def cpu_s() -> float:
            return cpu_seconds(broker.pid) - cpu_before_s

        if isinstance(load, ClientLoad):
            return sample_of_client(run_client(load, port=broker.port, topic=topic), cpu_s())
        if isinstance(load, TransactionLoad):
            return sample_of_transactions(
                run_transactions(load, port=broker.port, topic=topic), cpu_s()
            )
        if isinstance(load, CompactionLoad):
            return self._clean(name, system, broker, load)
        if isinstance(load, GroupLoad):
            self._groups += 1
            group = f"{name}-{self._groups}"
            times = change_group(port=broker.port, group=group, members=load.members)
            return sample_of_group(times, cpu_s())
        return sample_of_load(self._run_loader(broker, load, topic, acks_of(system)), cpu_s())

    def _measure_limits(self, name: str, load: Load) -> Limits:
        topic = topic_of(name, load)
        unlimited = replace(load, seconds=SINK_SECONDS, max_bytes=10**12)
        canned = (f"--value-bytes={CONSUMED_LOAD.value_bytes}", f"--fetch-bytes={FETCH_BYTES}")
        with running_sink(self._loader, [*canned, f"--topic={topic}"]) as port:
            arguments = unlimited.arguments(port=port, topic=topic, acks=ACKS_LEADER)
            sink = sample_of_load(run_loader(self._loader, arguments), 0.0)
        files = [self._directory / f"dd-{name}-{target}" for target in ("cache", "disk")]
        return Limits(
            dd_page_cache_mb_per_s=measure_dd_mb_per_s(files[0], to_disk=False),
            dd_disk_mb_per_s=measure_dd_mb_per_s(files[1], to_disk=True),
            sink=sink,
        )

    # -- pieces

    def _new_broker(
        self, system: str, purpose: str, settings: dict[str, str] | None = None
    ) -> Broker:
        directory = self._directory / f"{purpose}-{system}"
        directory.mkdir()
        return new_broker(system, directory, settings)

    def _run_loader(
        self, broker: Broker, load: Load, topic: str, acks: int = ACKS_LEADER
    ) -> LoadResult:
        arguments = load.arguments(port=broker.port, topic=topic, acks=acks)
        return run_loader(self._loader, arguments)

    def _add(self, row: str, system: str, sample: Sample) -> None:
        self._results.add(row, system, sample)
        values = "  ".join(f"{metric} {value:.4g}" for metric, value in sample.items())
        self._say(f"{row:<23} {system:<13} {values}")


def acks_of(system: str) -> int:
    """Return what the producers ask for: all where the disk is the promise, else the leader."""
    return ACKS_ALL if system == ODRADEK_DISK else ACKS_LEADER


def load_of(row: Row) -> RunningLoad:
    """Return the load of a row that has one for running brokers."""
    assert isinstance(row.load, RunningLoad)
    return row.load


def _is_running(row: Row) -> bool:
    return isinstance(row.load, RunningLoad)


def _applies(row: Row, system: str) -> bool:
    """Whether the disk's promise makes a difference to the row; Tansu is not asked here."""
    is_written = isinstance(row.load, TransactionLoad) or (
        isinstance(row.load, Load) and row.load.mode in ("produce", "commit")
    )
    return system != ODRADEK_DISK or is_written


def _split_at_memory(rows: Sequence[Row]) -> tuple[list[Row], list[Row]]:
    """Those that stand before the row of the memory, and those behind it."""
    order = [row.name for row in ROWS]
    memory = order.index("memory")
    before = [row for row in rows if order.index(row.name) < memory]
    return before, [row for row in rows if order.index(row.name) > memory]
