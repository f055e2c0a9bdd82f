"""A transaction of a producer with the profile `eos`: everything in it becomes visible, or nothing.

    with producer.transaction() as transaction:
        producer.send("totals", total)
        transaction.send_offsets(offsets, consumer.consumer_group_metadata())

Invariants:
- Leaving the block commits, an exception aborts. Whatever happens, the block ends with a commit,
  with TransactionAborted (run it again), or with ProducerFenced (another took over: end).
- One transaction at a time; a record outside of one is refused.
- What failed in a transaction is told by the transaction, and not to the failure policy as well.

What librdkafka says of an error decides (retriable, fatal), not a list of ours.
"""

import logging
import time
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Any, Self

from confluent_kafka import KafkaError, KafkaException, TopicPartition

from odradek.clients.errors import ProducerFenced, TransactionAborted, TransactionError
from odradek.clients.producer.core import ProducerCore
from odradek.clients.producer.delivery.error_classes import FENCINGS
from odradek.clients.producer.transactional_core import TransactionalCore

logger = logging.getLogger(__name__)

CALL_TIMEOUT_S = 10.0
"""Of one call; a call that timed out is made again, and takes up where it was."""


class Transaction:
    """One transaction, as the `with` block that it is."""

    def __init__(self, core: TransactionalCore) -> None:
        self._core = core
        self._client = core.client

    @classmethod
    def of(cls, core: ProducerCore) -> Self:
        """A transaction of this producer; raises TransactionError where its profile has none."""
        if not isinstance(core, TransactionalCore):
            raise TransactionError(
                f"the profile {core.profile.name} has no transactions: take the profile eos"
            )
        return cls(core)

    def __enter__(self) -> Self:
        core = self._core
        core.require_usable()
        if core.is_in_transaction:
            raise TransactionError("a transaction is open already: a producer has one at a time")
        self._ask(core.begin, doing="beginning")
        self._client = core.client
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if exc is not None:
            self._abort()
            return
        try:
            self._ask(self._client.commit_transaction, CALL_TIMEOUT_S, doing="committing")
        finally:
            self._core.end()

    def send_offsets(self, offsets: Sequence[TopicPartition], group: object) -> None:
        """Commit a group's offsets with this transaction; `group` is the consumer's metadata.

        An offset is that of the next record to read. Raises TransactionAborted when the group has
        rebalanced since: the records belong to another member now.
        """
        self._ask(
            self._client.send_offsets_to_transaction,
            list(offsets),
            group,
            CALL_TIMEOUT_S,
            doing="committing offsets in",
        )

    def _ask(self, call: Callable[..., Any], *arguments: Any, doing: str) -> None:
        """Call until it is done; raises one of the three ends."""
        deadline_s = time.monotonic() + self._core.transaction_timeout_s
        while True:
            try:
                call(*arguments)
            except KafkaException as exception:
                error = exception.args[0]
                if error.retriable() and time.monotonic() < deadline_s:
                    continue
                raise self._end_by(error, doing) from exception
            else:
                return

    def _end_by(self, error: KafkaError, doing: str) -> TransactionError:
        """End the transaction as the error asks, and give the error for the user."""
        if error.code() in FENCINGS:
            self._core.break_down(error)
            self._core.end()
            return ProducerFenced(
                "another producer has taken over the transactional id"
                f" {self._core.transactional_id}: this one must end"
            )
        if error.fatal():
            self._core.break_down(error)
            self._core.end()
        else:
            self._abort()
        return TransactionAborted(
            f"{doing} a transaction failed, none of it is visible and it may be run again:"
            f" {error.str()} ({error.name()})"
        )

    def _abort(self) -> None:
        """Abort, and never hide why; where it fails, the broker aborts after its timeout."""
        if not self._core.is_in_transaction:
            return
        deadline_s = time.monotonic() + self._core.transaction_timeout_s
        try:
            while True:
                try:
                    self._client.abort_transaction(CALL_TIMEOUT_S)
                except KafkaException as exception:
                    error = exception.args[0]
                    if error.retriable() and time.monotonic() < deadline_s:
                        continue
                    logger.warning("a transaction could not be aborted: %s", error.str())
                    self._core.break_down(error)
                return
        finally:
            self._core.end()
