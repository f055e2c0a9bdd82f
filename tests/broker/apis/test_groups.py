"""Groups through the wire: what every version of their APIs answers, and what waits for what."""

from pathlib import Path
from typing import Any

import pytest

from odradek.broker.metadata.placement import partition_for
from odradek.protocol.api_keys import ADVERTISED_BY_KAFKA, ApiKey
from odradek.protocol.errors import ErrorCode
from odradek.protocol.messages.create_partitions import (
    CreatePartitionsRequest,
    CreatePartitionsTopic,
)
from odradek.protocol.messages.delete_groups import DeleteGroupsRequest
from odradek.protocol.messages.delete_topics import DeleteTopicsRequest
from odradek.protocol.messages.describe_groups import DescribedGroup, DescribeGroupsRequest
from odradek.protocol.messages.find_coordinator import FindCoordinatorRequest
from odradek.protocol.messages.heartbeat import HeartbeatRequest
from odradek.protocol.messages.join_group import (
    JoinGroupRequest,
    JoinGroupRequestProtocol,
    JoinGroupResponse,
)
from odradek.protocol.messages.leave_group import LeaveGroupRequest, MemberIdentity
from odradek.protocol.messages.list_groups import ListGroupsRequest
from odradek.protocol.messages.metadata import MetadataRequest, MetadataRequestTopic
from odradek.protocol.messages.offset_commit import (
    OffsetCommitRequest,
    OffsetCommitRequestPartition,
    OffsetCommitRequestTopic,
)
from odradek.protocol.messages.offset_delete import (
    OffsetDeleteRequest,
    OffsetDeleteRequestPartition,
    OffsetDeleteRequestTopic,
)
from odradek.protocol.messages.offset_fetch import (
    OffsetFetchRequest,
    OffsetFetchRequestGroup,
    OffsetFetchRequestTopic,
    OffsetFetchRequestTopics,
)
from odradek.protocol.messages.sync_group import SyncGroupRequest, SyncGroupRequestAssignment
from tests.broker.harness import Asked, Harness, batch_of

NO_DELAY = "group.initial.rebalance.delay.ms=0"


def versions(key: ApiKey) -> list[int]:
    served = ADVERTISED_BY_KAFKA[key]
    return list(range(served.lowest, served.highest + 1))


@pytest.fixture
def groups(tmp_path: Path) -> Any:
    """A broker whose groups begin at once, and a topic `t` of two partitions."""
    harness = Harness(tmp_path, NO_DELAY)
    harness.create_topic("t", partitions=2)
    yield harness
    harness.close()


def start_join(broker: Harness, member_id: str = "", *, version: int = 9, **changes: Any) -> Asked:
    request = JoinGroupRequest(
        group_id=changes.pop("group_id", "g"),
        session_timeout_ms=changes.pop("session_timeout_ms", 10_000),
        rebalance_timeout_ms=60_000,
        member_id=member_id,
        protocol_type=changes.pop("protocol_type", "consumer"),
        protocols=[JoinGroupRequestProtocol(name="range", metadata=b"m")],
        **changes,
    )
    return broker.start(request, version)


def join(broker: Harness, member_id: str = "", **changes: Any) -> JoinGroupResponse:
    response: JoinGroupResponse = start_join(broker, member_id, **changes).answer()
    return response


def sync(broker: Harness, member_id: str, generation_id: int = 1, version: int = 5) -> Any:
    request = SyncGroupRequest(
        group_id="g",
        generation_id=generation_id,
        member_id=member_id,
        protocol_type="consumer" if version >= 5 else None,
        protocol_name="range" if version >= 5 else None,
        assignments=[SyncGroupRequestAssignment(member_id=member_id, assignment=b"mine")],
    )
    return broker.ask(request, version)


def stable_member(broker: Harness) -> str:
    """The only member of a stable group in generation 1."""
    member_id = join(broker, version=3).member_id
    assert sync(broker, member_id).error_code == ErrorCode.NONE
    return member_id


