"""What clients do wrong, said without letting them fill the log.

Whoever can reach the port can make the broker write a line, as often as they like: a broken frame
is four bytes. So each client has a few lines a minute, and all clients together have somewhat more;
what is left out is counted, and the count is told when the minute is over.
"""

from collections.abc import Callable
from typing import Any

from odradek.event_log import EventLogger

WINDOW_S = 60.0
LINES_PER_CLIENT = 5
LINES_IN_ALL = 100


class LimitedLog:
    """Logs events about clients, a bounded number in each window of time."""

    def __init__(self, log: EventLogger, clock_s: Callable[[], float]) -> None:
        self._log = log
        self._clock_s = clock_s
        self._window_ends_s = 0.0
        self._lines_of: dict[str, int] = {}
        self._lines = 0
        self._left_out = 0

    def info(self, event: str, *, client: str, **fields: Any) -> None:
        """Something a client did, or that was done to it."""
        if self._has_room_for(client):
            self._log.info(event, client=client, **fields)

    def exception(self, event: str, *, client: str) -> None:
        """The exception being handled: a bug that a client has found."""
        if self._has_room_for(client):
            self._log.exception(event, client=client)

    def settle(self) -> None:
        """Tell what was left out, once its window is over; to be called now and then."""
        now_s = self._clock_s()
        if now_s < self._window_ends_s:
            return
        if self._left_out:
            self._log.warning("lines about clients were left out", count=self._left_out)
        self._window_ends_s = now_s + WINDOW_S
        self._lines_of.clear()
        self._lines = self._left_out = 0

    def _has_room_for(self, client: str) -> bool:
        self.settle()
        lines = self._lines_of.get(client, 0)
        if lines >= LINES_PER_CLIENT or self._lines >= LINES_IN_ALL:
            self._left_out += 1
            return False
        self._lines_of[client] = lines + 1
        self._lines += 1
        return True
