"""The core of a producer with transactions: records only inside of one, and an end for good.

Invariants:
- A client initialises its transactional id before its first transaction, a healed one anew.
- A fenced producer stays dead: somebody has replaced it.
- A forked child has none: its transactional id is the parent's, and they would fence each other.
"""

from typing import Any

from confluent_kafka import KafkaError, Producer

from odradek.clients.errors import (
    ProducerClosed,
    ProducerFenced,
    TransactionAborted,
    TransactionError,
)
from odradek.clients.producer.core import ProducerCore
from odradek.clients.producer.delivery.error_classes import FENCINGS
from odradek.clients.producer.delivery.untold_failures import Untold
from odradek.clients.producer.process_events import immortalise
from odradek.clients.record import FailedRecord

INIT_TIMEOUT_S = 10.0


class TransactionalCore(ProducerCore):
    """A core whose `produce` is open during transactions alone."""

    is_in_transaction = False
    fenced_by: KafkaError | None = None
    _initialised: Producer | None = None

    def require_usable(self) -> None:
        """Raise what keeps this producer from having transactions."""
        if self.fenced_by is not None:
            raise self._fenced()
        if self.is_closed:
            raise ProducerClosed("the producer was closed, and has no more transactions")

    def begin(self) -> None:
        """Begin a transaction; a new client first gets its producer id, which fences others."""
        client = self.client
        if self._initialised is not client:
            client.init_transactions(INIT_TIMEOUT_S)
            self._initialised = client
        client.begin_transaction()
        self.is_in_transaction = True
        self.produce = client.produce

    def end(self) -> None:
        """Let no more records in."""
        self.is_in_transaction = False
        if not self.is_closed:
            self._open()

    def note_failure(self, error: KafkaError, failed: FailedRecord) -> Untold:
        """Count a failed record; the end of its transaction tells it."""
        untold = super().note_failure(error, failed)
        untold.tell()
        return untold

    def begin_again_after_fork(self) -> None:
        """In a forked child: take nothing any more."""
        immortalise(self.client)
        self.is_closed = True
        self.produce = self._refuse_closed

    def _open(self) -> None:
        self.produce = self._refuse_outside_transactions

    def _is_beyond_healing(self, error: KafkaError) -> bool:
        if error.code() in FENCINGS:
            self.fenced_by = error
        return self.fenced_by is not None

    def recover(self, error: KafkaError) -> None:
        """Take the error in, and end the transaction that the record was for."""
        super().recover(error)
        self.rejected += 1
        if self.fenced_by is not None:
            raise self._fenced()
        raise TransactionAborted(f"the transaction broke down, and may be run again: {error.str()}")

    def _fenced(self) -> ProducerFenced:
        return ProducerFenced(
            f"another producer has taken over the transactional id {self.transactional_id}:"
            " this one must end"
        )

    def _refuse_outside_transactions(self, topic: str, *_: Any, **__: Any) -> None:
        self.rejected += 1
        raise TransactionError(
            f"a record for {topic} is outside of a transaction: send it inside of"
            " `with producer.transaction():`"
        )
