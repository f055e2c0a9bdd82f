"""A client's part in a consumer group: joining, staying, leaving.

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
from odradek.protocol.messages.leave_group import LeaveGroupRequest, MemberIdentity
from odradek.protocol.messages.sync_group import SyncGroupRequest, SyncGroupRequestAssignment
from odradek.testing.simulation.clients.client import SimulatedClient
from odradek.testing.simulation.clients.committed_offsets import fetch_committed
from odradek.testing.simulation.history import Assigned, TopicPartition

SESSION_MS = 300
REBALANCE_MS = 1_500
PROTOCOL = "simulated"


class MustJoin(Exception):
    """The generation is over for this member."""


class Membership:
    """One member of a group that shares the partitions of a topic."""

    def __init__(self, client: SimulatedClient, group: str, topic: str, partitions: int) -> None:
        self._client = client
        self._group = group
        self._topic = topic
        self._partitions = partitions
        self.member_id = ""
        self.generation_id = -1

    async def join(self) -> dict[TopicPartition, int]:
        """Join, and find out where to read on."""
        client = self._client
        joined = await self._ask_to_join()
        assignments = []
        if joined.leader == self.member_id:
            assignments = self._assign([member.member_id for member in joined.members])
        request = SyncGroupRequest(
            group_id=self._group,
            generation_id=self.generation_id,
            member_id=self.member_id,
            assignments=assignments,
        )
        answer = await client.ask(request, 4, patience_s=2 * REBALANCE_MS / 1000)
        self.check(answer.error_code)
        assigned = Assigned(client.name, client.now_s, self._group, self.generation_id)
        assigned.end(client.now_s)
        client.history.operations.append(assigned)
        indexes = [int(each) for each in bytes(answer.assignment).decode().split(",") if each]
        positions = {}
        for index in indexes:
            partition = self._topic, index
            positions[partition] = max(await fetch_committed(client, self._group, partition), 0)
        return positions

    async def _ask_to_join(self) -> JoinGroupResponse:
        while True:
            request = JoinGroupRequest(
                group_id=self._group,
                session_timeout_ms=SESSION_MS,
                rebalance_timeout_ms=REBALANCE_MS,
                member_id=self.member_id,
                protocol_type=PROTOCOL,
                protocols=[JoinGroupRequestProtocol(name=PROTOCOL, metadata=b"")],
            )
            answer: JoinGroupResponse = await self._client.ask(
                request, 6, patience_s=2 * REBALANCE_MS / 1000
            )
            if answer.error_code == ErrorCode.MEMBER_ID_REQUIRED:
                self.member_id = answer.member_id
                continue
            self.check(answer.error_code)
            self.member_id, self.generation_id = answer.member_id, answer.generation_id
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

    async def heartbeat(self) -> None:
        """Say that the member lives. Raises MustJoin and NoAnswer."""
        request = HeartbeatRequest(
            group_id=self._group, generation_id=self.generation_id, member_id=self.member_id
        )
        self.check((await self._client.ask(request, 3)).error_code)

    async def leave(self) -> None:
        """Let the others have the partitions at once. Raises NoAnswer."""
        members = [MemberIdentity(member_id=self.member_id)]
        await self._client.ask(LeaveGroupRequest(group_id=self._group, members=members), 3)

    def check(self, error: int) -> None:
        """Raise MustJoin for an error that says so."""
        if error == ErrorCode.NONE:
            return
        if error == ErrorCode.UNKNOWN_MEMBER_ID:
            self.member_id = ""
        raise MustJoin
