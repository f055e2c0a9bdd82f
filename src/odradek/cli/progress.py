"""Progress of long work: a bar or a counter on a terminal, nothing otherwise.

A program that reads our output never sees it. The summary that follows is printed on terminals and
in logs alike.
"""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from rich.console import Console


class Progress(Protocol):
    """Told what has been done so far; free to call for every record."""

    def update(self, *, records: int, position: int) -> None: ...


class Silent:
    """No terminal, no progress."""

    def update(self, *, records: int, position: int) -> None:
        """Show nothing."""


@contextmanager
def show_progress(
    label: str, *, total: int | None, is_wanted: bool = True, console: "Console | None" = None
) -> Iterator[Progress]:
    """Show progress while the block runs; `total` is the position at the end, if it is known.

    `console` is given where the same terminal is printed to meanwhile; it is stderr otherwise.
    """
    is_terminal = sys.stderr.isatty() if console is None else console.is_terminal
    if not (is_wanted and is_terminal):
        yield Silent()
        return
    from odradek.cli.progress_bar import ProgressBar

    with ProgressBar(label, total=total, console=console) as bar:
        yield bar


class Tally:
    """How many records of what size since when, and the rates that follow."""

    def __init__(self) -> None:
        self._started = time.perf_counter()
        self.records = 0
        self.size_bytes = 0

    def add(self, size_bytes: int) -> None:
        """Count one record."""
        self.records += 1
        self.size_bytes += size_bytes

    @property
    def text(self) -> str:
        """Records, megabytes and time in one line, with what that is per second."""
        seconds = max(time.perf_counter() - self._started, 1e-9)
        megabytes = self.size_bytes / 1e6
        noun = "record" if self.records == 1 else "records"
        return (
            f"{self.records:,} {noun}, {megabytes:,.1f} MB in {seconds:.1f} s"
            f" ({self.records / seconds:,.0f} records/s, {megabytes / seconds:,.1f} MB/s)"
        )
