"""The page of the registry: what was measured, what must be reached, and Karapace's figures.

Pure: results in, the page out.
"""

import math
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, TypeVar

from benchmarks.registry.contenders import OURS
from benchmarks.registry.schemas import FIELDS, VERSIONS
from benchmarks.registry.serializers import Compared
from benchmarks.registry.service import Served, Started
from benchmarks.results import Machine

Sample = TypeVar("Sample")


class Load(NamedTuple):
    """Requests that are measured: how many clients, and how many requests of each."""

    way: str
    title: str
    clients: int
    requests: int
    karapace: str = ""
    """Requests a second and core."""


LOADS = (
    Load("by_id", "GET /schemas/ids/{id}", 8, 2_500, "355"),
    Load("latest", "GET /subjects/{subject}/versions/latest", 8, 2_500, "291"),
    Load("register", "register, one client", 1, 300),
    Load("register", "register, 20 clients", 20, 150),
)
GETS, REGISTRATION = LOADS[:2], LOADS[3]
STARTS = {10_000: ("1.5", "+19"), 50_000: ("9.3", "+98")}
"""Schemas in the topic, and the seconds of CPU and the MB that Karapace takes to read them."""

GETS_PER_CORE_MUST, REGISTRATIONS_MUST = 3_000, 500
START_MUST_S = {10_000: 1.0, 50_000: 3.0}
RSS_MUST_MB = {10_000: 80.0}
AVRO_MUST_US, JSON_MUST_TIMES = (15.0, 14.0), 20.0


@dataclass
class Results:
    """Every round of everything."""

    machine: Machine
    written_at: str
    load_average: float
    note: str
    requests: dict[tuple[str, str], list[Served]] = field(default_factory=dict)
    """By the load's title and the registry's name."""
    starts: dict[tuple[int, str], list[Started]] = field(default_factory=dict)
    """By the number of schemas and the registry's name."""
    serializers: dict[str, Compared] = field(default_factory=dict)


def render(results: Results) -> str:
    """The page."""
    machine = results.machine
    rounds = len(results.starts[min(STARTS), OURS])
    rest = "others were at work: wall times say little" if results.load_average > 1 else "quiet"
    return f"""\
# The registry and the serializers

Written by `python -m benchmarks.registry` on {results.written_at}: medians of {rounds} rounds, in
brackets the range. A registry is a process of its own on an odradek broker with durability disk
on the same machine, as are the clients; CPU is that of the registry's process, all threads. Each is
asked as much before it is measured. The schemas are Avro records of {FIELDS} documented fields,
1.8 kB each, {VERSIONS} versions a subject.

Karapace cannot be installed from a package index, so it is not run beside us. Its figures are those
we measured of version 6.2.0 on such a machine: CPU in its request handlers alone, without HTTP, and
in the handler of records alone, with Avro records of 20 fields. All others are of whole processes,
with HTTP, imports and Kafka's client. {results.note}

## Requests

{_table(REQUESTS_HEAD, _request_rows(results))}

A registration is acknowledged when it is on the broker's disk and the instance has read it back.
Ours writes transactions; registrations that arrive while a transaction is under way share the next.

## Starts

{_table(STARTS_HEAD, _start_rows(results))}

From spawning the process until it serves.

## Serializers

{_table(SERIALIZERS_HEAD, _serializer_rows(results))}

Microseconds of CPU for a record of eight fields; ours and confluent-kafka's in one process, with
the same registry, in turn, each called as its own producer and consumer do. Both judge JSON by its
schema.

{machine.cpu}, {machine.cores} cores, Linux {machine.kernel}, Python {machine.python};
load average {results.load_average:.1f} before the run ({rest}).
"""


REQUESTS_HEAD = (
    *("request", "registry", "requests/s", "p50 ms", "p99 ms", "CPU µs", "a second and core"),
    "must reach",
)
STARTS_HEAD = ("schemas", "registry", "seconds", "CPU seconds", "MB resident", "must reach")
SERIALIZERS_HEAD = (
    *("format", "write", "read", "confluent-kafka writes", "reads"),
    *("times faster: write", "read", "must reach"),
)


