"""The rows of the benchmark: the load each one puts on a broker, and what must be reached.

A criterion is judged on medians over the rounds. A ratio is always odradek divided by Apache Kafka,
so for a metric where less is better (CPU, memory, latency, time) it has to be small. Nothing here
measures. The order is that of the run: resident memory is judged after the rows before it.
"""

from dataclasses import dataclass
from typing import Literal

from benchmarks.loads import (
    ClientLoad,
    CompactionLoad,
    GroupLoad,
    Load,
    PartitionsStart,
    TransactionLoad,
)

APACHE = "apache"
ODRADEK = "odradek"
ODRADEK_DISK = "odradek_disk"
TANSU = "tansu"
SYSTEMS = (APACHE, ODRADEK, ODRADEK_DISK, TANSU)
SYSTEM_NAMES = {
    APACHE: "Apache Kafka",
    ODRADEK: "odradek",
    ODRADEK_DISK: "odradek, disk",
    TANSU: "Tansu",
}


@dataclass(frozen=True)
class Criterion:
    """What one metric must reach, and what it aims at; `against_apache` compares ratios."""

    metric: str
    better: Literal["higher", "lower"]
    must: float
    aim: float
    against_apache: bool = True

    def verdict(self, value: float) -> str:
        """Return whether `value` reaches the aim, only what it must, or neither."""
        if self._reaches(value, self.aim):
            return "aim met"
        return "met" if self._reaches(value, self.must) else "**not met**"

    def _reaches(self, value: float, bound: float) -> bool:
        return value >= bound if self.better == "higher" else value <= bound


@dataclass(frozen=True)
class Row:
    """One row of the table; what has no load is measured by `starts`, or beside the loads.

    `without_tansu` says why Tansu is not asked; empty where it is.
    """

    name: str
    title: str
    criteria: tuple[Criterion, ...]
    load: (
        Load | ClientLoad | TransactionLoad | CompactionLoad | GroupLoad | PartitionsStart | None
    ) = None
    without_tansu: str = ""


def _no_slower(metric: str, aim: float) -> Criterion:
    return Criterion(metric, "lower", 1, aim)


def _client_criteria(cpu_aim: float) -> tuple[Criterion, ...]:
    """The client is the limit here: the broker shows in what it spends."""
    return (
        Criterion("mb_per_s", "higher", 0.9, 1),
        Criterion("cpu_ms_per_mb", "lower", 0.9, cpu_aim),
    )


def _transaction_criteria() -> tuple[Criterion, ...]:
    return (
        Criterion("transactions_per_s", "higher", 1, 1.5),
        _no_slower("p50_us", 0.7),
        _no_slower("p99_us", 0.7),
        _no_slower("cpu_us_per_transaction", 0.5),
    )


def _cleaning_criteria() -> tuple[Criterion, ...]:
    return (
        Criterion("mb_per_s", "higher", 1, 1.5),
        Criterion("records_per_s", "higher", 1, 1.5),
        _no_slower("cpu_ms_per_mb", 0.5),
    )


_NOT_COMPACTED = "its topics are not compacted"
_NOTHING_KEPT = "its memory engine keeps nothing across a restart"

