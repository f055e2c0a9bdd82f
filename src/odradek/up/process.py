"""One part as a child process: its ready line, the lines of its log, and its end.

Invariant: the child never outlives this process. It holds the read end of a pipe whose write end
only we hold, and stops when that closes (`--exit-with-parent`), which no `kill -9` can prevent.
"""

import asyncio
import os
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable, Sequence
from typing import Self

from odradek.event_log import FORMAT_VARIABLE, is_read_by_a_human

STOP_TIMEOUT_S = 10.0
LINE_BYTES_MAX = 1 << 20

Log = Callable[[str, str], None]
"""Takes the part's name and one line that it wrote to stderr."""


class PartProcess:
    """A child that runs `odradek PART ...`."""

    def __init__(self, name: str, child: Process, log: Log) -> None:
        self.name = name
        self._child = child
        self._logging = asyncio.create_task(self._copy_log(log))

    @classmethod
    async def start(cls, name: str, command: Sequence[str], log: Log) -> Self:
        """Start it; it does not serve yet."""
        child = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "odradek", *command, "--exit-with-parent"),
            stdin=PIPE,
            stdout=PIPE,
            stderr=PIPE,
            limit=LINE_BYTES_MAX,
            env={**os.environ, FORMAT_VARIABLE: "human" if is_read_by_a_human() else "json"},
            process_group=0,  # Ctrl-C is for the supervisor, which stops its parts in their order
        )
        return cls(name, child, log)

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._child.pid

    async def ready(self) -> str | None:
        """The address at which it serves; None when it ended without serving."""
        assert self._child.stdout is not None  # noqa: S101 - opened as a pipe
        prefix = f"ready: {self.name} at "
        while line := (await self._child.stdout.readline()).decode(errors="replace"):
            if line.startswith(prefix):
                return line.removeprefix(prefix).strip()
        return None

    async def ended(self) -> int:
        """Wait for its end, and for the last line of its log; the exit code."""
        code = await self._child.wait()
        await self._logging
        return code

    async def stop(self) -> int:
        """Ask it to end, and end it when it does not; the exit code."""
        if self._child.returncode is None:
            self._child.terminate()
        try:
            return await asyncio.wait_for(self.ended(), STOP_TIMEOUT_S)
        except TimeoutError:
            self._child.kill()
            return await self._child.wait()

    async def _copy_log(self, log: Log) -> None:
        assert self._child.stderr is not None  # noqa: S101 - opened as a pipe
        while True:
            try:
                line = await self._child.stderr.readline()
            except ValueError:
                log(self.name, f"(a line of more than {LINE_BYTES_MAX:,} bytes is left out)")
                continue
            if not line:
                return
            log(self.name, line.decode(errors="replace").rstrip("\n"))
