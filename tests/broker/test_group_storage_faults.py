"""Groups on a disk that fails: clients are told, and what they were told is stored stays stored.

Two members share a topic; one commits, a third comes, and all begin a second generation. The
scenario is run once for each of its operations on the disk, with that one failing or being the last
before the process dies.
"""

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import pytest

from odradek.protocol.errors import ErrorCode
from odradek.protocol.messages.join_group import JoinGroupRequest, JoinGroupRequestProtocol
from odradek.protocol.messages.leave_group import LeaveGroupRequest, MemberIdentity
from odradek.protocol.messages.offset_commit import (
    OffsetCommitRequest,
    OffsetCommitRequestPartition,
    OffsetCommitRequestTopic,
)
from odradek.protocol.messages.offset_fetch import OffsetFetchRequest, OffsetFetchRequestTopic
from odradek.protocol.messages.sync_group import SyncGroupRequest, SyncGroupRequestAssignment
from odradek.testing.faulty_files import Fault, SimulatedCrash
from tests.broker.harness import Asked, Harness
from tests.broker.storage_faults import FailingDisk

SETTINGS = ("offsets.topic.num.partitions=1", "group.initial.rebalance.delay.ms=0")
PARTITIONS = 4
TOLD = {
    ErrorCode.NONE,
    ErrorCode.NOT_COORDINATOR,
    ErrorCode.COORDINATOR_NOT_AVAILABLE,
    ErrorCode.ILLEGAL_GENERATION,
    ErrorCode.REBALANCE_IN_PROGRESS,
    ErrorCode.UNKNOWN_MEMBER_ID,
}


class Consumers:
    """A group that joins, shares, commits and shares anew, remembering what it was told."""

    def __init__(self) -> None:
        self.errors: list[int] = []
        self.acknowledged = self.attempted = -1
        self.owners: dict[tuple[int, int], set[str]] = {}
        """Who was told to read a partition, by generation and partition."""

    def run(self, harness: Harness) -> None:
        """Two generations, with commits in both."""
        first = self._generation(harness, [self._join(harness)])
        self._generation(harness, [self._join(harness), self._join(harness, first)])

    def _generation(self, harness: Harness, joins: Sequence[Asked]) -> str:
        """All of them get their parts, the leader first; the first one's id."""
        harness.let_timers_fire()
        for asked in joins:
            if asked.is_pending:
                asked.cancel()  # for a member that the disk has cost its place
        answers = [asked.answer() for asked in joins if not asked.is_cancelled]
        self.errors += [answer.error_code for answer in answers]
        members = [each.member_id for each in answers if each.error_code == 0 and each.member_id]
        leader = next((each.leader for each in answers if each.leader), "")
        generation_id = max((answer.generation_id for answer in answers), default=-1)
        for member_id in sorted(members, key=lambda member_id: member_id != leader):
            shares = self._shares(members) if member_id == leader else {}
            self._sync(harness, member_id, generation_id, shares)
        for offset in range(self.attempted + 1, self.attempted + 3):
            self._commit(harness, offset, members[0] if members else "", generation_id)
        return members[0] if members else ""

    @staticmethod
    def _shares(members: Sequence[str]) -> dict[str, bytes]:
        return {
            member_id: bytes(range(number, PARTITIONS, len(members)))
            for number, member_id in enumerate(members)
        }

    @staticmethod
    def _join(harness: Harness, member_id: str = "") -> Asked:
        request = JoinGroupRequest(
            group_id="g",
            member_id=member_id,
            session_timeout_ms=10_000,
            rebalance_timeout_ms=10_000,
            protocol_type="consumer",
            protocols=[JoinGroupRequestProtocol(name="range")],
        )
        return harness.start(request, 3)

    def _sync(
        self, harness: Harness, member_id: str, generation_id: int, shares: dict[str, bytes]
    ) -> None:
        request = SyncGroupRequest(
            group_id="g",
            generation_id=generation_id,
            member_id=member_id,
            assignments=[
                SyncGroupRequestAssignment(member_id=each, assignment=share)
                for each, share in shares.items()
            ],
        )
        asked = harness.start(request, 3)
        if asked.is_pending and not shares:
            asked.cancel()  # its leader was refused, and will not come again here
            return
        response = asked.answer()
        self.errors.append(response.error_code)
        if response.error_code == ErrorCode.NONE:
            for partition in response.assignment:
                self.owners.setdefault((generation_id, partition), set()).add(member_id)

    def _commit(self, harness: Harness, offset: int, member_id: str, generation_id: int) -> None:
        partition = OffsetCommitRequestPartition(partition_index=0, committed_offset=offset)
        request = OffsetCommitRequest(
            group_id="g",
            member_id=member_id,
            generation_id_or_member_epoch=generation_id,
            topics=[OffsetCommitRequestTopic(name="t", partitions=[partition])],
        )
        self.attempted = offset
        response = harness.ask(request, 8)
        error = response.topics[0].partitions[0].error_code
        self.errors.append(error)
        if error == ErrorCode.NONE:
            self.acknowledged = offset

    def verify(self, harness: Harness, journal: list[str]) -> None:
        """Nothing is lost, nobody has shared a partition, and the group goes on."""
        found = committed(harness)
        assert self.acknowledged <= found <= self.attempted, journal
        remove_everybody(harness)
        self.run(harness)
        assert self.acknowledged == committed(harness) == self.attempted, (self.errors, journal)
        shared = {key: members for key, members in self.owners.items() if len(members) > 1}
        assert shared == {}, journal


