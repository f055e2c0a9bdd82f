"""InitProducerId: who gets a transactional id, and with which epoch."""

import pytest

from odradek.broker.transactions.transaction import LARGEST_EPOCH, LAST_GIVEN_EPOCH
from odradek.broker.transactions.values import ProducerIdentity
from odradek.protocol.errors import ErrorCode
from tests.broker.transactions.coordinator import ID, Coordinator


@pytest.fixture
def coordinator() -> Coordinator:
    return Coordinator()


def use_up_epochs(coordinator: Coordinator, epoch: int = LAST_GIVEN_EPOCH) -> ProducerIdentity:
    """A producer that has the last epoch but one."""
    producer_id = coordinator.init().identity.producer_id
    for _ in range(epoch):
        coordinator.init()
    return ProducerIdentity(producer_id, epoch)


def test_a_new_id_gets_a_new_producer_in_epoch_0(coordinator: Coordinator) -> None:
    assert coordinator.init().identity == ProducerIdentity(100, 0)
    assert coordinator.init(transactional_id="other").identity == ProducerIdentity(101, 0)


def test_a_newer_instance_gets_the_next_epoch(coordinator: Coordinator) -> None:
    coordinator.init()
    assert coordinator.init().identity == ProducerIdentity(100, 1)


@pytest.mark.parametrize("timeout_ms", [0, -1, 900_001])
def test_a_timeout_out_of_bounds_is_refused(coordinator: Coordinator, timeout_ms: int) -> None:
    asked = coordinator.init(timeout_ms=timeout_ms)
    assert asked.error is ErrorCode.INVALID_TRANSACTION_TIMEOUT


def test_an_empty_transactional_id_is_refused(coordinator: Coordinator) -> None:
    assert coordinator.init(transactional_id="").error is ErrorCode.INVALID_REQUEST


@pytest.mark.parametrize("state", ["Empty", "CompleteCommit", "CompleteAbort"])
def test_a_producer_that_goes_on_gets_the_next_epoch_and_may_ask_again(
    coordinator: Coordinator, state: str
) -> None:
    identity = coordinator.reach(state)
    raised = coordinator.init(identity).identity
    assert raised == ProducerIdentity(identity.producer_id, identity.producer_epoch + 1)
    assert coordinator.init(identity).identity == raised, "its answer may have got lost"


def test_a_producer_that_goes_on_after_another_came_is_fenced(coordinator: Coordinator) -> None:
    identity = coordinator.init().identity
    coordinator.init()
    assert coordinator.init(identity).error is ErrorCode.PRODUCER_FENCED


def test_a_producer_of_another_id_is_fenced(coordinator: Coordinator) -> None:
    coordinator.init()
    assert coordinator.init(ProducerIdentity(7, 0)).error is ErrorCode.PRODUCER_FENCED


def test_an_unknown_producer_that_goes_on_begins_anew(coordinator: Coordinator) -> None:
    assert coordinator.init(ProducerIdentity(7, 3)).identity == ProducerIdentity(100, 0)


def test_an_open_transaction_is_aborted_first(coordinator: Coordinator) -> None:
    coordinator.ongoing()
    assert coordinator.init().error is ErrorCode.CONCURRENT_TRANSACTIONS
    assert coordinator.state == "PrepareAbort"
    assert coordinator.init().error is ErrorCode.CONCURRENT_TRANSACTIONS
    coordinator.complete()
    assert coordinator.init().identity == ProducerIdentity(100, 2)


@pytest.mark.parametrize("state", ["PrepareCommit", "PrepareAbort"])
def test_who_comes_while_markers_are_written_comes_again(
    coordinator: Coordinator, state: str
) -> None:
    coordinator.reach(state)
    assert coordinator.init().error is ErrorCode.CONCURRENT_TRANSACTIONS


def test_two_who_come_at_once_are_told_one_after_the_other(coordinator: Coordinator) -> None:
    coordinator.is_stalled = True
    first, second = coordinator.init(), coordinator.init()
    assert second.error is ErrorCode.CONCURRENT_TRANSACTIONS
    coordinator.store()
    assert first.identity == ProducerIdentity(100, 0)


def test_when_the_epochs_are_used_up_a_new_producer_id_takes_over(
    coordinator: Coordinator,
) -> None:
    use_up_epochs(coordinator)
    assert coordinator.init().identity == ProducerIdentity(101, 0)


def test_the_last_epoch_is_only_ever_used_to_fence(coordinator: Coordinator) -> None:
    identity = use_up_epochs(coordinator)
    coordinator.add(identity)
    coordinator.init()
    assert coordinator.current.producer_epoch == LARGEST_EPOCH
    coordinator.complete()
    assert coordinator.init().identity == ProducerIdentity(101, 0)


def test_a_producer_that_goes_on_past_the_last_epoch_may_ask_again(
    coordinator: Coordinator,
) -> None:
    identity = use_up_epochs(coordinator)
    assert coordinator.init(identity).identity == ProducerIdentity(101, 0)
    assert coordinator.init(identity).identity == ProducerIdentity(101, 0)


def test_what_could_not_be_stored_has_not_happened(coordinator: Coordinator) -> None:
    coordinator.init()
    coordinator.is_stalled = True
    coordinator.init()
    coordinator.fail_to_store()
    coordinator.is_stalled = False
    assert coordinator.current.producer_epoch == 0
    assert coordinator.init().identity == ProducerIdentity(100, 1)


def test_after_a_restart_everybody_is_who_they_were(coordinator: Coordinator) -> None:
    coordinator.init(timeout_ms=5_000)
    coordinator.restart()
    assert coordinator.current.timeout_ms == 5_000
    assert coordinator.transactions.get(ID) is not None
    assert coordinator.init().identity == ProducerIdentity(100, 1)