def _request_rows(results: Results) -> list[list[str]]:
    rows = []
    for load in LOADS:
        for (title, registry), served in results.requests.items():
            if title == load.title:
                rows.append([title, registry, *_served(load, registry, served)])
        if load.karapace:
            rows.append([load.title, "Karapace", "-", "-", "-", "-", load.karapace, "-"])
    return rows


def _served(load: Load, registry: str, served: Sequence[Served]) -> list[str]:
    per_s = statistics.median(each.requests_per_s for each in served)
    cpu_us = statistics.median(each.cpu_us_per_request for each in served)
    per_core = 1e6 / cpu_us if cpu_us else math.inf  # few requests cost less than a clock's tick
    verdict = "-"
    if registry == OURS and load in GETS:
        verdict = _verdict(per_core, ">=", GETS_PER_CORE_MUST, " a core")
    if registry == OURS and load is REGISTRATION:
        verdict = _verdict(per_s, ">=", REGISTRATIONS_MUST, "/s")
    return [
        _figure(served, lambda each: each.requests_per_s),
        _figure(served, lambda each: each.p50_ms, digits=1),
        _figure(served, lambda each: each.p99_ms, digits=1),
        _figure(served, lambda each: each.cpu_us_per_request),
        f"{per_core:,.0f}",
        verdict,
    ]


def _start_rows(results: Results) -> list[list[str]]:
    rows = []
    for schemas, (cpu_s, memory) in STARTS.items():
        for (count, registry), started in results.starts.items():
            if count == schemas:
                rows.append([f"{schemas:,}", registry, *_started(schemas, registry, started)])
        rows.append([f"{schemas:,}", "Karapace", "-", cpu_s, memory, "-"])
    return rows


def _started(schemas: int, registry: str, started: Sequence[Started]) -> list[str]:
    verdicts = []
    if registry == OURS:
        seconds = statistics.median(each.seconds for each in started)
        verdicts.append(_verdict(seconds, "<=", START_MUST_S[schemas], " s"))
        if schemas in RSS_MUST_MB:
            megabytes = statistics.median(each.rss_mb for each in started)
            verdicts.append(_verdict(megabytes, "<=", RSS_MUST_MB[schemas], " MB"))
    return [
        _figure(started, lambda each: each.seconds, digits=2),
        _figure(started, lambda each: each.cpu_seconds, digits=2),
        _figure(started, lambda each: each.rss_mb),
        "; ".join(verdicts) or "-",
    ]


def _serializer_rows(results: Results) -> list[list[str]]:
    rows = []
    for name, compared in results.serializers.items():
        ours, theirs = compared.ours, compared.theirs
        times = (theirs.write_us / ours.write_us, theirs.read_us / ours.read_us)
        verdict = "-"
        if name == "Avro":
            write, read = AVRO_MUST_US
            verdict = (
                f"write {_verdict(ours.write_us, '<=', write, ' µs')};"
                f" read {_verdict(ours.read_us, '<=', read, ' µs')}"
            )
        if name == "JSON Schema":
            verdict = _verdict(min(times), ">=", JSON_MUST_TIMES, "x")
        rows.append(
            [
                name,
                *(f"{each:.1f}" for each in (ours.write_us, ours.read_us)),
                *(f"{each:.1f}" for each in (theirs.write_us, theirs.read_us)),
                *(f"{each:.1f}" for each in times),
                verdict,
            ]
        )
    return rows


def _figure(samples: Sequence[Sample], value: Callable[[Sample], float], digits: int = 0) -> str:
    values = sorted(map(value, samples))
    middle = f"{statistics.median(values):,.{digits}f}"
    if len(values) == 1:
        return middle
    return f"{middle} ({values[0]:,.{digits}f}-{values[-1]:,.{digits}f})"


def _verdict(value: float, sign: str, bound: float, unit: str) -> str:
    is_met = value >= bound if sign == ">=" else value <= bound
    shown = "≥" if sign == ">=" else "≤"
    return f"{shown} {bound:,g}{unit}: {'met' if is_met else '**not met**'}"


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
