"""AddPartitionsToTxn (key 24): a transaction will write to these partitions.

Versions 0 to 5. Clients send up to 3: one transaction, whose partitions are added all or none. 4
carries many transactions and may only ask whether their partitions are in them (KIP-890); 5 may be
answered TRANSACTION_ABORTABLE. Up to version 1 a fenced producer is told INVALID_PRODUCER_EPOCH.
"""

import asyncio
from collections.abc import Callable, Sequence
from functools import partial

from odradek.broker.apis.api import Api
from odradek.broker.request import PendingResponse, RequestContext
from odradek.broker.runtime import Broker
from odradek.broker.transactions.values import AddReply, ProducerIdentity
from odradek.protocol.api_keys import ApiKey
from odradek.protocol.errors import ErrorCode
from odradek.protocol.messages.add_partitions_to_txn import (
    AddPartitionsToTxnPartitionResult,
    AddPartitionsToTxnRequest,
    AddPartitionsToTxnResponse,
    AddPartitionsToTxnResult,
    AddPartitionsToTxnTopic,
    AddPartitionsToTxnTopicResult,
    AddPartitionsToTxnTransaction,
)

BATCHED_SINCE_VERSION = 4
FENCED_SINCE_VERSION = 2

TopicPartition = tuple[str, int]


def handle(
    broker: Broker, request: AddPartitionsToTxnRequest, context: RequestContext
) -> AddPartitionsToTxnResponse | PendingResponse:
    """Add or verify each transaction's partitions; answer when all are stored."""
    is_batched = context.api_version >= BATCHED_SINCE_VERSION
    asked = request.transactions if is_batched else [_only_transaction(request)]
    adding = _Adding(broker.loop, len(asked), is_batched)
    for position, transaction in enumerate(asked):
        partitions = [
            (topic.name, index) for topic in transaction.topics for index in topic.partitions
        ]
        outcome = _Outcome(transaction, context.api_version, partial(adding.note, position))
        _add(broker, transaction, partitions, outcome)
    return adding.outcome


def _only_transaction(request: AddPartitionsToTxnRequest) -> AddPartitionsToTxnTransaction:
    return AddPartitionsToTxnTransaction(
        transactional_id=request.v3_and_below_transactional_id,
        producer_id=request.v3_and_below_producer_id,
        producer_epoch=request.v3_and_below_producer_epoch,
        topics=request.v3_and_below_topics,
    )


def _add(
    broker: Broker,
    transaction: AddPartitionsToTxnTransaction,
    partitions: Sequence[TopicPartition],
    outcome: "_Outcome",
) -> None:
    missing = {each for each in partitions if broker.partitions.get(*each) is None}
    identity = ProducerIdentity(transaction.producer_id, transaction.producer_epoch)
    coordinator = broker.transactions
    if missing:
        outcome.answer_each(
            lambda each: (
                ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
                if each in missing
                else ErrorCode.OPERATION_NOT_ATTEMPTED
            )
        )
    elif transaction.verify_only:
        verify = coordinator.transactions.verify
        outcome.answer_each(lambda each: verify(transaction.transactional_id, identity, each))
    else:
        coordinator.add(transaction.transactional_id, identity, partitions, outcome)


class _Outcome:
    """What becomes of one transaction."""

    def __init__(
        self,
        transaction: AddPartitionsToTxnTransaction,
        api_version: int,
        on_result: Callable[[AddPartitionsToTxnResult], None],
    ) -> None:
        self._transaction = transaction
        self._api_version = api_version
        self._on_result = on_result

    def answer(self, reply: AddReply) -> None:
        """All partitions fare alike."""
        self.answer_each(lambda _: reply.error)

    def answer_each(self, error_of: Callable[[TopicPartition], ErrorCode]) -> None:
        """Each partition has its own error."""
        topics = [self._result(topic, error_of) for topic in self._transaction.topics]
        self._on_result(
            AddPartitionsToTxnResult(
                transactional_id=self._transaction.transactional_id, topic_results=topics
            )
        )

    def _result(
        self, topic: AddPartitionsToTxnTopic, error_of: Callable[[TopicPartition], ErrorCode]
    ) -> AddPartitionsToTxnTopicResult:
        return AddPartitionsToTxnTopicResult(
            name=topic.name,
            results_by_partition=[
                AddPartitionsToTxnPartitionResult(
                    partition_index=index,
                    partition_error_code=self._told(error_of((topic.name, index))),
                )
                for index in topic.partitions
            ],
        )

    def _told(self, error: ErrorCode) -> ErrorCode:
        if error is ErrorCode.PRODUCER_FENCED and self._api_version < FENCED_SINCE_VERSION:
            return ErrorCode.INVALID_PRODUCER_EPOCH
        return error


class _Adding:
    """A response that is complete when every transaction has its result."""

    def __init__(self, loop: asyncio.AbstractEventLoop, count: int, is_batched: bool) -> None:
        self._results: list[AddPartitionsToTxnResult | None] = [None] * count
        self._is_batched = is_batched
        self._pending: PendingResponse = loop.create_future()
        if not count:
            self._pending.set_result(AddPartitionsToTxnResponse())

    def note(self, position: int, result: AddPartitionsToTxnResult) -> None:
        self._results[position] = result
        results = [each for each in self._results if each is not None]
        if len(results) < len(self._results) or self._pending.done():
            return
        if self._is_batched:
            response = AddPartitionsToTxnResponse(results_by_transaction=results)
        else:
            topics = results[0].topic_results
            response = AddPartitionsToTxnResponse(results_by_topic_v3_and_below=topics)
        self._pending.set_result(response)

    @property
    def outcome(self) -> AddPartitionsToTxnResponse | PendingResponse:
        return self._pending.result() if self._pending.done() else self._pending  # type: ignore[return-value]


API = Api(ApiKey.ADD_PARTITIONS_TO_TXN, AddPartitionsToTxnRequest, handle)
