"""Consume, transform, produce: a copy of one topic into another, exactly once.

In each transaction an instance writes copies and commits the offset behind them, and it reads on
from the group's committed offset. Two ways of fencing zombies:

PipelineWorker         each source partition has a transactional id, which its instance takes; one
                       that is replaced while it is paused wakes up as a zombie
SharedPipelineWorker   each instance has an id of its own and is a member of the group; what tells a
                       zombie is the generation with which it commits offsets (KIP-447)

A copy carries behind an `@` the offset it was read at and its transaction's name, so that it can be
told from every other attempt.
"""

from odradek.testing.simulation.clients.committed_offsets import fetch_committed
from odradek.testing.simulation.clients.membership import Membership, MustJoin
from odradek.testing.simulation.clients.transactional import SessionOver, TransactionalClient
from odradek.testing.simulation.history import COPY_MARK, History, TopicPartition
from odradek.testing.simulation.network import Network, NoAnswer

IDLE_S = 0.02


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
                    was_stopping = self.is_stopping
                    position, is_at_end = await copy(
                        self, self._source, self._target, position, self._group
                    )
                    self._is_done = was_stopping and is_at_end
            except SessionOver:
                continue


class SharedPipelineWorker(TransactionalClient):
    """One instance among several. Told to stop, it copies all it is assigned, and leaves."""

    def __init__(
        self,
        name: str,
        network: Network,
        history: History,
        seed: str,
        timeout_ms: int,
        targets: dict[TopicPartition, TopicPartition],
        group: str,
    ) -> None:
        super().__init__(name, network, history, seed, name, timeout_ms)
        self._targets = targets
        self._group = group
        ((topic, _), *_) = targets
        self._membership = Membership(self, group, topic, len(targets))
        self._is_done = False

    async def run(self) -> None:
        while not self._is_done:
            try:
                await self.introduce()
                await self._share()
            except SessionOver:
                continue
            except (MustJoin, NoAnswer):
                await self.sleep(IDLE_S)

    async def _share(self) -> None:
        """Copy what this generation assigns. Raises MustJoin, NoAnswer and SessionOver."""
        positions = await self._membership.join()
        while not self._is_done:
            was_stopping, are_at_end = self.is_stopping, True
            for source, position in positions.items():
                positions[source], is_at_end = await copy(
                    self,
                    source,
                    self._targets[source],
                    position,
                    self._group,
                    self._membership,
                )
                are_at_end = are_at_end and is_at_end
            if not positions:
                await self.sleep(IDLE_S)
            if was_stopping and are_at_end:
                self._is_done = True
                await self._membership.leave()
            else:
                await self._membership.heartbeat()


async def copy(
    worker: TransactionalClient,
    source: TopicPartition,
    target: TopicPartition,
    position: int,
    group: str,
    membership: Membership | None = None,
) -> tuple[int, bool]:
    """One transaction; where to read on, and whether nothing more is there.

    Raises SessionOver, and MustJoin when the generation is over: then the transaction is aborted.
    """
    read = await worker.fetch(source, position, is_committed_only=True)
    if read is None:
        return position, False
    if not read.records:
        await worker.sleep(IDLE_S)
        is_at_end = read.next_offset == read.last_stable_offset == read.high_watermark
        return read.next_offset, is_at_end
    read.transaction = worker.transaction
    copies = tuple(
        f"{value}{COPY_MARK}{offset} by {worker.transaction}" for offset, value in read.records
    )
    await worker.write(target, copies)
    try:
        commit = await worker.commit_offset(group, source, read.next_offset, membership)
    except MustJoin:
        await worker.end(is_commit=False)
        raise
    is_commit = worker.is_stopping or worker.dice.random() > 0.2
    await worker.end(is_commit=is_commit, commit=commit)
    return read.next_offset if is_commit else position, False
