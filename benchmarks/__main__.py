"""`python -m benchmarks`: runs the rows, then writes the page, the plot and the raw figures."""

import argparse
import os
import shlex
import shutil
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.load_generator import LoaderUnavailable, LoadFailed, build_loader
from benchmarks.machine import describe_machine, fill_page_cache
from benchmarks.plot import draw_plot
from benchmarks.report import render_report
from benchmarks.results import Results
from benchmarks.rows import ROWS, SYSTEMS, rows_named
from benchmarks.runner import Plan, Runner
from odradek.ops.cluster import ApacheKafkaError, JarsUnavailable
from odradek.testing.broker_process import BrokerStartError

OUTPUT = Path(__file__).parent.parent / "docs" / "benchmarks"
WARM_UP_S = 30.0
QUICK_WARM_UP_S = 6.0
QUICK_LOAD_FACTOR = 0.25
EXPECTED_FAILURES = (
    LoaderUnavailable,
    LoadFailed,
    JarsUnavailable,
    ApacheKafkaError,
    BrokerStartError,
    TimeoutError,
)


def main() -> int:
    """Run the benchmark; return the exit code."""
    started = time.monotonic()
    # An installed package has its bytecode on disk; a checkout shall have it too.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    options = _parse_options()
    plan = Plan(
        rows=rows_named(options.rows),
        systems=tuple(system for system in SYSTEMS if system in options.systems),
        rounds=options.rounds or (1 if options.quick else 5),
        warm_up_s=QUICK_WARM_UP_S if options.quick else WARM_UP_S,
        load_factor=QUICK_LOAD_FACTOR if options.quick else 1.0,
    )

    def say(line: str) -> None:
        sys.stderr.write(f"{time.monotonic() - started:6.1f} s  {line}\n")

    directory = Path(tempfile.mkdtemp(prefix="odradek-bench-"))
    try:
        results = _empty_results(plan, directory)
        loader = build_loader()
        if not (options.quick or options.skip_page_cache):
            say("filling the page cache")
            results.page_cache_fill_gb = fill_page_cache(directory)
        Runner(plan, loader=loader, directory=directory, results=results, say=say).run()
        results.duration_s = time.monotonic() - started
    except EXPECTED_FAILURES as failure:
        sys.stderr.write(f"{failure}\n")
        return 1
    finally:
        shutil.rmtree(directory)
    _write(results, options.output)
    say(f"wrote {options.output}")
    return 0


def _parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    names = ", ".join(row.name for row in ROWS)
    parser.add_argument("--rows", nargs="+", default=[], metavar="ROW", help=f"of {names}")
    parser.add_argument("--systems", nargs="+", default=SYSTEMS, choices=SYSTEMS)
    parser.add_argument("--rounds", type=int, help="rounds a row; 5, or 1 with --quick")
    parser.add_argument(
        "--quick", action="store_true", help="a quarter of the load, not for quoting"
    )
    parser.add_argument("--skip-page-cache", action="store_true", help="do not fill it beforehand")
    parser.add_argument("--output", type=Path, default=OUTPUT, help="directory to write to")
    options = parser.parse_args()
    try:
        rows_named(options.rows)
    except ValueError as error:
        parser.error(str(error))
    return options


def _empty_results(plan: Plan, directory: Path) -> Results:
    return Results(
        recorded_at=datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        command=shlex.join(["python", "-m", "benchmarks", *sys.argv[1:]]),
        rounds=plan.rounds,
        warm_up_s=plan.warm_up_s,
        load_factor=plan.load_factor,
        page_cache_fill_gb=0.0,
        duration_s=0.0,
        machine=describe_machine(directory),
        limits={},
        samples={},
    )


def _write(results: Results, output: Path) -> None:
    output.mkdir(parents=True, exist_ok=True)
    page = output / "broker.md"
    previous = page.read_text() if page.exists() else ""
    (output / "broker.json").write_bytes(results.encode())
    draw_plot(results, output / "broker.png")
    page.write_text(render_report(results, previous))


if __name__ == "__main__":
    sys.exit(main())
