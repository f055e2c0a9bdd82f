"""Measures the registry and the serializers, and writes their page."""

import argparse
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from benchmarks.machine import describe_machine
from benchmarks.registry.report import LOADS, STARTS, Results, render
from benchmarks.registry.schemas import TIMEOUT_S
from benchmarks.registry.serializers import Compared
from benchmarks.registry.service import full_topic, measure_requests, measure_start
from odradek.testing import EphemeralBroker

PAGE = Path(__file__).parents[2] / "docs/benchmarks/registry.md"
ROUNDS = 5


def measure(results: Results, rounds: int, fraction: float) -> None:
    """Every load in turn in each round, then the starts."""
    with EphemeralBroker(durability="disk") as broker:
        servers = broker.bootstrap_servers
        for number in range(rounds):
            for load in LOADS:
                requests = max(1, int(load.requests * fraction))
                topic = f"{load.way}-{load.clients}-{number}"
                served = measure_requests(servers, topic, load.way, load.clients, requests)
                results.requests.setdefault(load.title, []).append(served)
                _say(f"{load.title}: {served}")
        topics = {
            each: full_topic(servers, f"full-{each}", int(each * fraction)) for each in STARTS
        }
        for _ in range(rounds):
            for schemas, topic in topics.items():
                started = measure_start(servers, topic)
                results.starts.setdefault(schemas, []).append(started)
                _say(f"start with {schemas}: {started}")


def measure_serializers(rounds: int, fraction: float) -> dict[str, Compared]:
    """In a process of their own."""
    command = [sys.executable, "-m", "benchmarks.registry.serializers"]
    command += ["--rounds", str(rounds), "--seconds", str(0.3 * fraction)]
    finished = subprocess.run(
        command, stdout=subprocess.PIPE, text=True, timeout=TIMEOUT_S, check=True
    )
    return msgspec.json.decode(finished.stdout, type=dict[str, Compared])


def main() -> int:
    """Measure and write the page; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.registry", description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--fraction", type=float, default=1.0, help="of requests and schemas")
    parser.add_argument("--output", type=Path, default=PAGE)
    options = parser.parse_args()
    results = Results(
        describe_machine(PAGE.parent),
        datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        os.getloadavg()[0],
    )
    results.serializers = measure_serializers(options.rounds, options.fraction)
    measure(results, options.rounds, options.fraction)
    options.output.write_text(render(results), encoding="utf-8")
    _say(f"wrote {options.output}")
    return 0


def _say(line: str) -> None:
    sys.stderr.write(line + "\n")


if __name__ == "__main__":
    sys.exit(main())