def commit(broker: Harness, offset: int, *, version: int = 8, **changes: Any) -> list[int]:
    """Commit for both partitions of a topic; their errors."""
    topic = changes.pop("topic", "t")
    known = broker.broker.image.topics.get(topic)
    partitions = [
        OffsetCommitRequestPartition(
            partition_index=index,
            committed_offset=offset,
            committed_leader_epoch=3 if version >= 6 else -1,
            committed_metadata=changes.get("metadata", "note"),
        )
        for index in changes.pop("partitions", (0, 1))
    ]
    changes.pop("metadata", None)
    asked = OffsetCommitRequestTopic(partitions=partitions)
    if version >= 10:
        asked.topic_id = known.topic_id if known else b"x" * 16
    else:
        asked.name = topic
    request = OffsetCommitRequest(group_id=changes.pop("group_id", "g"), topics=[asked], **changes)
    response = broker.ask(request, version)
    return [partition.error_code for partition in response.topics[0].partitions]


def fetch(broker: Harness, group_id: str = "g") -> list[tuple[int, int, str | None]]:
    """Everything a group has committed: partition, offset, metadata."""
    group = OffsetFetchRequestGroup(group_id=group_id, topics=None)
    response = broker.ask(OffsetFetchRequest(groups=[group]), 9).groups[0]
    return [
        (partition.partition_index, partition.committed_offset, partition.metadata)
        for topic in response.topics
        for partition in topic.partitions
    ]


def describe(broker: Harness, group_id: str = "g", version: int = 6) -> DescribedGroup:
    request = DescribeGroupsRequest(groups=[group_id])
    group: DescribedGroup = broker.ask(request, version).groups[0]
    return group


@pytest.mark.parametrize("version", versions(ApiKey.JOIN_GROUP))
def test_every_version_joins(groups: Harness, version: int) -> None:
    response = join(groups, version=version)
    if version >= 4:
        assert response.error_code == ErrorCode.MEMBER_ID_REQUIRED
        response = join(groups, response.member_id, version=version)
    assert (response.error_code, response.generation_id) == (0, 1)
    assert response.protocol_name == "range"
    assert response.leader == response.member_id == response.members[0].member_id
    assert response.member_id.startswith("tests-")


@pytest.mark.parametrize("version", versions(ApiKey.JOIN_GROUP))
def test_every_version_is_refused_in_a_form_it_can_read(groups: Harness, version: int) -> None:
    response = join(groups, version=version, session_timeout_ms=5)
    assert response.error_code == ErrorCode.INVALID_SESSION_TIMEOUT
    assert response.protocol_name == (None if version >= 7 else "")


@pytest.mark.parametrize("version", versions(ApiKey.SYNC_GROUP))
def test_every_version_syncs(groups: Harness, version: int) -> None:
    member_id = join(groups, version=3).member_id
    response = sync(groups, member_id, version=version)
    assert (response.error_code, response.assignment) == (0, b"mine")


def test_newest_sync_names_its_protocol(groups: Harness) -> None:
    member_id = join(groups, version=3).member_id
    request = SyncGroupRequest(group_id="g", generation_id=1, member_id=member_id)
    assert groups.ask(request, 5).error_code == ErrorCode.INCONSISTENT_GROUP_PROTOCOL


@pytest.mark.parametrize("version", versions(ApiKey.HEARTBEAT))
def test_every_version_beats(groups: Harness, version: int) -> None:
    member_id = stable_member(groups)
    alive = HeartbeatRequest(group_id="g", generation_id=1, member_id=member_id)
    assert groups.ask(alive, version).error_code == ErrorCode.NONE
    old = HeartbeatRequest(group_id="g", generation_id=0, member_id=member_id)
    assert groups.ask(old, version).error_code == ErrorCode.ILLEGAL_GENERATION


@pytest.mark.parametrize("version", versions(ApiKey.LEAVE_GROUP))
def test_every_version_leaves(groups: Harness, version: int) -> None:
    member_id = stable_member(groups)
    request = LeaveGroupRequest(group_id="g")
    if version >= 3:
        request.members = [MemberIdentity(member_id=member_id), MemberIdentity(member_id="x")]
    else:
        request.member_id = member_id
    response = groups.ask(request, version)
    assert response.error_code == ErrorCode.NONE
    if version >= 3:
        errors = [member.error_code for member in response.members]
        assert errors == [ErrorCode.NONE, ErrorCode.UNKNOWN_MEMBER_ID]
    assert describe(groups).group_state == "Empty"


