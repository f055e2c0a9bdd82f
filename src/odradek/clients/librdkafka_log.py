"""Where librdkafka's clients log to, and what keeps them from filling it.

librdkafka says again with every attempt that a broker is gone, twenty times a second. Here a line
passes when nothing like it passed for half a minute; numbers in it make no other line. How many
were left out is told with the next that passes.
"""

import logging
import re

QUIET_S = 30.0
KINDS_MAX = 1_000
"""Of lines that are remembered; more would be a leak."""

_NUMBERS = re.compile(r"\d+")


class RepeatedLines(logging.Filter):
    """A filter for the logger that librdkafka is given."""

    def __init__(self) -> None:
        super().__init__()
        self._passed_s: dict[str, float] = {}
        self._left_out: dict[str, int] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the line is said."""
        kind = _NUMBERS.sub("#", record.getMessage())
        if record.created < self._passed_s.get(kind, 0.0) + QUIET_S:
            self._left_out[kind] = self._left_out.get(kind, 0) + 1
            return False
        if len(self._passed_s) >= KINDS_MAX:
            self._passed_s.clear()
            self._left_out.clear()
        self._passed_s[kind] = record.created
        left_out = self._left_out.pop(kind, 0)
        if left_out:
            record.msg = f"{record.getMessage()} (and {left_out:,} times more since it was said)"
            record.args = ()
        return True


librdkafka_logger = logging.getLogger("odradek.clients.librdkafka")
librdkafka_logger.addFilter(RepeatedLines())
