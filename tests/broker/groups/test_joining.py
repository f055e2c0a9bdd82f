"""Who may join a group, and when a join makes it rebalance."""

import pytest

from odradek.broker.groups.values import GroupLimits
from odradek.protocol.errors import ErrorCode
from tests.broker.groups.coordinator import DELAY_MS, SESSION_MS, Coordinator


def test_first_member_waits_the_initial_delay_and_leads(coordinator: Coordinator) -> None:
    join = coordinator.join()
    coordinator.pass_time(DELAY_MS - 1)
    assert join.is_waiting
    coordinator.pass_time(1)
    assert join.joined.error is ErrorCode.NONE
    assert join.joined.generation_id == 1
    assert join.joined.leader == join.joined.member_id
    assert join.joined.members == [(join.joined.member_id, None, b"m")]


def test_only_the_leader_is_told_the_members(coordinator: Coordinator) -> None:
    first, second = coordinator.join(), coordinator.join()
    coordinator.pass_time(2 * DELAY_MS)
    assert len(first.joined.members) == 2
    assert list(second.joined.members) == []
    assert second.joined.leader == first.joined.member_id


def test_each_newcomer_makes_the_first_members_wait_once_more(coordinator: Coordinator) -> None:
    first = coordinator.join()
    coordinator.pass_time(DELAY_MS - 1)
    coordinator.join()
    coordinator.pass_time(1)
    assert first.is_waiting
    coordinator.pass_time(DELAY_MS)
    assert first.joined.generation_id == 1


