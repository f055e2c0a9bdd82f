"""From one generation to the next: who is waited for, who is dropped, and what is stored."""

import pytest

from odradek.broker.groups.classic_groups import PROMISED_IDS_MAX
from odradek.broker.groups.values import GroupLimits, Identity
from odradek.protocol.errors import ErrorCode
from tests.broker.groups.coordinator import (
    DELAY_MS,
    REBALANCE_MS,
    SESSION_MS,
    Coordinator,
)


def begin(coordinator: Coordinator, size: int = 2) -> list[str]:
    """Members that have joined and wait for the leader's assignment."""
    joins = [coordinator.join() for _ in range(size)]
    coordinator.pass_time(2 * DELAY_MS)
    assert coordinator.state == "CompletingRebalance"
    return [join.joined.member_id for join in joins]


def test_assignment_of_the_leader_reaches_everybody(coordinator: Coordinator) -> None:
    leader, follower = begin(coordinator)
    waiting = coordinator.sync(follower, 1)
    assert waiting.is_waiting
    done = coordinator.sync(leader, 1, {leader: b"L", follower: b"F"})
    assert (done.synced.assignment, waiting.synced.assignment) == (b"L", b"F")
    assert (done.synced.protocol_type, done.synced.protocol_name) == ("consumer", "range")
    assert coordinator.state == "Stable"


def test_assignment_is_told_only_once_it_is_stored(coordinator: Coordinator) -> None:
    (leader,) = begin(coordinator, 1)
    coordinator.is_stalled = True
    asked = coordinator.sync(leader, 1, {leader: b"L"})
    assert asked.is_waiting
    assert coordinator.state == "CompletingRebalance"
    coordinator.store()
    assert asked.synced.assignment == b"L"
    assert coordinator.state == "Stable"


def test_assignment_that_cannot_be_stored_is_worked_out_anew(coordinator: Coordinator) -> None:
    leader, follower = begin(coordinator)
    waiting = coordinator.sync(follower, 1)
    coordinator.is_stalled = True
    asked = coordinator.sync(leader, 1, {leader: b"L"})
    coordinator.fail_to_store(ErrorCode.COORDINATOR_NOT_AVAILABLE)
    assert asked.error is waiting.error is ErrorCode.COORDINATOR_NOT_AVAILABLE
    assert coordinator.state == "PreparingRebalance"


def test_assignment_handed_in_twice_is_stored_once(coordinator: Coordinator) -> None:
    leader, follower = begin(coordinator)
    waiting = coordinator.sync(follower, 1)
    coordinator.is_stalled = True
    coordinator.sync(leader, 1, {leader: b"L", follower: b"F"})
    again = coordinator.sync(leader, 1, {leader: b"F", follower: b"L"})
    coordinator.store()
    assert (again.synced.assignment, waiting.synced.assignment) == (b"L", b"F")
    coordinator.restart()
    assert coordinator.sync(follower, 1).synced.assignment == b"F"


def test_assignment_stored_too_late_is_told_to_nobody(coordinator: Coordinator) -> None:
    (leader,) = begin(coordinator, 1)
    coordinator.is_stalled = True
    asked = coordinator.sync(leader, 1, {leader: b"L"})
    coordinator.join()
    assert asked.error is ErrorCode.REBALANCE_IN_PROGRESS
    coordinator.store()
    assert coordinator.state == "PreparingRebalance"


def test_member_the_leader_forgot_gets_an_empty_assignment(coordinator: Coordinator) -> None:
    leader, follower = begin(coordinator)
    waiting = coordinator.sync(follower, 1)
    coordinator.sync(leader, 1, {leader: b"L", "stranger": b"S"})
    assert (waiting.error, waiting.synced.assignment) == (ErrorCode.NONE, b"")


def test_late_follower_gets_the_stored_assignment(coordinator: Coordinator) -> None:
    leader, follower = begin(coordinator)
    coordinator.sync(leader, 1, {leader: b"L", follower: b"F"})
    assert coordinator.sync(follower, 1).synced.assignment == b"F"


def test_sync_names_its_generation_and_protocol(coordinator: Coordinator) -> None:
    (leader,) = begin(coordinator, 1)
    assert coordinator.sync(leader, 0).error is ErrorCode.ILLEGAL_GENERATION
    assert coordinator.sync("stranger", 1).error is ErrorCode.UNKNOWN_MEMBER_ID
    wrong = ErrorCode.INCONSISTENT_GROUP_PROTOCOL
    assert coordinator.sync(leader, 1, protocol_type="connect").error is wrong
    assert coordinator.sync(leader, 1, protocol_name="sticky").error is wrong
    right = coordinator.sync(leader, 1, protocol_type="consumer", protocol_name="range")
    assert right.error is ErrorCode.NONE


