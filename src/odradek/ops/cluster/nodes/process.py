"""A node's process, known by its id over the lives of many commands: start, signal, look at it.

Invariants: a process is taken for a node's only while its command line names the node's own
configuration file, so a number that the system has given to another process is never signalled; a
node started here is nobody's child, outlives the command that started it, and hears no Ctrl-C of
that terminal.
"""

import os
import signal
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

State = Literal["running", "paused", "stopped"]
POLL_INTERVAL_S = 0.05
START_TIMEOUT_S = 60
_PROC = Path("/proc")
# The shell starts the command in the background, tells its id and ends: the command is then a
# child of init, which takes note of its end, where ours would stay on as a zombie.
_DETACH = 'log="$1"; shift; "$@" </dev/null >>"$log" 2>&1 & echo $!'


def start_detached(command: Sequence[str], *, log_file: Path, directory: Path) -> int:
    """Start a process that outlives this one, all it prints going to `log_file`; its id."""
    shell = ["/bin/sh", "-c", _DETACH, "sh", str(log_file), *command]
    result = subprocess.run(  # noqa: S603 - a command built by java_command; the script is fixed
        shell,
        cwd=directory,
        capture_output=True,
        text=True,
        check=True,
        start_new_session=True,
        timeout=START_TIMEOUT_S,
    )
    return int(result.stdout)


def state_of(pid: int | None, mark: str) -> State:
    """What the process does whose command line holds `mark`; "stopped" if there is none.

    A process that lives and has no command line is about to be what it was started as, or is on its
    way out: it counts as running.
    """
    if pid is None:
        return "stopped"
    status, command = _look_at(pid)
    if not status or status.startswith(("Z", "X")) or (command and mark not in command):
        return "stopped"
    return "paused" if status.startswith(("T", "t")) else "running"


def send(pid: int | None, mark: str, number: signal.Signals) -> bool:
    """Send a signal to the process if it is still the one meant; whether it was."""
    if pid is None or mark not in _look_at(pid)[1]:
        return False
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return False
    return True


def wait_until(wanted: State, pid: int | None, mark: str, timeout_s: float) -> bool:
    """Wait until the process is in a state; False when it was not in time."""
    deadline = time.monotonic() + timeout_s
    while state_of(pid, mark) != wanted:
        if time.monotonic() >= deadline:
            return False
        time.sleep(POLL_INTERVAL_S)
    return True


def cpu_seconds(pid: int) -> float | None:
    """The processor time that a process has used; None where the system does not tell."""
    try:
        after_name = (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    user_ticks, system_ticks = int(after_name[11]), int(after_name[12])
    return (user_ticks + system_ticks) / os.sysconf("SC_CLK_TCK")


def _look_at(pid: int) -> tuple[str, str]:
    """The status letter and the command line of a process; empty if there is none."""
    if not _PROC.is_dir():
        status, _, command = _ps(pid, "stat=,command=").partition(" ")
        return status, command
    try:
        after_name = (_PROC / str(pid) / "stat").read_text().rpartition(")")[2]
        command = (_PROC / str(pid) / "cmdline").read_bytes().replace(b"\0", b" ").decode()
    except (OSError, UnicodeDecodeError):
        return "", ""
    return after_name.strip(), command


def _ps(pid: int, columns: str) -> str:
    result = subprocess.run(  # noqa: S603 - no shell
        ["ps", "-ww", "-o", columns, "-p", str(pid)],  # noqa: S607 - found on PATH like a user's
        capture_output=True,
        text=True,
        check=False,
    )
    return result.stdout.strip()
