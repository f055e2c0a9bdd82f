"""A transactional session as clients lead it, by the rules of V1 or of V2, and a producer on it.

A session asks again whatever may be asked again. When the broker says that it is over (fenced, or
its transaction was aborted), `SessionOver` is raised, and the client begins a new session or ends.
"""

from odradek.protocol.errors import ErrorCode
from odradek.protocol.messages.add_offsets_to_txn import AddOffsetsToTxnRequest
from odradek.protocol.messages.add_partitions_to_txn import (
    AddPartitionsToTxnRequest,
    AddPartitionsToTxnTopic,
)
from odradek.protocol.messages.end_txn import EndTxnRequest
from odradek.protocol.messages.init_producer_id import InitProducerIdRequest
from odradek.protocol.messages.txn_offset_commit import (
    TxnOffsetCommitRequest,
    TxnOffsetCommitRequestPartition,
    TxnOffsetCommitRequestTopic,
)
from odradek.testing.simulation.clients.client import BACKOFF_S, COME_AGAIN
from odradek.testing.simulation.clients.membership import Membership
from odradek.testing.simulation.clients.producers import (
    Numbering,
    encode_values,
    only_answer,
    produce_request,
)
from odradek.testing.simulation.clients.reader import FetchingClient
from odradek.testing.simulation.history import (
    Commit,
    History,
    Outcome,
    TopicPartition,
    TransactionEnd,
    Write,
)
from odradek.testing.simulation.network import Network, NoAnswer

FENCED = frozenset({ErrorCode.PRODUCER_FENCED, ErrorCode.INVALID_PRODUCER_EPOCH})
OVER = FENCED | {ErrorCode.INVALID_TXN_STATE, ErrorCode.TRANSACTION_ABORTABLE}
"""What a session is told that was paused for too long, or replaced."""

UNDECIDED = frozenset({ErrorCode.NOT_COORDINATOR, ErrorCode.COORDINATOR_NOT_AVAILABLE})
"""Told when the disk failed: what was asked for may be found in the log after a restart."""


GENERATION_OVER = frozenset({ErrorCode.ILLEGAL_GENERATION, ErrorCode.UNKNOWN_MEMBER_ID})


class SessionOver(Exception):
    """The broker has ended the session."""


