"""`odradek up` as a shell sees it."""

import signal
import subprocess
import sys
from pathlib import Path

from tests.cli.conftest import Odradek

TIMEOUT_S = 60


def test_parts_that_do_not_exist_are_named(odradek: Odradek) -> None:
    outcome = odradek("up", "--only", "regsitry")
    assert (outcome.code, outcome.stdout) == (1, "")
    assert outcome.stderr == (
        "error: --only regsitry: there is no such part; the parts are broker, registry\n"
    )


def test_every_part_says_where_it_serves_and_a_signal_ends_all(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "odradek", "up", "--only", "broker"),
            *("--data-dir", str(tmp_path), "--set", "broker.listeners=127.0.0.1:0"),
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("ready: broker at 127.0.0.1:")
        process.send_signal(signal.SIGTERM)
        rest, stderr = process.communicate(timeout=TIMEOUT_S)
    finally:
        process.kill()
        process.wait()
    assert (process.returncode, rest) == (0, "")
    assert all(line.startswith("broker   | ") for line in stderr.splitlines())
