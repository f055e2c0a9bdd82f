"""Groups on a disk that fails: clients are told, and what they were told is stored stays stored.

One scenario is run once for each operation it makes on the disk, with that operation failing.
"""

from pathlib import Path

import pytest

from odradek.broker.errors import StartupError
from odradek.protocol.errors import ErrorCode
from odradek.protocol.messages.join_group import JoinGroupRequest, JoinGroupRequestProtocol
from odradek.protocol.messages.offset_commit import (
    OffsetCommitRequest,
    OffsetCommitRequestPartition,
    OffsetCommitRequestTopic,
)
from odradek.protocol.messages.offset_fetch import OffsetFetchRequest, OffsetFetchRequestTopic
from odradek.protocol.messages.sync_group import SyncGroupRequest, SyncGroupRequestAssignment
from odradek.testing.faulty_files import Fault, FaultyFiles
from tests.broker.harness import Harness

SETTINGS = ("offsets.topic.num.partitions=1", "group.initial.rebalance.delay.ms=0")
TOLD = {
    ErrorCode.NONE,
    ErrorCode.NOT_COORDINATOR,
    ErrorCode.COORDINATOR_NOT_AVAILABLE,
    ErrorCode.ILLEGAL_GENERATION,
    ErrorCode.REBALANCE_IN_PROGRESS,
    ErrorCode.UNKNOWN_MEMBER_ID,
}


def start(path: Path, files: FaultyFiles | None, durability: str) -> Harness | None:
    """A broker on this disk; None when the fault already hit its start."""
    try:
        return Harness(path, *SETTINGS, durability=durability, files=files)
    except StartupError:
        return None


class Consumer:
    """Joins, syncs and commits, remembering what it was told."""

    def __init__(self, harness: Harness) -> None:
        self.harness = harness
        self.errors: list[int] = []
        self.acknowledged = -1
        self.attempted = -1
        self.assignment: bytes | None = None

    def run(self) -> None:
        member_id, generation_id = self.join()
        self.sync(member_id, generation_id)
        for offset in range(4):
            self.commit(offset, member_id, generation_id)

    def join(self) -> tuple[str, int]:
        request = JoinGroupRequest(
            group_id="g",
            session_timeout_ms=10_000,
            rebalance_timeout_ms=10_000,
            protocol_type="consumer",
            protocols=[JoinGroupRequestProtocol(name="range")],
        )
        response = self.harness.ask(request, 3)
        self.errors.append(response.error_code)
        return response.member_id, response.generation_id

    def sync(self, member_id: str, generation_id: int) -> None:
        request = SyncGroupRequest(
            group_id="g",
            generation_id=generation_id,
            member_id=member_id,
            assignments=[SyncGroupRequestAssignment(member_id=member_id, assignment=b"mine")],
        )
        response = self.harness.ask(request, 3)
        self.errors.append(response.error_code)
        if response.error_code == ErrorCode.NONE:
            self.assignment = response.assignment

    def commit(self, offset: int, member_id: str, generation_id: int) -> None:
        partition = OffsetCommitRequestPartition(partition_index=0, committed_offset=offset)
        request = OffsetCommitRequest(
            group_id="g",
            member_id=member_id,
            generation_id_or_member_epoch=generation_id,
            topics=[OffsetCommitRequestTopic(name="t", partitions=[partition])],
        )
        self.attempted = offset
        response = self.harness.ask(request, 8)
        error = response.topics[0].partitions[0].error_code
        self.errors.append(error)
        if error == ErrorCode.NONE:
            self.acknowledged = offset


def committed(harness: Harness) -> int:
    """What is committed for the one partition; -1 for nothing."""
    topic = OffsetFetchRequestTopic(name="t", partition_indexes=[0])
    response = harness.ask(OffsetFetchRequest(group_id="g", topics=[topic]), 5)
    offset: int = response.topics[0].partitions[0].committed_offset
    return offset


@pytest.mark.parametrize("durability", ["process", "disk"])
@pytest.mark.parametrize("fault", [Fault.IO_ERROR, Fault.DISK_FULL, Fault.SHORT_WRITE])
def test_any_failing_operation_loses_no_offset_that_was_acknowledged(
    tmp_path: Path, fault: Fault, durability: str
) -> None:
    healthy = FaultyFiles(str(tmp_path / "count"))
    harness = start(tmp_path / "count", healthy, durability)
    assert harness is not None
    harness.create_topic("t")
    before = healthy.operations
    Consumer(harness).run()
    after = healthy.operations
    harness.close()
    for failing in range(before + 1, after + 1):
        path = tmp_path / str(failing)
        files = FaultyFiles(str(path), fault=fault, at=failing)
        harness = start(path, files, durability)
        assert harness is not None
        harness.create_topic("t")
        consumer = Consumer(harness)
        consumer.run()
        harness.close()
        assert set(consumer.errors) <= TOLD, files.journal
        restarted = start(path, None, durability)
        assert restarted is not None, files.journal
        assert consumer.acknowledged <= committed(restarted) <= consumer.attempted, files.journal
        restarted.close()


def test_commits_resume_when_a_full_disk_has_space_again(tmp_path: Path) -> None:
    healthy = FaultyFiles(str(tmp_path / "count"))
    harness = start(tmp_path / "count", healthy, "process")
    assert harness is not None
    harness.create_topic("t")
    consumer = Consumer(harness)
    member_id, generation_id = consumer.join()
    consumer.sync(member_id, generation_id)
    before = healthy.operations
    harness.close()
    files = FaultyFiles(str(tmp_path / "full"), fault=Fault.DISK_FULL, at=before + 1, faults=3)
    harness = start(tmp_path / "full", files, "process")
    assert harness is not None
    harness.create_topic("t")
    consumer = Consumer(harness)
    member_id, generation_id = consumer.join()
    consumer.sync(member_id, generation_id)
    for offset in range(10):
        consumer.commit(offset, member_id, generation_id)
    assert ErrorCode.NOT_COORDINATOR in consumer.errors
    assert consumer.errors[-1] == ErrorCode.NONE
    assert committed(harness) == 9
    harness.close()
