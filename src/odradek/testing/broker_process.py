"""One broker as a child process: spawn it, wait for its ready line, end it by pid.

Invariants:
- A `BrokerProcess` exists only once its broker serves; when the child fails to get there it is
  ended first, and the error shows what it wrote to stderr.
- The child never outlives this process: it holds the read end of a pipe whose write end only we
  hold, and stops when that pipe closes (`odradek broker --exit-with-parent`). This works on Linux
  and macOS and needs no signal to be delivered, so it also holds after a `kill -9` of this process.

Deliberately not here: choosing data directories or settings (`EphemeralBroker` does), restarts.
"""

import os
import selectors
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from typing import IO, ClassVar, Self

STOP_TIMEOUT_S = 60.0
LOG_TAIL_CHARS = 4_000


class BrokerStartError(RuntimeError):
    """The broker did not print its ready line in time; the message carries its stderr."""


class BrokerProcess:
    """A running `odradek broker` child; `address` is the `host:port` its ready line announced.

    Another part of odradek is a subclass that names it.
    """

    part: ClassVar[str] = "broker"

    def __init__(self, child: subprocess.Popen[bytes], stderr: IO[bytes], address: str) -> None:
        self._child = child
        self._stderr = stderr
        self._last_log = b""
        self.address = address

    @classmethod
    def spawn(cls, arguments: Sequence[str], *, timeout_s: float) -> Self:
        """Start `odradek PART ARGUMENTS`; return once it serves, else raise BrokerStartError."""
        stderr = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the process
        child = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            [sys.executable, "-m", "odradek", cls.part, *arguments, "--exit-with-parent"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=stderr,
            process_group=0,  # a Ctrl-C is for the tests; they end the broker in their own time
        )
        process = cls(child, stderr, address="")
        try:
            process.address = process._await_ready_line(timeout_s)
        except BaseException:
            process.kill()
            raise
        return process

    @property
    def pid(self) -> int:
        """The broker's process id."""
        return self._child.pid

    @property
    def is_running(self) -> bool:
        """Whether the process has not ended."""
        return self._child.poll() is None

    @property
    def exit_code(self) -> int | None:
        """What the process ended with; None while it runs, negative for a signal."""
        return self._child.poll()

    @property
    def log(self) -> str:
        """Everything the broker wrote to stderr so far; still told after its end."""
        written = self._last_log if self._stderr.closed else self._read_log()
        return written.decode(errors="replace")

    def stop(self) -> None:
        """End the process cleanly (SIGTERM); kill it when it does not end in time."""
        self._child.terminate()
        try:
            self._child.wait(STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            self._child.kill()
        self._reap()

    def kill(self) -> None:
        """End the process as a crash would (SIGKILL): nothing is flushed, nothing is said."""
        self._child.kill()
        self._reap()

    def _await_ready_line(self, timeout_s: float) -> str:
        line = self._read_line(time.monotonic() + timeout_s)
        if line is None:
            raise BrokerStartError(self._describe(f"gave no ready line within {timeout_s:g} s"))
        ready = f"ready: {self.part} at ".encode()
        if not line.startswith(ready):
            self._reap_if_ended()
            raise BrokerStartError(self._describe(f"ended with code {self._child.returncode}"))
        return line.removeprefix(ready).decode().strip()

    def _read_line(self, deadline: float) -> bytes | None:
        """Give the first line of stdout, what there was of it at its end, or None at `deadline`."""
        assert self._child.stdout is not None  # noqa: S101 - opened as a pipe
        received = b""
        with selectors.DefaultSelector() as selector:
            selector.register(self._child.stdout, selectors.EVENT_READ)
            while b"\n" not in received:
                if not selector.select(max(0.0, deadline - time.monotonic())):
                    return None
                chunk = os.read(self._child.stdout.fileno(), 4096)
                if not chunk:
                    break
                received += chunk
        return received.partition(b"\n")[0]

    def _reap_if_ended(self) -> None:
        try:
            self._child.wait(1.0)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait()

    def _describe(self, outcome: str) -> str:
        tail = self.log[-LOG_TAIL_CHARS:].strip() or "(nothing)"
        return f"the {self.part} {outcome}; it wrote to stderr:\n{tail}"

    def _read_log(self) -> bytes:
        # pread leaves the file position alone: the child writes through the same open file.
        size_bytes = os.fstat(self._stderr.fileno()).st_size
        return os.pread(self._stderr.fileno(), size_bytes, 0)

    def _reap(self) -> None:
        self._child.wait()
        if self._stderr.closed:
            return
        self._last_log = self._read_log()
        for stream in (self._child.stdin, self._child.stdout, self._stderr):
            if stream is not None:
                stream.close()
