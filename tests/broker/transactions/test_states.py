"""The table of states, and that nothing goes another way."""

import pytest

from odradek.broker.transactions.states import ALLOWED, MEANINGS, STATUS, TransactionState
from odradek.broker.transactions.transaction import V1, Transaction
from odradek.protocol.stored_records.transaction_state import TransactionStatus


def test_every_state_has_a_meaning_and_a_stored_form() -> None:
    assert set(MEANINGS) == set(STATUS) == set(TransactionState)
    assert set(STATUS.values()) == set(TransactionStatus) - {TransactionStatus.PREPARE_EPOCH_FENCE}


def test_from_dead_nothing_follows_and_everything_else_goes_on() -> None:
    assert not ALLOWED[TransactionState.DEAD]
    assert all(ALLOWED[state] for state in TransactionState if state is not TransactionState.DEAD)


@pytest.mark.parametrize("state", [TransactionState.PREPARE_COMMIT, TransactionState.PREPARE_ABORT])
def test_what_is_decided_can_only_be_completed(state: TransactionState) -> None:
    decided = Transaction("t", 1, 60_000, 0, state=state, producer_epoch=0)
    with pytest.raises(ValueError, match="cannot go from Prepare"):
        decided.with_partitions(frozenset(), V1, 1)
    with pytest.raises(ValueError, match="cannot go from Prepare"):
        decided.taken_over(2, 0, -1, 60_000, 1)
    assert decided.completed(1).state.startswith("Complete")
