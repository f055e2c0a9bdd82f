"""What was measured, and what it comes to; pure.

The names and units are those of `kafka-producer-perf-test`: a latency is from `produce()` to the
delivery report, a megabyte has 2**20 bytes.
"""

from collections.abc import Sequence
from statistics import median

import msgspec

from odradek.ops.benchmark.matrix import Cell, Matrix

MEGABYTE = 2**20


class Latencies(msgspec.Struct, frozen=True):
    """How long the records of one run took, in milliseconds."""

    avg_ms: float
    p50_ms: float
    p95_ms: float
    p99_ms: float
    p99_9_ms: float
    max_ms: float


class Sample(msgspec.Struct, frozen=True):
    """One producer, once: as fast as it can, then at half of that."""

    cell: Cell
    records_sent: int
    records_per_s: float
    failed_records: int
    wire_bytes_per_record: float
    client_cpu_s_per_million: float
    broker_cpu_s_per_million: float | None
    latencies: Latencies


class Row(msgspec.Struct, frozen=True):
    """One producer: the median of its samples."""

    cell: Cell
    samples: int
    records_sent: int
    records_per_s: float
    mb_per_s: float
    failed_records: int
    wire_bytes_per_record: float
    client_cpu_s_per_million: float
    broker_cpu_s_per_million: float | None
    latencies: Latencies


class Loss(msgspec.Struct, frozen=True):
    """What became of one producer's records when leaders were killed under it."""

    promise: str
    kills: int
    acknowledged_records: int
    lost_records: int
    duplicated_records: int
    failed_records: int


class Report(msgspec.Struct, frozen=True):
    """A whole run."""

    started_at: str
    brokers: int
    partitions: int
    replication_factor: int
    min_insync_replicas: int
    seconds_per_phase: float
    repeats: int
    seed: int
    matrix: Matrix
    rows: list[Row]
    losses: list[Loss]


def latencies_of(seconds: Sequence[float]) -> Latencies:
    """Sum up the latencies of at least one record."""
    ordered = sorted(seconds)

    def at(share: float) -> float:
        return round(ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1000, 3)

    average = round(sum(ordered) / len(ordered) * 1000, 3)
    return Latencies(average, at(0.5), at(0.95), at(0.99), at(0.999), round(ordered[-1] * 1000, 3))


def rows_of(cells: Sequence[Cell], samples: Sequence[Sample]) -> list[Row]:
    """The medians of each cell that has samples, in the order of the cells."""
    by_cell = {cell: [sample for sample in samples if sample.cell == cell] for cell in cells}
    return [_row(cell, found) for cell, found in by_cell.items() if found]


def _row(cell: Cell, samples: Sequence[Sample]) -> Row:
    def middle(name: str) -> float:
        return float(median(getattr(sample, name) for sample in samples))

    records_per_s = middle("records_per_s")
    has_broker_cpu = all(sample.broker_cpu_s_per_million is not None for sample in samples)
    return Row(
        cell=cell,
        samples=len(samples),
        records_sent=sum(sample.records_sent for sample in samples),
        records_per_s=round(records_per_s),
        mb_per_s=round(records_per_s * cell.size_bytes / MEGABYTE, 2),
        failed_records=sum(sample.failed_records for sample in samples),
        wire_bytes_per_record=round(middle("wire_bytes_per_record"), 1),
        client_cpu_s_per_million=round(middle("client_cpu_s_per_million"), 2),
        broker_cpu_s_per_million=(
            round(middle("broker_cpu_s_per_million"), 2) if has_broker_cpu else None
        ),
        latencies=Latencies(
            *(
                round(median(getattr(sample.latencies, name) for sample in samples), 3)
                for name in Latencies.__struct_fields__
            )
        ),
    )
