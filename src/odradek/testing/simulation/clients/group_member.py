"""A member of a consumer group: joins, reads what it is assigned, commits, and is sometimes late.

The assignment is the leader's: partitions in turn to the members as the broker lists them, written
as comma-separated numbers, which no broker looks into.
"""

from odradek.protocol.errors import ErrorCode
from odradek.protocol.messages.heartbeat import HeartbeatRequest
from odradek.protocol.messages.join_group import (
    JoinGroupRequest,
    JoinGroupRequestProtocol,
    JoinGroupResponse,
)
from odradek.protocol.messages.offset_commit import (
    OffsetCommitRequest,
    OffsetCommitRequestPartition,
    OffsetCommitRequestTopic,
)
from odradek.protocol.messages.sync_group import SyncGroupRequest, SyncGroupRequestAssignment
from odradek.testing.simulation.clients.pipeline import fetch_committed
from odradek.testing.simulation.clients.reader import FetchingClient
from odradek.testing.simulation.clients.transactional import UNDECIDED
from odradek.testing.simulation.history import Assigned, Commit, History, Outcome, TopicPartition
from odradek.testing.simulation.network import Network, NoAnswer

SESSION_MS = 300
REBALANCE_MS = 1_500
PROTOCOL = "simulated"


class MustJoin(Exception):
    """The generation is over for this member."""


class GroupMember(FetchingClient):
    """Reads its part of a topic, again from the committed offset in every generation."""

    def __init__(
        self, name: str, network: Network, history: History, seed: str,
        group: str, topic: str, partitions: int,
    ) -> None:  # fmt: skip
        super().__init__(name, network, history, seed)
        self._group = group
        self._topic = topic
        self._partitions = partitions
        self._member_id = ""
        self._generation_id = -1

    async def run(self) -> None:
        while not self.is_stopping:
            try:
                positions = await self._join()
                while not self.is_stopping:
                    await self.sleep(self.dice.uniform(0.02, 0.2))
                    await self._work(positions)
            except (MustJoin, NoAnswer):
                await self.sleep(0.02)

    async def _join(self) -> dict[TopicPartition, int]:
        """Join, and find out where to read on."""
        joined = await self._ask_to_join()
        assignments = []
        if joined.leader == self._member_id:
            assignments = self._assign([member.member_id for member in joined.members])
        request = SyncGroupRequest(
            group_id=self._group,
            generation_id=self._generation_id,
            member_id=self._member_id,
            assignments=assignments,
        )
        answer = await self.ask(request, 4, patience_s=2 * REBALANCE_MS / 1000)
        self._check(answer.error_code)
        assigned = Assigned(self.name, self.now_s, self._group, self._generation_id)
        assigned.end(self.now_s)
        self.history.operations.append(assigned)
        indexes = [int(each) for each in bytes(answer.assignment).decode().split(",") if each]
        positions = {}
        for index in indexes:
            partition = self._topic, index
            positions[partition] = max(await fetch_committed(self, self._group, partition), 0)
        return positions

    async def _ask_to_join(self) -> JoinGroupResponse:
        while True:
            request = JoinGroupRequest(
                group_id=self._group,
                session_timeout_ms=SESSION_MS,
                rebalance_timeout_ms=REBALANCE_MS,
                member_id=self._member_id,
                protocol_type=PROTOCOL,
                protocols=[JoinGroupRequestProtocol(name=PROTOCOL, metadata=b"")],
            )
            answer: JoinGroupResponse = await self.ask(
                request, 6, patience_s=2 * REBALANCE_MS / 1000
            )
            if answer.error_code == ErrorCode.MEMBER_ID_REQUIRED:
                self._member_id = answer.member_id
                continue
            self._check(answer.error_code)
            self._member_id, self._generation_id = answer.member_id, answer.generation_id
            return answer

    def _assign(self, members: list[str]) -> list[SyncGroupRequestAssignment]:
        return [
            SyncGroupRequestAssignment(
                member_id=member_id,
                assignment=",".join(
                    str(index) for index in range(place, self._partitions, len(members))
                ).encode(),
            )
            for place, member_id in enumerate(members)
        ]

    async def _work(self, positions: dict[TopicPartition, int]) -> None:
        """Read a little, commit it, say that we live."""
        for partition, position in positions.items():
            read = await self.fetch(partition, position, is_committed_only=True)
            if read is not None and read.next_offset > position:
                await self._commit(partition, read.next_offset)
                positions[partition] = read.next_offset
        heartbeat = HeartbeatRequest(
            group_id=self._group, generation_id=self._generation_id, member_id=self._member_id
        )
        self._check((await self.ask(heartbeat, 3)).error_code)

    async def _commit(self, partition: TopicPartition, offset: int) -> None:
        topic, index = partition
        asked = OffsetCommitRequestPartition(partition_index=index, committed_offset=offset)
        request = OffsetCommitRequest(
            group_id=self._group,
            generation_id_or_member_epoch=self._generation_id,
            member_id=self._member_id,
            topics=[OffsetCommitRequestTopic(name=topic, partitions=[asked])],
        )
        commit = Commit(self.name, self.now_s, self._group, partition, offset, self._generation_id)
        self.history.operations.append(commit)
        answer = await self.ask(request, 8)
        error = answer.topics[0].partitions[0].error_code
        if error == ErrorCode.NONE:
            commit.end(self.now_s)
        elif error not in UNDECIDED:
            commit.end(self.now_s, Outcome.REFUSED)
        self._check(error)

    def _check(self, error: int) -> None:
        if error == ErrorCode.NONE:
            return
        if error == ErrorCode.UNKNOWN_MEMBER_ID:
            self._member_id = ""
        raise MustJoin
