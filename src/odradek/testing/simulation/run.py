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
from collections.abc import Coroutine, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from odradek.config import Durability
from odradek.testing.faulty_files import Fault
from odradek.testing.simulation.broker_life import Death, FailureLog, SimulatedBroker, configure
from odradek.testing.simulation.checks import Anomaly, find_anomalies
from odradek.testing.simulation.clients.auditor import Auditor
from odradek.testing.simulation.clients.client import SimulatedClient
from odradek.testing.simulation.clients.group_member import GroupMember
from odradek.testing.simulation.clients.pipeline import PipelineWorker
from odradek.testing.simulation.clients.producers import (
    HastyProducer,
    IdempotentProducer,
    Producer,
)
from odradek.testing.simulation.clients.reader import Reader
from odradek.testing.simulation.clients.transactional import TransactionalProducer
from odradek.testing.simulation.disk import SimulatedDisk
from odradek.testing.simulation.history import NEVER, Copying, History
from odradek.testing.simulation.network import Network
from odradek.testing.simulation.schedule import LENGTH_S, Disturbance, Kind, Role, Schedule
from odradek.testing.simulation.virtual_clock import VirtualClock, VirtualLoop

SOURCE, TARGET = "source", "target"
PARTITIONS = 2
READERS_GROUP, PIPELINE_GROUP = "readers", "pipeline"
SETTLE_S = 120.0

DISK_FAULTS = {
    Kind.KILL_IN_WRITE: Fault.CRASH,
    Kind.DISK_FULL: Fault.DISK_FULL,
    Kind.IO_ERROR: Fault.IO_ERROR,
    Kind.SHORT_WRITES: Fault.SHORT_WRITE,
}


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
        for each in self.schedule.disturbances:
            self._loop.call_later(each.at_s, self._disturb, each)
        self.clock.run_until(lambda: False, LENGTH_S)
        self._settle()
        self._restart()
        self._do(self._audit())

    def end(self) -> None:
        """Leave nothing behind that could still happen."""
        self.broker.end()
        self._loop.close()

    # --- the parts of a run

    def _dice(self, owner: str) -> random.Random:
        return random.Random(f"{self._seed} {owner}")  # noqa: S311 - not for secrets

    async def _prepare(self) -> None:
        for topic in (SOURCE, TARGET):
            await self._auditor.create_topic(topic, PARTITIONS, self.schedule.segment_ms)

    async def _audit(self) -> None:
        partitions = [(topic, index) for topic in (SOURCE, TARGET) for index in range(PARTITIONS)]
        await self._auditor.audit(partitions, [READERS_GROUP, PIPELINE_GROUP])

    def _settle(self) -> None:
        """Let everything come to its end: first what feeds the pipelines, then these."""
        self._heal()
        workers = [worker for workers in self._workers.values() for worker in workers]
        feeding = [client for client in self._clients if client not in workers]
        self._stop(feeding)
        self._stop(workers)

    def _stop(self, clients: Sequence[SimulatedClient]) -> None:
        names = {client.name for client in clients}
        for client in clients:
            client.is_stopping = True
        tasks = [task for task in self._tasks if task.get_name() in names]
        if self.clock.run_until(lambda: all(task.done() for task in tasks), SETTLE_S):
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
        if not self.clock.run_until(task.done, SETTLE_S):
            self.history.failures.append("the auditor did not come to an end")
        elif task.exception() is not None:
            raise task.exception()  # type: ignore[misc] # a mistake in the simulation itself

    # --- clients

    def _enter(self, name: str, role: Role) -> SimulatedClient:
        client = self._cast(name, role)
        self._clients.append(client)
        self._tasks.append(client.begin())
        return client

    def _cast(self, name: str, role: Role) -> SimulatedClient:
        who = (name, self._network, self.history, self._seed)
        timeout_ms = self.schedule.transaction_timeout_ms
        source = [(SOURCE, index) for index in range(PARTITIONS)]
        target = [(TARGET, index) for index in range(PARTITIONS)]
        if role is Role.PIPELINE:
            return self._worker(name, int(name.split("-")[1]))
        if role is Role.TRANSACTIONAL:
            return TransactionalProducer(*who, timeout_ms, source)
        if role is Role.MEMBER:
            return GroupMember(*who, READERS_GROUP, SOURCE, PARTITIONS)
        if role in (Role.READER, Role.COMMITTED_READER):
            is_committed_only = role is Role.COMMITTED_READER
            return Reader(*who, source + target, is_committed_only=is_committed_only)
        kinds = {Role.IDEMPOTENT: IdempotentProducer, Role.HASTY: HastyProducer}
        return kinds.get(role, Producer)(*who, SOURCE, PARTITIONS)

    def _worker(self, name: str, index: int) -> PipelineWorker:
        source, target = (SOURCE, index), (TARGET, index)
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

    def _on_client_failure(self, error: BaseException) -> None:
        self.history.failures.append(f"a client failed: {error!r}")

    # --- disturbances

    def _disturb(self, disturbance: Disturbance) -> None:
        kind, luck = disturbance.kind, disturbance.luck
        if kind is Kind.KILL:
            self.broker.die()
        elif kind is Kind.STOP:
            self.broker.stop()
        elif kind is Kind.POWER_LOSS:
            self.broker.die(Death.POWER)
        elif kind in DISK_FAULTS:
            self._disk.fail(DISK_FAULTS[kind], 1 + int(luck * 20), after=int(luck * 997) % 50)
        elif kind is Kind.BREAK_CONNECTIONS:
            self._network.break_all()
        elif kind is Kind.SLOW_NETWORK:
            self._network.slowness = 1.0 + 50 * luck
            self._loop.call_later(0.5, self._speed_up)
        elif kind is Kind.PAUSE_CLIENT:
            self._pause(self._clients, luck)
        elif kind is Kind.PAUSE_MEMBER:
            self._pause([each for each in self._clients if isinstance(each, GroupMember)], luck)
        elif kind is Kind.REPLACE_WORKER and self._workers:
            self._replace_worker(luck)

    def _pause(self, clients: Sequence[SimulatedClient], luck: float) -> None:
        if clients:
            clients[int(luck * len(clients))].pause(0.5 + 1.5 * (luck * 97 % 1))

    def _speed_up(self) -> None:
        self._network.slowness = 1.0

    def _replace_worker(self, luck: float) -> None:
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