@pytest.mark.parametrize("version", [0, 2])
def test_old_version_tells_a_stranger_at_the_top(groups: Harness, version: int) -> None:
    request = LeaveGroupRequest(group_id="nobody", member_id="x")
    assert groups.ask(request, version).error_code == ErrorCode.UNKNOWN_MEMBER_ID


@pytest.mark.parametrize("version", versions(ApiKey.OFFSET_COMMIT))
def test_every_version_commits_what_every_version_fetches(groups: Harness, version: int) -> None:
    assert commit(groups, 42, version=version) == [0, 0]
    assert fetch(groups) == [(0, 42, "note"), (1, 42, "note")]


@pytest.mark.parametrize("version", versions(ApiKey.OFFSET_FETCH))
def test_every_version_fetches(groups: Harness, version: int) -> None:
    commit(groups, 42)
    topic_id = groups.broker.image.topics["t"].topic_id
    if version >= 8:
        asked = OffsetFetchRequestTopics(partition_indexes=[0, 7])
        if version >= 10:
            asked.topic_id = topic_id
        else:
            asked.name = "t"
        group = OffsetFetchRequestGroup(group_id="g", topics=[asked])
        response = groups.ask(OffsetFetchRequest(groups=[group]), version).groups[0]
    else:
        topic = OffsetFetchRequestTopic(name="t", partition_indexes=[0, 7])
        response = groups.ask(OffsetFetchRequest(group_id="g", topics=[topic]), version)
    found, missing = response.topics[0].partitions
    assert (found.committed_offset, found.metadata, found.error_code) == (42, "note", 0)
    assert found.committed_leader_epoch == (3 if version >= 5 else -1)
    assert (missing.committed_offset, missing.metadata, missing.error_code) == (-1, "", 0)


@pytest.mark.parametrize("version", [2, 7])
def test_older_version_may_fetch_everything(groups: Harness, version: int) -> None:
    commit(groups, 42)
    response = groups.ask(OffsetFetchRequest(group_id="g", topics=None), version)
    assert [len(topic.partitions) for topic in response.topics] == [2]


def test_many_groups_are_fetched_at_once(groups: Harness) -> None:
    commit(groups, 1, group_id="a")
    commit(groups, 2, group_id="b")
    asked = [OffsetFetchRequestGroup(group_id=name, topics=None) for name in ("b", "none", "a")]
    response = groups.ask(OffsetFetchRequest(groups=asked), 10)
    assert [
        (group.group_id, [each.committed_offset for each in group.topics[0].partitions])
        for group in response.groups
        if group.topics
    ] == [("b", [2, 2]), ("a", [1, 1])]


def test_unknown_topic_id_cannot_be_committed_or_fetched(groups: Harness) -> None:
    assert commit(groups, 1, topic="none", version=10) == [ErrorCode.UNKNOWN_TOPIC_ID] * 2
    asked = OffsetFetchRequestTopics(topic_id=b"x" * 16, partition_indexes=[0])
    group = OffsetFetchRequestGroup(group_id="g", topics=[asked])
    response = groups.ask(OffsetFetchRequest(groups=[group]), 10).groups[0]
    assert response.topics[0].partitions[0].error_code == ErrorCode.UNKNOWN_TOPIC_ID


def test_partitions_that_do_not_exist_are_refused_one_by_one(groups: Harness) -> None:
    unknown = ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
    assert commit(groups, 1, partitions=(0, 2, -1)) == [unknown, unknown, 0]
    assert commit(groups, 1, topic="none") == [unknown, unknown]


@pytest.mark.parametrize(
    ("version", "error"),
    [(8, ErrorCode.ILLEGAL_GENERATION), (9, ErrorCode.GROUP_ID_NOT_FOUND)],
)
def test_generation_of_an_unknown_group_is_refused_by_version(
    groups: Harness, version: int, error: ErrorCode
) -> None:
    refused = commit(groups, 1, version=version, member_id="m", generation_id_or_member_epoch=5)
    assert refused == [error, error]


@pytest.mark.parametrize("version", versions(ApiKey.DESCRIBE_GROUPS))
def test_every_version_describes(groups: Harness, version: int) -> None:
    member_id = stable_member(groups)
    group = describe(groups, version=version)
    assert (group.group_state, group.protocol_type, group.protocol_data) == (
        "Stable",
        "consumer",
        "range",
    )
    (member,) = group.members
    assert (member.member_id, member.client_id, member.client_host) == (
        member_id,
        "tests",
        "/127.0.0.1",
    )
    assert (member.member_metadata, member.member_assignment) == (b"m", b"mine")


