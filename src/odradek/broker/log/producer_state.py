"""What the log knows of its producers: the last five batches of each, and its open transaction.

A producer numbers its records per partition. A batch that continues the numbering is appended; one
that equals a batch among the last five is a retry whose first answer got lost and is answered again
with the original offsets; anything else would be a gap or a reordering and is refused (KIP-98).

A transaction begins with a producer's first transactional batch and ends with its marker. Under V2
the marker carries a raised epoch, so that nothing the producer sent before can follow it (KIP-890).

States are immutable, so an append that is taken back restores the state that was there before.
`OngoingTransactions` follows the states: which offsets are not decided yet.
"""

from collections.abc import Iterator

import msgspec

from odradek.broker.log.ongoing_transactions import NO_TRANSACTION, OngoingTransactions
from odradek.broker.log.transaction_index import AbortedTransaction
from odradek.protocol.errors import ErrorCode
from odradek.protocol.records.batch import (
    NO_PRODUCER_ID,
    NO_SEQUENCE,
    SEQUENCES,
    TRANSACTIONAL_BIT,
    BatchHeader,
)
from odradek.protocol.records.compression import Buffer
from odradek.protocol.records.control_record import EndMarker, decode_marker

BATCHES_RETAINED = 5
NO_COORDINATOR_EPOCH = -1

UNVERIFIED = 0
TRANSACTIONS_V1 = 1
TRANSACTIONS_V2 = 2
"""What the transaction coordinator has confirmed of a batch, and by which rules."""


class ProducerBatch(msgspec.Struct, frozen=True, gc=False):
    """One appended batch; `offset_delta` and sequences span its records."""

    base_sequence: int
    last_sequence: int
    last_offset: int
    offset_delta: int
    timestamp_ms: int

    @property
    def base_offset(self) -> int:
        return self.last_offset - self.offset_delta


class ProducerState(msgspec.Struct, frozen=True):
    """One producer id: its epoch, and its last batches in that epoch, oldest first.

    No batches: a marker raised the epoch or is all that was ever seen of the producer, or its first
    batches could not be written.
    """

    producer_epoch: int
    batches: tuple[ProducerBatch, ...]
    last_timestamp_ms: int
    coordinator_epoch: int = NO_COORDINATOR_EPOCH
    current_txn_first_offset: int = NO_TRANSACTION

    @property
    def last_sequence(self) -> int:
        """-1 where there is none, so that 0 comes next."""
        return self.batches[-1].last_sequence if self.batches else NO_SEQUENCE

    @property
    def is_in_transaction(self) -> bool:
        return self.current_txn_first_offset != NO_TRANSACTION


class SequenceProblem(msgspec.Struct, frozen=True):
    """Why a batch cannot be appended."""

    error: ErrorCode
    message: str


