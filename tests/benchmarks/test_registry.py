"""Everything that the registry's benchmark measures still works, and its page can be written."""

import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.registry.report import LOADS, STARTS

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
