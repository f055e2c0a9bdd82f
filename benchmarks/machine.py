"""The machine under the benchmark: what it is, how fast it writes, and its memory made ready.

A virtual machine is given memory by its host page by page, on first touch, which costs several
times as much CPU as the write itself; so the same `dd` can write 0.3 or 1.8 GB/s.
`fill_page_cache` touches nearly all free memory first, and `measure_dd_mb_per_s` tells beside each
row what a plain write reached in the same minute. Files are left until the end: what is deleted
goes back to the host after a moment. `warm_memory` has it back in time for a round that writes.
"""

import os
import platform
import re
import shutil
import subprocess
from io import RawIOBase
from pathlib import Path

from benchmarks.results import Machine

DD_MEGABYTES = 256
BLOCK_BYTES = 1 << 20
MEMORY_LEFT_BYTES = 1_500_000_000
DISK_LEFT_BYTES = 45_000_000_000
_DD_SPEED = re.compile(r"^(\d+) bytes .* copied, ([\d.e-]+) s", re.MULTILINE)


def describe_machine(directory: Path) -> Machine:
    """Return the facts that a reader needs to judge the numbers."""
    cpu = re.search(r"^model name\s*:\s*(.+)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    return Machine(
        cpu=cpu.group(1) if cpu else platform.machine(),
        cores=os.cpu_count() or 0,
        memory_gb=round(_meminfo_bytes("MemTotal") / 1e9, 1),
        kernel=platform.release(),
        file_system=_first_line("findmnt", "-n", "-o", "FSTYPE", "-T", str(directory)),
        python=f"{platform.python_version()} ({platform.python_compiler()})",
        java=_first_line("java", "-version"),
    )


def fill_page_cache(directory: Path) -> float:
    """Write a file of nearly the free memory to `directory` and return its size in GB."""
    free_memory = _meminfo_bytes("MemFree") - MEMORY_LEFT_BYTES
    free_disk = shutil.disk_usage(directory).free - DISK_LEFT_BYTES
    size_bytes = max(0, min(free_memory, free_disk)) // BLOCK_BYTES * BLOCK_BYTES
    with (directory / "page-cache").open("wb", buffering=0) as file:
        _write_zeros(file, size_bytes)
        os.fsync(file.fileno())
    return size_bytes / 1e9


def warm_memory(directory: Path, size_bytes: int) -> None:
    """Touch so much memory of the page cache and free it, for whoever writes next."""
    path = directory / "warmth"
    with path.open("wb", buffering=0) as file:
        _write_zeros(file, size_bytes)
    path.unlink()


def _write_zeros(file: RawIOBase, size_bytes: int) -> None:
    block = bytes(BLOCK_BYTES)
    for _ in range(size_bytes // BLOCK_BYTES):
        file.write(block)


def measure_dd_mb_per_s(file: Path, *, to_disk: bool) -> float:
    """Return what `dd` reaches writing a new file: to the page cache, or through to the disk."""
    command = ["dd", "if=/dev/zero", f"of={file}", "bs=1M", f"count={DD_MEGABYTES}"]
    if to_disk:
        command.append("conv=fdatasync")
    result = subprocess.run(
        command, capture_output=True, text=True, check=True, env={**os.environ, "LC_ALL": "C"}
    )
    return parse_dd_mb_per_s(result.stderr)


def parse_dd_mb_per_s(output: str) -> float:
    """Return the speed from what GNU `dd` prints at its end, in MB/s (10^6 bytes)."""
    found = _DD_SPEED.search(output)
    if found is None:
        raise ValueError(f"dd printed no speed: {output!r}")
    return int(found.group(1)) / float(found.group(2)) / 1e6


def _meminfo_bytes(name: str) -> int:
    found = re.search(rf"^{name}:\s+(\d+) kB$", Path("/proc/meminfo").read_text(), re.MULTILINE)
    return int(found.group(1)) * 1024 if found else 0


def _first_line(*command: str) -> str:
    if shutil.which(command[0]) is None:
        return "none"
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    return (result.stdout or result.stderr).partition("\n")[0]
