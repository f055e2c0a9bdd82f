"""What of a report a reader sees first; pure."""

from collections.abc import Sequence

from odradek.ops.benchmark.results import Report, Row

ONE_BROKER = (
    "One broker has no second copy: acks=all waits for no other broker, and equals acks=1"
    " unless the broker waits for its disk"
)


def best_rows(rows: Sequence[Row]) -> list[Row]:
    """For each promise and size the row with the most throughput, whatever its batching."""
    best: dict[tuple[str, int], Row] = {}
    for row in rows:
        key = (row.cell.promise, row.cell.size_bytes)
        if key not in best or row.records_per_s > best[key].records_per_s:
            best[key] = row
    return list(best.values())


def one_broker_note(report: Report) -> str:
    """What must be said where there is one broker; empty for more."""
    return ONE_BROKER if report.brokers == 1 else ""
