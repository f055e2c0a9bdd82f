"""A process is signalled only while it is the one that was started."""

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from odradek.ops.cluster.nodes.process import send, start_detached, state_of, wait_until

TIMEOUT_S = 60
WAITS = "import signal, sys; print('here', flush=True); signal.pause()"


@pytest.fixture
def mark(tmp_path: Path) -> str:
    return str(tmp_path / "server.properties")


@pytest.fixture
def pid(tmp_path: Path, mark: str) -> Iterator[int]:
    """A process that waits for ever, known by its last argument."""
    command = [sys.executable, "-c", WAITS, mark]
    number = start_detached(command, log_file=tmp_path / "log", directory=tmp_path)
    yield number
    send(number, mark, signal.SIGKILL)
    assert wait_until("stopped", number, mark, TIMEOUT_S)


def test_process_is_paused_resumed_and_ended(pid: int, mark: str) -> None:
    assert wait_until("running", pid, mark, TIMEOUT_S)
    assert send(pid, mark, signal.SIGSTOP)
    assert wait_until("paused", pid, mark, TIMEOUT_S)
    assert send(pid, mark, signal.SIGCONT)
    assert wait_until("running", pid, mark, TIMEOUT_S)
    assert send(pid, mark, signal.SIGKILL)
    assert wait_until("stopped", pid, mark, TIMEOUT_S)


def test_process_is_nobodys_child_and_in_a_session_of_its_own(pid: int) -> None:
    with pytest.raises(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)
    assert os.getsid(pid) != os.getsid(0)


def test_what_it_prints_goes_to_its_log(pid: int, mark: str, tmp_path: Path) -> None:
    while not (tmp_path / "log").read_text():
        assert state_of(pid, mark) == "running"
    assert (tmp_path / "log").read_text() == "here\n"


def test_number_that_another_process_has_by_now_is_never_signalled(pid: int, mark: str) -> None:
    other = mark.replace("server", "another")
    assert state_of(pid, other) == "stopped"
    assert not send(pid, other, signal.SIGKILL)
    assert state_of(pid, mark) == "running"


def test_node_that_was_never_started_is_stopped(mark: str) -> None:
    assert state_of(None, mark) == "stopped"
    assert not send(None, mark, signal.SIGKILL)
