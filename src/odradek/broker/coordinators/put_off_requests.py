"""Requests about a transactional id that is not settled: put off until it is, but not for ever.

A record of the id is on its way to the log, or its transaction is decided and the markers are being
written. What arrives meanwhile is mostly the same producer's next transaction, and a client that is
told to come again waits longer than the disk takes. So the request is asked again when the id is
settled, in the order of arrival, and is answered by what holds then.

A disk that refuses the markers settles nothing: after `PATIENCE_S` the answer of the last time
leaves, CONCURRENT_TRANSACTIONS.

Differs from Kafka: requests that extend or end a transaction wait up to five seconds for the
markers of the transaction before, where Kafka refuses them: with CONCURRENT_TRANSACTIONS, at once
or after `add.partitions.to.txn.retry.backoff.max.ms`; EndTxn of the next transaction with
PRODUCER_FENCED.
"""

import asyncio
from collections import deque
from collections.abc import Callable

import msgspec

from odradek.broker.transactions.values import Decision

PATIENCE_S = 5.0
"""Many syncs of a busy disk, and a fraction of what a client waits for an answer."""

Decide = Callable[[], Decision]


class PutOffRequest(msgspec.Struct, eq=False):
    """`decide` asks again; `decision` is what it said the last time."""

    transactional_id: str
    decide: Decide
    decision: Decision
    timer: asyncio.TimerHandle | None = None


class PutOffRequests:
    """All of them; `carry_out` gets every decision that is to be followed.

    What follows from it is staged; `write_staged` writes that where no turn is about to end.
    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        carry_out: Callable[[Decision], None],
        write_staged: Callable[[], None],
    ) -> None:
        self._loop = loop
        self._carry_out = carry_out
        self._write_staged = write_staged
        self._requests: dict[str, deque[PutOffRequest]] = {}

    def decide(self, transactional_id: str, decide: Decide) -> None:
        """Carry out what is decided, now or when the id is settled."""
        decision = decide()
        if not decision.is_premature:
            self._carry_out(decision)
            return
        request = PutOffRequest(transactional_id, decide, decision)
        request.timer = self._loop.call_later(PATIENCE_S, self._give_up, request)
        self._requests.setdefault(transactional_id, deque()).append(request)

    def ask_again(self, transactional_id: str) -> None:
        """The id is settled; the first request may unsettle it for those behind."""
        while waiting := self._requests.get(transactional_id):
            request = waiting[0]
            request.decision = request.decide()
            if request.decision.is_premature:
                return
            self._remove(request)
            self._carry_out(request.decision)

    def ask_all_again(self) -> None:
        """Nothing is as it was."""
        for transactional_id in list(self._requests):
            self.ask_again(transactional_id)

    def _give_up(self, request: PutOffRequest) -> None:
        self._remove(request)
        self._carry_out(request.decision)
        self._write_staged()

    def _remove(self, request: PutOffRequest) -> None:
        if request.timer is not None:
            request.timer.cancel()
        waiting = self._requests[request.transactional_id]
        waiting.remove(request)
        if not waiting:
            del self._requests[request.transactional_id]
