"""The rows of the benchmark: the load each one puts on a broker, and what must be reached.

A criterion is judged on medians over the rounds. A ratio is always odradek divided by Apache Kafka,
so for a metric where less is better (CPU, memory, latency, time) it has to be small. Nothing here
measures; a row without a load is measured by a function of its own in `runner`.
"""

from dataclasses import dataclass, replace
from typing import Literal

APACHE = "apache"
ODRADEK = "odradek"
ODRADEK_DISK = "odradek_disk"
SYSTEMS = (APACHE, ODRADEK, ODRADEK_DISK)
SYSTEM_NAMES = {
    APACHE: "Apache Kafka",
    ODRADEK: "odradek",
    ODRADEK_DISK: "odradek, disk",
}

FETCH_BYTES = 1 << 20
ACKS_LEADER = 1
ACKS_ALL = -1


@dataclass(frozen=True)
class Load:
    """What one run of the loader does; it ends at `max_bytes` or after `seconds`.

    `max_bytes` keeps a produce run below the kernel's limit of dirty pages: beyond it every writer
    is slowed to the speed of the disk, and the disk would be measured instead of the broker.
    """

    mode: Literal["produce", "fetch"]
    value_bytes: int = 100
    batch_bytes: int = 0
    connections: int = 1
    in_flight: int = 1
    max_bytes: int = 1_000_000_000
    seconds: float = 4.0

    def arguments(self, *, port: int, topic: str, acks: int) -> list[str]:
        """Return the loader's command line for this load."""
        settings = {
            "port": port,
            "topic": topic,
            "acks": acks,
            "partitions": self.connections,
            "connections": self.connections,
            "in-flight": self.in_flight,
            "value-bytes": self.value_bytes,
            "batch-bytes": self.batch_bytes,
            "fetch-bytes": FETCH_BYTES,
            "max-bytes": self.max_bytes,
            "seconds": self.seconds,
        }
        return [self.mode, *(f"--{name}={value}" for name, value in settings.items())]

    def scaled(self, factor: float) -> "Load":
        """Return the same load, shorter or longer by `factor`."""
        return replace(self, max_bytes=int(self.max_bytes * factor), seconds=self.seconds * factor)


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
    """One row of the table."""

    name: str
    title: str
    criteria: tuple[Criterion, ...]
    load: Load | None = None


CONSUMED_LOAD = Load(
    "produce", value_bytes=1024, batch_bytes=65_536, in_flight=5, max_bytes=500_000_000, seconds=30
)
RECOVERED_LOAD = Load(
    "produce",
    value_bytes=1024,
    batch_bytes=65_536,
    in_flight=5,
    max_bytes=1_000_000_000,
    seconds=30,
)

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
        "start",
        "start to first answer, empty",
        (Criterion("start_s", "lower", 1 / 10, 1 / 20),),
    ),
    Row(
        "memory",
        "resident memory, idle and after the load",
        (
            Criterion("rss_idle_mb", "lower", 1 / 6, 1 / 14),
            Criterion("rss_loaded_mb", "lower", 1 / 8, 1 / 30),
        ),
    ),
    Row(
        "recovery",
        "recovery scan after kill -9",
        (Criterion("scan_gb_per_s", "higher", 0.5, 1.5, against_apache=False),),
    ),
)


def rows_named(names: list[str]) -> tuple[Row, ...]:
    """Return the rows of these names, or all for none; raise ValueError for an unknown one."""
    known = {row.name: row for row in ROWS}
    unknown = [name for name in names if name not in known]
    if unknown:
        raise ValueError(f"no row is named {unknown[0]!r}; the rows are {', '.join(known)}")
    return tuple(known[name] for name in names) if names else ROWS
