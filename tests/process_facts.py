"""What the system says of a running process: its memory and its open files."""

import re
from pathlib import Path

from tests.machine import Missing


def resident_bytes(pid: int) -> int:
    """Return the resident memory of the process; raises Missing where there is no /proc."""
    status = _proc(pid) / "status"
    match = re.search(r"^VmRSS:\s+(\d+) kB$", status.read_text(), re.MULTILINE)
    assert match is not None
    return int(match[1]) * 1024


def open_files(pid: int) -> int:
    """Return how many descriptors the process holds; raises Missing where there is no /proc."""
    return len(list((_proc(pid) / "fd").iterdir()))


def _proc(pid: int) -> Path:
    if not Path("/proc/self/status").exists():
        raise Missing("this system has no /proc to read a process's memory from")
    return Path("/proc") / str(pid)
