"""A member of a consumer group: reads what it is assigned, commits, and is sometimes late."""

from odradek.protocol.errors import ErrorCode
from odradek.protocol.messages.offset_commit import (
    OffsetCommitRequest,
    OffsetCommitRequestPartition,
    OffsetCommitRequestTopic,
)
from odradek.testing.simulation.clients.membership import Membership, MustJoin
from odradek.testing.simulation.clients.reader import FetchingClient
from odradek.testing.simulation.clients.transactional import UNDECIDED
from odradek.testing.simulation.history import Commit, History, Outcome, TopicPartition
from odradek.testing.simulation.network import Network, NoAnswer


class GroupMember(FetchingClient):
    """Reads its part of a topic, again from the committed offset in every generation."""

    def __init__(
        self, name: str, network: Network, history: History, seed: str,
        group: str, topic: str, partitions: int,
    ) -> None:  # fmt: skip
        super().__init__(name, network, history, seed)
        self._group = group
        self._membership = Membership(self, group, topic, partitions)

    async def run(self) -> None:
        while not self.is_stopping:
            try:
                positions = await self._membership.join()
                while not self.is_stopping:
                    await self.sleep(self.dice.uniform(0.02, 0.2))
                    await self._work(positions)
            except (MustJoin, NoAnswer):
                await self.sleep(0.02)

    async def _work(self, positions: dict[TopicPartition, int]) -> None:
        """Read a little, commit it, say that we live."""
        for partition, position in positions.items():
            read = await self.fetch(partition, position, is_committed_only=True)
            if read is not None and read.next_offset > position:
                await self._commit(partition, read.next_offset)
                positions[partition] = read.next_offset
        await self._membership.heartbeat()

    async def _commit(self, partition: TopicPartition, offset: int) -> None:
        topic, index = partition
        asked = OffsetCommitRequestPartition(partition_index=index, committed_offset=offset)
        request = OffsetCommitRequest(
            group_id=self._group,
            generation_id_or_member_epoch=self._membership.generation_id,
            member_id=self._membership.member_id,
            topics=[OffsetCommitRequestTopic(name=topic, partitions=[asked])],
        )
        commit = Commit(
            self.name, self.now_s, self._group, partition, offset, self._membership.generation_id
        )
        self.history.operations.append(commit)
        answer = await self.ask(request, 8)
        error = answer.topics[0].partitions[0].error_code
        if error == ErrorCode.NONE:
            commit.end(self.now_s)
        elif error not in UNDECIDED:
            commit.end(self.now_s, Outcome.REFUSED)
        self._membership.check(error)