class ProducerStateManager:
    """The states of one partition by producer id."""

    __slots__ = ("_states", "transactions")

    def __init__(self, states: dict[int, ProducerState]) -> None:
        self._states = states
        self.transactions = OngoingTransactions(
            (state.current_txn_first_offset, producer_id)
            for producer_id, state in states.items()
            if state.is_in_transaction
        )

    def __len__(self) -> int:
        return len(self._states)

    def __iter__(self) -> Iterator[tuple[int, ProducerState]]:
        return iter(self._states.items())

    def state(self, producer_id: int) -> ProducerState | None:
        return self._states.get(producer_id)

    def is_in_transaction(self, producer_id: int, producer_epoch: int) -> bool:
        """Whether the producer has, in this very epoch, written and not ended a transaction."""
        state = self._states.get(producer_id)
        return (
            state is not None
            and state.current_txn_first_offset != NO_TRANSACTION
            and state.producer_epoch == producer_epoch
        )

    # --- judging

    def check(
        self, header: BatchHeader, verified: int = UNVERIFIED
    ) -> ProducerBatch | SequenceProblem | None:
        """None: append it. A batch: it is a duplicate of that one. Else what is wrong."""
        state = self._states.get(header.producer_id)
        is_transactional = header.attributes & TRANSACTIONAL_BIT
        if state is None:
            # As Kafka for producers without transactions: their state may have expired, or gone
            # with deleted records, so the first batch may carry any sequence.
            return _check_first(header, verified) if is_transactional else None
        if header.producer_epoch == state.producer_epoch:
            if header.base_sequence != (state.last_sequence + 1) % SEQUENCES:
                return _find_duplicate(state, header) or _out_of_order(state, header)
        elif header.producer_epoch < state.producer_epoch:
            return _stale_epoch(header, state)
        elif header.base_sequence != 0:
            return SequenceProblem(
                ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER,
                f"producer {header.producer_id} must begin its new epoch {header.producer_epoch} "
                f"at sequence 0, not {header.base_sequence}",
            )
        if is_transactional or state.is_in_transaction:
            return _check_transaction(header, state, verified)
        return None

    def check_coordinated(self, header: BatchHeader, batch: Buffer) -> SequenceProblem | None:
        """Whether a coordinator's batch may be appended: a marker, or offsets of a transaction."""
        state = self._states.get(header.producer_id)
        if state is None:
            return None
        marker = decode_marker(batch) if header.is_control else None
        if header.producer_epoch < state.producer_epoch:
            return _stale_epoch(header, state)
        if marker is not None and marker.coordinator_epoch < state.coordinator_epoch:
            return SequenceProblem(
                ErrorCode.TRANSACTION_COORDINATOR_FENCED,
                f"a coordinator of epoch {marker.coordinator_epoch} ends a transaction of "
                f"producer {header.producer_id}, but epoch {state.coordinator_epoch} was there",
            )
        return None

    # --- changing

    def update(self, header: BatchHeader, base_offset: int) -> ProducerState | None:
        """Take a batch over; return the state before, which `restore` brings back."""
        producer_id = header.producer_id
        before = self._states.get(producer_id)
        delta, base_sequence = header.last_offset_delta, header.base_sequence
        batch = ProducerBatch(
            base_sequence,
            (base_sequence + delta) % SEQUENCES if base_sequence >= 0 else NO_SEQUENCE,
            base_offset + delta,
            delta,
            header.max_timestamp,
        )
        coordinator_epoch, first_offset = NO_COORDINATOR_EPOCH, NO_TRANSACTION
        batches: tuple[ProducerBatch, ...] = (batch,)
        if before is not None:
            coordinator_epoch = before.coordinator_epoch
            first_offset = before.current_txn_first_offset
            if before.producer_epoch == header.producer_epoch:
                batches = (*before.batches[1 - BATCHES_RETAINED :], batch)
        if header.attributes & TRANSACTIONAL_BIT and first_offset == NO_TRANSACTION:
            first_offset = base_offset
            self.transactions.begin(base_offset, producer_id)
        self._states[producer_id] = ProducerState(
            header.producer_epoch, batches, header.max_timestamp, coordinator_epoch, first_offset
        )
        return before

    def end_transaction(
        self, header: BatchHeader, marker: EndMarker, offset: int
    ) -> tuple[ProducerState | None, AbortedTransaction | None]:
        """Take a marker over; return the state before, and what it aborted if it did."""
        producer_id = header.producer_id
        before = self._states.get(producer_id)
        keeps_batches = before is not None and before.producer_epoch == header.producer_epoch
        self._states[producer_id] = ProducerState(
            header.producer_epoch,
            before.batches if before is not None and keeps_batches else (),
            header.max_timestamp,
            marker.coordinator_epoch,
        )
        if before is None or not before.is_in_transaction:
            return before, None
        first_offset = before.current_txn_first_offset
        last_stable_offset = self.transactions.end(first_offset, offset)
        if marker.is_commit:
            return before, None
        return before, AbortedTransaction(producer_id, first_offset, offset, last_stable_offset)

    def restore(self, producer_id: int, before: ProducerState | None) -> None:
        """Undo one `update` or `end_transaction`; undo several in reverse order.

        A producer whose very first batch is undone is not unknown again: what it has sent behind
        that batch would be taken for a beginning, and the retry of its first for a reordering.
        """
        after = self._states[producer_id]
        first_before = NO_TRANSACTION if before is None else before.current_txn_first_offset
        if first_before != after.current_txn_first_offset:
            self.transactions.take_back(after.current_txn_first_offset, first_before, producer_id)
        if before is not None:
            self._states[producer_id] = before
        elif after.batches and after.batches[0].base_sequence == 0:
            self._states[producer_id] = ProducerState(
                after.producer_epoch, (), after.last_timestamp_ms
            )
        else:
            del self._states[producer_id]

    def await_first(self, header: BatchHeader) -> None:
        """A batch was refused through no fault of its own, and will come again.

        If it was to be the first of its producer, what was sent behind it must wait for it.
        """
        if header.producer_id != NO_PRODUCER_ID and header.base_sequence == 0:
            self._states.setdefault(
                header.producer_id, ProducerState(header.producer_epoch, (), header.max_timestamp)
            )

    def replay(self, header: BatchHeader, marker: EndMarker | None) -> AbortedTransaction | None:
        """Take over a batch that is in the log already; return what it aborted if it did."""
        if header.producer_id == NO_PRODUCER_ID:
            return None
        if not header.is_control:
            self.update(header, header.base_offset)
        elif marker is not None:
            return self.end_transaction(header, marker, header.base_offset)[1]
        return None

    def remove_expired(self, now_ms: int, expiration_ms: int) -> None:
        """Forget producers that have been silent for `producer.id.expiration.ms`."""
        expired = [
            producer_id
            for producer_id, state in self._states.items()
            if now_ms - state.last_timestamp_ms >= expiration_ms and not state.is_in_transaction
        ]
        for producer_id in expired:
            del self._states[producer_id]


