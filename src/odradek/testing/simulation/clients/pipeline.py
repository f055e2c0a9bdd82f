"""Consume, transform, produce: a copy of one topic into another, exactly once.

An instance takes the pipeline's transactional id, reads on from the group's committed offset, and
in each transaction writes copies and commits the offset behind them. An instance that is replaced
while it is paused wakes up as a zombie and must be fenced.

A copy carries behind an `@` the offset it was read at and its transaction's name, so that it can be
told from every other attempt.
"""

from odradek.protocol.errors import ErrorCode
from odradek.protocol.messages.offset_fetch import (
    OffsetFetchRequest,
    OffsetFetchRequestGroup,
    OffsetFetchRequestTopics,
)
from odradek.testing.simulation.clients.client import COME_AGAIN, SimulatedClient
from odradek.testing.simulation.clients.transactional import SessionOver, TransactionalClient
from odradek.testing.simulation.history import COPY_MARK, CommittedRead, History, TopicPartition
from odradek.testing.simulation.network import Network


async def fetch_committed(client: SimulatedClient, group: str, partition: TopicPartition) -> int:
    """OffsetFetch that waits for open transactions, noted in the history; -1 for none."""
    topic = OffsetFetchRequestTopics(name=partition[0], partition_indexes=[partition[1]])
    request = OffsetFetchRequest(
        groups=[OffsetFetchRequestGroup(group_id=group, topics=[topic])], require_stable=True
    )
    while True:
        read = CommittedRead(client.name, client.now_s, group, partition)
        answer = (await client.ask_until_answered(request, 8)).groups[0]
        error = answer.error_code or answer.topics[0].partitions[0].error_code
        if error == ErrorCode.NONE:
            break
        if error not in COME_AGAIN:
            client.fail(f"OffsetFetch of {group} was refused: {ErrorCode(error).name}")
        await client.sleep(0.05)
    read.offset = answer.topics[0].partitions[0].committed_offset
    read.end(client.now_s)
    client.history.operations.append(read)
    return read.offset


class PipelineWorker(TransactionalClient):
    """One instance. Once told to stop it goes on until it has copied everything."""

    def __init__(
        self,
        name: str,
        network: Network,
        history: History,
        seed: str,
        timeout_ms: int,
        source: TopicPartition,
        target: TopicPartition,
        group: str,
    ) -> None:
        super().__init__(name, network, history, seed, f"{group}-{source[1]}", timeout_ms)
        self._source = source
        self._target = target
        self._group = group
        self._is_done = False

    async def run(self) -> None:
        while not (self._is_done or self.is_replaced):
            try:
                await self.introduce()
                position = max(await fetch_committed(self, self._group, self._source), 0)
                while not self._is_done:
                    position = await self._copy(position)
            except SessionOver:
                continue

    async def _copy(self, position: int) -> int:
        """One transaction; where to read on."""
        was_stopping = self.is_stopping
        read = await self.fetch(self._source, position, is_committed_only=True)
        if read is None:
            return position
        if not read.records:
            is_at_end = read.next_offset == read.last_stable_offset == read.high_watermark
            self._is_done = was_stopping and is_at_end
            await self.sleep(0.02)
            return read.next_offset
        read.transaction = self.transaction
        copies = tuple(
            f"{value}{COPY_MARK}{offset} by {self.transaction}" for offset, value in read.records
        )
        await self.write(self._target, copies)
        commit = await self.commit_offset(self._group, self._source, read.next_offset)
        is_commit = self.is_stopping or self.dice.random() > 0.2
        await self.end(is_commit=is_commit, commit=commit)
        return read.next_offset if is_commit else position