@pytest.mark.parametrize("version", versions(ApiKey.DESCRIBE_GROUPS))
def test_unknown_group_is_dead_and_newly_an_error(groups: Harness, version: int) -> None:
    group = describe(groups, "none", version)
    assert group.group_state == "Dead"
    assert group.error_code == (ErrorCode.GROUP_ID_NOT_FOUND if version >= 6 else ErrorCode.NONE)


@pytest.mark.parametrize("version", versions(ApiKey.LIST_GROUPS))
def test_every_version_lists(groups: Harness, version: int) -> None:
    stable_member(groups)
    commit(groups, 1, group_id="simple")
    listed = groups.ask(ListGroupsRequest(), version).groups
    assert {(group.group_id, group.protocol_type) for group in listed} == {
        ("g", "consumer"),
        ("simple", ""),
    }


@pytest.mark.parametrize("version", versions(ApiKey.DELETE_GROUPS))
def test_every_version_deletes(groups: Harness, version: int) -> None:
    stable_member(groups)
    commit(groups, 1, group_id="a")
    commit(groups, 1, group_id="b")
    request = DeleteGroupsRequest(groups_names=["a", "g", "none", "b", "a"])
    results = groups.ask(request, version).results
    assert [(result.group_id, result.error_code) for result in results] == [
        ("a", ErrorCode.NONE),
        ("g", ErrorCode.NON_EMPTY_GROUP),
        ("none", ErrorCode.GROUP_ID_NOT_FOUND),
        ("b", ErrorCode.NONE),
    ]
    assert groups.ask(DeleteGroupsRequest(), version).results == []


def test_single_offsets_are_deleted(groups: Harness) -> None:
    commit(groups, 1)
    partitions = [OffsetDeleteRequestPartition(partition_index=index) for index in (1, 9)]
    topic = OffsetDeleteRequestTopic(name="t", partitions=partitions)
    response = groups.ask(OffsetDeleteRequest(group_id="g", topics=[topic]), 0)
    assert [each.error_code for each in response.topics[0].partitions] == [
        ErrorCode.NONE,
        ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
    ]
    assert fetch(groups) == [(0, 1, "note")]


def test_join_waits_for_the_others_and_is_answered_with_them(groups: Harness) -> None:
    member_id = stable_member(groups)
    newcomer = start_join(groups, version=3)
    assert newcomer.is_pending
    again = join(groups, member_id)
    assert newcomer.answer().generation_id == again.generation_id == 2


def test_client_that_disconnects_stays_a_member(groups: Harness) -> None:
    member_id = stable_member(groups)
    vanished = start_join(groups, version=3)
    vanished.cancel()
    assert join(groups, member_id).generation_id == 2
    assert len(describe(groups).members) == 2


def test_silent_member_is_dropped_by_the_clock(tmp_path: Path) -> None:
    harness = Harness(tmp_path, NO_DELAY, "group.min.session.timeout.ms=100")
    join(harness, version=3, session_timeout_ms=100)
    member_id = describe(harness).members[0].member_id
    sync(harness, member_id)
    newcomer = start_join(harness, version=3)  # waits until the silent member's session ends
    assert newcomer.answer().generation_id == 2
    assert member_id not in {member.member_id for member in describe(harness).members}
    harness.close()


def test_groups_and_offsets_survive_a_restart(tmp_path: Path) -> None:
    for durability in ("process", "disk"):
        directory = tmp_path / durability
        harness = Harness(directory, NO_DELAY, durability=durability)
        harness.create_topic("t", partitions=2)
        member_id = stable_member(harness)
        options = {"member_id": member_id, "generation_id_or_member_epoch": 1}
        assert commit(harness, 7, **options) == [0, 0]
        harness.close()
        harness = Harness(directory, NO_DELAY, durability=durability)
        assert fetch(harness) == [(0, 7, "note"), (1, 7, "note")]
        assert describe(harness).members[0].member_assignment == b"mine"
        alive = HeartbeatRequest(group_id="g", generation_id=1, member_id=member_id)
        assert harness.ask(alive, 4).error_code == ErrorCode.NONE
        harness.close()


