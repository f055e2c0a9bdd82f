"""Partitions, timeouts, expiry, lists, and what a crash between any two steps leaves."""

import pytest

from odradek.broker.transactions.values import ListFilters, ProducerIdentity
from odradek.protocol.errors import ErrorCode
from tests.broker.transactions.coordinator import ID, PARTITION, TIMEOUT_MS, Coordinator

WEEK_MS = 7 * 24 * 60 * 60 * 1000


@pytest.fixture
def coordinator() -> Coordinator:
    return Coordinator()


def test_partitions_are_added_and_added_again(coordinator: Coordinator) -> None:
    identity = coordinator.init().identity
    assert coordinator.add(identity, PARTITION, ("other", 3)) is ErrorCode.NONE
    stored = len(coordinator.log)
    assert coordinator.add(identity, ("other", 3)) is ErrorCode.NONE
    assert len(coordinator.log) == stored, "nothing new, nothing stored"
    assert coordinator.add(identity, ("more", 0)) is ErrorCode.NONE
    assert coordinator.current.partitions == {PARTITION, ("other", 3), ("more", 0)}


def test_a_new_transaction_begins_with_its_own_partitions(coordinator: Coordinator) -> None:
    identity = coordinator.reach("CompleteCommit")
    coordinator.now_ms += 10
    coordinator.add(identity, ("next", 0))
    assert coordinator.current.partitions == {("next", 0)}
    assert coordinator.current.start_ms == coordinator.now_ms


@pytest.mark.parametrize("state", ["PrepareCommit", "PrepareAbort"])
def test_nothing_is_added_while_markers_are_written(coordinator: Coordinator, state: str) -> None:
    identity = coordinator.reach(state)
    assert coordinator.add(identity) is ErrorCode.CONCURRENT_TRANSACTIONS
    assert coordinator.verify(identity) is ErrorCode.CONCURRENT_TRANSACTIONS


def test_strangers_and_zombies_add_nothing(coordinator: Coordinator) -> None:
    zombie = coordinator.init().identity
    identity = coordinator.init().identity
    stranger = ProducerIdentity(identity.producer_id + 1, identity.producer_epoch)
    for ask in (coordinator.add, coordinator.verify):
        assert ask(zombie) is ErrorCode.PRODUCER_FENCED
        assert ask(stranger) is ErrorCode.INVALID_PRODUCER_ID_MAPPING
    assert coordinator.state == "Empty"


def test_only_what_was_added_is_verified(coordinator: Coordinator) -> None:
    identity = coordinator.ongoing()
    assert coordinator.verify(identity) is ErrorCode.NONE
    assert coordinator.verify(identity, ("other", 0)) is ErrorCode.TRANSACTION_ABORTABLE


def test_a_transaction_that_is_open_for_too_long_is_aborted(coordinator: Coordinator) -> None:
    identity = coordinator.ongoing()
    coordinator.pass_time(TIMEOUT_MS)
    assert coordinator.state == "Ongoing"
    coordinator.pass_time(1)
    assert coordinator.state == "PrepareAbort"
    assert coordinator.current.producer_epoch == identity.producer_epoch + 1
    coordinator.complete()
    assert coordinator.end(identity, is_commit=True, is_v2=False).error is ErrorCode.PRODUCER_FENCED
    assert coordinator.add(identity) is ErrorCode.PRODUCER_FENCED


def test_a_producer_whose_time_was_up_learns_its_epoch(coordinator: Coordinator) -> None:
    identity = coordinator.ongoing(is_v2=True)
    coordinator.pass_time(TIMEOUT_MS + 1)
    coordinator.complete()
    late = coordinator.end(identity, is_commit=True, is_v2=True)
    assert late.error is ErrorCode.INVALID_TXN_STATE
    raised = coordinator.end(identity, is_commit=False, is_v2=True).identity
    assert raised.producer_epoch == identity.producer_epoch + 1
    assert coordinator.init(identity).identity == raised


def test_a_timeout_that_could_not_be_stored_comes_again(coordinator: Coordinator) -> None:
    identity = coordinator.ongoing()
    coordinator.is_stalled = True
    coordinator.pass_time(TIMEOUT_MS + 1)
    coordinator.fail_to_store()
    coordinator.is_stalled = False
    coordinator.pass_time(0)
    assert coordinator.current.producer_epoch == identity.producer_epoch + 1, "raised once only"


@pytest.mark.parametrize("state", ["Empty", "CompleteCommit", "CompleteAbort"])
def test_an_id_that_nobody_uses_is_forgotten(coordinator: Coordinator, state: str) -> None:
    coordinator.reach(state)
    coordinator.now_ms += WEEK_MS - 1
    coordinator.expire()
    assert coordinator.state == state
    coordinator.now_ms += 1
    coordinator.expire()
    assert coordinator.state == "Dead"
    coordinator.restart()
    assert coordinator.state == "Dead"
    assert coordinator.init().identity == ProducerIdentity(101, 0)


@pytest.mark.parametrize("state", ["Ongoing", "PrepareCommit", "PrepareAbort"])
def test_what_is_not_over_is_not_forgotten(coordinator: Coordinator, state: str) -> None:
    coordinator.reach(state)
    coordinator.now_ms += 2 * WEEK_MS
    coordinator.expire()
    assert coordinator.state == state


def test_lists_are_filtered_by_state_producer_and_age(coordinator: Coordinator) -> None:
    identity = coordinator.ongoing()
    coordinator.init(transactional_id="idle")
    coordinator.now_ms += 1_000
    assert coordinator.listed(ListFilters()) == [ID, "idle"]
    assert coordinator.listed(ListFilters(states=["Ongoing"])) == [ID]
    assert coordinator.listed(ListFilters(producer_ids=[identity.producer_id])) == [ID]
    assert coordinator.listed(ListFilters(["Ongoing"], longer_than_ms=999)) == [ID]
    assert coordinator.listed(ListFilters(["Ongoing"], longer_than_ms=1_000)) == []
    assert coordinator.listed(ListFilters(longer_than_ms=WEEK_MS)) == ["idle"], "as Kafka does"


@pytest.mark.parametrize("is_v2", [False, True])
@pytest.mark.parametrize("is_commit", [False, True])
def test_a_crash_between_any_two_steps_completes_what_was_decided(
    coordinator: Coordinator, is_commit: bool, is_v2: bool
) -> None:
    identity = coordinator.ongoing(is_v2=is_v2)
    coordinator.end(identity, is_commit=is_commit, is_v2=is_v2)
    coordinator.complete()
    whole, wanted = coordinator.log, coordinator.state
    seen = []
    for length in range(len(whole) + 1):
        coordinator.log = whole[:length]
        coordinator.restart()
        before = coordinator.state
        (markers,) = coordinator.complete() or [None]
        seen.append((before, coordinator.state))
        if before.startswith("Prepare"):
            assert markers is not None
            assert markers.partitions == {PARTITION}
            assert markers.is_commit is is_commit
            assert coordinator.state == wanted
    prepared = wanted.replace("Complete", "Prepare")
    assert seen == [
        ("Dead", "Dead"),
        ("Empty", "Empty"),
        ("Ongoing", "Ongoing"),
        (prepared, wanted),
        (wanted, wanted),
    ]


def test_an_open_transaction_survives_a_restart_and_still_runs_out_of_time(
    coordinator: Coordinator,
) -> None:
    coordinator.ongoing()
    coordinator.restart()
    assert coordinator.state == "Ongoing"
    coordinator.pass_time(TIMEOUT_MS + 1)
    coordinator.complete()
    assert coordinator.state == "CompleteAbort"
