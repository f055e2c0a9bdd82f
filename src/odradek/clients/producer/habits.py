"""Notices uses of producers that work and cost dearly, and says so once in the log.

What it does not do: refuse them. Each is right somewhere.
"""

import logging

logger = logging.getLogger(__name__)

OPEN_PRODUCERS_MAX = 8
"""One for each profile, and one to spare."""
FLUSHES_JUDGED = 100


def notice_many_producers(open_producers: int) -> None:
    """Tell of a process that opens a producer for each request or connection."""
    if open_producers == OPEN_PRODUCERS_MAX + 1:
        logger.warning(
            "%d producers are open in this process: one for each profile is enough, shared between"
            " threads; each has connections, threads and a queue of its own",
            open_producers,
        )


class FlushHabit:
    """The flushes of one producer, judged once."""

    def __init__(self) -> None:
        self._flushes = 0

    def notice(self, records: int) -> None:
        """Tell of flushes after each record; `records` were given to the producer until now."""
        self._flushes += 1
        records_per_flush = records / self._flushes
        if self._flushes == FLUSHES_JUDGED and 0.5 < records_per_flush < 1.5:
            logger.warning(
                "flush() was called %d times for %d records: batches of one are ten to a hundred"
                " times slower; keep the receipts and flush once, or take send_and_wait",
                self._flushes,
                records,
            )
