"""The program as a whole, on our own broker alone and with next to no load."""

import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.load_generator import LoaderUnavailable, build_loader
from benchmarks.results import decode_results
from tests.machine import Missing, obtain

REPOSITORY = Path(__file__).parent.parent.parent
RECORDED = REPOSITORY / "docs" / "benchmarks" / "broker.json"
ROWS = (
    *("start_1000", "sequential", "consume", "commits_sequential", "group"),
    *("transactions", "read_committed", "transactional_copy", "produce_beside_compaction"),
)


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "benchmarks", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=REPOSITORY)


def require_loader() -> None:
    try:
        build_loader()
    except LoaderUnavailable as unavailable:
        raise Missing(str(unavailable)) from unavailable


@pytest.mark.drill
def test_a_smoke_run_measures_rows_of_every_kind_and_leaves_the_recorded_run_alone(
    tmp_path: Path,
) -> None:
    obtain(require_loader)
    recorded = RECORDED.read_bytes()
    finished = run("--smoke", "--systems", "odradek", f"--output={tmp_path}", "--rows", *ROWS)
    assert finished.returncode == 0, finished.stderr
    results = decode_results((tmp_path / "broker.json").read_bytes())
    assert set(results.samples) == {*ROWS, "memory"}
    assert "shortened run" in (tmp_path / "broker.md").read_text()
    assert str(tmp_path) not in results.command
    assert (tmp_path / "broker.png").stat().st_size > 0
    assert RECORDED.read_bytes() == recorded


def test_an_unknown_row_is_answered_with_the_known_ones() -> None:
    refused = run("--smoke", "--rows", "latency")
    assert refused.returncode == 2
    assert "no row is named 'latency'; the rows are produce_1kib, " in refused.stderr
