"""The commands of docs/registry.md, run as a reader would run them.

What serves (`odradek registry`) is started and goes on. Started at an address where something is
already, it takes its place, as the page says in words. Every other command must succeed.
"""

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from odradek.ops.cluster.ports import free_ports
from odradek.testing.broker_process import BrokerProcess
from odradek.testing.registry_process import RegistryProcess

PAGE = Path(__file__).resolve().parents[2] / "docs/registry.md"
PARTS: dict[str, type[BrokerProcess]] = {"broker": BrokerProcess, "registry": RegistryProcess}
TIMEOUT_S = 120.0
LINES = re.DOTALL | re.MULTILINE


def blocks(heading: str, language: str) -> list[str]:
    """The blocks of one section, up to the next heading, in their order."""
    page = PAGE.read_text(encoding="utf-8")
    sections = dict(re.findall(r"^#+ (.*?)\n(.*?)(?=^##|\Z)", page, LINES))
    return re.findall(rf"^```{language}\n(.*?)^```", sections[heading], LINES)


class Reader:
    """Somebody who types the page's commands into a shell.

    The page's addresses stand for free ones, or for those told in `known`.
    """

    def __init__(self, known: dict[str, str] | None = None) -> None:
        self._addresses = dict(known or {})
        self._serving: dict[str, BrokerProcess] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        for address in list(self._serving):
            self.stop(address)

    def url(self, address: str) -> str:
        """Where that is which the page has at this address."""
        return f"http://{self._real(address)}"

    def type(self, blocks: Sequence[str]) -> None:
        """Run all lines of these blocks."""
        for line in "".join(blocks).splitlines():
            command = re.sub(r"127\.0\.0\.1:\d+", lambda found: self._real(found[0]), line)
            words = shlex.split(command)
            if words[0] == "odradek" and words[1] in PARTS:
                self._serve(words[1], words[2:])
            else:
                self._run(command)

    def stop(self, address: str) -> None:
        """End what serves at an address of the page."""
        self._serving.pop(self._real(address)).stop()

    def _serve(self, part: str, arguments: list[str]) -> None:
        address = arguments[arguments.index("--listen") + 1]
        if address in self._serving:
            self._serving.pop(address).stop()
        self._serving[address] = PARTS[part].spawn(arguments, timeout_s=TIMEOUT_S)

    def _run(self, command: str) -> None:
        programs = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        outcome = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", command],
            env={**os.environ, "PATH": programs},
            capture_output=True,
            text=True,
            timeout=TIMEOUT_S,
            check=False,
        )
        assert outcome.returncode == 0, f"{command}\n{outcome.stdout}{outcome.stderr}"

    def _real(self, address: str) -> str:
        if address in self._addresses.values():
            return address
        if address not in self._addresses:
            self._addresses[address] = f"127.0.0.1:{free_ports(1)[0]}"
        return self._addresses[address]