class TransactionalClient(FetchingClient):
    """One holder of a transactional id."""

    def __init__(
        self,
        name: str,
        network: Network,
        history: History,
        seed: str,
        transactional_id: str,
        timeout_ms: int,
    ) -> None:
        super().__init__(name, network, history, seed)
        self.transactional_id = transactional_id
        self.is_replaced = False
        """Somebody else holds the id by now."""
        self._timeout_ms = timeout_ms
        self._is_v2 = self.dice.random() < 0.5
        # Under V1 the epoch stays from one transaction to the next, so that an EndTxn that comes
        # late ends the wrong one, in Kafka as well: what V2 was made for (KIP-890).
        self.may_be_late = self._is_v2
        self._producer_id = self._producer_epoch = -1
        self._sequences: dict[TopicPartition, int] = {}
        self._added: set[TopicPartition | str] = set()
        self._count = 0

    @property
    def transaction(self) -> str:
        """The name of the transaction that is open, for the history."""
        return f"{self.name}/{self._count}"

    async def introduce(self) -> None:
        """Take the transactional id; whoever had it is fenced."""
        request = InitProducerIdRequest(
            transactional_id=self.transactional_id, transaction_timeout_ms=self._timeout_ms
        )
        answer = await self.ask_until_settled(request, 5)
        if answer.error_code != ErrorCode.NONE:
            self._refused("InitProducerId", answer.error_code)
        self._become(answer.producer_id, answer.producer_epoch)
        self._count += 1

    async def write(self, partition: TopicPartition, values: tuple[str, ...]) -> None:
        """Produce one batch within the transaction."""
        write = Write(
            self.name, self.now_s, partition, values, True, True, transaction=self.transaction
        )
        self.history.operations.append(write)
        if not self._is_v2:
            await self._add(partition)
        base_sequence = self._sequences.get(partition, 0)
        batch = encode_values(
            values,
            int(self.now_s * 1000),
            self._producer_id,
            self._producer_epoch,
            base_sequence,
            is_transactional=True,
        )
        request = produce_request(partition, batch, transactional_id=self.transactional_id)
        while True:
            (response,) = await self.ask_all([request], 12 if self._is_v2 else 11)
            answer = only_answer(response)
            if answer is not None and answer.error_code not in COME_AGAIN:
                break
            await self.sleep(BACKOFF_S)
        if answer.error_code != ErrorCode.NONE:
            write.end(self.now_s, Outcome.REFUSED)
            self._refused("Produce", answer.error_code)
        write.base_offset = answer.base_offset
        write.end(self.now_s)
        self._sequences[partition] = base_sequence + len(values)

    async def commit_offset(
        self,
        group: str,
        partition: TopicPartition,
        offset: int,
        membership: Membership | None = None,
    ) -> Commit:
        """TxnOffsetCommit; the commit is done when the transaction is.

        Raises MustJoin when the membership's generation is over.
        """
        if not self._is_v2:
            await self._add_group(group)
        request = TxnOffsetCommitRequest(
            transactional_id=self.transactional_id,
            group_id=group,
            producer_id=self._producer_id,
            producer_epoch=self._producer_epoch,
            generation_id=membership.generation_id if membership else -1,
            member_id=membership.member_id if membership else "",
            topics=[
                TxnOffsetCommitRequestTopic(
                    name=partition[0],
                    partitions=[
                        TxnOffsetCommitRequestPartition(
                            partition_index=partition[1], committed_offset=offset
                        )
                    ],
                )
            ],
        )
        version = 5 if self._is_v2 else 4
        while True:
            answer = await self.ask_until_answered(request, version)
            error = answer.topics[0].partitions[0].error_code
            if error not in COME_AGAIN:
                break
            await self.sleep(BACKOFF_S)
        if membership is not None and error in GENERATION_OVER:
            membership.check(error)
        if error != ErrorCode.NONE:
            self._refused("TxnOffsetCommit", error)
        return Commit(self.name, self.now_s, group, partition, offset)

    async def end(self, *, is_commit: bool, commit: Commit | None = None) -> None:
        """EndTxn, until the outcome is known."""
        end = TransactionEnd(
            self.name, self.now_s, self.transaction, self.transactional_id, is_commit
        )
        self.history.operations.append(end)
        if commit is not None and is_commit:
            commit.begun_s = self.now_s
            self.history.operations.append(commit)
        error = await self._end(end)
        if error is ErrorCode.NONE and commit is not None:
            commit.end(self.now_s)
        if error is not ErrorCode.NONE:
            self._refused("EndTxn", error)
        self._count += 1
        self._added.clear()

    async def _end(self, end: TransactionEnd) -> ErrorCode:
        request = EndTxnRequest(
            transactional_id=self.transactional_id,
            producer_id=self._producer_id,
            producer_epoch=self._producer_epoch,
            committed=end.is_commit,
        )
        is_undecided = False
        while True:
            try:
                answer = await self.ask(request, 5 if self._is_v2 else 4)
            except NoAnswer:
                is_undecided = True
                continue
            error = ErrorCode(answer.error_code)
            if error not in COME_AGAIN:
                break
            is_undecided = is_undecided or error in UNDECIDED
            await self.sleep(BACKOFF_S)
        if error is ErrorCode.NONE:
            end.end(self.now_s)
            if self._is_v2:
                self._become(answer.producer_id, answer.producer_epoch)
        elif not is_undecided:
            end.end(self.now_s, Outcome.REFUSED)
        return error

    async def _add(self, partition: TopicPartition) -> None:
        if partition in self._added:
            return
        topic = AddPartitionsToTxnTopic(name=partition[0], partitions=[partition[1]])
        request = AddPartitionsToTxnRequest(
            v3_and_below_transactional_id=self.transactional_id,
            v3_and_below_producer_id=self._producer_id,
            v3_and_below_producer_epoch=self._producer_epoch,
            v3_and_below_topics=[topic],
        )
        while True:
            answer = await self.ask_until_answered(request, 3)
            result = answer.results_by_topic_v3_and_below[0].results_by_partition[0]
            if result.partition_error_code not in COME_AGAIN:
                break
            await self.sleep(BACKOFF_S)
        if result.partition_error_code != ErrorCode.NONE:
            self._refused("AddPartitionsToTxn", result.partition_error_code)
        self._added.add(partition)

    async def _add_group(self, group: str) -> None:
        if group in self._added:
            return
        request = AddOffsetsToTxnRequest(
            transactional_id=self.transactional_id,
            producer_id=self._producer_id,
            producer_epoch=self._producer_epoch,
            group_id=group,
        )
        answer = await self.ask_until_settled(request, 3)
        if answer.error_code != ErrorCode.NONE:
            self._refused("AddOffsetsToTxn", answer.error_code)
        self._added.add(group)

    def _refused(self, what: str, error: int) -> None:
        """End the session; an error that no pause and no successor explains is an anomaly."""
        if error not in OVER:
            self.fail(f"{what} of {self.transaction} was refused: {ErrorCode(error).name}")
        raise SessionOver(ErrorCode(error).name)

    def _become(self, producer_id: int, producer_epoch: int) -> None:
        if (producer_id, producer_epoch) != (self._producer_id, self._producer_epoch):
            self._sequences.clear()
        self._producer_id, self._producer_epoch = producer_id, producer_epoch
        self._added.clear()


class TransactionalProducer(TransactionalClient):
    """Writes transactions over several partitions; commits most, aborts or forgets the others."""

    def __init__(
        self,
        name: str,
        network: Network,
        history: History,
        seed: str,
        timeout_ms: int,
        partitions: list[TopicPartition],
    ) -> None:
        super().__init__(name, network, history, seed, name, timeout_ms)
        self._partitions = partitions
        self._numbering = Numbering(name, self.dice)

    async def run(self) -> None:
        while not self.is_stopping:
            try:
                await self.introduce()
                while not self.is_stopping:
                    await self._run_transaction()
                    await self.sleep(self.dice.uniform(0.001, 0.2))
            except SessionOver:
                continue
        # Whatever was left open is aborted by the next to take the id.
        await self.introduce()

    async def _run_transaction(self) -> None:
        for _ in range(self.dice.randint(1, 4)):
            partition = self.dice.choice(self._partitions)
            await self.write(partition, self._numbering.values(partition, self.dice.randint(1, 3)))
        luck = self.dice.random()
        if luck < 0.1:
            raise SessionOver("forgets what it was doing")
        await self.end(is_commit=luck > 0.35)
