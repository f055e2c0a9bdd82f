"""`python -m benchmarks`: runs the rows, then writes the page, the plot and the raw figures."""

import argparse
import os
import shlex
import shutil
import sys
import tempfile
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from confluent_kafka import KafkaException

from benchmarks.load_generator import LoaderUnavailable, LoadFailed, build_loader
from benchmarks.machine import describe_machine, fill_page_cache
from benchmarks.plot import draw_plot
from benchmarks.report import render_report
from benchmarks.results import FULL_ROUNDS, Results, decode_results
from benchmarks.rows import ROWS, SYSTEMS, TANSU, rows_named
from benchmarks.runner import Plan, Runner
from benchmarks.tansu import TansuUnavailable, tansu_binary
from odradek.ops.cluster import ApacheKafkaError, JarsUnavailable
from odradek.testing.broker_process import BrokerStartError

OUTPUT = Path(__file__).parent.parent / "docs" / "benchmarks"
FULL = (6.0, 3.0, 1.0)
SHORTENED = {"quick": (1.2, 3.0, 0.25), "smoke": (0.1, 0.1, 0.01)}
"""Seconds of warm-up for a row and of rest before memory is looked at; the part of the load."""
EXPECTED_FAILURES = (
    LoaderUnavailable,
    LoadFailed,
    JarsUnavailable,
    ApacheKafkaError,
    BrokerStartError,
    TimeoutError,
    KafkaException,
)


def main() -> int:
    """Run the benchmark; return the exit code."""
    started = time.monotonic()
    # An installed package has its bytecode on disk; a checkout shall have it too.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    options = _parse_options()
    warm_up_s, settle_s, load_factor = SHORTENED.get(options.shortened, FULL)
    plan = Plan(
        rows=rows_named(options.rows),
        systems=tuple(system for system in SYSTEMS if system in options.systems),
        rounds=options.rounds or (1 if options.shortened else FULL_ROUNDS),
        warm_up_s=warm_up_s,
        settle_s=settle_s,
        load_factor=load_factor,
    )

    def say(line: str) -> None:
        sys.stderr.write(f"{time.monotonic() - started:6.1f} s  {line}\n")

    directory = Path(tempfile.mkdtemp(prefix="odradek-bench-"))
    try:
        results = _empty_results(plan, options, directory)
        loader = build_loader()
        plan = _without_missing(plan, results)
        if not (options.shortened or options.skip_page_cache):
            say("filling the page cache")
            results.page_cache_fill_gb = fill_page_cache(directory)
        Runner(plan, loader=loader, directory=directory, results=results, say=say).run()
        results.duration_s = time.monotonic() - started
    except EXPECTED_FAILURES as failure:
        sys.stderr.write(f"{failure}\n")
        return 1
    finally:
        shutil.rmtree(directory)
    output = options.output or (OUTPUT if _is_full(options) else _temporary_output())
    _write(results, output, options.compare_with)
    say(f"wrote {output}")
    return 0


def _is_full(options: argparse.Namespace) -> bool:
    """Only a run of everything may replace the recorded one unasked."""
    return not (options.rows or options.shortened or set(options.systems) < set(SYSTEMS))


def _temporary_output() -> Path:
    return Path(tempfile.mkdtemp(prefix="odradek-bench-output-"))


def _without_missing(plan: Plan, results: Results) -> Plan:
    """The plan without Tansu where it cannot be had; the page will say why."""
    if TANSU not in plan.systems:
        return plan
    try:
        tansu_binary()
    except TansuUnavailable as missing:
        results.add_gap("", TANSU, str(missing))
        systems = tuple(system for system in plan.systems if system != TANSU)
        return replace(plan, systems=systems)
    return plan


def _parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    names = ", ".join(row.name for row in ROWS)
    parser.add_argument("--rows", nargs="+", default=[], metavar="ROW", help=f"of {names}")
    parser.add_argument("--systems", nargs="+", default=SYSTEMS, choices=SYSTEMS)
    parser.add_argument(
        "--rounds", type=int, help=f"rounds a row; {FULL_ROUNDS}, or 1 when shortened"
    )
    lengths = parser.add_mutually_exclusive_group()
    for name, help_text in (
        ("quick", "a quarter of the load, one round; not for quoting"),
        ("smoke", "next to no load, one round: does every row still work?"),
    ):
        lengths.add_argument(
            f"--{name}", dest="shortened", action="store_const", const=name, help=help_text
        )
    parser.add_argument("--skip-page-cache", action="store_true", help="do not fill it beforehand")
    parser.add_argument(
        "--output",
        type=Path,
        help="directory to write to; docs/benchmarks for a full run, else a temporary one",
    )
    parser.add_argument(
        "--compare-with",
        type=Path,
        default=OUTPUT / "broker.json",
        help="the earlier run whose ratios must be kept; the recorded one unless given",
    )
    options = parser.parse_args()
    try:
        rows_named(options.rows)
    except ValueError as error:
        parser.error(str(error))
    return options


def _choices(options: argparse.Namespace) -> list[str]:
    """The part of the command line that the figures depend on."""
    chosen = ["--rows", *options.rows] if options.rows else []
    if options.shortened:
        chosen.append(f"--{options.shortened}")
    if options.rounds:
        chosen.append(f"--rounds={options.rounds}")
    return chosen


def _empty_results(plan: Plan, options: argparse.Namespace, directory: Path) -> Results:
    return Results(
        recorded_at=datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        command=shlex.join(["python", "-m", "benchmarks", *_choices(options)]),
        rounds=plan.rounds,
        warm_up_s=plan.warm_up_s,
        load_factor=plan.load_factor,
        page_cache_fill_gb=0.0,
        duration_s=0.0,
        machine=describe_machine(directory),
        limits={},
        samples={},
    )


def _write(results: Results, output: Path, compare_with: Path) -> None:
    output.mkdir(parents=True, exist_ok=True)
    page = output / "broker.md"
    previous_page = page.read_text() if page.exists() else ""
    previous = decode_results(compare_with.read_bytes()) if compare_with.exists() else None
    (output / "broker.json").write_bytes(results.encode())
    draw_plot(results, output / "broker.png")
    page.write_text(render_report(results, previous_page, previous))


if __name__ == "__main__":
    sys.exit(main())
