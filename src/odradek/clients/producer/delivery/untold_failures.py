"""Failures that nobody has looked at yet, and their way to the failure policy.

Invariant: each failure ends once, with somebody who looked or with the policy: when its receipt is
thrown away, and at the latest when the producer closes.
"""

import logging
from collections import deque

from odradek.clients.producer.failure_policy import FailureSink
from odradek.clients.record import FailedRecord

logger = logging.getLogger(__name__)


class UntoldFailures:
    """Those of one producer."""

    def __init__(self, sink: FailureSink) -> None:
        self._sink = sink
        self._kept: dict[int, FailedRecord] = {}
        self._given_up: deque[FailedRecord] = deque()

    def keep(self, failed: FailedRecord) -> "Untold":
        """Keep a failure for as long as its receipt holds what is returned."""
        return Untold(failed, self)

    def hand_over(self) -> None:
        """Give the policy what was thrown away; called by the producer's thread."""
        while self._given_up:
            failed = self._given_up.popleft()
            try:
                self._sink.take(failed)
            except Exception:  # the other records go on
                logger.exception("the failure policy did not take: %s", failed)

    def hand_over_everything(self) -> None:
        """Give the policy what nobody will look at any more."""
        while self._kept:
            self._given_up.append(self._kept.popitem()[1])
        self.hand_over()


class Untold:
    """One failure; when it is thrown away, the policy gets it."""

    __slots__ = ("_failures", "failed")

    def __init__(self, failed: FailedRecord, failures: UntoldFailures) -> None:
        self.failed = failed
        self._failures = failures
        failures._kept[id(self)] = failed

    def tell(self) -> FailedRecord:
        """Say that somebody has seen it."""
        self._failures._kept.pop(id(self), None)
        return self.failed

    def __del__(self) -> None:
        # May run in any thread at any moment: it only notes.
        if self._failures._kept.pop(id(self), None) is not None:
            self._failures._given_up.append(self.failed)
