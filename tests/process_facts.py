"""What the system says of a running process: its memory and its open files."""

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
        directory = Path("/proc") / str(pid)
        if not directory.exists():
            raise Missing("this system has no /proc to read a process's memory from")
        status = (directory / "status").read_text()
        resident = re.search(r"^VmRSS:\s+(\d+) kB$", status, re.MULTILINE)
        assert resident is not None
        return cls(int(resident[1]) * 1024, len(list((directory / "fd").iterdir())))
