"""Measures the registry and the serializers, and writes their page."""

import argparse
import itertools
import os
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from benchmarks.machine import describe_machine
from benchmarks.registry.contenders import Start, contenders
from benchmarks.registry.report import LOADS, STARTS, Results, render
from benchmarks.registry.schemas import TIMEOUT_S
from benchmarks.registry.serializers import Compared
from benchmarks.registry.service import full_topic, measure_requests, measure_start
from odradek.testing import EphemeralBroker

PAGE = Path(__file__).parents[2] / "docs/benchmarks/registry.md"
ROUNDS = 5


def measure(results: Results, contenders: Mapping[str, Start], options: argparse.Namespace) -> None:
    """Every load in turn in each round, of one registry after the other; then the starts."""
    with EphemeralBroker(durability="disk") as broker:
        servers = broker.bootstrap_servers
        for number in range(options.rounds):
            for load, (name, start) in itertools.product(LOADS, contenders.items()):
                requests = max(1, int(load.requests * options.fraction))
                topic = f"{load.way}-{load.clients}-{number}-{list(contenders).index(name)}"
                served = measure_requests(start, servers, topic, load.way, load.clients, requests)
                results.requests.setdefault((load.title, name), []).append(served)
                _say(f"{load.title}, {name}: {served}")
        topics = {
            each: full_topic(servers, f"full-{each}", int(each * options.fraction))
            for each in STARTS
        }
        for _ in range(options.rounds):
            for (schemas, topic), (name, start) in itertools.product(
                topics.items(), contenders.items()
            ):
                started = measure_start(start, servers, topic)
                results.starts.setdefault((schemas, name), []).append(started)
                _say(f"start with {schemas}, {name}: {started}")


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
    parser.add_argument("--peer", help="another registry: NAME=COMMAND (contenders.py says how)")
    parser.add_argument("--note", default="", help="how the peer was made and run, for the page")
    options = parser.parse_args()
    registries = contenders(options.peer)
    results = Results(
        describe_machine(PAGE.parent),
        datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        os.getloadavg()[0],
        options.note,
    )
    results.serializers = measure_serializers(options.rounds, options.fraction)
    measure(results, registries, options)
    options.output.write_text(render(results), encoding="utf-8")
    _say(f"wrote {options.output}")
    return 0


def _say(line: str) -> None:
    sys.stderr.write(line + "\n")


if __name__ == "__main__":
    sys.exit(main())
