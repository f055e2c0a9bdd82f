"""Committing, deleting and expiring offsets."""

import pytest

from odradek.broker.groups.values import GroupLimits, Identity
from odradek.protocol.errors import ErrorCode
from tests.broker.groups.coordinator import (
    DELAY_MS,
    GROUP,
    SESSION_MS,
    Coordinator,
    reading,
)

RETENTION_MS = GroupLimits().offsets_retention_ms
READS_T = {"protocols": [("range", reading("t"))]}


def test_member_commits_in_its_generation(coordinator: Coordinator) -> None:
    (member,) = coordinator.stable_group()
    assert coordinator.commit(7, member, 1) is ErrorCode.NONE
    assert coordinator.offset() == 7


def test_committed_offset_survives_a_restart(coordinator: Coordinator) -> None:
    coordinator.commit(7, metadata="note")
    coordinator.restart()
    committed = coordinator.groups.offset_of(GROUP, ("t", 0))
    assert committed is not None
    assert (committed.offset, committed.metadata) == (7, "note")


def test_commit_is_seen_only_once_it_is_stored(coordinator: Coordinator) -> None:
    coordinator.commit(1)
    coordinator.is_stalled = True
    with pytest.raises(AssertionError):
        coordinator.commit(2)
    assert coordinator.offset() == 1
    coordinator.store()
    assert coordinator.offset() == 2


@pytest.mark.parametrize(
    ("member", "generation_id", "error"),
    [
        ("stranger", 1, ErrorCode.UNKNOWN_MEMBER_ID),
        ("", 1, ErrorCode.UNKNOWN_MEMBER_ID),
        ("", -1, ErrorCode.UNKNOWN_MEMBER_ID),
    ],
)
def test_only_members_commit_for_a_group_that_has_some(
    coordinator: Coordinator, member: str, generation_id: int, error: ErrorCode
) -> None:
    coordinator.stable_group()
    assert coordinator.commit(7, member, generation_id) is error


def test_commit_of_an_old_generation_is_refused(coordinator: Coordinator) -> None:
    (member,) = coordinator.stable_group()
    coordinator.commit(7, member, 1)
    again = coordinator.join(member)
    assert again.joined.generation_id == 2
    coordinator.sync(member, 2)
    assert coordinator.commit(8, member, 1) is ErrorCode.ILLEGAL_GENERATION
    assert coordinator.offset() == 7


def test_commit_while_the_leader_assigns_is_put_off(coordinator: Coordinator) -> None:
    join = coordinator.join()
    coordinator.pass_time(DELAY_MS)
    error = coordinator.commit(7, join.joined.member_id, 1)
    assert error is ErrorCode.REBALANCE_IN_PROGRESS


def test_commit_while_members_join_again_is_taken(coordinator: Coordinator) -> None:
    (member,) = coordinator.stable_group()
    coordinator.join()
    assert coordinator.state == "PreparingRebalance"
    assert coordinator.commit(7, member, 1) is ErrorCode.NONE


