"""Reports that nobody measured."""

from odradek.ops.benchmark.matrix import QUICK, Cell
from odradek.ops.benchmark.results import Latencies, Loss, Report, Sample, rows_of

CELL = Cell("all", is_idempotent=False, compression="none", linger_ms=5, size_bytes=2**20)


def sample(records_per_s: float, *, cell: Cell = CELL, broker_cpu: float | None = 2.0) -> Sample:
    """One of a cell's samples."""
    return Sample(
        cell=cell,
        records_sent=10,
        records_per_s=records_per_s,
        failed_records=1,
        wire_bytes_per_record=110.0,
        client_cpu_s_per_million=1.0,
        broker_cpu_s_per_million=broker_cpu,
        latencies=Latencies(*[records_per_s] * 6),
    )


def report(*, brokers: int, losses: list[Loss] | None = None) -> Report:
    """A quick run's report."""
    cells = QUICK.cells()
    return Report(
        started_at="2026-11-27T00:00:00+00:00",
        brokers=brokers,
        partitions=3,
        replication_factor=min(3, brokers),
        min_insync_replicas=1,
        seconds_per_phase=1.0,
        repeats=1,
        seed=1,
        matrix=QUICK,
        rows=rows_of(
            cells, [sample(1000.0 + index, cell=cell) for index, cell in enumerate(cells)]
        ),
        losses=losses or [],
    )
