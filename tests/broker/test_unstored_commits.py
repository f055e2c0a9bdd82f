"""Commits on their way to a disk that is slow: what waits for them, how long, and what does not."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from odradek.protocol.errors import ErrorCode
from odradek.protocol.messages.delete_groups import DeleteGroupsRequest
from odradek.protocol.messages.join_group import JoinGroupRequest, JoinGroupRequestProtocol
from odradek.protocol.messages.offset_commit import (
    OffsetCommitRequest,
    OffsetCommitRequestPartition,
    OffsetCommitRequestTopic,
)
from odradek.protocol.messages.offset_fetch import (
    OffsetFetchRequest,
    OffsetFetchRequestGroup,
)
from tests.broker.harness import Asked, Harness
from tests.broker.stalling_files import StallingFiles

PATIENT = ("offsets.commit.timeout.ms=60000", "offsets.topic.num.partitions=1")
IMPATIENT = ("offsets.commit.timeout.ms=1", "offsets.topic.num.partitions=1")


@pytest.fixture
def files() -> StallingFiles:
    return StallingFiles()


@pytest.fixture
def broker(tmp_path: Path, files: StallingFiles) -> Iterator[Harness]:
    """A broker that waits for its disk, with a group that has committed 1."""
    harness = Harness(tmp_path, *PATIENT, durability="disk", files=files)
    harness.create_topic("t")
    assert error_of(start_commit(harness, 1)) == ErrorCode.NONE
    yield harness
    files.go_on.set()
    harness.close()


def start_commit(broker: Harness, offset: int, group_id: str = "g") -> Asked:
    partition = OffsetCommitRequestPartition(partition_index=0, committed_offset=offset)
    topic = OffsetCommitRequestTopic(name="t", partitions=[partition])
    return broker.start(OffsetCommitRequest(group_id=group_id, topics=[topic]), 8)


def start_fetch(broker: Harness, group_id: str = "g") -> Asked:
    group = OffsetFetchRequestGroup(group_id=group_id, topics=None)
    return broker.start(OffsetFetchRequest(groups=[group]), 9)


def error_of(commit: Asked) -> int:
    error: int = commit.answer().topics[0].partitions[0].error_code
    return error


def offset_of(fetch: Asked) -> int:
    offset: int = fetch.answer().groups[0].topics[0].partitions[0].committed_offset
    return offset


def test_many_commits_are_on_their_way_together(broker: Harness, files: StallingFiles) -> None:
    files.is_stalled = True
    commits = [start_commit(broker, offset) for offset in range(2, 10)]
    assert all(commit.is_pending for commit in commits)
    files.go_on.set()
    assert [error_of(commit) for commit in commits] == [0] * 8
    assert offset_of(start_fetch(broker)) == 9


def test_fetch_shows_the_commits_that_came_before_it(broker: Harness, files: StallingFiles) -> None:
    files.is_stalled = True
    start_commit(broker, 2)
    fetch, other = start_fetch(broker), start_fetch(broker, "other")
    assert fetch.is_pending
    assert not other.is_pending
    files.go_on.set()
    assert offset_of(fetch) == 2


def test_deletion_takes_the_commits_that_came_before_it(
    broker: Harness, files: StallingFiles, tmp_path: Path
) -> None:
    files.is_stalled = True
    start_commit(broker, 2)
    deletion = broker.start(DeleteGroupsRequest(groups_names=["g"]), 2)
    assert deletion.is_pending
    files.go_on.set()
    assert deletion.answer().results[0].error_code == ErrorCode.NONE
    assert broker.broker.groups.groups.describe("g") is None
    written = b"".join(file.read_bytes() for file in tmp_path.glob("__consumer_offsets-*/*.log"))
    assert written.count(b"\x00\x01\x00\x01g\x00\x01t") == 3  # two commits and a tombstone


def test_expiry_does_not_overtake_a_commit(broker: Harness, files: StallingFiles) -> None:
    files.is_stalled = True
    commit = start_commit(broker, 2)
    broker.broker.groups.expire_offsets()
    files.go_on.set()
    assert error_of(commit) == ErrorCode.NONE
    assert offset_of(start_fetch(broker)) == 2


def test_commit_on_a_stalled_disk_is_answered_in_time(tmp_path: Path, files: StallingFiles) -> None:
    harness = Harness(tmp_path, *IMPATIENT, durability="disk", files=files)
    harness.create_topic("t")
    harness.broker.groups.ensure_ready()
    files.is_stalled = True
    commit, fetch = start_commit(harness, 1), start_fetch(harness)
    assert commit.is_pending
    assert error_of(commit) == ErrorCode.COORDINATOR_NOT_AVAILABLE
    assert fetch.answer().groups[0].topics == []
    files.go_on.set()
    harness.close()
    harness = Harness(tmp_path, *PATIENT, durability="disk")
    assert offset_of(start_fetch(harness)) == 1  # it became durable later
    harness.close()


def test_commit_is_seen_at_once_where_nobody_waits_for_the_disk(tmp_path: Path) -> None:
    harness = Harness(tmp_path)
    harness.create_topic("t")
    commit = start_commit(harness, 1)
    assert not commit.is_pending
    assert error_of(commit) == ErrorCode.NONE
    assert offset_of(start_fetch(harness)) == 1
    harness.close()


@pytest.mark.parametrize("jump_s", [7200, -7200])
def test_clock_that_is_set_ends_no_session(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, jump_s: int
) -> None:
    harness = Harness(tmp_path, "group.initial.rebalance.delay.ms=0")
    harness.create_topic("t")
    groups = harness.broker.groups
    member_id = join(harness)
    before_ms = groups.groups.next_deadline_ms()
    true_time_ns = time.time_ns
    monkeypatch.setattr(time, "time_ns", lambda: true_time_ns() + jump_s * 1_000_000_000)
    start_commit(harness, 1, "other")
    harness.let_timers_fire()
    description = groups.groups.describe("g")
    assert description is not None
    assert [member.member_id for member in description.members] == [member_id]
    after_ms = groups.groups.next_deadline_ms()
    assert before_ms is not None
    assert after_ms is not None
    assert abs(after_ms - before_ms - jump_s * 1000) < 10_000
    harness.close()


def join(broker: Harness) -> str:
    """A member that is given ten seconds for its next word."""
    request = JoinGroupRequest(
        group_id="g",
        session_timeout_ms=10_000,
        rebalance_timeout_ms=10_000,
        protocol_type="consumer",
        protocols=[JoinGroupRequestProtocol(name="range")],
    )
    member_id: str = broker.ask(request, 3).member_id
    return member_id