def prepare(harness: Harness) -> None:
    harness.create_topic("t")


def remove_everybody(harness: Harness) -> None:
    """As an operator does whose consumers are gone."""
    group = harness.broker.groups.groups.describe("g")
    members = [] if group is None else group.members
    identities = [MemberIdentity(member_id=member.member_id) for member in members]
    harness.ask(LeaveGroupRequest(group_id="g", members=identities), 3)


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
    disk = FailingDisk(tmp_path, durability, *SETTINGS)
    operations = disk.operations_of(Consumers().run, prepare)
    for failing, files, harness in disk.each_failure(operations, fault):
        prepare(harness)
        consumers = Consumers()
        consumers.run(harness)
        harness.close()
        assert set(consumers.errors) <= TOLD, files.journal
        restarted = disk.restart(failing)
        assert consumers.acknowledged <= committed(restarted) <= consumers.attempted, files.journal
        restarted.close()


@pytest.mark.parametrize("durability", ["process", "disk"])
def test_death_at_any_operation_loses_no_offset_and_lets_nobody_share_a_partition(
    tmp_path: Path, durability: str
) -> None:
    disk = FailingDisk(tmp_path, durability, *SETTINGS)
    operations = disk.operations_of(Consumers().run, prepare)
    for failing, files, harness in disk.each_failure(operations, Fault.CRASH):
        prepare(harness)
        consumers = Consumers()
        with suppress(SimulatedCrash):
            consumers.run(harness)
        harness.abandon()
        files.close_all()
        restarted = disk.restart(failing)
        consumers.verify(restarted, files.journal)
        restarted.close()


def test_commits_resume_when_a_full_disk_has_space_again(tmp_path: Path) -> None:
    disk = FailingDisk(tmp_path, "process", *SETTINGS)
    operations = disk.operations_of(Consumers().run, prepare)
    _, harness = disk.failing_at(operations.stop - 3, Fault.DISK_FULL, faults=3)
    assert harness is not None
    prepare(harness)
    consumers = Consumers()
    consumers.run(harness)
    assert ErrorCode.NOT_COORDINATOR in consumers.errors
    remove_everybody(harness)
    consumers.run(harness)
    assert consumers.errors[-1] == ErrorCode.NONE
    assert committed(harness) == consumers.attempted
    harness.close()