def test_the_first_wait_never_exceeds_the_rebalance_timeout(coordinator: Coordinator) -> None:
    first = coordinator.join(rebalance_ms=2 * DELAY_MS)
    for _ in range(5):
        coordinator.pass_time(DELAY_MS // 2)
        coordinator.join(rebalance_ms=2 * DELAY_MS)
    assert first.joined.generation_id == 1


def test_without_an_initial_delay_a_group_begins_at_once() -> None:
    coordinator = Coordinator(GroupLimits(initial_rebalance_delay_ms=0))
    assert coordinator.join().joined.generation_id == 1


def test_newer_client_must_join_again_with_the_id_it_is_given(coordinator: Coordinator) -> None:
    refused = coordinator.join(must_know_its_id=True)
    assert refused.error is ErrorCode.MEMBER_ID_REQUIRED
    assert coordinator.state == "Empty"
    join = coordinator.join(refused.joined.member_id, must_know_its_id=True)
    coordinator.pass_time(DELAY_MS)
    assert join.joined.member_id == refused.joined.member_id


def test_id_that_nobody_joins_with_is_taken_back(coordinator: Coordinator) -> None:
    refused = coordinator.join(must_know_its_id=True)
    coordinator.pass_time(SESSION_MS)
    assert coordinator.join(refused.joined.member_id).error is ErrorCode.UNKNOWN_MEMBER_ID


def test_rebalance_waits_for_who_was_only_given_an_id(coordinator: Coordinator) -> None:
    (member,) = coordinator.stable_group()
    newcomer = coordinator.join(must_know_its_id=True).joined.member_id
    again = coordinator.join(member)
    assert again.is_waiting
    coordinator.join(newcomer)
    assert again.joined.generation_id == 2


def test_member_of_an_unknown_group_is_unknown(coordinator: Coordinator) -> None:
    assert coordinator.join("m7").joined.error is ErrorCode.UNKNOWN_MEMBER_ID
    assert coordinator.state == "Dead"


def test_group_without_a_name_is_refused(coordinator: Coordinator) -> None:
    assert coordinator.join(group_id="").error is ErrorCode.INVALID_GROUP_ID


@pytest.mark.parametrize("session_ms", [-1, 0, 5_999, 1_800_001, 2**31 - 1])
def test_session_timeout_out_of_bounds_is_refused_and_not_clamped(
    coordinator: Coordinator, session_ms: int
) -> None:
    assert coordinator.join(session_ms=session_ms).error is ErrorCode.INVALID_SESSION_TIMEOUT


def test_member_without_protocols_is_refused(coordinator: Coordinator) -> None:
    assert coordinator.join(protocols=()).error is ErrorCode.INCONSISTENT_GROUP_PROTOCOL
    assert coordinator.join(protocol_type="").error is ErrorCode.INCONSISTENT_GROUP_PROTOCOL
    assert coordinator.state == "Dead"


def test_member_must_share_type_and_a_protocol_with_all_others(coordinator: Coordinator) -> None:
    coordinator.stable_group()
    other_protocol = coordinator.join(protocols=[("sticky", b"")])
    other_type = coordinator.join(protocol_type="connect")
    assert other_protocol.error is ErrorCode.INCONSISTENT_GROUP_PROTOCOL
    assert other_type.error is ErrorCode.INCONSISTENT_GROUP_PROTOCOL
    assert coordinator.state == "Stable"


def test_protocol_with_most_votes_among_the_common_ones_wins(coordinator: Coordinator) -> None:
    joins = [
        coordinator.join(protocols=[("a", b"1"), ("b", b"2"), ("c", b"3")]),
        coordinator.join(protocols=[("c", b"6"), ("b", b"5")]),
        coordinator.join(protocols=[("d", b"7"), ("b", b"8"), ("c", b"9")]),
    ]
    coordinator.pass_time(2 * DELAY_MS)
    assert {join.joined.protocol_name for join in joins} == {"b"}
    assert [metadata for _, _, metadata in joins[0].joined.members] == [b"2", b"5", b"8"]


def test_empty_group_may_change_its_type(coordinator: Coordinator) -> None:
    coordinator.stable_group()
    coordinator.pass_time(SESSION_MS)
    assert coordinator.state == "Empty"
    join = coordinator.join(protocol_type="connect", protocols=[("v1", b"")])
    coordinator.pass_time(DELAY_MS)
    assert (join.joined.protocol_type, join.joined.protocol_name) == ("connect", "v1")


def test_newcomer_makes_a_stable_group_rebalance(coordinator: Coordinator) -> None:
    (member,) = coordinator.stable_group()
    newcomer = coordinator.join()
    assert coordinator.heartbeat(member, 1) is ErrorCode.REBALANCE_IN_PROGRESS
    assert newcomer.is_waiting
    again = coordinator.join(member)
    assert again.joined.generation_id == newcomer.joined.generation_id == 2
    assert again.joined.leader == member


def test_leader_that_joins_again_makes_the_group_rebalance(coordinator: Coordinator) -> None:
    leader, follower = coordinator.stable_group(2)
    assert coordinator.join(leader).is_waiting
    assert coordinator.heartbeat(follower, 1) is ErrorCode.REBALANCE_IN_PROGRESS


def test_follower_that_joins_again_unchanged_learns_what_is(coordinator: Coordinator) -> None:
    leader, follower = coordinator.stable_group(2)
    again = coordinator.join(follower)
    assert (again.joined.generation_id, again.joined.leader) == (1, leader)
    assert list(again.joined.members) == []
    assert coordinator.state == "Stable"


def test_follower_with_new_metadata_makes_the_group_rebalance(coordinator: Coordinator) -> None:
    leader, follower = coordinator.stable_group(2)
    again = coordinator.join(follower, protocols=[("range", b"more")])
    assert again.is_waiting
    coordinator.join(leader)
    assert again.joined.generation_id == 2


def test_lost_answer_is_repeated_while_the_leader_assigns(coordinator: Coordinator) -> None:
    first = coordinator.join()
    coordinator.pass_time(DELAY_MS)
    again = coordinator.join(first.joined.member_id)
    assert again.joined == first.joined
    assert coordinator.state == "CompletingRebalance"


def test_join_repeated_on_another_connection_frees_the_first(coordinator: Coordinator) -> None:
    leader, follower = coordinator.stable_group(2)
    first = coordinator.join(leader)
    second = coordinator.join(leader)
    assert first.error is ErrorCode.REBALANCE_IN_PROGRESS
    coordinator.join(follower)
    assert second.joined.generation_id == 2


def test_full_group_takes_nobody_but_keeps_its_members() -> None:
    coordinator = Coordinator(GroupLimits(initial_rebalance_delay_ms=DELAY_MS, max_members=2))
    _, second = coordinator.stable_group(2)
    refused = coordinator.join()
    assert (refused.error, refused.joined.member_id) == (ErrorCode.GROUP_MAX_SIZE_REACHED, "")
    assert coordinator.join(second).error is ErrorCode.NONE
    assert coordinator.state == "Stable"


def test_during_a_rebalance_places_go_to_who_comes_first() -> None:
    coordinator = Coordinator(GroupLimits(initial_rebalance_delay_ms=DELAY_MS, max_members=2))
    first, second = coordinator.stable_group(2)
    coordinator.join(first)
    newcomer = coordinator.join()
    late = coordinator.join(second)
    assert late.error is ErrorCode.GROUP_MAX_SIZE_REACHED
    coordinator.pass_time(60_000)
    assert newcomer.joined.generation_id == 2
    assert sorted(coordinator.member_ids) == sorted([first, newcomer.joined.member_id])


def test_new_member_that_waits_too_long_is_told_to_start_over(coordinator: Coordinator) -> None:
    members = coordinator.stable_group(2, rebalance_ms=1_000_000)
    newcomer = coordinator.join(rebalance_ms=1_000_000)
    for _ in range(60):
        coordinator.pass_time(5_000)
        for member in members:
            coordinator.heartbeat(member, 1)
    assert newcomer.error is ErrorCode.UNKNOWN_MEMBER_ID
