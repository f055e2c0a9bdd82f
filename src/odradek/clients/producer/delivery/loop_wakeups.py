"""Receipts that are awaited in event loops: all that were settled together wake together.

A wakeup from another thread costs a loop a system call. One for each turn of the producer's thread,
not one for each record, is what makes awaiting cheap.
"""

import asyncio
import logging
from collections import deque

logger = logging.getLogger(__name__)


class LoopWakeups:
    """Futures to be resolved, each in its own loop."""

    def __init__(self) -> None:
        self._futures: deque[asyncio.Future[None]] = deque()

    def add(self, future: "asyncio.Future[None]") -> None:
        """Resolve the future with the next `send`."""
        self._futures.append(future)

    def send(self) -> None:
        """Wake every loop that has something to resolve."""
        if not self._futures:
            return
        futures, self._futures = self._futures, deque()
        loops: dict[asyncio.AbstractEventLoop, list[asyncio.Future[None]]] = {}
        for future in futures:
            loops.setdefault(future.get_loop(), []).append(future)
        for loop, theirs in loops.items():
            try:
                loop.call_soon_threadsafe(_resolve, theirs)
            except RuntimeError:  # the loop is closed: nobody waits there any more
                logger.debug("%d receipts were awaited in a loop that is closed", len(theirs))


def _resolve(futures: list["asyncio.Future[None]"]) -> None:
    for future in futures:
        if not future.done():
            future.set_result(None)
