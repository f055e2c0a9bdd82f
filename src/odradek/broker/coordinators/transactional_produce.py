"""Batches of a transaction on their way into the log: the coordinator is asked first.

Up to version 11 a client adds its partitions beforehand, and here that is verified. Since version
12 (transactions V2) the broker adds them itself, all new ones of a request in one record. Until
that is stored their batches are parked, and so is what the producer sends to the same partitions
after them. Once the log knows the transaction, its further batches need no asking.

Without the asking, a batch that arrives late could open a transaction that nobody ends (KIP-890).
"""

from collections import deque
from collections.abc import Callable, Iterable

import msgspec

from odradek.broker.coordinators.transaction_coordinator import TransactionCoordinator
from odradek.broker.data_path.delayed_produce import DelayedProduce
from odradek.broker.data_path.log_writer import LogWriter
from odradek.broker.data_path.partition import Partition
from odradek.broker.log import TRANSACTIONS_V1, TRANSACTIONS_V2
from odradek.broker.transactions.transaction import V2, TopicPartition
from odradek.broker.transactions.values import AddReply, ProducerIdentity
from odradek.protocol.declaration import Buffer
from odradek.protocol.errors import ErrorCode
from odradek.protocol.messages.produce import PartitionProduceResponse
from odradek.protocol.records import HEADER_BYTES, BatchHeader
from odradek.protocol.records.batch import ATTRIBUTES_LOW_POSITION, TRANSACTIONAL_BIT

ABORTABLE_SINCE_VERSION = 11
ADDS_SINCE_VERSION = 12

PartitionOfProducer = tuple[Partition, int]
"""A partition and a producer's id: where the order of batches is kept."""

NOT_ADDED = "Partition was not added to the transaction"


def is_transactional(records: Buffer) -> bool:
    """Whether a batch says that it is part of a transaction."""
    return len(records) >= HEADER_BYTES and bool(
        records[ATTRIBUTES_LOW_POSITION] & TRANSACTIONAL_BIT
    )


class TransactionalBatch(msgspec.Struct, eq=False):
    """One batch and where its answer goes; `waiter` as for any other append."""

    transactional_id: str
    api_version: int
    partition: Partition
    header: BatchHeader
    records: memoryview
    answer: PartitionProduceResponse
    produce: DelayedProduce
    is_durable_only: bool
    is_kept: bool = False

    @property
    def key(self) -> PartitionOfProducer:
        return self.partition, self.header.producer_id

    @property
    def topic_partition(self) -> TopicPartition:
        return self.partition.log.topic, self.partition.log.partition

    @property
    def identity(self) -> ProducerIdentity:
        return ProducerIdentity(self.header.producer_id, self.header.producer_epoch)

    @property
    def is_known(self) -> bool:
        """Whether the log has the producer's transaction open already."""
        producers = self.partition.log.producers
        return producers.is_in_transaction(self.header.producer_id, self.header.producer_epoch)


