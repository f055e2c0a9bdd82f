"""What clients of groups get wrong: each gets Kafka's error, and nothing changes.

Every error here is what an Apache Kafka 4.3.1 answered to the same request.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from odradek.broker.groups.classic_groups import PROMISED_IDS_MAX
from odradek.protocol.errors import ErrorCode
from odradek.protocol.messages.describe_groups import DescribedGroup, DescribeGroupsRequest
from odradek.protocol.messages.heartbeat import HeartbeatRequest
from odradek.protocol.messages.join_group import JoinGroupRequest, JoinGroupRequestProtocol
from odradek.protocol.messages.leave_group import LeaveGroupRequest, MemberIdentity
from odradek.protocol.messages.list_groups import ListGroupsRequest
from odradek.protocol.messages.offset_commit import (
    OffsetCommitRequest,
    OffsetCommitRequestPartition,
    OffsetCommitRequestTopic,
)
from odradek.protocol.messages.offset_fetch import OffsetFetchRequest, OffsetFetchRequestGroup
from odradek.protocol.messages.sync_group import SyncGroupRequest, SyncGroupRequestAssignment
from tests.broker.harness import Harness

LONGEST_NAME = "L" * 32_767
TEN_MEGABYTES = bytes(10 << 20)
COMMITTED = [(0, 7), (1, 7)]

OK = ErrorCode.NONE
UNKNOWN = ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
TOO_LONG = ErrorCode.OFFSET_METADATA_TOO_LARGE


@pytest.fixture
def groups(tmp_path: Path) -> Iterator[Harness]:
    """A broker whose groups begin at once and have three members at most, and a topic."""
    harness = Harness(tmp_path, "group.initial.rebalance.delay.ms=0", "group.max.size=3")
    harness.create_topic("t", partitions=2)
    yield harness
    harness.close()


@pytest.fixture
def member(groups: Harness) -> str:
    """The only member of the stable group `g` in generation 1, which has committed 7 twice."""
    member_id: str = join(groups).member_id
    assert sync(groups, member_id, {member_id: b"mine"}).error_code == OK
    assert commit(groups, (0, 7), (1, 7), **by(member_id)) == [OK, OK]
    return member_id


def by(member_id: str, generation_id: int = 1) -> dict[str, Any]:
    return {"member_id": member_id, "generation_id_or_member_epoch": generation_id}


def join(broker: Harness, member_id: str = "", *, version: int = 3, **changes: Any) -> Any:
    protocols = changes.pop("protocols", [("range", b"m")])
    fields: dict[str, Any] = {
        "group_id": "g",
        "session_timeout_ms": 10_000,
        "rebalance_timeout_ms": 10_000,
        "member_id": member_id,
        "protocol_type": "consumer",
        "protocols": [JoinGroupRequestProtocol(name=name, metadata=m) for name, m in protocols],
    }
    return broker.ask(JoinGroupRequest(**{**fields, **changes}), version)


def sync(broker: Harness, member_id: str, shares: dict[str, bytes], /, **changes: Any) -> Any:
    fields: dict[str, Any] = {
        "group_id": "g",
        "generation_id": 1,
        "member_id": member_id,
        "protocol_type": "consumer",
        "protocol_name": "range",
        "assignments": [
            SyncGroupRequestAssignment(member_id=each, assignment=share)
            for each, share in shares.items()
        ],
    }
    return broker.ask(SyncGroupRequest(**{**fields, **changes}), 5)


def commit(broker: Harness, *offsets: tuple[Any, ...], **changes: Any) -> list[int]:
    """Commit partitions with an offset and perhaps metadata; their errors."""
    partitions = [
        OffsetCommitRequestPartition(
            partition_index=index,
            committed_offset=offset,
            committed_metadata=metadata[0] if metadata else "",
        )
        for index, offset, *metadata in offsets
    ]
    topic = OffsetCommitRequestTopic(name=changes.pop("topic", "t"), partitions=partitions)
    version = changes.pop("version", 8)
    request = OffsetCommitRequest(**{"group_id": "g", "topics": [topic], **changes})
    response = broker.ask(request, version)
    return [each.error_code for topic in response.topics for each in topic.partitions]


def committed(broker: Harness, group_id: str = "g") -> list[tuple[int, int]]:
    group = OffsetFetchRequestGroup(group_id=group_id, topics=None)
    response = broker.ask(OffsetFetchRequest(groups=[group]), 9).groups[0]
    return [
        (each.partition_index, each.committed_offset)
        for topic in response.topics
        for each in topic.partitions
    ]


def leave(broker: Harness, *members: tuple[str, str | None], group_id: str = "g") -> Any:
    identities = [MemberIdentity(member_id=m, group_instance_id=i) for m, i in members]
    return broker.ask(LeaveGroupRequest(group_id=group_id, members=identities), 5)


def beat(broker: Harness, member_id: str, /, **changes: Any) -> int:
    fields: dict[str, Any] = {"group_id": "g", "generation_id": 1, "member_id": member_id}
    error: int = broker.ask(HeartbeatRequest(**{**fields, **changes}), 4).error_code
    return error


def described(broker: Harness, group_id: str = "g") -> DescribedGroup:
    group: DescribedGroup = broker.ask(DescribeGroupsRequest(groups=[group_id]), 5).groups[0]
    return group


# --- commits


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({}, ErrorCode.UNKNOWN_MEMBER_ID),
        ({"version": 9}, ErrorCode.UNKNOWN_MEMBER_ID),
        ({"member_id": "stranger"}, ErrorCode.UNKNOWN_MEMBER_ID),
        (by("stranger"), ErrorCode.UNKNOWN_MEMBER_ID),
        ({"member_id": "member"}, ErrorCode.ILLEGAL_GENERATION),
        (by("member", 0), ErrorCode.ILLEGAL_GENERATION),
        (by("member", 9), ErrorCode.ILLEGAL_GENERATION),
        ({**by("member"), "group_instance_id": "unknown"}, ErrorCode.UNKNOWN_MEMBER_ID),
    ],
)
def test_commit_that_is_not_by_a_member_in_its_generation_changes_nothing(
    groups: Harness, member: str, changes: dict[str, Any], error: ErrorCode
) -> None:
    if changes.get("member_id") == "member":
        changes = {**changes, "member_id": member}
    assert commit(groups, (0, 9), (1, 9), **changes) == [error, error]
    assert committed(groups) == COMMITTED


@pytest.mark.parametrize("version", [8, 9])
def test_commit_for_a_group_that_everybody_has_left_is_refused(
    groups: Harness, member: str, version: int
) -> None:
    leave(groups, (member, None))
    assert commit(groups, (0, 9), version=version, **by(member)) == [ErrorCode.UNKNOWN_MEMBER_ID]
    assert committed(groups) == COMMITTED


def test_partition_that_is_committed_twice_is_answered_twice(groups: Harness) -> None:
    assert commit(groups, (0, 1), (0, 2), (1, 3)) == [OK, OK, OK]
    assert committed(groups) == [(0, 2), (1, 3)]
    assert commit(groups, (0, 4), (0, 5, "x" * 5000)) == [OK, TOO_LONG]
    assert committed(groups) == [(0, 4), (1, 3)]
    assert commit(groups, (0, 6, "x" * 5000), (0, 7)) == [TOO_LONG, OK]
    assert committed(groups) == [(0, 7), (1, 3)]


@pytest.mark.parametrize(
    ("metadata", "error"),
    [
        ("x" * 4096, OK),
        ("é" * 4096, OK),
        ("x" * 4097, TOO_LONG),
        ("🙂" * 2048, OK),
        ("🙂" * 2049, TOO_LONG),  # Java counts such a character twice
    ],
)
def test_metadata_is_as_long_as_java_says(groups: Harness, metadata: str, error: ErrorCode) -> None:
    assert commit(groups, (0, 1, metadata)) == [error]
    assert committed(groups) == ([] if error else [(0, 1)])


def test_unknown_partitions_and_topics_are_refused_one_by_one(groups: Harness) -> None:
    assert commit(groups, (0, 1), (7, 1), (-1, 1)) == [UNKNOWN, UNKNOWN, OK]
    assert commit(groups, (0, 1), topic="none") == [UNKNOWN]
    assert commit(groups, (0, 1), topic="a b") == [UNKNOWN]
    assert commit(groups) == []
    assert committed(groups) == [(0, 1)]


def test_thousands_of_partitions_are_committed_at_once(groups: Harness) -> None:
    groups.create_topic("wide", partitions=2000)
    offsets = [(index, index) for index in range(2000)]
    assert commit(groups, *offsets, topic="wide") == [OK] * 2000
    assert committed(groups) == offsets


def test_negative_offset_is_taken_as_it_is(groups: Harness) -> None:
    assert commit(groups, (0, -5)) == [OK]
    assert committed(groups) == [(0, -5)]


def test_group_without_a_name_commits_as_old_clients_did(groups: Harness) -> None:
    assert commit(groups, (0, 1), group_id="") == [OK]
    assert committed(groups, "") == [(0, 1)]


# --- joining


@pytest.mark.parametrize("version", [3, 9])
@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"group_id": ""}, ErrorCode.INVALID_GROUP_ID),
        ({"session_timeout_ms": 5_999}, ErrorCode.INVALID_SESSION_TIMEOUT),
        ({"session_timeout_ms": 1_800_001}, ErrorCode.INVALID_SESSION_TIMEOUT),
        ({"session_timeout_ms": -1}, ErrorCode.INVALID_SESSION_TIMEOUT),
        ({"protocols": []}, ErrorCode.INCONSISTENT_GROUP_PROTOCOL),
        ({"protocol_type": ""}, ErrorCode.INCONSISTENT_GROUP_PROTOCOL),
        ({"member_id": "ghost"}, ErrorCode.UNKNOWN_MEMBER_ID),
    ],
)
def test_join_that_makes_no_sense_makes_no_group(
    groups: Harness, version: int, changes: dict[str, Any], error: ErrorCode
) -> None:
    assert join(groups, version=version, **changes).error_code == error
    assert groups.ask(ListGroupsRequest(), 5).groups == []


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"protocol_type": "connect"}, ErrorCode.INCONSISTENT_GROUP_PROTOCOL),
        ({"protocols": [("sticky", b"")]}, ErrorCode.INCONSISTENT_GROUP_PROTOCOL),
        ({"member_id": "ghost"}, ErrorCode.UNKNOWN_MEMBER_ID),
        ({"member_id": "ghost", "group_instance_id": "i"}, ErrorCode.UNKNOWN_MEMBER_ID),
    ],
)
def test_join_that_does_not_fit_leaves_the_group_alone(
    groups: Harness, member: str, changes: dict[str, Any], error: ErrorCode
) -> None:
    assert join(groups, version=9, **changes).error_code == error
    group = described(groups)
    assert (group.group_state, [each.member_id for each in group.members]) == ("Stable", [member])
    assert beat(groups, member) == OK


def test_longest_names_are_served(groups: Harness) -> None:
    assert commit(groups, (0, 1), group_id=LONGEST_NAME) == [OK]
    assert committed(groups, LONGEST_NAME) == [(0, 1)]
    assert join(groups, group_id=LONGEST_NAME).error_code == OK


def test_subscription_too_large_to_be_stored_ends_with_its_assignment(groups: Harness) -> None:
    response = join(groups, protocols=[("range", TEN_MEGABYTES)])
    assert response.error_code == OK
    refused = sync(groups, response.member_id, {response.member_id: b"mine"})
    assert refused.error_code == ErrorCode.UNKNOWN_SERVER_ERROR
    assert described(groups).group_state == "PreparingRebalance"
    assert commit(groups, (0, 1), group_id="another") == [OK]


def test_thousands_of_protocols_are_no_trouble(groups: Harness) -> None:
    response = join(groups, protocols=[(f"p{number}", b"") for number in range(5_000)])
    assert (response.error_code, response.protocol_name) == (OK, "p0")


def test_full_group_takes_nobody_else(groups: Harness, member: str) -> None:
    newcomers = [groups.start(request_to_join(), 3) for _ in range(2)]
    assert all(each.is_pending for each in newcomers)
    assert join(groups, member).generation_id == 2
    assert [each.answer().error_code for each in newcomers] == [OK, OK]
    for version in (3, 9):
        full = join(groups, version=version)
        assert full.error_code == ErrorCode.GROUP_MAX_SIZE_REACHED
    assert len(described(groups).members) == 3


def request_to_join() -> JoinGroupRequest:
    return JoinGroupRequest(
        group_id="g",
        session_timeout_ms=10_000,
        rebalance_timeout_ms=10_000,
        protocol_type="consumer",
        protocols=[JoinGroupRequestProtocol(name="range", metadata=b"m")],
    )


def test_ids_that_nobody_joins_with_are_taken_back(groups: Harness) -> None:
    for number in range(PROMISED_IDS_MAX + 500):
        response = join(groups, version=9, group_id=f"flood-{number % 1_000}")
        assert response.error_code == ErrorCode.MEMBER_ID_REQUIRED
    groups.let_timers_fire()
    members = groups.broker.groups.groups._groups.values()
    assert sum(len(group.pending_members) for group in members) <= PROMISED_IDS_MAX


# --- assignments, heartbeats, leaving


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"group_id": ""}, ErrorCode.INVALID_GROUP_ID),
        ({"group_id": "none"}, ErrorCode.UNKNOWN_MEMBER_ID),
        ({"member_id": "stranger"}, ErrorCode.UNKNOWN_MEMBER_ID),
        ({"generation_id": 0}, ErrorCode.ILLEGAL_GENERATION),
        ({"generation_id": 2}, ErrorCode.ILLEGAL_GENERATION),
        ({"protocol_type": "connect"}, ErrorCode.INCONSISTENT_GROUP_PROTOCOL),
        ({"protocol_name": "sticky"}, ErrorCode.INCONSISTENT_GROUP_PROTOCOL),
    ],
)
def test_sync_that_does_not_fit_leaves_the_assignment_alone(
    groups: Harness, member: str, changes: dict[str, Any], error: ErrorCode
) -> None:
    assert sync(groups, member, {member: b"stolen"}, **changes).error_code == error
    assert described(groups).members[0].member_assignment == b"mine"


def test_assignment_for_strangers_is_left_out(groups: Harness) -> None:
    member_id = join(groups).member_id
    response = sync(groups, member_id, {"stranger": b"x", member_id: b"mine"})
    assert (response.error_code, response.assignment) == (OK, b"mine")
    assert [each.member_assignment for each in described(groups).members] == [b"mine"]


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"group_id": ""}, ErrorCode.INVALID_GROUP_ID),
        ({"group_id": "none"}, ErrorCode.UNKNOWN_MEMBER_ID),
        ({"member_id": "stranger"}, ErrorCode.UNKNOWN_MEMBER_ID),
        ({"member_id": ""}, ErrorCode.UNKNOWN_MEMBER_ID),
        ({"group_instance_id": "unknown"}, ErrorCode.UNKNOWN_MEMBER_ID),
        ({"generation_id": 0}, ErrorCode.ILLEGAL_GENERATION),
    ],
)
def test_heartbeat_of_nobody_is_refused(
    groups: Harness, member: str, changes: dict[str, Any], error: ErrorCode
) -> None:
    assert beat(groups, member, **changes) == error
    assert beat(groups, member) == OK


def test_each_who_leaves_is_answered_for_himself(groups: Harness, member: str) -> None:
    asked = [("x", None), ("", "i"), (member, None), (member, None), ("", None), ("x", "i")]
    response = leave(groups, *asked)
    assert response.error_code == OK
    assert [(each.member_id, each.group_instance_id) for each in response.members] == asked
    refused = ErrorCode.UNKNOWN_MEMBER_ID
    errors = [each.error_code for each in response.members]
    assert errors == [refused, refused, OK, refused, refused, refused]
    assert described(groups).group_state == "Empty"


def test_leaving_what_is_not_there_is_refused(groups: Harness, member: str) -> None:
    assert leave(groups, ("x", None), group_id="").error_code == ErrorCode.INVALID_GROUP_ID
    response = leave(groups, ("x", None), ("", "i"), group_id="none")
    assert (response.error_code, [each.error_code for each in response.members]) == (
        OK,
        [ErrorCode.UNKNOWN_MEMBER_ID] * 2,
    )
    assert leave(groups).members == []
    assert beat(groups, member) == OK
