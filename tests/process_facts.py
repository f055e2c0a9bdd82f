"""What the system says of a running process: its memory, its open files, the CPU time it took."""

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from tests.machine import Missing


@dataclass(frozen=True, slots=True)
class Footprint:
    """What a process holds at one moment."""

    resident_bytes: int
    open_files: int

    @classmethod
    def of(cls, pid: int) -> Self:
        """Read both; raises Missing where there is no /proc."""
        directory = _directory(pid)
        status = (directory / "status").read_text()
        resident = re.search(r"^VmRSS:\s+(\d+) kB$", status, re.MULTILINE)
        assert resident is not None
        return cls(int(resident[1]) * 1024, len(list((directory / "fd").iterdir())))


def cpu_s(pid: int) -> float:
    """The CPU time a process took so far, in steps of a clock tick; raises Missing like `of`.

    Unlike the time on the wall it does not grow while other processes have the machine.
    """
    after_name = (_directory(pid) / "stat").read_text().rpartition(")")[2].split()
    user_ticks, system_ticks = int(after_name[11]), int(after_name[12])
    return (user_ticks + system_ticks) / os.sysconf("SC_CLK_TCK")


def _directory(pid: int) -> Path:
    directory = Path("/proc") / str(pid)
    if not directory.exists():
        raise Missing("this system has no /proc to read a process's facts from")
    return directory
