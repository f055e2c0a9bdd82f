"""A process ends by itself, by a signal, or forks: every record is delivered or told of."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.clients.producer.conftest import ReadBack
from tests.clients.producer.ending_process import RECORDS

PROGRAM = Path(__file__).with_name("ending_process.py")
TIMEOUT_S = 120.0


@contextmanager
def ending(way: str, servers: str, topic: str) -> Iterator["subprocess.Popen[str]"]:
    """The process, once its records are queued; it is gone after the block."""
    command = [sys.executable, str(PROGRAM), way, servers, topic]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "queued\n", process.stderr
            yield process
        finally:
            process.kill()


def test_an_interpreter_that_ends_delivers_what_is_queued(
    servers: str, topic: str, read_back: ReadBack
) -> None:
    with ending("exit", servers, topic) as process:
        _, stderr = process.communicate(timeout=TIMEOUT_S)
    assert process.returncode == 0
    assert "drained at the end of the process: 1,000 acknowledged, 0 failed" in stderr
    assert len(read_back(topic)) == RECORDS


@pytest.mark.parametrize(
    ("way", "number", "code"),
    [
        ("wait", signal.SIGTERM, -signal.SIGTERM),
        ("wait", signal.SIGINT, 1),
        ("own handler", signal.SIGTERM, 3),
    ],
    ids=["SIGTERM", "SIGINT", "handler"],
)
def test_a_process_that_is_told_to_end_delivers_what_is_queued(
    servers: str, topic: str, read_back: ReadBack, way: str, number: signal.Signals, code: int
) -> None:
    with ending(way, servers, topic) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.send_signal(number)
        _, stderr = process.communicate(timeout=TIMEOUT_S)
    assert "1,000 acknowledged, 0 failed" in stderr
    assert process.returncode in (code, -number)
    assert len(read_back(topic)) == RECORDS


def test_a_forked_child_begins_anew_and_the_parent_keeps_its_records(
    servers: str, topic: str, read_back: ReadBack
) -> None:
    with ending("fork", servers, topic) as process:
        stdout, stderr = process.communicate(timeout=TIMEOUT_S)
    assert (stdout.split(), process.returncode) == (["1", "1000", "0"], 0), stderr
    values = [value for _, value in read_back(topic)]
    assert len(values) == RECORDS + 1
    assert values.count(b"child") == 1
