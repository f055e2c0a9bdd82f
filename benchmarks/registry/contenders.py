"""The registries that are measured: ours, and another one that a command of the user's starts.

`--peer 'Confluent 8.5=./start.sh {port} {servers} {topic}'` names one. The command is to become the
registry's process, with `exec` if it is a script: its CPU and memory are measured, and it is ended
with SIGTERM. It serves once GET /subjects is answered.
"""

import shlex
import socket
import subprocess
import time
from collections.abc import Callable
from typing import Protocol, Self

import httpx

from benchmarks.registry.schemas import TIMEOUT_S
from odradek.testing.registry_process import RegistryProcess

OURS = "odradek"
PROBE_EVERY_S = 0.01


class Running(Protocol):
    """A registry's process."""

    @property
    def address(self) -> str:
        """Its URL."""

    @property
    def pid(self) -> int:
        """Its process."""

    def stop(self) -> object:
        """End it."""


Start = Callable[[str, str], Running]
"""Starts a registry on a Kafka and one of its topics, and returns when it serves."""


def start_ours(servers: str, topic: str) -> Running:
    """Ours."""
    return RegistryProcess.on(servers, kafkastore_topic=topic, kafkastore_transactional_id=topic)


class PeerProcess:
    """A registry that somebody else made."""

    def __init__(self, process: "subprocess.Popen[bytes]", address: str) -> None:
        self._process = process
        self.address = address
        self.pid = process.pid

    @classmethod
    def spawn(cls, command: str, servers: str, topic: str) -> Self:
        """Start it and wait until it serves; raises TimeoutError, and RuntimeError if it ends."""
        port = _free_port()
        words = [
            word.format(servers=servers, topic=topic, port=port) for word in shlex.split(command)
        ]
        quiet = subprocess.DEVNULL
        process = subprocess.Popen(words, stdin=quiet, stdout=quiet, stderr=quiet)
        peer = cls(process, f"http://127.0.0.1:{port}")
        deadline = time.monotonic() + TIMEOUT_S
        while not peer.serves():
            if process.poll() is not None:
                raise RuntimeError(f"{shlex.join(words)} ended with {process.returncode}")
            if time.monotonic() > deadline:
                peer.stop()
                raise TimeoutError(f"{shlex.join(words)} did not serve within {TIMEOUT_S:g} s")
            time.sleep(PROBE_EVERY_S)
        return peer

    def serves(self) -> bool:
        """Whether it answers yet."""
        try:
            return httpx.get(f"{self.address}/subjects", timeout=TIMEOUT_S).is_success
        except httpx.TransportError:
            return False

    def stop(self) -> None:
        """End it."""
        self._process.terminate()
        self._process.wait(TIMEOUT_S)


def contenders(peer: str | None) -> dict[str, Start]:
    """Ours, and the peer that is told as NAME=COMMAND; raises ValueError."""
    if peer is None:
        return {OURS: start_ours}
    name, separator, command = peer.partition("=")
    if not (separator and name and command):
        raise ValueError(f"{peer!r} is not NAME=COMMAND, with {{servers}}, {{topic}} and {{port}}")
    return {
        OURS: start_ours,
        name: lambda servers, topic: PeerProcess.spawn(command, servers, topic),
    }


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