class TransactionalProduce:
    """Asks the coordinator, and appends what it confirms."""

    def __init__(
        self,
        coordinator: Callable[[], TransactionCoordinator],
        writer: LogWriter,
    ) -> None:
        self._coordinator = coordinator
        self._writer = writer
        self._parked: dict[PartitionOfProducer, deque[TransactionalBatch]] = {}

    def append(self, batches: Iterable[TransactionalBatch]) -> None:
        """Stage each batch, refuse it, or keep it until its partition is added."""
        unknown: dict[tuple[str, ProducerIdentity], list[TransactionalBatch]] = {}
        for batch in batches:
            queue = self._parked.get(batch.key)
            if queue is not None:
                queue.append(batch)
                _keep(batch)
            elif batch.is_known or batch.api_version < ADDS_SINCE_VERSION:
                self._append_verified(batch)
            else:
                self._parked[batch.key] = deque([batch])
                unknown.setdefault((batch.transactional_id, batch.identity), []).append(batch)
        for (transactional_id, identity), firsts in unknown.items():
            self._add(transactional_id, identity, firsts)

    def _append_verified(self, batch: TransactionalBatch) -> None:
        if not batch.is_known and batch.api_version < ADDS_SINCE_VERSION:
            error = self._coordinator().transactions.verify(
                batch.transactional_id, batch.identity, batch.topic_partition
            )
            if error is not ErrorCode.NONE:
                _refuse(batch, error)
                return
        verified = TRANSACTIONS_V2 if batch.api_version >= ADDS_SINCE_VERSION else TRANSACTIONS_V1
        self._stage(batch, verified)

    def _stage(self, batch: TransactionalBatch, verified: int) -> None:
        waiter = batch.produce if batch.is_durable_only else None
        self._writer.append(batch.partition, batch.records, batch.answer, waiter, verified)

    def _add(
        self, transactional_id: str, identity: ProducerIdentity, firsts: list[TransactionalBatch]
    ) -> None:
        """Have the partitions added; `firsts` are the first parked batch of each."""
        adding = _Adding(lambda reply: self._on_added(firsts, reply))
        self._coordinator().add(
            transactional_id,
            identity,
            [batch.topic_partition for batch in firsts],
            adding,
            client_version=V2,
        )
        if not self._writer.is_synced:
            # Written is stored, so the answer comes at once, and the batches need not be copied.
            self._writer.write_staged()
        if not adding.is_answered:
            for batch in firsts:
                _keep(batch)

    def _on_added(self, firsts: list[TransactionalBatch], reply: AddReply) -> None:
        """The first parked batches are appended or refused; the others are looked at anew."""
        behind: list[TransactionalBatch] = []
        for batch in firsts:
            if reply.error is ErrorCode.NONE:
                self._stage(batch, TRANSACTIONS_V2)
            else:
                _refuse(batch, reply.error)
            _release(batch)
            _, *others = self._parked.pop(batch.key)
            behind += others
        self.append(behind)
        for batch in behind:
            if batch.key not in self._parked:
                _release(batch)


class _Adding:
    """Waits for the coordinator's word on the partitions of one request."""

    __slots__ = ("_on_added", "is_answered")

    def __init__(self, on_added: Callable[[AddReply], None]) -> None:
        self._on_added = on_added
        self.is_answered = False

    def answer(self, reply: AddReply) -> None:
        self.is_answered = True
        self._on_added(reply)


def _keep(batch: TransactionalBatch) -> None:
    """The receive buffer will be used again before this batch is written."""
    if batch.is_kept:
        return
    batch.is_kept = True
    batch.records = memoryview(bytearray(batch.records))
    batch.produce.wait_for(batch.answer)


def _release(batch: TransactionalBatch) -> None:
    """A kept batch is staged or refused; who does not wait for the disk is answered now."""
    is_staged = batch.answer.error_code == ErrorCode.NONE
    if batch.is_kept and not (is_staged and batch.is_durable_only):
        batch.produce.complete(batch.answer)


def _refuse(batch: TransactionalBatch, error: ErrorCode) -> None:
    answer = batch.answer
    answer.error_code = _told(error, batch.api_version)
    if answer.error_code == ErrorCode.INVALID_TXN_STATE:
        answer.error_message = NOT_ADDED


def _told(error: ErrorCode, api_version: int) -> ErrorCode:
    """The coordinator's error as a producer of this version understands it."""
    if error is ErrorCode.TRANSACTION_ABORTABLE and api_version < ABORTABLE_SINCE_VERSION:
        return ErrorCode.INVALID_TXN_STATE
    if error is ErrorCode.PRODUCER_FENCED:
        return ErrorCode.INVALID_PRODUCER_EPOCH
    if error is ErrorCode.CONCURRENT_TRANSACTIONS and api_version < ADDS_SINCE_VERSION:
        return ErrorCode.NOT_ENOUGH_REPLICAS
    if error in (ErrorCode.NOT_COORDINATOR, ErrorCode.COORDINATOR_NOT_AVAILABLE):
        return ErrorCode.NOT_ENOUGH_REPLICAS
    return error
