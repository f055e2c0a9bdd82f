"""A whole run: warm up, measure every cell in a random order, kill leaders, sum up."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

import msgspec

from odradek.ops.benchmark.losing import kill_leader_amid
from odradek.ops.benchmark.matrix import Cell, Matrix, shuffled_rounds
from odradek.ops.benchmark.measuring import Meter
from odradek.ops.benchmark.results import Loss, Report, rows_of
from odradek.ops.benchmark.sending import SILENT, Sender, payloads
from odradek.ops.benchmark.topics import Shape, broker_count, temporary_topic
from odradek.ops.cluster import Cluster

REPLICATION_FACTOR_MAX = 3
Progress = Callable[[int, int], None]
"""Told how many steps are done, and how many records were sent in them."""


class Plan(msgspec.Struct, frozen=True):
    """What to measure, for how long, how often."""

    matrix: Matrix
    duration_s: float
    repeats: int
    warm_up_s: float
    kills: int
    around_kill_s: float
    partitions: int
    seed: int

    def steps(self, *, with_kills: bool) -> int:
        """How many things are measured one after the other."""
        return len(self.matrix.cells()) * self.repeats + (self.kills if with_kills else 0)


def doomed(matrix: Matrix) -> list[Cell]:
    """The producers under whom a leader is killed: each promise once, with the smallest records."""
    cells = sorted(
        matrix.cells(), key=lambda cell: (cell.acks, cell.is_idempotent, cell.size_bytes)
    )
    firsts = groupby(cells, key=lambda cell: (cell.acks, cell.is_idempotent))
    return [next(group) for _, group in firsts]


def run(
    settings: Mapping[str, Any], plan: Plan, cluster: Cluster | None, progress: Progress
) -> Report:
    """Measure; leaders are killed only in a `cluster` of odradek's own."""
    settings = {**settings, "logger": SILENT}
    brokers = broker_count(settings)
    shape = Shape(plan.partitions, min(REPLICATION_FACTOR_MAX, brokers))
    cells = plan.matrix.cells()
    started_at = datetime.now(UTC).isoformat(timespec="seconds")
    _warm_up(settings, shape, plan)
    meter = Meter(
        settings,
        shape,
        duration_s=plan.duration_s,
        seed=plan.seed,
        broker_cpu_s=cluster.broker_cpu_s if cluster else lambda: None,
    )
    tally = _Tally(progress)
    samples = []
    for cell in shuffled_rounds(cells, plan.repeats, plan.seed):
        samples.append(meter.measure(cell))
        tally.add(samples[-1].records_sent)
    losses = _losses(cluster, plan, shape, tally) if cluster is not None else []
    return Report(
        started_at=started_at,
        brokers=brokers,
        partitions=shape.partitions,
        replication_factor=shape.replication_factor,
        min_insync_replicas=shape.min_insync_replicas,
        seconds_per_phase=plan.duration_s,
        repeats=plan.repeats,
        seed=plan.seed,
        matrix=plan.matrix,
        rows=rows_of(cells, samples),
        losses=losses,
    )


def _warm_up(settings: Mapping[str, Any], shape: Shape, plan: Plan) -> None:
    """Let brokers compile what they are about to do."""
    with temporary_topic(settings, shape) as topic:
        sender = Sender({**settings, "acks": "all"}, topic, payloads(1_000, plan.seed))
        sender.connect()
        sender.send_for(plan.warm_up_s)


class _Tally:
    """How far a run has come."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._steps = self._records = 0

    def add(self, records: int) -> None:
        """One step more."""
        self._steps += 1
        self._records += records
        self._progress(self._steps, self._records)


def _losses(cluster: Cluster, plan: Plan, shape: Shape, tally: _Tally) -> list[Loss]:
    """Every kind of producer with its kills; none where no other broker could take over."""
    if shape.replication_factor == 1:
        return []
    brokers = [broker.id for broker in cluster.description.brokers]
    rounds = []
    for kill in range(plan.kills):
        first = kill % len(brokers)
        replicas = [*brokers[first:], *brokers[:first]][: shape.replication_factor]
        cells = doomed(plan.matrix)
        rounds.append(kill_leader_amid(cluster, cells, replicas, around_s=plan.around_kill_s))
        tally.add(sum(loss.acknowledged_records for loss in rounds[-1]))
    return [together(losses) for losses in zip(*rounds, strict=True)]


def together(losses: Sequence[Loss]) -> Loss:
    """Several kills under the same kind of producer as one figure."""
    return Loss(
        promise=losses[0].promise,
        kills=sum(loss.kills for loss in losses),
        acknowledged_records=sum(loss.acknowledged_records for loss in losses),
        lost_records=sum(loss.lost_records for loss in losses),
        duplicated_records=sum(loss.duplicated_records for loss in losses),
        failed_records=sum(loss.failed_records for loss in losses),
    )
