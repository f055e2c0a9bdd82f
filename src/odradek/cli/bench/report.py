"""How a benchmark's report is printed: two tables for people, one document for programs."""

from odradek.cli.output import OutputFormat, Row, note, print_document, print_rows
from odradek.ops.benchmark import results
from odradek.ops.benchmark.summary import one_broker_note

LEGEND = (
    "linger and the latencies at half of the throughput in ms; wire: bytes on the wire for each"
    " record; CPU and broker: seconds of processor time for a million records"
)


def print_report(report: results.Report, output: OutputFormat) -> None:
    """Print a whole report."""
    if output != "table":
        print_document(report, output)
        return
    print_rows([_row(row) for row in report.rows], output, title=_title(report))
    note(LEGEND)
    if sentence := one_broker_note(report):
        note(sentence)
    if report.losses:
        rows = [_loss(loss) for loss in report.losses]
        print_rows(rows, output, title="\nThe leader killed with -9 under producers at full speed")


def _title(report: results.Report) -> str:
    return (
        f"{report.brokers} broker{'s' * (report.brokers != 1)}, {report.partitions} partitions,"
        f" replication factor {report.replication_factor}, min.insync.replicas"
        f" {report.min_insync_replicas}; medians of {report.repeats}"
    )


def _row(row: results.Row) -> Row:
    cell, latencies = row.cell, row.latencies
    broker_cpu = row.broker_cpu_s_per_million
    return {
        "acks": cell.promise,
        "codec": cell.compression,
        "linger": cell.linger_ms,
        "size_bytes": cell.size_bytes,
        "records/s": round(row.records_per_s),
        "MB/s": round(row.mb_per_s, 1),
        "p50": _ms(latencies.p50_ms),
        "p95": _ms(latencies.p95_ms),
        "p99": _ms(latencies.p99_ms),
        "p99.9": _ms(latencies.p99_9_ms),
        "wire": round(row.wire_bytes_per_record),
        "CPU": round(row.client_cpu_s_per_million, 1),
        "broker": "" if broker_cpu is None else round(broker_cpu, 1),
        "failed": row.failed_records or "",
    }


def _ms(milliseconds: float) -> float:
    return round(milliseconds, 1)


def _loss(loss: results.Loss) -> Row:
    return {
        "acks": loss.promise,
        "kills": loss.kills,
        "acknowledged": loss.acknowledged_records,
        "acknowledged but lost": loss.lost_records,
        "duplicated": loss.duplicated_records,
        "failed": loss.failed_records,
    }
