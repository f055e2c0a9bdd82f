"""Where failures go that nobody looked at: raised when the producer closes, logged, or given on.

Invariant of every sink: `take` is called by the producer's own thread, one record at a time, and
must not wait for deliveries of that producer. `close` is called once, after the last record.
"""

import logging
from typing import Protocol

from odradek.clients.errors import UndeliveredRecords
from odradek.clients.record import FailedRecord

logger = logging.getLogger(__name__)

KEPT_MAX = 1000
"""So many failed records are kept whole until close; the rest is counted."""


class FailureSink(Protocol):
    """A failure policy: log, dead letters, a table of one's own."""

    def take(self, failed: FailedRecord) -> None:
        """Take over a record that was not delivered."""

    def close(self) -> None:
        """Finish; may raise a ClientError, which the producer's `close` passes on."""


class RaiseOnClose:
    """The default: `close`, and so the end of a `with` block, raises UndeliveredRecords."""

    def __init__(self, kept_max: int = KEPT_MAX) -> None:
        self._kept_max = kept_max
        self._kept: list[FailedRecord] = []
        self._count = 0

    def take(self, failed: FailedRecord) -> None:
        """Keep the record to raise it later, and say in the log that something failed."""
        if self._count == 0:
            logger.warning("%s; close() will raise this and what follows", failed)
        self._count += 1
        if len(self._kept) < self._kept_max:
            self._kept.append(failed)

    def close(self) -> None:
        """Raise UndeliveredRecords if there were any."""
        if self._count:
            raise UndeliveredRecords(self._kept, self._count)


class LogFailures:
    """Each failure is one line in the log, and no more than that."""

    def take(self, failed: FailedRecord) -> None:
        """Log it."""
        logger.error("%s", failed)

    def close(self) -> None:
        """Nothing is left to do."""
