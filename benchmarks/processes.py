"""The brokers under test as processes: how each is started, and what it costs.

Both sides get the same interface (`Broker`). CPU time and memory are read from `/proc`, so they
cover every thread of the process; one clock tick of CPU time is 10 ms, which is why a measured run
lasts seconds. Linux only.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from benchmarks.rows import APACHE, ODRADEK_DISK, TANSU
from benchmarks.tansu import Tansu, tansu_binary
from odradek.ops.cluster import SERVER_JVM, ApacheKafka
from odradek.ops.cluster.ports import free_ports
from odradek.testing.broker_process import BrokerProcess

HOST = "127.0.0.1"
START_TIMEOUT_S = 120.0
_CLOCK_TICKS_PER_S = os.sysconf("SC_CLK_TCK")
_CPU_TIMES = slice(11, 15)  # fields after the command name, which ends with the last ")"


class Broker(Protocol):
    """A broker on a port of its own; `start` after `stop` or `kill` continues on the same data."""

    @property
    def port(self) -> int: ...

    @property
    def pid(self) -> int: ...

    def start(self) -> None: ...

    def stop(self) -> None: ...

    def kill(self) -> None: ...


class Odradek:
    """Our broker, started as a user starts it: `python -m odradek broker`."""

    def __init__(self, directory: Path, durability: str, settings: Mapping[str, str]) -> None:
        self.port = free_ports(1)[0]
        self._arguments = [
            *("--data-dir", str(directory)),
            *("--listen", f"{HOST}:{self.port}"),
            *("--durability", durability),
            *(f"--set=broker.{name}={value}" for name, value in settings.items()),
        ]
        self._process: BrokerProcess | None = None

    @property
    def pid(self) -> int:
        return self._running().pid

    def start(self) -> None:
        self._process = BrokerProcess.spawn(self._arguments, timeout_s=START_TIMEOUT_S)

    def stop(self) -> None:
        self._running().stop()

    def kill(self) -> None:
        self._running().kill()

    def _running(self) -> BrokerProcess:
        if self._process is None:
            raise RuntimeError("the broker was not started")
        return self._process


def new_broker(system: str, directory: Path, settings: Mapping[str, str] | None = None) -> Broker:
    """Return a broker of this system, not yet started; `settings` are Kafka's broker settings."""
    given = settings or {}
    if system == APACHE:
        return ApacheKafka(
            directory=directory,
            properties=given,
            jvm_options=SERVER_JVM,
            start_timeout_s=START_TIMEOUT_S,
        )
    if system == TANSU:
        return Tansu(tansu_binary())
    return Odradek(directory, "disk" if system == ODRADEK_DISK else "process", given)


def cpu_seconds(pid: int) -> float:
    """Return the CPU time, user and system, that all threads of the process used so far.

    And its children that have ended: odradek cleans logs in such processes.
    """
    return parse_cpu_seconds(Path(f"/proc/{pid}/stat").read_text(), _CLOCK_TICKS_PER_S)


def parse_cpu_seconds(stat: str, clock_ticks_per_s: int) -> float:
    """Return the sum of utime, stime, cutime and cstime of the content of a `/proc/PID/stat`."""
    fields = stat.rpartition(")")[2].split()
    return sum(map(int, fields[_CPU_TIMES])) / clock_ticks_per_s


def rss_mb(pid: int) -> float:
    """Return the resident memory of the process, mapped files included, in MB (10^6 bytes)."""
    return parse_rss_mb(Path(f"/proc/{pid}/status").read_text())


def parse_rss_mb(status: str) -> float:
    """Return VmRSS of the content of a `/proc/PID/status`, in MB."""
    line = next(line for line in status.splitlines() if line.startswith("VmRSS:"))
    return int(line.split()[1]) * 1024 / 1e6