def test_offsets_of_a_deleted_topic_are_forgotten(groups: Harness) -> None:
    groups.create_topic("gone")
    commit(groups, 1, topic="gone", partitions=(0,))
    commit(groups, 2)
    groups.ask(DeleteTopicsRequest(topic_names=["gone"]), 5)
    assert fetch(groups) == [(0, 2, "note"), (1, 2, "note")]


def test_topic_of_the_groups_is_made_when_the_first_group_needs_it(groups: Harness) -> None:
    assert "__consumer_offsets" not in groups.broker.image.topics
    request = FindCoordinatorRequest(key_type=0, coordinator_keys=["g"])
    assert groups.ask(request, 6).coordinators[0].error_code == ErrorCode.NONE
    assert groups.broker.image.topics["__consumer_offsets"].partition_count == 50
    configs = groups.broker.image.configs_of(2, "__consumer_offsets")
    assert configs == {
        "cleanup.policy": "compact",
        "compression.type": "producer",
        "segment.bytes": "104857600",
    }


def test_asking_for_the_topic_makes_the_same_one(groups: Harness) -> None:
    asked = MetadataRequest(topics=[MetadataRequestTopic(name="__consumer_offsets")])
    (topic,) = groups.ask(asked, 12).topics
    assert (len(topic.partitions), topic.is_internal) == (50, True)


def test_group_is_where_kafkas_tools_look_for_it(groups: Harness) -> None:
    assert partition_for("g", 50) == ord("g") % 50
    assert partition_for("polygenelubricants", 50) == 0  # its hash is Java's lowest number
    commit(groups, 1)
    partitions = groups.broker.partitions.of_topic("__consumer_offsets")
    assert [p.log.partition for p in partitions if p.log.log_end_offset] == [3]


def test_strangers_cannot_write_to_the_topic_of_the_groups(groups: Harness) -> None:
    commit(groups, 1)
    answer = groups.produce("__consumer_offsets", batch_of(b"rubbish"))
    assert answer.error_code == ErrorCode.INVALID_TOPIC_EXCEPTION
    grow = CreatePartitionsTopic(name="__consumer_offsets", count=60)
    (result,) = groups.ask(CreatePartitionsRequest(topics=[grow]), 3).results
    assert result.error_code == ErrorCode.INVALID_REQUEST


def test_deleting_the_topic_of_the_groups_deletes_the_groups(groups: Harness) -> None:
    commit(groups, 1)
    member_id = stable_member(groups)
    waiting = start_join(groups, version=3)
    groups.ask(DeleteTopicsRequest(topic_names=["__consumer_offsets"]), 5)
    assert waiting.answer().error_code == ErrorCode.NOT_COORDINATOR
    beat = HeartbeatRequest(group_id="g", generation_id=1, member_id=member_id)
    assert groups.ask(beat, 4).error_code == ErrorCode.UNKNOWN_MEMBER_ID
    assert fetch(groups) == []
    assert commit(groups, 2) == [0, 0]


def test_commit_too_large_for_the_topic_is_refused_whole(groups: Harness) -> None:
    groups.create_topic("wide", partitions=1000)
    errors = commit(groups, 1, topic="wide", partitions=range(1000), metadata="m" * 4000)
    assert set(errors) == {ErrorCode.UNKNOWN_SERVER_ERROR}  # as with Kafka
    assert fetch(groups) == []


def test_assignment_too_large_for_the_topic_is_refused(groups: Harness) -> None:
    member_id = join(groups, version=3).member_id
    assignment = SyncGroupRequestAssignment(member_id=member_id, assignment=bytes(2 << 20))
    request = SyncGroupRequest(
        group_id="g", generation_id=1, member_id=member_id, assignments=[assignment]
    )
    assert groups.ask(request, 4).error_code == ErrorCode.UNKNOWN_SERVER_ERROR
    assert describe(groups).group_state == "PreparingRebalance"


def test_absurd_names_are_kept_exactly(groups: Harness) -> None:
    name = "🙂 \x00/../" * 2_000
    assert commit(groups, 1, group_id=name) == [0, 0]
    assert fetch(groups, name) == [(0, 1, "note"), (1, 1, "note")]
    assert name in {group.group_id for group in groups.ask(ListGroupsRequest(), 5).groups}