def test_sync_during_a_rebalance_sends_the_member_back(coordinator: Coordinator) -> None:
    leader, follower = coordinator.stable_group(2)
    coordinator.join(leader)
    assert coordinator.sync(follower, 1).error is ErrorCode.REBALANCE_IN_PROGRESS


def test_sync_of_an_unknown_or_nameless_group_is_refused(coordinator: Coordinator) -> None:
    assert coordinator.sync("m1", 1).error is ErrorCode.UNKNOWN_MEMBER_ID


def test_newcomer_interrupts_who_waits_for_the_leader(coordinator: Coordinator) -> None:
    _, follower = begin(coordinator)
    waiting = coordinator.sync(follower, 1)
    coordinator.join()
    assert waiting.error is ErrorCode.REBALANCE_IN_PROGRESS


def test_members_that_do_not_join_in_time_are_dropped(coordinator: Coordinator) -> None:
    leader, follower = coordinator.stable_group(2)
    again = coordinator.join(follower, protocols=[("range", b"new")])
    for _ in range(REBALANCE_MS // 5_000):
        coordinator.heartbeat(leader, 1)
        coordinator.pass_time(5_000)
    assert again.joined.generation_id == 2
    assert again.joined.leader == follower
    assert coordinator.member_ids == [follower]


def test_longest_rebalance_timeout_of_all_members_counts(coordinator: Coordinator) -> None:
    patient = coordinator.join(rebalance_ms=90_000)
    hasty = coordinator.join(rebalance_ms=10_000)
    coordinator.pass_time(2 * DELAY_MS)
    members = [patient.joined.member_id, hasty.joined.member_id]
    for member in members:
        coordinator.sync(member, 1)
    again = coordinator.join(members[1], protocols=[("range", b"new")], rebalance_ms=10_000)
    for _ in range(17):
        coordinator.pass_time(5_000)
        coordinator.heartbeat(members[0], 1)
    assert again.is_waiting
    coordinator.pass_time(5_000)
    assert again.joined.generation_id == 2


def test_members_that_never_ask_for_their_assignment_are_dropped(
    coordinator: Coordinator,
) -> None:
    leader, silent = begin(coordinator)
    coordinator.sync(leader, 1, {leader: b"L"})
    for _ in range(REBALANCE_MS // 5_000):
        coordinator.pass_time(5_000)
        coordinator.heartbeat(leader, 1)
        coordinator.heartbeat(silent, 1)
    assert coordinator.state == "PreparingRebalance"
    assert coordinator.member_ids == [leader]


def test_rebalance_timeout_of_zero_drops_the_member_before_it_syncs() -> None:
    coordinator = Coordinator(GroupLimits(initial_rebalance_delay_ms=0))
    join = coordinator.join(rebalance_ms=0)
    assert join.joined.generation_id == 1
    coordinator.pass_time(0)
    assert coordinator.sync(join.joined.member_id, 1).error is ErrorCode.UNKNOWN_MEMBER_ID
    assert coordinator.state == "Empty"


def test_member_that_is_silent_too_long_is_dropped(coordinator: Coordinator) -> None:
    leader, follower = coordinator.stable_group(2)
    coordinator.pass_time(SESSION_MS - 1)
    assert coordinator.heartbeat(leader, 1) is ErrorCode.NONE
    coordinator.pass_time(1)
    assert coordinator.member_ids == [leader]
    assert coordinator.heartbeat(leader, 1) is ErrorCode.REBALANCE_IN_PROGRESS
    assert coordinator.heartbeat(follower, 1) is ErrorCode.UNKNOWN_MEMBER_ID


def test_who_waits_for_the_group_need_not_send_heartbeats(coordinator: Coordinator) -> None:
    leader, follower = coordinator.stable_group(2)
    again = coordinator.join(leader)
    for _ in range(4):
        coordinator.pass_time(SESSION_MS // 2)
        coordinator.heartbeat(follower, 1)
    assert again.is_waiting
    coordinator.join(follower)
    assert again.joined.generation_id == 2


def test_last_member_that_leaves_empties_the_group(coordinator: Coordinator) -> None:
    (member,) = coordinator.stable_group()
    left = coordinator.leave(Identity(member))
    assert left.error is ErrorCode.NONE
    assert coordinator.state == "Empty"
    coordinator.restart()
    assert coordinator.state == "Empty"


def test_member_that_leaves_makes_the_others_rebalance(coordinator: Coordinator) -> None:
    leader, follower = coordinator.stable_group(2)
    coordinator.leave(Identity(leader))
    assert coordinator.heartbeat(follower, 1) is ErrorCode.REBALANCE_IN_PROGRESS
    assert coordinator.join(follower).joined.leader == follower


def test_each_that_leaves_has_its_own_error(coordinator: Coordinator) -> None:
    (member,) = coordinator.stable_group()
    pending = coordinator.join(must_know_its_id=True).joined.member_id
    stranger, known, promised = Identity("stranger"), Identity(member), Identity(pending)
    reply = coordinator.leave(stranger, known, promised, Identity("", "nobody")).reply
    assert reply is not None
    assert [error for _, error in reply.members] == [  # type: ignore[union-attr]
        ErrorCode.UNKNOWN_MEMBER_ID,
        ErrorCode.NONE,
        ErrorCode.NONE,
        ErrorCode.UNKNOWN_MEMBER_ID,
    ]
    assert coordinator.state == "Empty"


def test_who_leaves_while_it_waits_is_told_that_it_is_gone(coordinator: Coordinator) -> None:
    leader, _ = coordinator.stable_group(2)
    waiting = coordinator.join(leader)
    coordinator.leave(Identity(leader))
    assert waiting.error is ErrorCode.UNKNOWN_MEMBER_ID


@pytest.mark.parametrize("generation_id", [0, 2, -1, 2**31 - 1])
def test_heartbeat_of_another_generation_is_refused(
    coordinator: Coordinator, generation_id: int
) -> None:
    (member,) = coordinator.stable_group()
    assert coordinator.heartbeat(member, generation_id) is ErrorCode.ILLEGAL_GENERATION


def test_restart_keeps_the_stable_generation(coordinator: Coordinator) -> None:
    leader, follower = coordinator.stable_group(2)
    coordinator.restart()
    assert coordinator.state == "Stable"
    assert coordinator.heartbeat(leader, 1) is ErrorCode.NONE
    assert coordinator.sync(follower, 1).synced.assignment == follower.encode()
    assert coordinator.join(follower).joined.generation_id == 1


def test_members_that_do_not_survive_a_restart_are_dropped(coordinator: Coordinator) -> None:
    coordinator.stable_group(2)
    coordinator.restart()
    coordinator.pass_time(SESSION_MS)
    assert coordinator.state == "PreparingRebalance" or coordinator.member_ids == []
    coordinator.pass_time(REBALANCE_MS)
    assert coordinator.state == "Empty"


def test_crash_in_a_rebalance_leaves_the_generation_before(coordinator: Coordinator) -> None:
    leader, follower = coordinator.stable_group(2)
    coordinator.join(leader)
    coordinator.join(follower, protocols=[("range", b"new")])
    assert coordinator.state == "CompletingRebalance"
    coordinator.restart()
    assert coordinator.heartbeat(leader, 2) is ErrorCode.ILLEGAL_GENERATION
    assert coordinator.heartbeat(leader, 1) is ErrorCode.NONE


def test_group_above_a_lowered_limit_rebalances_at_start(coordinator: Coordinator) -> None:
    first, second = coordinator.stable_group(2)
    coordinator.limits = GroupLimits(max_members=1)
    coordinator.restart()
    assert coordinator.heartbeat(first, 1) is ErrorCode.REBALANCE_IN_PROGRESS
    assert coordinator.join(first).is_waiting
    assert coordinator.join(second).error is ErrorCode.GROUP_MAX_SIZE_REACHED


def test_flood_of_joins_leaves_nothing_behind(coordinator: Coordinator) -> None:
    for number in range(1_000):
        coordinator.join(group_id=f"g{number}", must_know_its_id=True)
    coordinator.pass_time(SESSION_MS)
    assert len(coordinator.groups) == 0
    assert coordinator.groups.next_deadline_ms() is None


def test_flood_of_joins_costs_a_bounded_amount_of_memory(coordinator: Coordinator) -> None:
    for number in range(2 * PROMISED_IDS_MAX):
        coordinator.join(group_id=f"g{number}", must_know_its_id=True)
    assert len(coordinator.groups) == PROMISED_IDS_MAX
