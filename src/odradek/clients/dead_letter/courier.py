"""Brings letters from a spool to their topics, in a thread of its own, for as long as it takes.

Invariants:
- Letters arrive in the order in which they were spooled, each at least once: it is forgotten only
  after every in-sync replica has it.
- While no broker answers it tries again after a while, and the letters stay on the disk, over the
  end of the program, too.
- A letter that its topic refuses stops the courier: those behind it stay where they are safe, and
  `close` raises.
"""

import logging
import threading

from odradek.clients.dead_letter.errors import UndeliveredError
from odradek.clients.dead_letter.spool import Spool
from odradek.clients.dead_letter.topic import DeadLetterTopics

logger = logging.getLogger(__name__)

LETTERS_AT_ONCE = 100
RETRY_INTERVAL_S = 1.0


class Courier:
    """At work from its making until `close`, which closes `topics`, too, and not the spool."""

    def __init__(
        self,
        spool: Spool,
        topics: DeadLetterTopics,
        *,
        retry_interval_s: float = RETRY_INTERVAL_S,
    ) -> None:
        self._spool = spool
        self._topics = topics
        self._retry_interval_s = retry_interval_s
        self._called = threading.Event()
        self._is_closing = False
        self._is_unreachable = False
        self._refusal: UndeliveredError | None = None
        # Not one that dies with the main thread: who forgets to close should not lose time only.
        self._thread = threading.Thread(target=self._work, name="odradek-dead-letters", daemon=True)
        self._called.set()
        self._thread.start()

    def call(self) -> None:
        """Say that there are letters."""
        self._called.set()

    def close(self) -> None:
        """Deliver what can be delivered, and end; raises UndeliveredError if a letter was refused.

        In an outage it does not wait: what is in the spool is sent after the next start.
        """
        self._is_closing = True
        self._called.set()
        self._thread.join()
        self._topics.close()
        if self._refusal is not None:
            raise self._refusal

    def _work(self) -> None:
        while self._refusal is None:
            self._called.wait(self._retry_interval_s if self._is_unreachable else None)
            self._called.clear()
            if not (self._is_closing and self._is_unreachable):
                self._deliver()
            if self._is_closing:
                return

    def _deliver(self) -> None:
        try:
            while letters := self._spool.read(LETTERS_AT_ONCE):
                self._topics.send([each.record for each in letters])
                self._spool.forget(letters[-1])
                self._is_unreachable = False
        except UndeliveredError as error:
            self._note(error)
        except OSError as error:
            # What was sent cannot be forgotten: sending on would only repeat it.
            self._note(UndeliveredError(f"the spool failed: {error}", is_unreachable=False))

    def _note(self, error: UndeliveredError) -> None:
        waiting = self._spool.waiting
        if not error.is_unreachable:
            self._refusal = error
            logger.error("%s; %d letters stay in the spool", error, waiting)
        elif not self._is_unreachable:
            self._is_unreachable = True
            logger.warning("%s; %d letters wait in the spool for a broker", error, waiting)