ROWS = (
    Row(
        "produce_1kib",
        "produce 1 KiB in large batches",
        (Criterion("mb_per_s", "higher", 1.4, 1.9), Criterion("cpu_ms_per_mb", "lower", 0.6, 0.45)),
        Load("produce", value_bytes=1024, batch_bytes=900_000, in_flight=5),
    ),
    Row(
        "produce_100b",
        "produce 100 B in large batches",
        (Criterion("mb_per_s", "higher", 2, 2.8), Criterion("cpu_ms_per_mb", "lower", 0.5, 0.31)),
        Load("produce", value_bytes=100, batch_bytes=500_000, in_flight=5),
    ),
    Row(
        "sequential",
        "one message a request, sequential",
        (
            Criterion("p50_us", "lower", 1, 0.8),
            Criterion("cpu_us_per_request", "lower", 0.6, 0.4),
        ),
        Load("produce"),
    ),
    Row(
        "pipelined",
        "one message a request, 100 in flight over 4 connections",
        (Criterion("requests_per_s", "higher", 3, 5),),
        Load("produce", connections=4, in_flight=25),
    ),
    Row(
        "consume",
        "consume, 1 MB a fetch",
        (Criterion("mb_per_s", "higher", 1.5, 2), Criterion("cpu_ms_per_mb", "lower", 0.5, 0.4)),
        Load("fetch", max_bytes=20_000_000_000),
    ),
    Row(
        "memory",
        "resident memory, idle and after the load",
        (
            Criterion("rss_idle_mb", "lower", 1 / 6, 1 / 14),
            Criterion("rss_loaded_mb", "lower", 1 / 8, 1 / 30),
        ),
        without_tansu="its memory engine keeps all records in memory, so that is what it shows",
    ),
    Row(
        "librdkafka_produce_1kib",
        "librdkafka produces 1 KiB",
        _client_criteria(0.5),
        ClientLoad("librdkafka", "produce", value_bytes=1024, records=300_000),
    ),
    Row(
        "librdkafka_produce_100b",
        "librdkafka produces 100 B",
        _client_criteria(0.5),
        ClientLoad("librdkafka", "produce", value_bytes=100, records=1_500_000),
    ),
    Row(
        "librdkafka_consume",
        "librdkafka consumes 1 KiB",
        _client_criteria(0.5),
        ClientLoad("librdkafka", "consume", value_bytes=1024, records=300_000),
    ),
    Row(
        "java_produce_1kib",
        "ProducerPerformance, 1 KiB",
        _client_criteria(0.5),
        ClientLoad("java", "produce", value_bytes=1024, records=300_000),
    ),
    Row(
        "java_produce_100b",
        "ProducerPerformance, 100 B",
        _client_criteria(0.5),
        ClientLoad("java", "produce", value_bytes=100, records=2_000_000),
    ),
    Row(
        "java_consume",
        "ConsumerPerformance, 1 KiB",
        _client_criteria(0.5),
        ClientLoad("java", "consume", value_bytes=1024, records=300_000),
    ),
    Row(
        "busy_connections",
        "50 busy connections beside 500 idle ones",
        (_no_slower("p99_us", 0.6), Criterion("requests_per_s", "higher", 1, 2)),
        Load("produce", connections=50, idle_connections=500, seconds=3),
    ),
    Row(
        "commits_sequential",
        "offset commits, sequential",
        (_no_slower("p50_us", 0.5), _no_slower("p99_us", 0.5)),
        Load("commit", seconds=2),
    ),
    Row(
        "commits_concurrent",
        "offset commits of 50 groups, 4 in flight each",
        (
            Criterion("requests_per_s", "higher", 1, 2),
            Criterion("requests_per_s", "higher", 10_000, 20_000, against_apache=False),
            _no_slower("p99_us", 0.5),
            _no_slower("cpu_us_per_request", 0.5),
        ),
        Load("commit", connections=50, in_flight=4, seconds=2),
    ),
    Row(
        "transactions",
        "transactions of 100 records",
        _transaction_criteria(),
        TransactionLoad("produce", transactions=2_000),
    ),
    Row(
        "read_committed",
        "librdkafka consumes committed transactions, 1 KiB",
        _client_criteria(0.5),
        ClientLoad("librdkafka", "consume_committed", value_bytes=1024, records=300_000),
    ),
    Row(
        "transactional_copy",
        "consume, transform, produce: transactions of 100 records",
        _transaction_criteria(),
        TransactionLoad("copy", transactions=1_000, value_bytes=1024),
    ),
    Row(
        "group",
        "group of 50 members: all join, one leaves",
        (_no_slower("join_ms", 1), _no_slower("leave_ms", 0.5)),
        GroupLoad(members=50),
    ),
    Row(
        "compaction_100b",
        "compaction, values of 100 B",
        _cleaning_criteria(),
        CompactionLoad(records=1_500_000, keys=300_000, value_bytes=100),
        without_tansu=_NOT_COMPACTED,
    ),
    Row(
        "compaction_1kib",
        "compaction, values of 1 KiB on average",
        _cleaning_criteria(),
        CompactionLoad(records=300_000, keys=60_000, value_bytes=1024, of_many_sizes=True),
        without_tansu=_NOT_COMPACTED,
    ),
    Row(
        "produce_beside_compaction",
        "one message a request, sequential, while a log is compacted",
        (_no_slower("p99_us", 0.6), _no_slower("p50_us", 0.8)),
        CompactionLoad(
            records=3_000_000, keys=600_000, value_bytes=100, beside=Load("produce", seconds=2)
        ),
        without_tansu=_NOT_COMPACTED,
    ),
    Row(
        "start",
        "start to first answer, empty",
        (Criterion("start_s", "lower", 1 / 10, 1 / 20),),
    ),
    Row(
        "recovery",
        "recovery scan after kill -9",
        (Criterion("scan_gb_per_s", "higher", 0.5, 1.5, against_apache=False),),
        without_tansu=_NOTHING_KEPT,
    ),
    Row(
        "start_1000",
        "start on 1,000 partitions after a clean stop",
        (
            _no_slower("ready_s", 0.2),
            Criterion("ready_s", "lower", 2, 0.5, against_apache=False),
        ),
        PartitionsStart(1000, "stop"),
        without_tansu=_NOTHING_KEPT,
    ),
    Row(
        "restart_1000",
        "start on 1,000 partitions after a kill -9",
        (_no_slower("ready_s", 0.1),),
        PartitionsStart(1000, "kill"),
        without_tansu=_NOTHING_KEPT,
    ),
)


def rows_named(names: list[str]) -> tuple[Row, ...]:
    """Return the rows of these names, or all for none; raise ValueError for an unknown one."""
    known = {row.name: row for row in ROWS}
    unknown = [name for name in names if name not in known]
    if unknown:
        raise ValueError(f"no row is named {unknown[0]!r}; the rows are {', '.join(known)}")
    return tuple(known[name] for name in names) if names else ROWS
