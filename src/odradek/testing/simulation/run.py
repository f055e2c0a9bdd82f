"""Running a schedule: the broker, its disk and its clients, from the first topic to the last audit.

1.  The broker starts on an empty disk; the topics are made.
2.  The cast plays for some seconds of virtual time, disturbed as the schedule says.
3.  The disk is well again, clients are asked to stop: what is under way must come to its end, and
    pipelines must catch up. Who does not within two minutes is stuck, which is an anomaly.
4.  The broker dies once more, and starts; everything is read, and the history is judged.

The same schedule gives the same history in every process and on every machine.
"""

import asyncio
import logging
import random
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from odradek.config import Durability
from odradek.testing.simulation.broker_life import Death, FailureLog, SimulatedBroker, configure
from odradek.testing.simulation.checks import Anomaly, find_anomalies
from odradek.testing.simulation.clients.auditor import Auditor
from odradek.testing.simulation.clients.client import SimulatedClient
from odradek.testing.simulation.clients.group_member import GroupMember
from odradek.testing.simulation.clients.pipeline import PipelineWorker, SharedPipelineWorker
from odradek.testing.simulation.clients.producers import (
    HastyProducer,
    IdempotentProducer,
    Producer,
)
from odradek.testing.simulation.clients.reader import Reader
from odradek.testing.simulation.clients.transactional import TransactionalProducer
from odradek.testing.simulation.disk import SimulatedDisk
from odradek.testing.simulation.disturber import Disturber
from odradek.testing.simulation.history import NEVER, Copying, History, Table
from odradek.testing.simulation.network import Network
from odradek.testing.simulation.schedule import LENGTH_S, Role, Schedule
from odradek.testing.simulation.topics import (
    COPIED_PARTITIONS,
    PARTITIONS,
    SOURCE,
    SOURCES,
    TABLE,
    TABLES,
    TARGET,
    TARGETS,
)
from odradek.testing.simulation.virtual_clock import VirtualClock, VirtualLoop

READERS_GROUP, PIPELINE_GROUP = "readers", "pipeline"
SETTLE_S = 120.0
HANDLING_S = 0.1
"""Within this time, after the disk has healed, the broker has written and synced what arrived."""

PRODUCERS = {
    Role.IDEMPOTENT: IdempotentProducer,
    Role.KEYED: IdempotentProducer,
    Role.HASTY: HastyProducer,
    Role.PLAIN: Producer,
}


PIPELINES = (PipelineWorker, SharedPipelineWorker)


@dataclass(frozen=True, slots=True)
class Result:
    """What a run was, and what is wrong with it; `deaths` of the broker."""

    schedule: Schedule
    history: History
    anomalies: list[Anomaly]
    deaths: int
    virtual_s: float

    def __str__(self) -> str:
        return "\n".join([str(self.schedule), *map(str, self.anomalies)])


def simulate(schedule: Schedule) -> Result:
    """Run a schedule and judge it."""
    simulation = Simulation(schedule)
    with _listening(simulation.history):
        try:
            simulation.run()
        finally:
            simulation.end()
    history = simulation.history
    return Result(
        schedule,
        history,
        find_anomalies(history),
        simulation.broker.deaths,
        simulation.clock.now_s - simulation.began_s,
    )


