"""The progress display of a terminal; imported only where there is one, for rich takes its time."""

import time
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    ProgressColumn,
    TaskProgressColumn,
    TextColumn,
    TimeElapsedColumn,
)

REFRESH_INTERVAL_S = 0.1


class ProgressBar:
    """A bar where the end is known, a running count elsewhere."""

    def __init__(self, label: str, *, total: int | None, console: Console | None) -> None:
        columns: list[ProgressColumn] = [TextColumn("{task.description}")]
        if total is not None:
            columns += [BarColumn(), TaskProgressColumn()]
        self._progress = Progress(
            *columns,
            TextColumn("{task.fields[records]:,} records"),
            TextColumn("{task.fields[rate]:,.0f}/s"),
            TimeElapsedColumn(),
            console=console or Console(stderr=True),
            transient=True,
        )
        self._task = self._progress.add_task(label, total=total, records=0, rate=0.0)
        self._started = time.monotonic()
        self._next_refresh = 0.0

    def update(self, *, records: int, position: int) -> None:
        """Show the new state, at most ten times a second."""
        now = time.monotonic()
        if now < self._next_refresh:
            return
        self._next_refresh = now + REFRESH_INTERVAL_S
        rate = records / max(now - self._started, 1e-9)
        self._progress.update(self._task, completed=position, records=records, rate=rate)

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._progress.stop()
