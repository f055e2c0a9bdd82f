"""Members with a name of their own (KIP-345): they come back without disturbing the others."""

from odradek.broker.groups.values import Identity
from odradek.protocol.errors import ErrorCode
from tests.broker.groups.coordinator import (
    DELAY_MS,
    REBALANCE_MS,
    SESSION_MS,
    Asked,
    Coordinator,
)


def stable_pair(coordinator: Coordinator) -> tuple[str, str]:
    """A static leader `a` and a static follower `b`, each assigned its name."""
    joins = [coordinator.join(instance_id=name) for name in "ab"]
    coordinator.pass_time(2 * DELAY_MS)
    first, second = (join.joined.member_id for join in joins)
    coordinator.sync(first, 1, {first: b"a", second: b"b"}, instance_id="a")
    coordinator.sync(second, 1, instance_id="b")
    assert coordinator.state == "Stable"
    return first, second


def test_static_member_needs_no_id_before_it_joins(coordinator: Coordinator) -> None:
    join = coordinator.join(instance_id="a", must_know_its_id=True)
    coordinator.pass_time(DELAY_MS)
    assert join.error is ErrorCode.NONE


def test_static_member_that_returns_keeps_its_assignment(coordinator: Coordinator) -> None:
    _, old_id = stable_pair(coordinator)
    again = coordinator.join(instance_id="b")
    assert (again.error, again.joined.generation_id) == (ErrorCode.NONE, 1)
    assert again.joined.member_id != old_id
    assert coordinator.state == "Stable"
    synced = coordinator.sync(again.joined.member_id, 1, instance_id="b")
    assert synced.synced.assignment == b"b"


def test_id_before_the_return_is_fenced_everywhere(coordinator: Coordinator) -> None:
    _, old_id = stable_pair(coordinator)
    coordinator.join(instance_id="b")
    fenced = ErrorCode.FENCED_INSTANCE_ID
    assert coordinator.heartbeat(old_id, 1, "b") is fenced
    assert coordinator.sync(old_id, 1, instance_id="b").error is fenced
    assert coordinator.join(old_id, instance_id="b").error is fenced
    left = coordinator.leave(Identity(old_id, "b")).reply
    assert [error for _, error in left.members] == [fenced]  # type: ignore[union-attr]


def test_member_cannot_take_another_instance_id(coordinator: Coordinator) -> None:
    first, _ = stable_pair(coordinator)
    assert coordinator.heartbeat(first, 1, "b") is ErrorCode.FENCED_INSTANCE_ID
    assert coordinator.heartbeat(first, 1, "nobody") is ErrorCode.UNKNOWN_MEMBER_ID


def test_returning_leader_may_skip_the_assignment(coordinator: Coordinator) -> None:
    stable_pair(coordinator)
    again = coordinator.join(instance_id="a", may_skip_assignment=True)
    assert again.joined.skip_assignment
    assert again.joined.leader == again.joined.member_id
    assert [name for _, name, _ in again.joined.members] == ["b", "a"]


def test_returning_leader_that_cannot_skip_is_told_its_old_id_leads(
    coordinator: Coordinator,
) -> None:
    old_id, _ = stable_pair(coordinator)
    again = coordinator.join(instance_id="a")
    assert again.joined.leader == old_id
    assert not again.joined.skip_assignment
    assert list(again.joined.members) == []


def test_returning_member_is_answered_once_its_id_is_stored(coordinator: Coordinator) -> None:
    stable_pair(coordinator)
    coordinator.is_stalled = True
    again = coordinator.join(instance_id="b")
    assert again.is_waiting
    coordinator.store()
    coordinator.restart()
    assert coordinator.heartbeat(again.joined.member_id, 1, "b") is ErrorCode.NONE


def test_returning_member_that_changes_the_vote_makes_the_group_rebalance(
    coordinator: Coordinator,
) -> None:
    protocols = [("range", b""), ("sticky", b"")]
    join = coordinator.join(instance_id="a", protocols=protocols)
    coordinator.pass_time(DELAY_MS)
    coordinator.sync(join.joined.member_id, 1, instance_id="a")
    again = coordinator.join(instance_id="a", protocols=protocols[::-1])
    assert again.joined.generation_id == 2
    assert again.joined.protocol_name == "sticky"


def test_static_member_may_be_away_for_its_session(coordinator: Coordinator) -> None:
    first, _ = stable_pair(coordinator)
    coordinator.pass_time(SESSION_MS - 1)
    coordinator.heartbeat(first, 1, "a")
    assert coordinator.join(instance_id="b").joined.generation_id == 1
    coordinator.pass_time(SESSION_MS - 1)
    assert len(coordinator.member_ids) == 2


def test_static_member_that_stays_away_is_dropped(coordinator: Coordinator) -> None:
    first, _ = stable_pair(coordinator)
    coordinator.pass_time(SESSION_MS - 1)
    coordinator.heartbeat(first, 1, "a")
    coordinator.pass_time(1)
    assert coordinator.member_ids == [first]


def test_rebalance_goes_on_without_dropping_absent_static_members(
    coordinator: Coordinator,
) -> None:
    first, second = stable_pair(coordinator)
    again = coordinator.join(first, instance_id="a")
    for _ in range(REBALANCE_MS // 5_000):
        coordinator.pass_time(5_000)
        coordinator.heartbeat(second, 1, "b")
    assert again.joined.generation_id == 2
    assert set(coordinator.member_ids) == {first, second}


def test_rebalance_of_absent_static_members_ends_with_their_sessions(
    coordinator: Coordinator,
) -> None:
    coordinator.stable_group(1, instance_id="a", session_ms=100_000)
    newcomer = coordinator.join(must_know_its_id=True).joined.member_id
    coordinator.join(newcomer)
    coordinator.leave(Identity(newcomer))
    coordinator.pass_time(REBALANCE_MS)
    assert coordinator.state == "PreparingRebalance"
    coordinator.pass_time(100_000 - REBALANCE_MS)
    assert coordinator.state == "Empty"


def test_operator_removes_a_static_member_by_name(coordinator: Coordinator) -> None:
    first, _ = stable_pair(coordinator)
    coordinator.leave(Identity("", "b"))
    assert coordinator.member_ids == [first]


def test_replaced_member_that_waits_is_fenced(coordinator: Coordinator) -> None:
    first, second = stable_pair(coordinator)
    waiting = coordinator.join(first, instance_id="a")
    replacing: Asked = coordinator.join(instance_id="a")
    assert waiting.error is ErrorCode.FENCED_INSTANCE_ID
    coordinator.join(second, instance_id="b")
    assert replacing.joined.generation_id == 2


def test_member_replaced_while_the_leader_assigns_starts_a_rebalance(
    coordinator: Coordinator,
) -> None:
    joins = [coordinator.join(instance_id=name) for name in "ab"]
    coordinator.pass_time(2 * DELAY_MS)
    waiting = coordinator.sync(joins[1].joined.member_id, 1, instance_id="b")
    coordinator.join(instance_id="b")
    assert waiting.error is ErrorCode.FENCED_INSTANCE_ID
    assert coordinator.state == "PreparingRebalance"
