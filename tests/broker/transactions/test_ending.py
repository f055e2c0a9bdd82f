"""EndTxn in every state, under both versions, once and repeated.

The tables are what Apache Kafka 4.3.1 answers, but for V2 while markers are written: an end of the
next transaction is put off then, where Kafka tells its producer PRODUCER_FENCED.
"""

import pytest

from odradek.broker.transactions.transaction import LARGEST_EPOCH, LAST_GIVEN_EPOCH
from odradek.broker.transactions.values import ProducerIdentity
from odradek.protocol.errors import ErrorCode
from tests.broker.transactions.coordinator import Coordinator

NONE = ErrorCode.NONE
STATE = ErrorCode.INVALID_TXN_STATE
BUSY = ErrorCode.CONCURRENT_TRANSACTIONS
FENCED = ErrorCode.PRODUCER_FENCED

V1_ENDS = [
    ("Empty", True, STATE, "Empty"),
    ("Empty", False, STATE, "Empty"),
    ("Ongoing", True, NONE, "PrepareCommit"),
    ("Ongoing", False, NONE, "PrepareAbort"),
    ("PrepareCommit", True, BUSY, "PrepareCommit"),
    ("PrepareCommit", False, STATE, "PrepareCommit"),
    ("PrepareAbort", True, STATE, "PrepareAbort"),
    ("PrepareAbort", False, BUSY, "PrepareAbort"),
    ("CompleteCommit", True, NONE, "CompleteCommit"),
    ("CompleteCommit", False, STATE, "CompleteCommit"),
    ("CompleteAbort", True, STATE, "CompleteAbort"),
    ("CompleteAbort", False, NONE, "CompleteAbort"),
]
V2_ENDS = [
    ("Empty", True, STATE, "Empty"),
    ("Empty", False, NONE, "PrepareAbort"),
    ("Ongoing", True, NONE, "PrepareCommit"),
    ("Ongoing", False, NONE, "PrepareAbort"),
    ("PrepareCommit", True, BUSY, "PrepareCommit"),
    ("PrepareCommit", False, BUSY, "PrepareCommit"),
    ("PrepareAbort", True, BUSY, "PrepareAbort"),
    ("PrepareAbort", False, BUSY, "PrepareAbort"),
    ("CompleteCommit", True, STATE, "CompleteCommit"),
    ("CompleteCommit", False, NONE, "PrepareAbort"),
    ("CompleteAbort", True, STATE, "CompleteAbort"),
    ("CompleteAbort", False, NONE, "PrepareAbort"),
]
V2_REPEATS = [
    ("PrepareCommit", True, BUSY),
    ("PrepareCommit", False, STATE),
    ("PrepareAbort", True, STATE),
    ("PrepareAbort", False, BUSY),
    ("CompleteCommit", True, NONE),
    ("CompleteCommit", False, STATE),
    ("CompleteAbort", True, STATE),
    ("CompleteAbort", False, NONE),
]


@pytest.fixture
def coordinator() -> Coordinator:
    return Coordinator()


@pytest.mark.parametrize(("state", "is_commit", "error", "after"), V1_ENDS)
def test_end_under_v1(
    coordinator: Coordinator, state: str, is_commit: bool, error: ErrorCode, after: str
) -> None:
    identity = coordinator.reach(state)
    asked = coordinator.end(identity, is_commit=is_commit, is_v2=False)
    assert (asked.error, coordinator.state) == (error, after)
    assert coordinator.current.producer_epoch == identity.producer_epoch, "V1 keeps the epoch"


@pytest.mark.parametrize(("state", "is_commit", "error", "after"), V2_ENDS)
def test_end_under_v2(
    coordinator: Coordinator, state: str, is_commit: bool, error: ErrorCode, after: str
) -> None:
    identity = coordinator.reach(state)
    asked = coordinator.end(identity, is_commit=is_commit, is_v2=True)
    assert (asked.error, coordinator.state) == (error, after)
    if error is NONE:
        raised = ProducerIdentity(identity.producer_id, identity.producer_epoch + 1)
        assert asked.identity == raised


@pytest.mark.parametrize(("state", "is_commit", "error"), V2_REPEATS)
def test_a_repeated_end_under_v2_comes_with_the_epoch_before(
    coordinator: Coordinator, state: str, is_commit: bool, error: ErrorCode
) -> None:
    identity = coordinator.ongoing(is_v2=True)
    raised = coordinator.end(identity, is_commit=state.endswith("Commit"), is_v2=True).identity
    if state.startswith("Complete"):
        coordinator.complete()
    asked = coordinator.end(identity, is_commit=is_commit, is_v2=True)
    assert asked.error is error
    if error is NONE:
        assert asked.identity == raised


@pytest.mark.parametrize("is_v2", [False, True])
@pytest.mark.parametrize("epoch", [-1, 1, 7])
def test_another_epoch_is_fenced(coordinator: Coordinator, is_v2: bool, epoch: int) -> None:
    identity = coordinator.ongoing(is_v2=is_v2)
    other = ProducerIdentity(identity.producer_id, identity.producer_epoch + epoch)
    assert coordinator.end(other, is_commit=True, is_v2=is_v2).error is FENCED


@pytest.mark.parametrize("is_v2", [False, True])
def test_another_producer_is_not_mapped(coordinator: Coordinator, is_v2: bool) -> None:
    unmapped = ErrorCode.INVALID_PRODUCER_ID_MAPPING
    nobody = ProducerIdentity(7, 0)
    assert coordinator.end(nobody, is_commit=True, is_v2=is_v2).error is unmapped
    coordinator.ongoing()
    assert coordinator.end(nobody, is_commit=True, is_v2=is_v2).error is unmapped


def test_an_end_under_v2_past_the_last_epoch_gives_a_new_producer_id(
    coordinator: Coordinator,
) -> None:
    producer_id = coordinator.init().identity.producer_id
    for _ in range(LAST_GIVEN_EPOCH):
        coordinator.init()
    identity = ProducerIdentity(producer_id, LAST_GIVEN_EPOCH)
    coordinator.add(identity, is_v2=True)
    asked = coordinator.end(identity, is_commit=True, is_v2=True)
    assert asked.identity == ProducerIdentity(101, 0)
    assert coordinator.current.producer_epoch == LARGEST_EPOCH, "what the markers carry"
    assert coordinator.end(identity, is_commit=True, is_v2=True).error is BUSY
    assert coordinator.add(asked.identity, is_v2=True) is BUSY
    assert coordinator.end(asked.identity, is_commit=False, is_v2=True).error is BUSY
    coordinator.restart()
    coordinator.complete()
    assert coordinator.end(identity, is_commit=True, is_v2=True).identity == asked.identity
    assert coordinator.add(asked.identity, is_v2=True) is NONE


def test_while_an_end_is_being_stored_everybody_comes_again(coordinator: Coordinator) -> None:
    identity = coordinator.ongoing()
    coordinator.is_stalled = True
    first = coordinator.end(identity, is_commit=True, is_v2=False)
    assert first.reply is None
    assert coordinator.end(identity, is_commit=True, is_v2=False).error is BUSY
    coordinator.store()
    assert first.error is NONE