def _check_first(header: BatchHeader, verified: int) -> SequenceProblem | None:
    """The first batch of an unknown producer, in a transaction."""
    if verified == UNVERIFIED:
        return _not_in_transaction(header)
    if verified == TRANSACTIONS_V2 and header.base_sequence != 0:
        return SequenceProblem(
            ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER,
            f"producer {header.producer_id} is unknown here and must begin at sequence 0, "
            f"not {header.base_sequence}",
        )
    return None


def _check_transaction(
    header: BatchHeader, state: ProducerState, verified: int
) -> SequenceProblem | None:
    if not header.is_transactional:
        return SequenceProblem(
            ErrorCode.INVALID_TXN_STATE,
            f"producer {header.producer_id} has an open transaction on this partition, and sent a "
            "batch that is not part of it",
        )
    is_ongoing = state.is_in_transaction and state.producer_epoch == header.producer_epoch
    return None if verified or is_ongoing else _not_in_transaction(header)


def _not_in_transaction(header: BatchHeader) -> SequenceProblem:
    return SequenceProblem(
        ErrorCode.INVALID_TXN_STATE,
        f"producer {header.producer_id} has no open transaction on this partition",
    )


def _stale_epoch(header: BatchHeader, state: ProducerState) -> SequenceProblem:
    return SequenceProblem(
        ErrorCode.INVALID_PRODUCER_EPOCH,
        f"epoch {header.producer_epoch} of producer {header.producer_id} is older than "
        f"its current epoch {state.producer_epoch}",
    )


def _find_duplicate(state: ProducerState, header: BatchHeader) -> ProducerBatch | None:
    last_sequence = header.last_sequence
    for batch in state.batches:
        if batch.base_sequence == header.base_sequence and batch.last_sequence == last_sequence:
            return batch
    return None


def _out_of_order(state: ProducerState, header: BatchHeader) -> SequenceProblem:
    return SequenceProblem(
        ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER,
        f"producer {header.producer_id} sent sequence {header.base_sequence} "
        f"after {state.last_sequence}",
    )