class Simulation:
    """One run."""

    def __init__(self, schedule: Schedule) -> None:
        self.schedule = schedule
        self.history = History()
        self.clock = VirtualClock()
        self.began_s = self.clock.now_s
        self._seed = f"simulation {schedule.seed}"
        self._loop = VirtualLoop(self.clock, self._on_client_failure)  # type: ignore[abstract]
        self._disk = SimulatedDisk(self.clock, self._dice("disk"))
        self._network = Network(self._loop, self._dice("network"))
        self.broker = SimulatedBroker(
            self.clock,
            self._disk,
            self._network,
            configure(_settings(schedule)),
            self.history.failures.append,
        )
        self._clients: list[SimulatedClient] = []
        self._workers: dict[int, list[PipelineWorker]] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._auditor = Auditor("auditor", self._network, self.history, self._seed)

    def run(self) -> None:
        """All of it."""
        self.broker.start()
        self._do(self._prepare())
        for name, role in self.schedule.cast:
            self._enter(name, role)
        disturber = Disturber(
            self.broker, self._disk, self._network, self._clients, self._replace_worker
        )
        for each in self.schedule.disturbances:
            self._loop.call_later(each.at_s, disturber.disturb, each)
        self.clock.run_until(lambda: self.broker.is_lost, LENGTH_S)
        for step in (self._settle, self._have_cleaned, self._restart, self._audit):
            if not self.broker.is_lost:
                step()

    def end(self) -> None:
        """Leave nothing behind that could still happen."""
        self.broker.end()
        self._loop.close()

    # --- the parts of a run

    def _dice(self, owner: str) -> random.Random:
        return random.Random(f"{self._seed} {owner}")  # noqa: S311 - not for secrets

    async def _prepare(self) -> None:
        segment_ms = {"segment.ms": self.schedule.segment_ms}
        for topic in (SOURCE, TARGET):
            await self._auditor.create_topic(topic, COPIED_PARTITIONS, segment_ms)
        compacted = {
            "cleanup.policy": "compact",
            "segment.ms": self.schedule.table_segment_ms,
            "delete.retention.ms": self.schedule.delete_retention_ms,
        }
        await self._auditor.create_topic(TABLE, len(TABLES), compacted)
        for partition in TABLES:
            self.history.tables[partition] = Table(self.schedule.delete_retention_ms / 1000)

    def _have_cleaned(self) -> None:
        self._do(self._auditor.have_cleaned(TABLES, self.schedule.table_segment_ms))

    def _audit(self) -> None:
        self._do(self._auditor.audit(PARTITIONS, [READERS_GROUP, PIPELINE_GROUP]))

    def _settle(self) -> None:
        """Let everything come to its end: first what feeds the pipelines, then these.

        What a producer sent twice may arrive after it has ended, and has to be copied, too.
        """
        self._heal()
        copying = [each for each in self._clients if isinstance(each, PIPELINES)]
        self._stop([each for each in self._clients if each not in copying])
        all_handled_s = self._network.last_arrival_s + HANDLING_S
        self._run_until(lambda: self.clock.now_s > all_handled_s)
        self._stop(copying)

    def _stop(self, clients: Sequence[SimulatedClient]) -> None:
        names = {client.name for client in clients}
        for client in clients:
            client.is_stopping = True
        tasks = [task for task in self._tasks if task.get_name() in names]
        if self._run_until(lambda: all(task.done() for task in tasks)):
            return
        stuck = {task.get_name() for task in tasks if not task.done()}
        self.history.failures.append(f"{', '.join(sorted(stuck))} did not come to an end")
        for client in clients:
            client.pause(NEVER)

    def _heal(self) -> None:
        self._disk.heal()
        self._network.slowness = 1.0
        if self.broker.is_serving:
            # A log that a failed sync took offline comes back with a start alone.
            self.broker.die()

    def _restart(self) -> None:
        is_synced = self.schedule.durability is Durability.DISK
        self.broker.die(Death.POWER if is_synced else Death.KILL)

    def _do(self, coroutine: Coroutine[Any, Any, None]) -> None:
        task = self._loop.create_task(coroutine)
        if not self._run_until(task.done):
            self.history.failures.append("the auditor did not come to an end")
        elif task.done() and (mistake := task.exception()) is not None:
            raise mistake  # of the simulation itself

    def _run_until(self, is_done: Callable[[], bool]) -> bool:
        """Let things happen; False when they do not come to an end. Without a broker, all ends."""
        return self.clock.run_until(lambda: is_done() or self.broker.is_lost, SETTLE_S)

    # --- clients

    def _enter(self, name: str, role: Role) -> SimulatedClient:
        client = self._cast(name, role)
        self._clients.append(client)
        self._tasks.append(client.begin())
        return client

    def _cast(self, name: str, role: Role) -> SimulatedClient:
        who = (name, self._network, self.history, self._seed)
        timeout_ms = self.schedule.transaction_timeout_ms
        if role is Role.PIPELINE:
            return self._worker(name, int(name.split("-")[1]))
        if role is Role.SHARED_PIPELINE:
            return self._shared_worker(name)
        if role is Role.TRANSACTIONAL:
            return TransactionalProducer(*who, timeout_ms, SOURCES + TABLES)
        if role is Role.MEMBER:
            return GroupMember(*who, READERS_GROUP, SOURCE, COPIED_PARTITIONS)
        if role is Role.TABLE_READER:
            return Reader(*who, TABLES, is_committed_only=True, begins_again=True)
        if role in (Role.READER, Role.COMMITTED_READER):
            is_committed_only = role is Role.COMMITTED_READER
            return Reader(*who, PARTITIONS, is_committed_only=is_committed_only)
        return PRODUCERS[role](*who, TABLES if role is Role.KEYED else SOURCES)

    def _worker(self, name: str, index: int) -> PipelineWorker:
        source, target = SOURCES[index], TARGETS[index]
        worker = PipelineWorker(
            name,
            self._network,
            self.history,
            self._seed,
            self.schedule.transaction_timeout_ms,
            source,
            target,
            PIPELINE_GROUP,
        )
        if index not in self._workers:
            self.history.copies.append(Copying(source, target))
        self._workers.setdefault(index, []).append(worker)
        return worker

    def _shared_worker(self, name: str) -> SharedPipelineWorker:
        targets = dict(zip(SOURCES, TARGETS, strict=True))
        self.history.copies = [Copying(*each) for each in targets.items()]
        timeout_ms = self.schedule.transaction_timeout_ms
        return SharedPipelineWorker(
            name, self._network, self.history, self._seed, timeout_ms, targets, PIPELINE_GROUP
        )

    def _on_client_failure(self, error: BaseException) -> None:
        self.history.failures.append(f"a client failed: {error!r}")

    def _replace_worker(self, luck: float) -> None:
        """Stop one and let another take its id; those in a group share none."""
        if not self._workers:
            return
        indexes = sorted(self._workers)
        index = indexes[int(luck * len(indexes))]
        old = self._workers[index][-1]
        old.pause(0.1 + 2 * (luck * 97 % 1))
        old.is_replaced = True
        self._enter(f"pipeline-{index}-{len(self._workers[index])}", Role.PIPELINE)


def _settings(schedule: Schedule) -> list[str]:
    return [
        f"durability={schedule.durability.value}",
        "offsets.topic.num.partitions=2",
        "transaction.state.log.num.partitions=2",
        "group.min.session.timeout.ms=100",
        "group.initial.rebalance.delay.ms=50",
        "transaction.abort.timed.out.transaction.cleanup.interval.ms=500",
        "log.cleaner.backoff.ms=60",
        "log.cleaner.min.cleanable.ratio=0.01",
        f"log.roll.ms={schedule.table_segment_ms}",
        f"log.cleaner.delete.retention.ms={schedule.delete_retention_ms}",
    ]


@contextmanager
def _listening(history: History) -> Iterator[None]:
    """Hear what the broker logs of failures, and keep it from the terminal."""
    logger = logging.getLogger("odradek")
    handler = FailureLog(history.failures.append)
    was = logger.propagate, logger.level
    logger.propagate = False
    logger.setLevel(logging.ERROR)
    logger.addHandler(handler)
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.propagate = was[0]
        logger.setLevel(was[1])
