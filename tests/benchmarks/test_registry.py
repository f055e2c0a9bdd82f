"""Everything that the registry's benchmark measures still works, and its page can be written."""

import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.machine import describe_machine
from benchmarks.registry.contenders import OURS
from benchmarks.registry.report import LOADS, STARTS, Results, render
from benchmarks.registry.service import Served, Started

REPOSITORY = Path(__file__).parents[2]


@pytest.mark.drill
def test_short_run_writes_a_row_for_everything(tmp_path: Path) -> None:
    page = tmp_path / "registry.md"
    command = [sys.executable, "-m", "benchmarks.registry", "--rounds", "1"]
    command += ["--fraction", "0.01", "--output", str(page)]
    finished = subprocess.run(command, capture_output=True, text=True, check=False, cwd=REPOSITORY)
    assert finished.returncode == 0, finished.stderr
    rows = [line.split(" | ")[0] for line in page.read_text().splitlines() if line.startswith("|")]
    for title in (*(load.title for load in LOADS), *(f"{each:,}" for each in STARTS), "Protobuf"):
        assert f"| {title}" in rows


def test_requests_that_cost_less_than_a_tick_of_the_clock_have_a_row(tmp_path: Path) -> None:
    results = Results(describe_machine(tmp_path), "today", 0.0, "")
    results.starts = {(each, OURS): [Started(0.1, 0.0, 50.0)] for each in STARTS}
    results.requests = {(LOADS[0].title, OURS): [Served(100.0, 1.0, 2.0, 0.0)]}
    assert f"| {LOADS[0].title} | {OURS} | 100 |" in render(results)
