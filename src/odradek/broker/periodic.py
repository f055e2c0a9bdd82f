"""Work that comes round: each task runs on the loop, again and again, until stopped."""

import asyncio
from collections.abc import Callable

from odradek.event_log import get_logger

log = get_logger(__name__)


class PeriodicTasks:
    """Calls functions at intervals; one that fails is logged and called again next time."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._timers: dict[str, asyncio.TimerHandle] = {}

    def add(
        self, name: str, work: Callable[[], None], interval_s: float, first_s: float | None = None
    ) -> None:
        """Run `work` every `interval_s` seconds, the first time after `first_s`."""
        delay_s = interval_s if first_s is None else first_s
        self._timers[name] = self._loop.call_later(delay_s, self._run, name, work, interval_s)

    def stop(self) -> None:
        """Run nothing any more."""
        for timer in self._timers.values():
            timer.cancel()

    def _run(self, name: str, work: Callable[[], None], interval_s: float) -> None:
        try:
            work()
        except Exception:
            log.exception("background work failed", task=name)
        self.add(name, work, interval_s)
