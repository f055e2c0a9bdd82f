"""One transactional id: its producer, and the latest transaction.

A value: every step makes a new one, which is stored before it counts. Invariants: the way between
the states of two successive values is in the table; partitions are only there while a transaction
is open or being ended; an epoch is only ever raised, or begins again at 0 under a new producer id.

Epochs run to 32767, and the last one is never given to a producer: it is what fences whoever has
the one before. After that a new producer id is used.
"""

from typing import Any

import msgspec

from odradek.broker.transactions.states import ALLOWED, COMPLETED_BY, TransactionState
from odradek.protocol.records.batch import NO_PRODUCER_EPOCH, NO_PRODUCER_ID

TopicPartition = tuple[str, int]

LARGEST_EPOCH = 2**15 - 1
LAST_GIVEN_EPOCH = LARGEST_EPOCH - 1
NO_TIME = -1

V1 = 0
V2 = 2
"""Which rules the client goes by, as they are stored: V2 raises the epoch with every end."""


class Transaction(msgspec.Struct, frozen=True):
    """See the module. `start_ms` is NO_TIME before the first transaction.

    `last_producer_epoch` is the one before, if the same producer may still ask with it because an
    answer got lost. `next_producer_id` is what takes over when the epochs are used up.
    """

    transactional_id: str
    producer_id: int
    timeout_ms: int
    last_update_ms: int
    state: TransactionState = TransactionState.EMPTY
    producer_epoch: int = NO_PRODUCER_EPOCH
    last_producer_epoch: int = NO_PRODUCER_EPOCH
    previous_producer_id: int = NO_PRODUCER_ID
    next_producer_id: int = NO_PRODUCER_ID
    start_ms: int = NO_TIME
    partitions: frozenset[TopicPartition] = frozenset()
    client_version: int = V1

    @property
    def is_decided(self) -> bool:
        """Whether it is committed or aborted and only its markers are missing."""
        return self.state in COMPLETED_BY

    @property
    def is_commit(self) -> bool:
        return self.state is TransactionState.PREPARE_COMMIT

    @property
    def is_epoch_exhausted(self) -> bool:
        return self.producer_epoch >= LAST_GIVEN_EPOCH

    def belongs_to(self, producer_id: int, producer_epoch: int) -> bool:
        """Whether this producer may begin the next transaction, once this one is over."""
        if self.next_producer_id != NO_PRODUCER_ID:
            return (producer_id, producer_epoch) == (self.next_producer_id, 0)
        return (producer_id, producer_epoch) == (self.producer_id, self.producer_epoch)

    def is_timed_out(self, now_ms: int) -> bool:
        return self.state is TransactionState.ONGOING and self.start_ms + self.timeout_ms < now_ms

    # --- steps

    def taken_over(
        self, producer_id: int, producer_epoch: int, last_epoch: int, timeout_ms: int, now_ms: int
    ) -> "Transaction":
        """A producer begins, with this id and epoch."""
        return self._step(
            TransactionState.EMPTY,
            now_ms,
            producer_id=producer_id,
            producer_epoch=producer_epoch,
            last_producer_epoch=last_epoch,
            timeout_ms=timeout_ms,
            next_producer_id=NO_PRODUCER_ID,
            start_ms=NO_TIME,
            partitions=frozenset(),
        )

    def with_partitions(
        self, added: frozenset[TopicPartition], client_version: int, now_ms: int
    ) -> "Transaction":
        """The transaction reaches into more partitions; the first of them begins it."""
        is_ongoing = self.state is TransactionState.ONGOING
        return self._step(
            TransactionState.ONGOING,
            now_ms,
            partitions=self.partitions | added,
            start_ms=self.start_ms if is_ongoing else now_ms,
            client_version=client_version,
        )

    def decided(
        self, state: TransactionState, client_version: int, next_producer_id: int, now_ms: int
    ) -> "Transaction":
        """It will be committed or aborted, whatever happens from now on."""
        epoch, last_epoch = self.producer_epoch, self.last_producer_epoch
        if client_version >= V2:
            epoch, last_epoch = min(epoch + 1, LARGEST_EPOCH), epoch
        is_ongoing = self.state is TransactionState.ONGOING
        return self._step(
            state,
            now_ms,
            producer_epoch=epoch,
            last_producer_epoch=last_epoch,
            next_producer_id=next_producer_id,
            start_ms=self.start_ms if is_ongoing else now_ms,
            client_version=client_version,
        )

    def fenced(self, now_ms: int) -> "Transaction":
        """Whoever has it open loses it: aborted under a raised epoch, which nobody is told."""
        return self.decided(TransactionState.PREPARE_ABORT, V2, NO_PRODUCER_ID, now_ms)

    def completed(self, now_ms: int) -> "Transaction":
        """All markers are stored."""
        identity = {}
        if self.next_producer_id != NO_PRODUCER_ID:
            identity = {"producer_id": self.next_producer_id, "producer_epoch": 0}
        return self._step(
            COMPLETED_BY[self.state],
            now_ms,
            partitions=frozenset(),
            next_producer_id=NO_PRODUCER_ID,
            **identity,
        )

    def _step(self, state: TransactionState, now_ms: int, **changes: Any) -> "Transaction":
        if state not in ALLOWED[self.state]:
            raise ValueError(
                f"transaction {self.transactional_id!r} cannot go from {self.state} to {state}"
            )
        return msgspec.structs.replace(
            self,
            state=state,
            previous_producer_id=self.producer_id,
            last_update_ms=now_ms,
            **changes,
        )