def test_commit_keeps_the_session_alive(coordinator: Coordinator) -> None:
    (member,) = coordinator.stable_group()
    for _ in range(4):
        coordinator.pass_time(SESSION_MS // 2)
        assert coordinator.commit(7, member, 1) is ErrorCode.NONE
    assert coordinator.member_ids == [member]


def test_anybody_commits_for_a_group_without_members(coordinator: Coordinator) -> None:
    assert coordinator.commit(7) is ErrorCode.NONE
    assert coordinator.commit(8, "whoever", -1) is ErrorCode.NONE
    assert coordinator.state == "Empty"


def test_commit_of_a_generation_of_an_unknown_group_is_refused(coordinator: Coordinator) -> None:
    assert coordinator.commit(7, "m1", 5) is ErrorCode.ILLEGAL_GENERATION
    assert coordinator.state == "Dead"


def test_text_beside_an_offset_has_a_limit(coordinator: Coordinator) -> None:
    assert coordinator.commit(7, metadata="é" * 4096) is ErrorCode.NONE
    assert coordinator.commit(8, metadata="e" * 4097) is ErrorCode.OFFSET_METADATA_TOO_LARGE
    assert coordinator.offset() == 7


def test_offsets_of_topics_the_consumers_read_are_not_deleted(coordinator: Coordinator) -> None:
    (member,) = coordinator.stable_group(1, **READS_T)
    coordinator.commit(7, member, 1)
    coordinator.commit(8, member, 1, partition=("old", 0))
    reply = coordinator.delete_offsets(("t", 0), ("old", 0), ("never", 0))
    assert reply.partitions == {
        ("t", 0): ErrorCode.GROUP_SUBSCRIBED_TO_TOPIC,
        ("old", 0): ErrorCode.NONE,
        ("never", 0): ErrorCode.NONE,
    }
    coordinator.restart()
    assert (coordinator.offset(), coordinator.offset(("old", 0))) == (7, None)


def test_offsets_of_members_that_are_no_consumers_are_not_deleted(
    coordinator: Coordinator,
) -> None:
    coordinator.stable_group(1, protocol_type="connect")
    assert coordinator.delete_offsets(("t", 0)).error is ErrorCode.NON_EMPTY_GROUP


def test_offsets_of_an_unknown_group_cannot_be_deleted(coordinator: Coordinator) -> None:
    assert coordinator.delete_offsets(("t", 0)).error is ErrorCode.GROUP_ID_NOT_FOUND


def test_group_with_members_is_not_deleted(coordinator: Coordinator) -> None:
    coordinator.stable_group()
    assert coordinator.delete() is ErrorCode.NON_EMPTY_GROUP


def test_deleted_group_is_gone_with_its_offsets(coordinator: Coordinator) -> None:
    coordinator.commit(7)
    assert coordinator.delete() is ErrorCode.NONE
    for _ in range(2):
        assert coordinator.state == "Dead"
        assert coordinator.offset() is None
        coordinator.restart()
    assert coordinator.delete() is ErrorCode.GROUP_ID_NOT_FOUND


def test_member_that_joins_while_the_group_is_deleted_stays(coordinator: Coordinator) -> None:
    coordinator.commit(7)
    coordinator.is_stalled = True
    with pytest.raises(AssertionError):
        coordinator.delete()
    join = coordinator.join()
    coordinator.store()
    coordinator.pass_time(DELAY_MS)
    assert join.joined.generation_id == 1
    assert coordinator.offset() is None


def test_offsets_expire_some_time_after_the_group_is_empty(coordinator: Coordinator) -> None:
    (member,) = coordinator.stable_group(1, **READS_T)
    coordinator.commit(7, member, 1)
    coordinator.leave(Identity(member))
    coordinator.pass_time(RETENTION_MS - 1)
    coordinator.expire()
    assert coordinator.offset() == 7
    coordinator.pass_time(1)
    coordinator.expire()
    assert coordinator.state == "Dead"
    coordinator.restart()
    assert coordinator.state == "Dead"


def test_restart_does_not_begin_the_retention_anew(coordinator: Coordinator) -> None:
    (member,) = coordinator.stable_group()
    coordinator.commit(7, member, 1)
    coordinator.leave(Identity(member))
    coordinator.pass_time(RETENTION_MS - 1)
    coordinator.restart()
    coordinator.pass_time(1)
    coordinator.expire()
    assert coordinator.state == "Dead"


def test_offsets_that_consumers_still_want_never_expire(coordinator: Coordinator) -> None:
    (member,) = coordinator.stable_group(1, **READS_T)
    coordinator.commit(7, member, 1)
    coordinator.commit(8, member, 1, partition=("old", 0))
    coordinator.now_ms += RETENTION_MS
    coordinator.expire()
    assert coordinator.offset() == 7
    assert coordinator.offset(("old", 0)) is None


def test_offsets_of_unknown_subscriptions_never_expire(coordinator: Coordinator) -> None:
    (member,) = coordinator.stable_group(1, protocol_type="connect")
    coordinator.commit(7, member, 1)
    coordinator.now_ms += RETENTION_MS
    coordinator.expire()
    assert coordinator.offset() == 7


def test_offsets_of_a_group_that_never_had_members_expire_by_their_commit(
    coordinator: Coordinator,
) -> None:
    coordinator.commit(7)
    coordinator.pass_time(RETENTION_MS // 2)
    coordinator.commit(8, partition=("t", 1))
    coordinator.pass_time(RETENTION_MS // 2)
    coordinator.expire()
    assert (coordinator.offset(), coordinator.offset(("t", 1))) == (None, 8)


def test_offset_with_its_own_expiry_goes_by_that(coordinator: Coordinator) -> None:
    coordinator.commit(7, retention_ms=1_000)
    coordinator.restart()
    coordinator.pass_time(999)
    coordinator.expire()
    assert coordinator.offset() == 7
    coordinator.pass_time(1)
    coordinator.expire()
    assert coordinator.offset() is None


def test_expiry_in_the_farthest_future_never_comes(coordinator: Coordinator) -> None:
    coordinator.commit(7, retention_ms=2**63 - 1)
    coordinator.restart()
    coordinator.pass_time(RETENTION_MS)
    coordinator.expire()
    assert coordinator.offset() == 7


def test_offsets_go_with_their_topic_but_not_with_its_predecessor(
    coordinator: Coordinator,
) -> None:
    first, second = b"1" * 16, b"2" * 16
    coordinator.commit(7, topic_id=first)
    coordinator.commit(8, partition=("t", 1), topic_id=second)
    for group_id in coordinator.groups.group_ids():
        coordinator.carry_out(coordinator.groups.decide_topic_deletion(group_id, "t", first))
    assert (coordinator.offset(), coordinator.offset(("t", 1))) == (None, 8)


def test_a_thousand_groups_are_cleaned_up(coordinator: Coordinator) -> None:
    for number in range(1_000):
        coordinator.commit(number, group_id=f"g{number}")
    coordinator.pass_time(RETENTION_MS)
    coordinator.expire()
    assert len(coordinator.groups) == 0
    coordinator.restart()
    assert len(coordinator.groups) == 0
