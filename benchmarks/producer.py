"""The producer beside the raw client: `python -m benchmarks.producer` writes its page.

Each way of producing runs in a process of its own, all of them in turn in every round, against one
odradek broker with durability process on the same machine. The page shows medians; the ratio that
counts is that of CPU, for a busy machine moves rates and leaves CPU nearly alone.
"""

import argparse
import datetime
import os
import statistics
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec

from benchmarks.machine import describe_machine
from benchmarks.producer_client import WayResult
from odradek.testing import EphemeralBroker

PAGE = Path(__file__).parents[1] / "docs/benchmarks/producer.md"
TOPIC = "speed"
PARTITIONS = 12
TIMEOUT_S = 600.0


class Way(NamedTuple):
    """A way of producing, how many records it gets, and what it is called."""

    name: str
    records: int
    title: str
    ratio_must: float = 0.0
    rate_must: float = 0.0


WAYS = (
    Way("raw", 400_000, "confluent-kafka's `produce`, a callback each, `poll(0)` after each"),
    Way("threads", 400_000, "`Producer.send`, a receipt each", ratio_must=0.8),
    Way("coroutines", 400_000, "`await AsyncProducer.send`, a receipt each", ratio_must=0.6),
    Way(
        "awaited",
        120_000,
        "`await AsyncProducer.send_and_wait`, 64 in flight, profile `sync`",
        rate_must=20_000,
    ),
    Way("sticky", 40_000, "sticky partitioning, 100 records each 10 ms, no keys"),
    Way("scattered", 40_000, "a partition by chance for each of them (sticky off)"),
)


def run_way(way: str, servers: str, records: int) -> WayResult:
    """Run one way in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.producer_client", way, "--servers", servers]
    command += ["--topic", TOPIC, "--records", str(records)]
    finished = subprocess.run(
        command, capture_output=True, text=True, timeout=TIMEOUT_S, check=True
    )
    return msgspec.json.decode(finished.stdout, type=WayResult)


def measure(rounds: int, fraction: float = 1.0) -> dict[str, list[WayResult]]:
    """Run all ways in turn, round after round."""
    results: dict[str, list[WayResult]] = {way.name: [] for way in WAYS}
    with EphemeralBroker() as broker:
        broker.create_topic(TOPIC, partitions=PARTITIONS)
        for _ in range(rounds):
            for way in WAYS:
                records = int(way.records * fraction)
                results[way.name].append(run_way(way.name, broker.bootstrap_servers, records))
    return results


def render(results: dict[str, list[WayResult]], load: float) -> str:
    """The page."""
    rounds = len(results["raw"])
    machine = describe_machine(PAGE.parent)
    raw_us = median_us(results["raw"])
    fixed_us = median_us(results["threads"]) - raw_us
    speeds = "\n".join(row(way, results[way.name], raw_us) for way in WAYS[:4])
    batches = "\n".join(batch_row(way, results[way.name]) for way in WAYS[4:])
    return f"""\
# The producer beside the raw client

Written by `python -m benchmarks.producer`. Records of 100 B to {PARTITIONS} partitions of an
odradek broker with durability process, on the same machine; every way in a process of its own, all
of them in turn, {rounds} rounds, medians (in brackets the range). The raw client has the settings
of the profile `async`. CPU is that of the whole client process. The ratio is that of CPU, raw
divided by ours: what is left of the raw client's throughput where the client is the limit.

| way | records/s | CPU us a record | ratio | must reach |
|---|---|---|---|---|
{speeds}

**Fixed cost** of a record, for its receipt, checks and ledger: {fixed_us:.1f} us of CPU more than
the raw client's.

Sticky partitioning against a partition by chance, at a rate that leaves batches room to grow:

| way | records a batch | CPU us a record |
|---|---|---|
{batches}

{machine.cpu}, {machine.cores} cores, Linux {machine.kernel}, Python {machine.python},
{datetime.datetime.now(datetime.UTC).date()}; load average {load:.0f} before the run
({"others were at work, so rates say little" if load > 1 else "quiet"}).
"""


def median_us(results: Sequence[WayResult]) -> float:
    """The median CPU time of a record, in microseconds."""
    return statistics.median(each.cpu_seconds / each.records * 1e6 for each in results)


def row(way: Way, results: Sequence[WayResult], raw_us: float) -> str:
    """One row of the table of speeds."""
    rates = sorted(each.records / each.seconds for each in results)
    costs = sorted(each.cpu_seconds / each.records * 1e6 for each in results)
    ratio = raw_us / median_us(results)
    return (
        f"| {way.title} | {statistics.median(rates):,.0f} ({rates[0]:,.0f} - {rates[-1]:,.0f})"
        f" | {median_us(results):.1f} ({costs[0]:.1f} - {costs[-1]:.1f})"
        f" | {'-' if way.rate_must else f'{ratio:.2f}'}"
        f" | {verdict(way, statistics.median(rates), ratio)} |"
    )


def verdict(way: Way, rate: float, ratio: float) -> str:
    """What the way must reach, and whether it did."""
    if way.ratio_must:
        return f"{way.ratio_must} of raw: {'met' if ratio >= way.ratio_must else '**not met**'}"
    if way.rate_must:
        return f"{way.rate_must:,.0f}/s: {'met' if rate >= way.rate_must else '**not met**'}"
    return "-"


def batch_row(way: Way, results: Sequence[WayResult]) -> str:
    """One row of the table of batches."""
    records = statistics.median(each.records_per_batch for each in results)
    return f"| {way.title} | {records:.0f} | {median_us(results):.1f} |"


def main() -> int:
    """Measure and write the page; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--fraction", type=float, default=1.0, help="of each way's records")
    options = parser.parse_args()
    load = os.getloadavg()[0]
    PAGE.write_text(render(measure(options.rounds, options.fraction), load), encoding="utf-8")
    sys.stdout.write(PAGE.read_text(encoding="utf-8"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
