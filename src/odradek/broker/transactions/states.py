"""The states of a transactional id and the ways between them.

Sources: KIP-98, KIP-890 (V2), KIP-664 (names as tools show them). The diagram in
docs/reference/transaction-states.md is drawn from this table.
"""

from collections.abc import Mapping
from enum import StrEnum

from odradek.protocol.stored_records.transaction_state import TransactionStatus


class TransactionState(StrEnum):
    """Where a producer's latest transaction stands; the values are Kafka's names."""

    EMPTY = "Empty"
    ONGOING = "Ongoing"
    PREPARE_COMMIT = "PrepareCommit"
    PREPARE_ABORT = "PrepareAbort"
    COMPLETE_COMMIT = "CompleteCommit"
    COMPLETE_ABORT = "CompleteAbort"
    DEAD = "Dead"


S = TransactionState

MEANINGS: Mapping[TransactionState, str] = {
    S.EMPTY: "A producer has the id, and has not begun a transaction yet.",
    S.ONGOING: "The transaction has partitions; it ends by EndTxn, by a fence or by its timeout.",
    S.PREPARE_COMMIT: "It is decided: the transaction is committed. Its markers are being written.",
    S.PREPARE_ABORT: "It is decided: the transaction is aborted. Its markers are being written.",
    S.COMPLETE_COMMIT: "Every partition has its commit marker.",
    S.COMPLETE_ABORT: "Every partition has its abort marker.",
    S.DEAD: "The id was not used for long and is forgotten.",
}

TRANSITIONS: Mapping[tuple[TransactionState, TransactionState], str] = {
    (S.EMPTY, S.EMPTY): "a producer takes the id over",
    (S.EMPTY, S.ONGOING): "the first partition is added",
    (S.EMPTY, S.PREPARE_ABORT): "EndTxn aborts nothing, to raise the epoch (V2)",
    (S.EMPTY, S.DEAD): "expired",
    (S.ONGOING, S.ONGOING): "a partition is added",
    (S.ONGOING, S.PREPARE_COMMIT): "EndTxn commits",
    (S.ONGOING, S.PREPARE_ABORT): "EndTxn aborts, a newer producer fences, or time is up",
    (S.PREPARE_COMMIT, S.COMPLETE_COMMIT): "all markers are stored",
    (S.PREPARE_ABORT, S.COMPLETE_ABORT): "all markers are stored",
    (S.COMPLETE_COMMIT, S.ONGOING): "the first partition is added",
    (S.COMPLETE_COMMIT, S.EMPTY): "a producer takes the id over",
    (S.COMPLETE_COMMIT, S.PREPARE_ABORT): "EndTxn aborts nothing (V2)",
    (S.COMPLETE_COMMIT, S.DEAD): "expired",
    (S.COMPLETE_ABORT, S.ONGOING): "the first partition is added",
    (S.COMPLETE_ABORT, S.EMPTY): "a producer takes the id over",
    (S.COMPLETE_ABORT, S.PREPARE_ABORT): "EndTxn aborts nothing (V2)",
    (S.COMPLETE_ABORT, S.DEAD): "expired",
}
"""Every way there is, with its occasion. What is not here cannot happen."""

ALLOWED: Mapping[TransactionState, frozenset[TransactionState]] = {
    state: frozenset(after for before, after in TRANSITIONS if before is state) for state in S
}

COMPLETED_BY: Mapping[TransactionState, TransactionState] = {
    S.PREPARE_COMMIT: S.COMPLETE_COMMIT,
    S.PREPARE_ABORT: S.COMPLETE_ABORT,
}
"""What a decided transaction becomes once its markers are stored."""

EXPIRES_FROM = frozenset(before for before, after in TRANSITIONS if after is S.DEAD)

FENCING = "PrepareEpochFence"
"""A name that tools may ask for: in Kafka a step towards PrepareAbort that no log ever shows."""

STATUS: Mapping[TransactionState, TransactionStatus] = {
    S.EMPTY: TransactionStatus.EMPTY,
    S.ONGOING: TransactionStatus.ONGOING,
    S.PREPARE_COMMIT: TransactionStatus.PREPARE_COMMIT,
    S.PREPARE_ABORT: TransactionStatus.PREPARE_ABORT,
    S.COMPLETE_COMMIT: TransactionStatus.COMPLETE_COMMIT,
    S.COMPLETE_ABORT: TransactionStatus.COMPLETE_ABORT,
    S.DEAD: TransactionStatus.DEAD,
}
"""How each state is stored."""
